//! The token chip: the one mark that all lessons share.

use crate::protocol::{Piece, PieceKind};
use leptos::prelude::*;

/// The chip's classes say what the piece is: segment, special, mask, unknown, continuation.
pub fn classes(piece: &Piece) -> &'static str {
    match (piece.kind, piece.segment) {
        (PieceKind::Special, _) => "tok sp",
        (PieceKind::Mask, _) => "tok mask",
        (PieceKind::Unknown, _) => "tok unk",
        (PieceKind::Start, 0) => "tok",
        (PieceKind::Start, _) => "tok b",
        (PieceKind::Continuation, 0) => "tok cont",
        (PieceKind::Continuation, _) => "tok b cont",
    }
}

/// Hover previews, click pins.
#[component]
pub fn Token(
    piece: Piece,
    index: usize,
    #[prop(default = true)] with_id: bool,
    #[prop(into)] pinned: Signal<bool>,
    #[prop(into)] lit: Signal<bool>,
    hover: impl Fn(Option<usize>) + Copy + 'static,
    pin: impl Fn(usize) + Copy + 'static,
) -> impl IntoView {
    view! {
        <button class=classes(&piece) class:lit=move || lit.get() aria-pressed=move || pinned.get().to_string()
            lang="en" data-testid="tok" data-id=piece.id.to_string() data-piece=piece.text.clone()
            on:pointerenter=move |_| hover(Some(index)) on:pointerleave=move |_| hover(None)
            on:focus=move |_| hover(Some(index)) on:blur=move |_| hover(None) on:click=move |_| pin(index)>
            {piece.text.clone()}{with_id.then(|| view! { <small>{piece.id}</small> })}
        </button>
    }
}
