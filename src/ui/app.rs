//! The page's frame: state from the address, the worker, the shell around one lesson.

use super::browser;
use super::carried::Carried;
use super::lessons::{LessonView, ManyState};
use super::logic::address::Address;
use super::logic::model::Model;
use super::recorded;
use super::share::{Histories, Pins, SetBeside, Tools};
use super::shell::{bar::Bar, foot::Foot, rail::Rail, told::Told};
use super::store::{Health, Store};
use super::words::shell as words;
use leptos::{ev, prelude::*};
use std::time::Duration;

/// Longest fragment that is written into the address; browsers refuse megabytes.
const MAX_FRAGMENT_BYTES: usize = 16_384;
/// Changes of the address at once, and the time that earns one more: the strictest browser takes
/// 100 in 30 s.
const ADDRESS_BURST: f64 = 20.0;
const ADDRESS_PAUSE_MS: u64 = 400;

pub fn mount() {
    console_error_panic_hook::set_once();
    if let Some(before) = document().get_element_by_id("before") {
        before.remove();
    }
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let language = browser::language();
    browser::write_in(language);
    let store = Store::new(Address::from_fragment(&current_fragment()), language);
    provide_context(store);
    provide_context(ManyState::new());
    provide_context(Pins::new());
    provide_context(Carried::new());
    provide_context(Histories::following(store));
    super::lab::follow(store);
    super::pretraining::follow(store);
    follow_address(store);
    window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            store.escapes.update(|n| *n += 1);
        }
    });
    if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
        let repaint = move || store.repaints.update(|n| *n += 1);
        let changed = wasm_bindgen::closure::Closure::<dyn Fn()>::new(repaint);
        query.set_onchange(Some(wasm_bindgen::JsCast::unchecked_ref(changed.as_ref())));
        // Lives as long as the page.
        changed.forget();
    }
    recorded::only_for(store.model.get_untracked() == Model::Base);
    if browser::saves_data() {
        store.health.set(Health::Asking)
    } else {
        store.start()
    }

    // Another language is another page over the same state.
    view! { <For each=move || [store.language.get()] key=|language| *language let:_language><Page/></For> }
}

/// All that is seen, in the language of the moment it is made.
#[component]
fn Page() -> impl IntoView {
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        browser::focus("lesson");
    };
    view! {
        <a class="skip" href="#lesson" on:click=skip>{words::SKIP}</a>
        <div class="page">
            <Bar/>
            <Told/>
            <Rail/>
            <main id="lesson" tabindex="-1"><SetBeside/><LessonView/></main>
            <Tools/>
            <Foot/>
        </div>
    }
}

fn current_fragment() -> String {
    location().hash().unwrap_or_default()
}

fn write_address(store: Store) {
    let fragment = store.address.with_untracked(Address::to_fragment);
    let current = current_fragment();
    if fragment.len() > MAX_FRAGMENT_BYTES || current.trim_start_matches('#') == fragment {
        return;
    }
    // A bare address stays bare until something differs from the opening.
    if current.is_empty() && store.address.with_untracked(|a| *a == Address::default()) {
        return;
    }
    if let Ok(history) = window().history() {
        let url = format!("#{fragment}");
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&url));
    }
}

/// State → address while the visitor works, address → state when they go back or follow a link.
fn follow_address(store: Store) {
    window_event_listener(ev::hashchange, move |_| {
        let read = Address::from_fragment(&current_fragment());
        if store.address.with_untracked(|a| *a != read) {
            // A link to the cased model leaves a visitor's own.
            if read.cased && store.address.with_untracked(|a| !a.cased) {
                store.own.using.set(false);
            }
            store.address.set(read);
        }
    });
    let waiting = StoredValue::new(false);
    let allowance = StoredValue::new((ADDRESS_BURST, js_sys::Date::now()));
    Effect::new(move || {
        store.address.track();
        let (left, at_ms) = allowance.get_value();
        let now_ms = js_sys::Date::now();
        let left = ADDRESS_BURST.min(left + (now_ms - at_ms) / ADDRESS_PAUSE_MS as f64);
        if left >= 1.0 {
            allowance.set_value((left - 1.0, now_ms));
            write_address(store);
        } else if !waiting.get_value() {
            waiting.set_value(true);
            let later = move || {
                waiting.set_value(false);
                allowance.set_value((0.0, js_sys::Date::now()));
                write_address(store);
            };
            set_timeout(later, Duration::from_millis(ADDRESS_PAUSE_MS));
        }
    });
    Effect::new(move || {
        store.language.track();
        let lesson = store.address.with(|a| a.lesson);
        document().set_title(&words::page_title(lesson));
    });
    Effect::new(move |before: Option<Model>| {
        let model = store.model.get();
        if before.is_some_and(|before| before != model) {
            store.follow_model(model);
        }
        model
    });
    Effect::new(move |engine: Option<crate::protocol::EngineChoice>| {
        let now = store.address.with(|a| a.engine);
        if engine.is_some_and(|before| before != now) && store.health.get_untracked() != Health::Asking {
            store.load();
        }
        now
    });
}
