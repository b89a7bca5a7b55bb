//! What was changed before any matching: case, accents, punctuation.

use crate::protocol::{TextPair, Tokens};
use crate::ui::logic::sentence;
use crate::ui::words::lessons::{self as words, tokens as here};
use leptos::prelude::*;
use std::sync::Arc;

/// Rows shown at most.
const MAX_ROWS: usize = 40;

#[component]
pub fn Changed(asked: Signal<TextPair>, tokens: Signal<Arc<Tokens>>) -> impl IntoView {
    let body = move || {
        let (asked, tokens) = (asked.get(), tokens.get());
        let groups = sentence::changed_groups(&tokens.words);
        if groups.is_empty() {
            return view! { <p class="note">{here::UNCHANGED}</p> }.into_any();
        }
        let rows = groups.into_iter().take(MAX_ROWS).map(|group| {
            let text = if group.segment == 0 { &asked.a } else { asked.b.as_ref().unwrap_or(&asked.a) };
            let typed = sentence::slice_utf16(text, group.span).to_owned();
            let why: Vec<_> = group.changes.iter().map(|c| words::change(*c)).collect();
            view! { <tr><td>{typed}</td><td>{group.read.join(" · ")}</td><td>{why.join(", ")}</td></tr> }
        });
        view! {
            <div class="scroll" tabindex="0" role="region" aria-label=here::CHANGED>
                <table data-testid="changes">
                    <thead><tr>{here::CHANGED_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{rows.collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <header class="plain-head"><h2>{here::CHANGED}</h2></header>{body} }
}
