//! The pieces: as chips under the text they come from, or as a table to take away.

use crate::protocol::{TextPair, Tokens};
use crate::ui::figures::token::Token;
use crate::ui::lessons::text::pick;
use crate::ui::logic::sentence;
use crate::ui::store::store;
use crate::ui::words::lessons::tokens as here;
use leptos::prelude::*;
use std::sync::Arc;

/// What lies after the cut is shown for so many characters.
const TAIL_CHARS: usize = 160;

/// Hovering a word lights its pieces, hovering a piece its word.
#[component]
pub fn Pieces(asked: Signal<TextPair>, tokens: Signal<Arc<Tokens>>, picked: Signal<Option<usize>>) -> impl IntoView {
    let store = store();
    let hovered_piece = RwSignal::new(None::<usize>);
    let hovered_word = RwSignal::new(None::<usize>);
    let lit_word = Memo::new(move |_| {
        let piece = hovered_piece.get().or_else(|| picked.get());
        hovered_word.get().or_else(|| tokens.with(|t| t.pieces.get(piece?).and_then(|p| p.word)))
    });
    let chips = move || {
        let all = tokens.get();
        let chip = |(index, piece): (usize, &crate::protocol::Piece)| {
            let word = piece.word;
            let pinned = Signal::derive(move || picked.get() == Some(index));
            let lit = Signal::derive(move || {
                hovered_piece.get() == Some(index)
                    || word.is_some() && hovered_word.get().is_some() && hovered_word.get() == word
            });
            let hover = move |at| hovered_piece.set(at);
            view! { <Token piece=piece.clone() index pinned lit hover pin=move |i| pick(store, picked.get_untracked(), i)/> }
        };
        all.pieces.iter().enumerate().map(chip).collect::<Vec<_>>()
    };
    view! {
        <div class="typed" aria-hidden="true">
            {move || typed(&asked.get(), &tokens.get(), lit_word, hovered_word)}
        </div>
        <div class="row" role="group" aria-label=here::PIECES data-columns="piece id">{chips}</div>
    }
}

/// The text as typed, its words alive under the pointer.
fn typed(
    asked: &TextPair,
    tokens: &Tokens,
    lit: Memo<Option<usize>>,
    hovered: RwSignal<Option<usize>>,
) -> impl IntoView + use<> {
    let line = |segment: u32, text: &str| {
        let mut out = Vec::new();
        let mut at = 0;
        for (i, word) in tokens.words.iter().enumerate().filter(|(_, w)| w.segment == segment) {
            if word.span[0] > at {
                out.push(
                    view! { <span>{sentence::slice_utf16(text, [at, word.span[0]]).to_owned()}</span> }.into_any(),
                );
            }
            at = at.max(word.span[1]);
            let shown = sentence::slice_utf16(text, word.span).to_owned();
            out.push(
                view! {
                    <span class:lit=move || lit.get() == Some(i) on:pointerenter=move |_| hovered.set(Some(i))
                        on:pointerleave=move |_| hovered.set(None)>{shown}</span>
                }
                .into_any(),
            );
        }
        let rest: String = sentence::slice_utf16(text, [at, usize::MAX]).chars().take(TAIL_CHARS).collect();
        if !rest.is_empty() {
            out.push(view! { <span class="cut">{rest}</span> }.into_any());
        }
        out
    };
    let b = asked.b.as_ref().map(|b| view! { <div class="b">{line(1, b)}</div> });
    view! { <div>{line(0, &asked.a)}</div> {b} }
}

/// position, piece, id, segment, the text it came from.
fn rows(asked: &TextPair, tokens: &Tokens) -> Vec<[String; 5]> {
    let from = |p: &crate::protocol::Piece| {
        let text = if p.segment == 0 { &asked.a } else { asked.b.as_ref().unwrap_or(&asked.a) };
        p.span.map_or(String::new(), |span| sentence::slice_utf16(text, span).to_owned())
    };
    let row = |(i, p): (usize, &crate::protocol::Piece)| {
        [i.to_string(), p.text.clone(), p.id.to_string(), if p.segment == 0 { "A" } else { "B" }.into(), from(p)]
    };
    tokens.pieces.iter().enumerate().map(row).collect()
}

#[component]
pub fn Table(asked: Signal<TextPair>, tokens: Signal<Arc<Tokens>>) -> impl IntoView {
    let body = move || {
        let row = |[position, piece, id, segment, from]: [String; 5]| {
            view! {
                <tr>
                    <td class="num">{position}</td><td class="mono">{piece}</td><td class="num">{id}</td>
                    <td>{segment}</td><td>{from}</td>
                </tr>
            }
        };
        rows(&asked.get(), &tokens.get()).into_iter().map(row).collect::<Vec<_>>()
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=here::TABLE>
            <table data-testid="table">
                <thead><tr>{here::TABLE_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}
