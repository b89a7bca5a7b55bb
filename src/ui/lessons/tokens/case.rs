//! The same text with its capitals and accents, and without: both ways through the model's own vocabulary.

use crate::protocol::{Kind, PieceKind, Task, TextPair, Tokens};
use crate::ui::figures::token::classes;
use crate::ui::store::store;
use crate::ui::words::lessons::tokens as here;
use leptos::prelude::*;
use std::sync::Arc;

/// Pieces shown of each.
const MOST: usize = 64;

#[component]
pub fn Case(asked: Signal<TextPair>, tokens: Signal<Arc<Tokens>>) -> impl IntoView {
    let store = store();
    Effect::new(move || {
        let text = asked.get();
        let known = store.other_case.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == text));
        if !known && !text.a.trim().is_empty() && store.vocabulary_ready.get() {
            store.ask(Task::OtherCase(text));
        }
    });
    let other = Signal::derive(move || {
        let given = store.other_case.get().filter(|g| asked.with(|a| g.question == *a))?;
        Some(given.answer)
    });
    let lowers = Signal::derive(move || store.loaded.with(|l| l.as_ref().is_none_or(|l| l.lower_case)));
    let rows = move || {
        let other = other.get()?;
        let (read, turned) = (
            cut(here::case_name(lowers.get(), true).into(), "case-model", &tokens.get()),
            cut(here::case_name(!lowers.get(), false).into(), "case-other", &other),
        );
        Some(view! { {read} {turned} })
    };
    view! {
        <header><h2>{here::CASE}</h2></header>
        <p>{here::CASE_LEDE}</p>
        <div class:stale=move || store.is_busy(Kind::OtherCase) class="cases">{rows}</div>
        <p class="note">{move || here::case_note(lowers.get())}</p>
    }
}

/// A name, how many pieces, and the pieces themselves without those that stand in no text.
pub fn cut(name: String, testid: &'static str, tokens: &Tokens) -> impl IntoView + use<> {
    let unknown = tokens.pieces.iter().filter(|p| p.kind == PieceKind::Unknown).count();
    let list = || tokens.pieces.iter().filter(|p| p.span.is_some());
    let more = list().count().saturating_sub(MOST);
    let chip = |piece: &crate::protocol::Piece| {
        view! { <span class=classes(piece)>{piece.text.clone()}<small>{piece.id}</small></span> }
    };
    let chips: Vec<_> = list().take(MOST).map(chip).collect();
    view! {
        <h3>{name}</h3>
        <p class="note" data-testid=format!("{testid}-counts")>{here::case_counts(list().count(), unknown)}</p>
        <div class="row" lang="en" data-testid=testid>{chips}</div>
        {(more > 0).then(|| view! { <p class="note">{here::more_pieces(more)}</p> })}
    }
}
