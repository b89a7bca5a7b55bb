//! The text, or pair of texts, of the lessons that read it as it stands.

use crate::protocol::TextPair;
use crate::ui::controls::{SentenceBox, Tries};
use crate::ui::logic::address::Pick;
use crate::ui::store::Store;
use crate::ui::words::lessons as words;
use leptos::prelude::*;

/// The visitor's text, or the lesson's own until there is one.
pub fn use_text(store: Store, opening: fn() -> TextPair) -> Memo<TextPair> {
    Memo::new(move |_| store.address.with(|a| a.text.clone().unwrap_or_else(opening)))
}

/// What is asked of the worker: an empty second text is none.
pub fn use_question(text: Memo<TextPair>) -> Memo<TextPair> {
    Memo::new(move |_| {
        let mut asked = text.get();
        asked.b = asked.b.filter(|b| !b.trim().is_empty());
        asked
    })
}

pub fn set_text(store: Store, text: TextPair) {
    store.address.update(|a| a.text = Some(text));
}

/// Picks a piece; picking it again, or Escape, releases it.
pub fn use_pick(
    store: Store,
    opening: impl Fn() -> Option<usize> + Copy + Send + Sync + 'static,
) -> Signal<Option<usize>> {
    Effect::new(move |before: Option<u32>| {
        let escapes = store.escapes.get();
        if before.is_some_and(|b| b != escapes) && store.address.with_untracked(|a| a.piece != Pick::Nothing) {
            store.address.update(|a| a.piece = Pick::Nothing);
        }
        escapes
    });
    Signal::derive(move || match store.address.with(|a| a.piece) {
        Pick::Opening => opening(),
        Pick::Nothing => None,
        Pick::At(i) => Some(i),
    })
}

pub fn pick(store: Store, now: Option<usize>, index: usize) {
    let next = if now == Some(index) { Pick::Nothing } else { Pick::At(index) };
    store.address.update(|a| a.piece = next);
}

/// One box, or two when there is a second text.
#[component]
pub fn TextBoxes(text: Memo<TextPair>, tries: Vec<(String, Callback<()>)>) -> impl IntoView {
    let store = crate::ui::store::store();
    let first = Signal::derive(move || text.with(|t| t.a.clone()));
    let second = Signal::derive(move || text.with(|t| t.b.clone()));
    let has_second = Memo::new(move |_| second.with(Option::is_some));
    let edit = move |change: &dyn Fn(&mut TextPair)| {
        let mut pair = text.get_untracked();
        change(&mut pair);
        set_text(store, pair);
    };
    let toggle = move |_| edit(&|t| t.b = if t.b.is_some() { None } else { Some(String::new()) });
    view! {
        <div class="sentence">
            <SentenceBox label=words::TEXT_A testid="sentence" text=first typed=move |s| edit(&|t| t.a.clone_from(&s))/>
            {move || has_second.get().then(|| {
                let shown = Signal::derive(move || second.get().unwrap_or_default());
                let typed = move |s: String| edit(&|t| t.b = Some(s.clone()));
                view! { <SentenceBox label=words::TEXT_B testid="sentence-b" class="b" text=shown typed/> }
            })}
        </div>
        <Tries tries>
            <button class="plain" on:click=toggle data-testid="second-text">
                {move || if has_second.get() { *words::DROP_SECOND } else { *words::ADD_SECOND }}
            </button>
        </Tries>
    }
}
