//! Numbers by layer: a table whose cells are shaded by their share of the largest.

use crate::ui::logic::changed::Grid;
use leptos::prelude::*;

/// Every number is written, so that the table is its own twin. A cell without one was not trained.
#[component]
pub fn Shaded(
    grid: Grid,
    caption: String,
    corner: &'static str,
    write: fn(f64) -> String,
    testid: &'static str,
) -> impl IntoView {
    let largest = grid.largest();
    let heads: Vec<_> = grid.columns.iter().map(|c| view! { <th scope="col" class="num">{c.clone()}</th> }).collect();
    let cell = |value: &Option<f64>| match *value {
        Some(v) => {
            let share = if largest > 0.0 { v / largest } else { 0.0 };
            let class = format!("num shade-{}", (share * 4.99) as usize);
            view! { <td class=class data-value=v.to_string()>{write(v)}</td> }.into_any()
        }
        None => view! { <td class="num none">"–"</td> }.into_any(),
    };
    let rows: Vec<_> = grid
        .rows
        .iter()
        .enumerate()
        .map(|(layer, row)| {
            let cells: Vec<_> = row.iter().map(cell).collect();
            view! { <tr><th scope="row" class="num">{layer + 1}</th>{cells}</tr> }
        })
        .collect();
    let name = caption.clone();
    view! {
        <div class="sideways" tabindex="0" role="region" aria-label=name>
            <table class="shaded" data-testid=testid>
                <caption>{caption}</caption>
                <thead><tr><th scope="col">{corner}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
