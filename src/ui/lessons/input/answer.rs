//! What the first blank says as typed, and what it says changed.

use crate::protocol::NamedCandidate;
use crate::ui::lessons::probe::Shown;
use crate::ui::logic::number::percent;
use crate::ui::words::probe::input as here;
use leptos::prelude::*;

#[component]
pub fn BeforeAfter(shown: Memo<Option<Shown>>) -> impl IntoView {
    move || {
        let shown = shown.get()?;
        let rows = &shown.rows()?.rows;
        let Some(before) = rows.first().and_then(|r| r.first()) else {
            return Some(view! { <p class="note" data-testid="no-blank">{here::NO_BLANK}</p> }.into_any());
        };
        let after = rows.get(1).and_then(|r| r.first());
        let share = |top: &[NamedCandidate], word: &str| {
            top.iter().find(|t| t.piece == word).map_or("—".into(), |t| percent(t.candidate.probability))
        };
        // The words of both lists, those as typed first.
        let mut words: Vec<String> = before.top.iter().map(|t| t.piece.clone()).collect();
        let more = after.iter().flat_map(|a| &a.top).map(|t| t.piece.clone());
        more.for_each(|w| {
            if !words.contains(&w) {
                words.push(w)
            }
        });
        let body = words.into_iter().map(|word| {
            let changed = after.map(|a| view! { <td class="num">{share(&a.top, &word)}</td> });
            view! { <tr data-testid="said" data-word=word.clone()><th scope="row" class="mono">{word.clone()}</th><td class="num">{share(&before.top, &word)}</td>{changed}</tr> }
        });
        let body: Vec<_> = body.collect();
        let columns = if after.is_some() { 3 } else { 2 };
        let heads = here::ANSWER_HEAD.into_iter().take(columns);
        let heads: Vec<_> =
            heads.enumerate().map(|(i, h)| view! { <th scope="col" class:num=i != 0>{h}</th> }).collect();
        Some(view! { <table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table> }.into_any())
    }
}
