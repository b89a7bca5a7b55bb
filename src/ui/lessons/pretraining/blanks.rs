//! The same blanks, guessed again and again as the small BERT learns.

use crate::protocol::pretraining::{BlankText, NamedLook};
use crate::ui::controls::{Note, Twin};
use crate::ui::logic::number::{grouped, percent};
use crate::ui::store::store;
use crate::ui::words::pretraining as here;
use leptos::prelude::*;

#[component]
pub fn Blanks() -> impl IntoView {
    let run = store().pretraining;
    let blanks = Memo::new(move |_| run.run.with(|r| r.as_ref().map(|r| r.blanks.clone()).unwrap_or_default()));
    let rows = move || run.run.with(|r| r.as_ref().map_or(1, |r| r.settings.rows)) as u64;
    let sentences = move || {
        let item = |b: BlankText| {
            let held = b.held_out.then(|| view! { " "<small>{here::BLANK_HELD}</small> });
            view! { <li><span lang="en">{b.before}" "<span class="tok mask">{b.truth}</span>{gap(&b.after)}{b.after.clone()}</span>{held}</li> }
        };
        blanks.get().into_iter().map(item).collect::<Vec<_>>()
    };
    let row = move |look: &NamedLook| {
        let cells = look.blanks.iter().zip(blanks.get()).enumerate().map(|(i, (guess, blank))| {
            let (piece, share) = guess.top.first().cloned().unwrap_or_default();
            let right = piece == blank.truth;
            let shown = piece.clone();
            view! {
                <td data-testid="pretrain-guess" data-blank=i.to_string() data-piece=piece.clone() data-probability=share.to_string()
                    data-truth=guess.probability.to_string() class:right=right>
                    <span lang="en">{shown}</span>" "<small>{percent(share)}</small>
                </td>
            }
        });
        let texts = u64::from(look.step) * rows();
        view! { <tr><th scope="row" class="num">{grouped(texts)}</th>{cells.collect::<Vec<_>>()}</tr> }
    };
    let table = move || {
        let n = blanks.with(Vec::len);
        let heads: Vec<_> = (1..=n).map(|i| view! { <th scope="col">{here::blank_number(i)}</th> }).collect();
        let body = run.looks.with(|l| l.iter().map(row).collect::<Vec<_>>());
        (!body.is_empty() && n > 0).then(|| view! {
            <div class="scroll" tabindex="0" role="region" aria-label=here::BLANKS>
                <table class="guesses" data-testid="pretrain-blanks"><thead><tr><th scope="col" class="num">{here::READ}</th>{heads}</tr></thead><tbody>{body}</tbody></table>
            </div>
        })
    };
    let last = move || {
        let look = run.looks.with(|l| l.last().cloned())?;
        let told = look.blanks.iter().zip(blanks.get()).enumerate().map(|(i, (g, b))| {
            let (piece, share) = g.top.first().cloned().unwrap_or_default();
            let told = here::guess_told(&piece, &percent(share), &b.truth, &percent(g.probability));
            view! { <p>{here::blank_number(i + 1)}": "{told}"."</p> }
        });
        Some(told.collect::<Vec<_>>())
    };
    let none = move || run.looks.with(Vec::is_empty);
    view! {
        <ol class="blanks">{sentences}</ol>
        <Show when=none><p class="note">{here::NO_BLANKS}</p></Show>
        {table}
        <Note>{here::BLANKS_NOTE}</Note>
        <Show when=move || !none()><Twin>{last}</Twin></Show>
    }
}

/// What stands between a hidden word and what follows it.
fn gap(after: &str) -> &'static str {
    if after.starts_with(|c: char| !c.is_alphanumeric()) { "" } else { " " }
}
