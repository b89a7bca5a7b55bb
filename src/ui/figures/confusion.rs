//! What was true against what was said, counted.

use crate::ui::logic::number::{grouped, percent};
use crate::ui::words::quality as words;
use leptos::prelude::*;

/// Row = true label, column = said. Shaded by the share of the row; every count is written. With `open`, a cell is
/// a button that opens its rows; `chosen` is the one whose rows are shown.
#[component]
pub fn Confusion(
    labels: Vec<String>,
    cells: Vec<Vec<u64>>,
    #[prop(optional)] open: Option<Callback<(usize, usize)>>,
    #[prop(optional, into)] chosen: Option<Signal<Option<(usize, usize)>>>,
) -> impl IntoView {
    let heads: Vec<_> = labels.iter().map(|l| view! { <th scope="col" class="num">{words::said(l)}</th> }).collect();
    let row = |(truth, (label, counts)): (usize, (&String, &Vec<u64>))| {
        let all: u64 = counts.iter().sum();
        let cell = |(said, &n): (usize, &u64)| {
            let share = if all == 0 { 0.0 } else { n as f32 / all as f32 };
            let class = format!("num shade-{}{}", (share * 4.99) as usize, if truth == said { " right" } else { "" });
            let shown = move || view! { {grouped(n)}" "<small>{percent(share)}</small> };
            let name =
                words::cell(&labels[truth], labels.get(said).map_or("", String::as_str), &grouped(n), &percent(share));
            let pressed = move || chosen.map(|c| (c.get() == Some((truth, said))).to_string());
            let inside = match open.filter(|_| n > 0) {
                Some(open) => view! {
                    <button type="button" aria-label=name aria-pressed=pressed on:click=move |_| open.run((truth, said))>{shown()}</button>
                }
                .into_any(),
                None => shown().into_any(),
            };
            view! { <td class=class data-testid="confusion-cell">{inside}</td> }
        };
        let cells: Vec<_> = counts.iter().enumerate().map(cell).collect();
        view! { <tr><th scope="row">{label.clone()}</th>{cells}</tr> }
    };
    let rows: Vec<_> = labels.iter().zip(&cells).enumerate().map(row).collect();
    view! {
        <table class="confusion" data-testid="confusion">
            <caption>{words::CONFUSION}</caption>
            <thead><tr><th>{words::TRULY}</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
