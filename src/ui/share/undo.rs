//! Undo and redo of a lesson's texts and settings: buttons in the bar, and the keys that every editor has.

use crate::ui::logic::address::Address;
use crate::ui::logic::history::History;
use crate::ui::store::Store;
use crate::ui::words::share as words;
use leptos::{ev, prelude::*};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast as _;

/// Boxes undo their own letters.
const BOXES: &str = "textarea, input:not([type=range], [type=checkbox], [type=radio], [type=file]), [contenteditable]";

/// What can be taken back and done again. Each lesson has its own: to undo never leaves the lesson. The browser's back
/// does that.
#[derive(Clone, Copy)]
pub struct Histories {
    store: Store,
    all: StoredValue<BTreeMap<&'static str, History>>,
    can: RwSignal<(bool, bool)>,
}

impl Histories {
    /// Notes every state of the page.
    pub fn following(store: Store) -> Self {
        let this = Self { store, all: StoredValue::new(BTreeMap::new()), can: RwSignal::new((false, false)) };
        Effect::new(move || {
            let state = store.address.get();
            this.with(&|history| {
                history.note(&state, js_sys::Date::now());
                None
            });
        });
        this
    }

    fn with(&self, act: &dyn Fn(&mut History) -> Option<Address>) -> Option<Address> {
        let lesson = self.store.address.with_untracked(|a| a.lesson.slug());
        let state = self.all.try_update_value(|all| {
            let history = all.entry(lesson).or_default();
            let state = act(history);
            self.can.set(history.can());
            state
        });
        state.flatten()
    }

    fn step(&self, forth: bool) {
        if let Some(state) = self.with(&|history| if forth { history.redo() } else { history.undo() }) {
            self.store.address.update(|a| *a = Address { engine: a.engine, cased: a.cased, ..state });
        }
    }
}

#[component]
pub fn UndoRedo() -> impl IntoView {
    let histories: Histories = expect_context();
    let can = histories.can;
    let step = move |forth: bool| histories.step(forth);
    let keyed = window_event_listener(ev::keydown, move |event| {
        let forth = match event.key().as_str() {
            "z" | "Z" => event.shift_key(),
            "y" | "Y" => true,
            _ => return,
        };
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let in_box = target.is_some_and(|t| t.matches(BOXES).unwrap_or(false));
        if (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !in_box {
            event.prevent_default();
            step(forth);
        }
    });
    on_cleanup(move || keyed.remove());
    let button = move |forth: bool| {
        let (name, mark) = if forth { (*words::REDO, "↷") } else { (*words::UNDO, "↶") };
        let dead = move || if forth { !can.get().1 } else { !can.get().0 };
        view! {
            <button class="ghost" aria-label=name title=name disabled=dead on:click=move |_| step(forth)
                data-testid=if forth { "redo" } else { "undo" }>{mark}</button>
        }
    };
    view! { {button(false)}{button(true)} }
}
