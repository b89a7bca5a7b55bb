//! Every chosen piece with what BERT gave it, and the loss of the text.

use super::{Guesses, Reply};
use crate::protocol::masking::ChosenPiece;
use crate::ui::controls::{Note, Twin};
use crate::ui::logic::masking::{loss, loss_of};
use crate::ui::logic::number::{fixed, grouped, percent};
use crate::ui::words::masking as here;
use leptos::prelude::*;

pub fn nats(value: f64) -> String {
    fixed(value, 3)
}

#[component]
pub fn Told(#[prop(into)] shown: Signal<Option<Reply>>, guesses: Guesses) -> impl IntoView {
    move || {
        let g = shown.get().filter(|_| !guesses.open.get())?;
        let trial = g.answer.trials.first().filter(|t| !t.chosen.is_empty())?;
        let truth = |at: usize| g.answer.tokens.pieces.get(at).map(|p| p.text.clone()).unwrap_or_default();
        let first = |c: &ChosenPiece| c.top.first().map(|t| t.piece.clone()).unwrap_or_default();
        let row = |c: &ChosenPiece| {
            let share = c.truth.probability;
            view! {
                <tr data-testid="mask-row" data-position=c.position.to_string() data-probability=share.to_string() data-loss=loss_of(c).to_string()>
                    <th scope="row" class="mono">{truth(c.position)}</th><td class="mono">{c.reads.clone()}</td><td class="mono">{first(c)}</td>
                    <td class="num">{percent(share)}</td><td class="num">{grouped(u64::from(c.truth.rank))}</td><td class="num">{nats(loss_of(c))}</td>
                </tr>
            }
        };
        let rows: Vec<_> = trial.chosen.iter().map(row).collect();
        let heads = here::HEAD.iter().enumerate();
        let heads: Vec<_> = heads.map(|(i, h)| view! { <th scope="col" class:num={i > 2}>{*h}</th> }).collect();
        let mean = loss(trial)?;
        let others = g.answer.tokens.pieces.len() - trial.chosen.len();
        let said = |c: &ChosenPiece| {
            here::piece(
                &truth(c.position),
                here::fate(c.fate),
                &first(c),
                &percent(c.truth.probability),
                &nats(loss_of(c)),
            )
        };
        let lines: Vec<_> = trial.chosen.iter().map(|c| view! { <p>{said(c)}</p> }).collect();
        Some(view! {
            <div class="scroll" tabindex="0" role="region" aria-label=here::TABLE>
                <table data-testid="mask-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
            </div>
            <p class="read-out" data-testid="mask-loss" data-loss=mean.to_string()>{here::total(&nats(mean), trial.chosen.len(), others)}</p>
            <Note>{here::LOSS_NOTE}</Note>
            <Twin>{lines}</Twin>
        })
    }
}
