//! What was true against what was said, counted.

use crate::ui::logic::number::{grouped, percent};
use crate::ui::words::quality as words;
use leptos::prelude::*;

/// Row = true label, column = said. Shaded by the share of the row; every count is written.
#[component]
pub fn Confusion(labels: [&'static str; 2], cells: [[u64; 2]; 2]) -> impl IntoView {
    let row = move |truth: usize| {
        let all = cells[truth][0] + cells[truth][1];
        let cell = move |said: usize| {
            let n = cells[truth][said];
            let share = if all == 0 { 0.0 } else { n as f32 / all as f32 };
            let class = format!("num shade-{}{}", (share * 4.99) as usize, if truth == said { " right" } else { "" });
            view! { <td class=class data-testid="confusion-cell">{grouped(n)}<small>{percent(share)}</small></td> }
        };
        view! { <tr><th scope="row">{labels[truth]}</th>{cell(0)}{cell(1)}</tr> }
    };
    view! {
        <table class="confusion" data-testid="confusion">
            <caption>{words::CONFUSION}</caption>
            <thead><tr><th>{words::TRULY}</th>{labels.map(|l| view! { <th scope="col" class="num">{words::said(l)}</th> })}</tr></thead>
            <tbody>{row(0)}{row(1)}</tbody>
        </table>
    }
}
