//! The lines' cosines, the first of them at least.

use super::Shown;
use crate::ui::controls::Note;
use crate::ui::lessons::context::cosine;
use crate::ui::logic::context::shade;
use crate::ui::logic::features::cosines;
use crate::ui::words::features as here;
use leptos::prelude::*;

/// Lines in the figure.
const MOST: usize = 12;

#[component]
pub fn Alike(shown: Memo<Option<Shown>>) -> impl IntoView {
    move || {
        let shown = shown.get()?;
        if shown.by_piece() {
            return Some(view! { <p class="note">{here::NO_FIGURE}</p> }.into_any());
        }
        let all = cosines(shown.values(), shown.width(), MOST);
        let n = all.len().isqrt();
        let pairs = || (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        let of = |(i, j): (usize, usize)| all[i * n + j];
        let (low, high) = pairs().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), c| (l.min(c), h.max(c)));
        let closest = pairs().max_by(|a, b| of(*a).total_cmp(&of(*b)));
        let rows = (0..n).map(|i| {
            let cells = (0..n).map(|j| {
                let value = of((i, j));
                let class = if i == j { "num self".to_owned() } else { format!("num shade-{}", shade(value, low, high)) };
                view! { <td class=class data-testid="feature-cosine" data-pair=format!("{}.{}", i + 1, j + 1) data-cosine=value.to_string()>{cosine(value)}</td> }
            });
            view! { <tr><th scope="row" class="num">{i + 1}</th>{cells.collect::<Vec<_>>()}</tr> }
        });
        let heads = (0..n).map(|i| view! { <th scope="col" class="num">{i + 1}</th> }).collect::<Vec<_>>();
        let said = closest.map(|(i, j)| here::closest(i + 1, j + 1, &cosine(of((i, j)))));
        Some(
            view! {
                <div class="scroll" tabindex="0" role="region" aria-label=here::FIGURE>
                    <table class="cosines">
                        <caption class="sr">{here::FIGURE}</caption>
                        <thead><tr><td></td>{heads}</tr></thead>
                        <tbody>{rows.collect::<Vec<_>>()}</tbody>
                    </table>
                </div>
                <p class="read-out" data-testid="closest">{said}</p>
                <Note>{here::FIGURE_NOTE}</Note>
            }
            .into_any(),
        )
    }
}
