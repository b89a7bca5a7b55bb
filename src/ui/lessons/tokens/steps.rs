//! The greedy longest match that made the picked piece.

use crate::protocol::{Change, Piece, PieceKind, Tokens, Word};
use crate::ui::words::lessons::{self as words, tokens as here};
use leptos::prelude::*;
use std::sync::Arc;

/// Misses shown of one word; a made-up word of 100 letters has thousands.
const MAX_STEPS: usize = 60;

#[component]
pub fn Steps(tokens: Signal<Arc<Tokens>>, picked: Signal<Option<usize>>) -> impl IntoView {
    let body = move || {
        let tokens = tokens.get();
        let piece = picked.get().and_then(|i| tokens.pieces.get(i).cloned());
        let word = piece.as_ref().and_then(|p| tokens.words.get(p.word?).cloned());
        match (piece, word) {
            (None, _) => view! { <h2>{here::STEPS}</h2><p class="note">{here::PICK}</p> }.into_any(),
            (Some(piece), Some(word)) if piece.kind != PieceKind::Mask => view! { <OfWord piece word/> }.into_any(),
            (Some(piece), _) => {
                let told = match (piece.span, piece.text.as_str()) {
                    (Some(_), _) => *here::TYPED_SPECIAL,
                    (None, "[CLS]") => *here::CLS_IS,
                    (None, "[SEP]") => *here::SEP_IS,
                    _ => *here::ADDED,
                };
                view! { <h2>{piece.text.clone()}</h2><p class="note">{told}</p> }.into_any()
            }
        }
    };
    view! { <div data-testid="steps">{body}</div> }
}

#[component]
fn OfWord(piece: Piece, word: Word) -> impl IntoView {
    let left_out = word.steps.len().saturating_sub(MAX_STEPS);
    let steps = word.steps.into_iter().take(MAX_STEPS).map(|step| match step.id {
        Some(id) => {
            let chosen = step.candidate == piece.text;
            view! { <li class="hit" class:chosen=chosen><b>"✓ " {step.candidate}</b><small>{words::taken(id)}</small></li> }
                .into_any()
        }
        None => view! { <li><s>{step.candidate}</s><small>{here::NOT_FOUND}</small></li> }.into_any(),
    });
    let why = match (word.changes.contains(&Change::TooLong), piece.kind) {
        (true, _) => Some(*here::TOO_LONG),
        (false, PieceKind::Unknown) => Some(*here::UNKNOWN),
        _ => None,
    };
    view! {
        <header class="plain-head"><h2>{words::match_heading(&word.read)}</h2></header>
        <ol class="steps">{steps.collect::<Vec<_>>()}</ol>
        {(left_out > 0).then(|| view! { <p class="note">{words::more_steps(left_out)}</p> })}
        {why.map(|w| view! { <p class="note">{w}</p> })}
    }
}
