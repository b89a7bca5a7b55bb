//! The layer lens: the masked-word head on every layer's vector at the blank.

use crate::ui::controls::Twin;
use crate::ui::lessons::probe::Shown;
use crate::ui::logic::number::percent;
use crate::ui::words::probe::{inside as here, layer_name, lens_words};
use leptos::prelude::*;

fn name(layer: usize) -> String {
    if layer == 0 { here::LENS_EMBEDDING.into() } else { layer_name(layer) }
}

#[component]
pub fn Lens(shown: Memo<Option<Shown>>) -> impl IntoView {
    move || {
        let shown = shown.get()?;
        let lens = &shown.rows()?.lens;
        if lens.is_empty() {
            return Some(view! { <p class="note" data-testid="no-blank">{here::NO_BLANK}</p> }.into_any());
        }
        // The last layer's word, followed down through the others.
        let rows = lens.iter().enumerate().rev().map(|(layer, blank)| {
            let best = blank.top.first().cloned();
            let share = best.as_ref().map_or(0.0, |b| b.candidate.probability);
            let others = blank.top.iter().skip(1).map(|t| format!("{} {}", t.piece, percent(t.candidate.probability)));
            let others = others.collect::<Vec<_>>().join(" · ");
            let width = format!("{:.2}%", share * 100.0);
            let word = best.map(|b| b.piece).unwrap_or_default();
            view! {
                <tr data-testid="lens" data-layer=layer.to_string() data-word=word.clone() data-probability=share.to_string()>
                    <th scope="row">{name(layer)}</th>
                    <td><b class="mono">{word.clone()}</b><small>{others}</small></td>
                    <td class="loss"><span class="num">{percent(share)}</span><i style:width=width></i></td>
                </tr>
            }
        });
        let rows: Vec<_> = rows.collect();
        let told = lens.iter().enumerate().filter_map(|(layer, blank)| {
            let best = blank.top.first()?;
            Some(view! { <p>{lens_words(&name(layer), &best.piece, &percent(best.candidate.probability))}</p> })
        });
        let told: Vec<_> = told.collect();
        Some(
            view! {
                <table class="views parts">
                    <thead><tr>{here::LENS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <Twin>{told}</Twin>
            }
            .into_any(),
        )
    }
}
