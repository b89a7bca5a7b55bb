//! Rollout: where the picked piece's vector is reckoned to come from, layer by layer.

use super::shown::Shown;
use crate::ui::controls::{Note, Twin};
use crate::ui::logic::heads::ranked;
use crate::ui::logic::number::percent;
use crate::ui::logic::rollout::rollout;
use crate::ui::words::heads as here;
use leptos::prelude::*;

/// Sources named in the twin.
const NAMED: usize = 3;

/// One of five shades; the root, so that small shares are seen.
fn shade(share: f32) -> usize {
    (share.clamp(0.0, 1.0).sqrt() * 4.99) as usize
}

#[component]
pub fn Flow(shown: RwSignal<Option<Shown>>, picked: Signal<Option<usize>>) -> impl IntoView {
    // Worked out once an answer, not once a piece.
    let flows = Memo::new(move |_| shown.with(|s| s.as_ref().and_then(|s| Some(rollout(&s.heads()?)))));
    let rows_of = move || {
        let shown = shown.get()?;
        let (flows, from, s) = (flows.get()?, picked.get()?, shown.tokens());
        let rows: Vec<Vec<f32>> =
            flows.iter().filter_map(|f| f.get(from * s..(from + 1) * s).map(<[f32]>::to_vec)).collect();
        let names: Vec<String> = shown.answer.tokens.pieces.iter().map(|p| p.text.clone()).collect();
        (names.len() == s && from < s).then_some((names, from, rows))
    };
    let figure = move || {
        let Some((names, from, rows)) = rows_of() else { return view! { <p class="note">{here::PICK}</p> }.into_any() };
        let heads: Vec<_> = names.iter().map(|n| view! { <th scope="col"><span>{n.clone()}</span></th> }).collect();
        let layers = rows.iter().enumerate().map(|(layer, row)| {
            let cells = row.iter().enumerate().map(|(to, share)| {
                let told = here::flow_cell(layer + 1, &names[to], &percent(*share));
                view! { <td class=format!("shade-{}", shade(*share)) title=told data-testid="flow-cell" data-layer=(layer + 1).to_string() data-to=to.to_string() data-share=share.to_string()></td> }
            });
            view! { <tr><th scope="row" class="num">{layer + 1}</th>{cells.collect::<Vec<_>>()}</tr> }
        });
        let layers: Vec<_> = layers.collect();
        let lines = rows.iter().enumerate().map(|(layer, row)| {
            let best = ranked(row).into_iter().take(NAMED);
            let list: Vec<String> = best.map(|(i, share)| format!("“{}” {}", names[i], percent(share))).collect();
            view! { <p>{here::flow_line(layer + 1, &list.join(", "))}</p> }
        });
        let lines: Vec<_> = lines.collect();
        let corner = view! { <td></td> };
        view! {
            <p data-testid="flow-of">{here::flow_of(&names[from])}</p>
            <div class="scroll" tabindex="0" role="region" aria-label=here::FLOW>
                <table class="flow" aria-hidden="true"><thead><tr>{corner}{heads}</tr></thead><tbody>{layers}</tbody></table>
            </div>
            <Twin>{lines}</Twin>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-label=here::FLOW>
            <header><h2>{here::FLOW}</h2></header>
            {figure}
            <Note>{here::FLOW_CAVEAT}</Note>
        </section>
    }
}
