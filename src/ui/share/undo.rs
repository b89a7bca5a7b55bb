//! Undo and redo of a lesson's texts and settings: buttons in the bar, and the keys that every editor has.

use crate::ui::logic::address::Address;
use crate::ui::logic::history::History;
use crate::ui::store::store;
use crate::ui::words::share as words;
use leptos::{ev, prelude::*};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast as _;

/// Boxes undo their own letters.
const BOXES: &str = "textarea, input:not([type=range], [type=checkbox], [type=radio], [type=file]), [contenteditable]";

#[component]
pub fn UndoRedo() -> impl IntoView {
    let store = store();
    // Each lesson's own: to undo never leaves the lesson. The browser's back does that.
    let histories = StoredValue::new(BTreeMap::<&'static str, History>::new());
    let can = RwSignal::new((false, false));
    let with = move |act: &dyn Fn(&mut History) -> Option<Address>| {
        let lesson = store.address.with_untracked(|a| a.lesson.slug());
        histories.try_update_value(|all| {
            let history = all.entry(lesson).or_default();
            let state = act(history);
            can.set(history.can());
            state
        })
    };
    Effect::new(move || {
        let state = store.address.get();
        with(&|history| {
            history.note(&state, js_sys::Date::now());
            None
        });
    });
    let step = move |forth: bool| {
        let state = with(&|history| if forth { history.redo() } else { history.undo() }).flatten();
        if let Some(state) = state {
            store.address.update(|a| *a = Address { engine: a.engine, cased: a.cased, ..state });
        }
    };
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
        let (name, mark) = if forth { (words::REDO, "↷") } else { (words::UNDO, "↶") };
        let dead = move || if forth { !can.get().1 } else { !can.get().0 };
        view! {
            <button class="ghost" aria-label=name title=name disabled=dead on:click=move |_| step(forth)
                data-testid=if forth { "redo" } else { "undo" }>{mark}</button>
        }
    };
    view! { {button(false)}{button(true)} }
}
