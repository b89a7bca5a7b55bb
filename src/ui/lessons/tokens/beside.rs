//! The same text by the vocabularies of both of the page's models, side by side.

use super::case::cut;
use crate::protocol::{Kind, Task, TextPair, Tokens};
use crate::ui::controls::CasedButton;
use crate::ui::lessons::text::set_text;
use crate::ui::logic::model::{BASE, CASED, Model, is_not_on_this_host, title};
use crate::ui::logic::openings::CAPITALS_TEXT;
use crate::ui::store::store;
use crate::ui::words::{self, cased as here};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

#[component]
pub fn Beside(asked: Signal<TextPair>, tokens: Signal<Arc<Tokens>>, is_recorded: Signal<bool>) -> impl IntoView {
    let store = store();
    let both = store.cased.both;
    Effect::new(move || {
        let Some(task) = store.beside_task(asked.get()) else { return };
        let known = store.beside.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task));
        let empty = task.text.a.trim().is_empty();
        if both.get() && !known && !empty && store.vocabulary_ready.get() {
            store.ask(Task::Beside(task));
        }
    });
    let other = Signal::derive(move || {
        let task = store.beside_task(asked.get())?;
        store.beside.get().filter(|g| g.question == task).map(|g| g.answer)
    });
    // Live on both sides, or not at all.
    let rows = move || {
        let (other, this) = (other.get()?, tokens.get());
        if is_recorded.get() {
            return None;
        }
        let on_cased = store.model.get() == Model::Cased;
        let (uncased, cased) = if on_cased { (&other, &this) } else { (&this, &other) };
        let name = |model| title(model).unwrap_or_default().to_owned();
        let told = here::told(count(uncased), count(cased), same(uncased, cased));
        Some(view! {
            <div class="split">
                <div>{cut(name(Model::Base), "beside-uncased", uncased)}</div>
                <div>{cut(name(Model::Cased), "beside-cased", cased)}</div>
            </div>
            <p class="note" data-testid="beside-told">{told}</p>
        })
    };
    let failed = move || {
        let failure = store.failure(Kind::Beside)?;
        let text = match is_not_on_this_host(&failure) && store.model.get() == Model::Base {
            true => here::VOCABULARY_NOT_HERE.to_owned(),
            false => words::failure(&failure),
        };
        Some(view! { <p class="told-off" data-testid="beside-failed">{text}</p> })
    };
    let compare = move || {
        let (other, weighs) = match store.model.get() {
            Model::Cased => (Model::Base, *BASE),
            _ => (Model::Cased, *CASED),
        };
        here::compare(other, weighs.vocabulary)
    };
    let capitals = move |_| set_text(store, TextPair { a: CAPITALS_TEXT.into(), b: None });
    view! {
        <Show when=move || store.model.get() != Model::Own>
            <header class="plain-head"><h2>{here::BESIDE}</h2></header>
            <p>{here::BESIDE_TEXT}</p>
            <div class:stale=move || store.is_busy(Kind::Beside) class="cases">{rows}</div>
            <div role="status">{failed}</div>
            <div class="under">
                <Show when=move || !both.get()>
                    <button class="btn" data-testid="beside-compare" on:click=move |_| both.set(true)>{compare}</button>
                </Show>
                <CasedButton/>
                <button class="act" data-testid="beside-try" on:click=capitals>{here::TRY}</button>
            </div>
        </Show>
    }
}

fn count(tokens: &Tokens) -> usize {
    tokens.pieces.iter().filter(|p| p.span.is_some()).count()
}

/// Pieces that are spelled alike in both, each as often as it stands in both.
fn same(a: &Tokens, b: &Tokens) -> usize {
    let mut left = BTreeMap::<&str, usize>::new();
    a.pieces.iter().filter(|p| p.span.is_some()).for_each(|p| *left.entry(&p.text).or_default() += 1);
    let taken = |p: &&crate::protocol::Piece| match left.get_mut(p.text.as_str()) {
        Some(n) if *n > 0 => {
            *n -= 1;
            true
        }
        _ => false,
    };
    b.pieces.iter().filter(|p| p.span.is_some()).filter(taken).count()
}
