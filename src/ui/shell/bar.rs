//! The top bar: mark, engine chip, privacy, pins, undo, link, language, theme.

use super::engine_panel::EnginePanel;
use crate::engine::EngineKind;
use crate::ui::browser;
use crate::ui::carried::Carried;
use crate::ui::logic::address::Address;
use crate::ui::logic::language::Language;
use crate::ui::logic::model::Model;
use crate::ui::logic::number::{bytes, milliseconds};
use crate::ui::share::{PinChip, PinPanel, UndoRedo};
use crate::ui::store::{Health, store};
use crate::ui::words::shell as words;
use leptos::{ev, prelude::*};
use std::time::Duration;

#[component]
pub fn Bar() -> impl IntoView {
    let store = store();
    let home = move || format!("#{}", store.address.with(Address::home).to_fragment());
    view! {
        <header class="bar">
            <a class="mark" href=home>"Bert"<i>"scope"</i></a>
            <Pop id="engine" chip=|open| view! { <EngineChip open/> }.into_any()>
                <EnginePanel/>
            </Pop>
            <Pop id="private" chip=|open| view! { <PrivateChip open/> }.into_any()>
                <div class="panel small">{words::PRIVATE_OPEN}</div>
            </Pop>
            <Pop id="pins" chip=|open| view! { <PinChip open/> }.into_any()>
                <PinPanel/>
            </Pop>
            <div class="push"><UndoRedo/><CopyLink/><OtherLanguage/><Theme/></div>
        </header>
    }
}

/// A chip that opens a panel below it; Escape or a click elsewhere closes it.
#[component]
fn Pop(id: &'static str, chip: fn(RwSignal<bool>) -> AnyView, children: ChildrenFn) -> impl IntoView {
    let open = RwSignal::new(false);
    let store = store();
    Effect::new(move |before: Option<u32>| {
        let escapes = store.escapes.get();
        if before.is_some_and(|b| b != escapes) && open.get_untracked() {
            open.set(false);
            browser::focus(&format!("{id}-chip"));
        }
        escapes
    });
    let place: NodeRef<leptos::html::Div> = NodeRef::new();
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|t| wasm_bindgen::JsCast::dyn_into::<web_sys::Node>(t).ok());
        let inside = place.get_untracked().is_some_and(|p| p.contains(target.as_ref()));
        if open.get_untracked() && !inside {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let children = StoredValue::new(children);
    view! {
        <div class="pop" node_ref=place>
            {chip(open)}
            <Show when=move || open.get()>{children.with_value(|c| c())}</Show>
        </div>
    }
}

#[component]
fn EngineChip(open: RwSignal<bool>) -> impl IntoView {
    let store = store();
    let ready = move || store.health.get() == Health::Ready;
    let kind = move || {
        store.engine.with(|e| {
            e.as_ref().filter(|_| ready()).map_or("none", |e| match e.kind {
                EngineKind::Gpu => "gpu",
                EngineKind::Cpu => "cpu",
            })
        })
    };
    let name = move || match store.health.get() {
        Health::Asking => *words::NO_ENGINE,
        Health::Loading if store.loading.with(Option::is_none) => *words::STARTING,
        Health::Loading => *words::LOADING,
        Health::Stopped(_) | Health::Dead(_) => *words::STOPPED,
        Health::Ready => store.engine.with(|e| match e {
            Some(e) if e.kind == EngineKind::Gpu && e.software => *words::GPU_SOFTWARE,
            Some(e) if e.kind == EngineKind::Gpu => *words::GPU,
            _ => *words::CPU,
        }),
    };
    let tone = move || match store.health.get() {
        Health::Loading => "busy",
        Health::Stopped(_) | Health::Dead(_) => "bad",
        _ if store.proof.with(|p| p.as_ref().is_some_and(|p| !p.passed)) => "bad",
        _ => "",
    };
    let more = move || {
        let mut parts = Vec::new();
        if ready() {
            if store.model.get() != Model::Base {
                parts.extend(store.loaded.with(|l| l.as_ref().map(|l| l.title.clone())));
            }
            store.engine.with(|e| {
                if let Some(e) = e {
                    if e.kind == EngineKind::Gpu && !e.adapter.is_empty() {
                        parts.push(e.adapter.clone());
                    }
                    parts.push(format!("{}, {}", e.scheme, bytes(e.weight_bytes)));
                }
            });
            store.stats.with(|s| parts.extend(s.as_ref().map(|s| milliseconds(s.total_ms))));
            store.proof.with(|p| {
                parts.extend(
                    p.as_ref().map(|p| if p.passed { *words::CHECKED } else { *words::CHECK_FAILED }.to_owned()),
                );
            });
        }
        parts.join(" · ")
    };
    view! {
        <button class="chip engine-chip" id="engine-chip" data-testid="engine-chip" data-engine=kind data-tone=tone
            data-ready=move || ready().to_string() aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|o| *o = !*o)>
            <b>{name}</b><span>{more}</span>
        </button>
    }
}

