//! The head in words: the looking piece's strongest looks, then all of them.

use super::shown::Shown;
use crate::ui::controls::Twin;
use crate::ui::logic::heads::ranked;
use crate::ui::logic::number::percent;
use crate::ui::words::lessons::{self as words, attention as here};
use leptos::prelude::*;

#[component]
pub fn InWords(
    shown: Memo<Option<Shown>>,
    head: Memo<(usize, usize)>,
    looking: Signal<Option<usize>>,
) -> impl IntoView {
    let told = move || {
        let (layer, head) = head.get();
        let shown = shown.get()?;
        let heads = shown.heads()?;
        let name = |i: usize| shown.answer.tokens.pieces[i].text.clone();
        let Some(from) = looking.get() else {
            return Some(view! { <p>{here::PICK}</p> }.into_any());
        };
        let row = heads.row(layer, head, from);
        let best: Vec<_> = ranked(row).into_iter().take(3).map(|(i, share)| (name(i), percent(share))).collect();
        let sentence = words::attention_words(layer + 1, head + 1, &name(from), &best, row.len());
        let values = row.iter().enumerate().map(|(i, share)| {
            view! { <tr><td class="mono">{name(i)}</td><td class="num">{percent(*share)}</td></tr> }
        });
        let table = view! {
            <div class="scroll short" tabindex="0" role="region" aria-label=here::VALUES>
                <table data-testid="values">
                    <thead><tr><th scope="col">{here::VALUES_HEAD.0}</th><th scope="col" class="num">{here::VALUES_HEAD.1}</th></tr></thead>
                    <tbody>{values.collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        };
        Some(view! { <p data-testid="words">{sentence}</p>{table} }.into_any())
    };
    view! { <Twin>{told}</Twin> }
}
