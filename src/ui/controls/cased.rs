//! The page's second model: its button, and the remark on numbers that are the first one's.

use crate::ui::logic::model::{CASED, Model};
use crate::ui::store::store;
use crate::ui::words::cased as words;
use leptos::prelude::*;

/// Loads the cased model, and goes back from it.
#[component]
pub fn CasedButton() -> impl IntoView {
    let store = store();
    let load = move || {
        view! {
            <button class="btn" data-testid="cased-load" on:click=move |_| store.use_cased(true)>
                {words::load(CASED.weights)}
            </button>
        }
    };
    view! {
        <Show when=move || store.model.get() == Model::Cased fallback=load>
            <button class="btn" data-testid="cased-back" on:click=move |_| store.use_cased(false)>{words::BACK}</button>
        </Show>
    }
}

/// Says of recorded numbers that they are the uncased model's, where the page runs on another.
#[component]
pub fn OfUncased() -> impl IntoView {
    let store = store();
    view! {
        <Show when=move || store.model.get() != Model::Base>
            <p class="note" data-testid="of-uncased">{words::OF_UNCASED}</p>
        </Show>
    }
}
