//! What is asked of the picked piece, hidden, once a button is pressed.

use super::shown::Shown;
use crate::protocol::{Kind, PieceKind, Task};
use crate::ui::controls::Note;
use crate::ui::store::{Health, store};
use crate::ui::words::{self, heads as here};
use leptos::prelude::*;

/// What `make` asks at the picked piece's position; None where nothing is picked, or what the format added.
pub fn use_picked<T: PartialEq + Send + Sync + 'static>(
    shown: RwSignal<Option<Shown>>,
    picked: Signal<Option<usize>>,
    make: impl Fn(usize) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |_| {
        let position = picked.get()?;
        let piece = shown.with(|s| Some(s.as_ref()?.answer.tokens.pieces.get(position)?.kind))?;
        (piece != PieceKind::Special).then(|| make(position))
    })
}

/// The button's words: what it does, and while it is done.
#[derive(Clone, Copy)]
pub struct Act {
    pub testid: &'static str,
    pub act: &'static str,
    pub busy: &'static str,
}

/// A card with the button that asks for what stands below it.
#[component]
pub fn AskCard(
    name: &'static str,
    note: &'static str,
    act: Act,
    kind: Kind,
    #[prop(into)] task: Signal<Option<Task>>,
    children: Children,
) -> impl IntoView {
    let store = store();
    let busy = move || store.is_busy(kind);
    let off = move || store.health.get() != Health::Ready || busy() || task.with(Option::is_none);
    let ask = move |_| {
        if let Some(task) = task.get_untracked() {
            store.set_failure(kind, None);
            store.ask(task);
        }
    };
    let told = move || {
        let failed = store.failure(kind).map(|f| words::failure(&f));
        failed.or_else(|| task.with(Option::is_none).then(|| here::PICK_WORD.to_owned()))
    };
    view! {
        <section class="card" aria-label=name>
            <header><h2>{name}</h2></header>
            <p><button class="btn" data-testid=act.testid disabled=off on:click=ask>{move || if busy() { act.busy } else { act.act }}</button></p>
            <div role="status">{move || told().map(|t| view! { <p class="note">{t}</p> })}</div>
            {children()}
            <Note>{note}</Note>
        </section>
    }
}