#[component]
fn PrivateChip(open: RwSignal<bool>) -> impl IntoView {
    let store = store();
    let offline = RwSignal::new(false);
    Effect::new(move || {
        if store.health.get() == Health::Ready {
            // The service worker takes the page over some moments after it is in.
            let look = move || offline.set(browser::is_kept_offline());
            look();
            set_timeout(look, Duration::from_secs(3));
        }
    });
    let name = move || if offline.get() { *words::OFFLINE } else { *words::PRIVATE };
    view! {
        <button class="chip private on" id="private-chip" aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|o| *o = !*o)>
            <b>{name}</b><span>{words::PRIVATE_MORE}</span>
        </button>
    }
}

#[component]
fn CopyLink() -> impl IntoView {
    let store = store();
    let said = RwSignal::new(*words::LINK);
    let copy = move |_| {
        let fragment = store.address.with_untracked(|a| a.to_fragment());
        if fragment.len() > 8_192 {
            said.set(*words::LINK_TOO_LONG);
        } else {
            let link = format!("{}#{fragment}", browser::page_url());
            leptos::task::spawn_local(async move {
                if browser::copy(&link).await {
                    said.try_set(*words::LINK_COPIED);
                }
            });
        }
        set_timeout(move || said.set(*words::LINK), Duration::from_millis(1600));
    };
    view! { <button class="ghost" title=words::LINK_TITLE on:click=copy aria-live="polite" data-testid="link">{said}</button> }
}

/// Leads to the page in the other language, and back.
#[component]
fn OtherLanguage() -> impl IntoView {
    const ID: &str = "language";
    let (store, carried): (_, Carried) = (store(), expect_context());
    let other = Language::ALL.into_iter().find(|(language, ..)| *language != Language::now());
    other.map(|(language, code, name)| {
        let mark = code.to_uppercase();
        let switch = move |_| {
            browser::keep_language(language);
            browser::write_in(language);
            let (place, unfolded) = (browser::scrolled(), browser::unfolded());
            carried.take_up();
            store.language.set(language);
            // The page that was is gone, and the button with it: the keyboard goes on at its twin.
            request_animation_frame(move || {
                carried.set_down();
                browser::unfold(&unfolded);
                browser::scroll_to(place);
                browser::focus(ID);
            });
        };
        view! {
            <button class="ghost" id=ID lang=code title=name on:click=switch data-testid="language">
                {mark}<span class="sr">" "{name}</span>
            </button>
        }
    })
}

#[component]
fn Theme() -> impl IntoView {
    let store = store();
    let theme = RwSignal::new(browser::theme());
    let next = move |_| {
        let at = theme.with_untracked(|t| words::THEMES.iter().position(|(name, _)| name == t).unwrap_or(0));
        let (name, _) = words::THEMES[(at + 1) % words::THEMES.len()];
        browser::set_theme(name);
        theme.set(name.into());
        store.repaints.update(|n| *n += 1);
    };
    let said = move || {
        let known = theme.with(|t| words::THEMES.iter().find(|(name, _)| name == t).map(|(_, said)| *said));
        format!("{}: {}", *words::THEME, known.unwrap_or(words::THEMES[0].1))
    };
    let mark = move || match theme.get().as_str() {
        "light" => "○",
        "dark" => "●",
        _ => "◐",
    };
    view! { <button class="ghost" aria-label=said title=said on:click=next data-testid="theme">{mark}</button> }
}
