//! Pinned results: kept while the page is open, listed in the bar, set beside what comes next.

use super::labels;
use crate::ui::logic::shot::Shot;
use crate::ui::words::share as words;
use leptos::prelude::*;

/// Results kept, at most: each holds a picture.
const MOST: usize = 24;

/// A result as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub id: usize,
    pub shot: Shot,
    /// An SVG; empty if the browser gave none.
    pub picture: String,
}

impl Pin {
    fn name(&self) -> String {
        format!("{}: {}", self.shot.lesson, self.shot.title)
    }
}

#[derive(Clone, Copy)]
pub struct Pins {
    all: RwSignal<Vec<Pin>>,
    beside: RwSignal<Option<usize>>,
    next: StoredValue<usize>,
}

impl Pins {
    pub fn new() -> Self {
        Self { all: RwSignal::new(Vec::new()), beside: RwSignal::new(None), next: StoredValue::new(0) }
    }

    /// Those of the page; every component lies below the app, which provides them.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Pins a result; the oldest goes when there are too many.
    pub fn add(&self, shot: Shot, picture: String) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.all.update(|all| {
            if all.len() == MOST {
                all.remove(0);
            }
            all.push(Pin { id, shot, picture });
        });
    }

    pub fn release(&self, id: usize) {
        self.all.update(|all| all.retain(|p| p.id != id));
    }

    /// The pin that a figure is held against: the one set beside if it is of that figure, else its newest.
    pub fn of(&self, shot: &Shot) -> Option<Pin> {
        let beside = self.beside.get();
        self.all.with(|all| {
            let mut own = all.iter().filter(|p| p.shot.is_of(shot));
            own.clone().find(|p| Some(p.id) == beside).or_else(|| own.next_back()).cloned()
        })
    }

    fn beside(&self) -> Option<Pin> {
        let id = self.beside.get()?;
        self.all.with(|all| all.iter().find(|p| p.id == id).cloned())
    }
}

/// The chip in the bar, once there is a pin.
#[component]
pub fn PinChip(open: RwSignal<bool>) -> impl IntoView {
    let pins = Pins::expect();
    let count = Memo::new(move |_| pins.all.with(Vec::len));
    Effect::new(move || {
        if count.get() == 0 {
            open.set(false);
        }
    });
    view! {
        <Show when=move || { count.get() > 0 }>
            <button class="chip pins" id="pins-chip" data-testid="pins-chip" aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|o| *o = !*o)><b>{count}<span>{words::PINNED_CHIP}</span></b></button>
        </Show>
    }
}

/// All pins: the newest first, each with its link.
#[component]
pub fn PinPanel() -> impl IntoView {
    let pins = Pins::expect();
    let item = move |pin: Pin| {
        let id = pin.id;
        let is_beside = move || pins.beside.get() == Some(id);
        let toggle = move |_| pins.beside.update(|b| *b = if *b == Some(id) { None } else { Some(id) });
        let name = pin.name();
        let caption = pin.shot.caption(&labels()).join(" · ");
        view! {
            <li data-testid="pin">
                <a href=format!("#{}", pin.shot.fragment) title=words::OPEN_AS_WAS>{name.clone()}</a>
                <p class="note">{caption}</p>
                <div class="doing">
                    <button class="btn" aria-pressed=move || is_beside().to_string() aria-label=words::set_beside(&name) on:click=toggle data-testid="set-beside">{words::BESIDE}</button>
                    <button class="btn" aria-label=words::release(&name) on:click=move |_| pins.release(id)>{words::RELEASE}</button>
                </div>
            </li>
        }
    };
    let list = move || pins.all.get().into_iter().rev().map(item).collect::<Vec<_>>();
    view! {
        <section class="panel" aria-label=words::PINS data-testid="pins">
            <header>
                <h2>{words::PINS}</h2>
                <button class="btn" on:click=move |_| pins.all.set(Vec::new())>{words::RELEASE_ALL}</button>
            </header>
            <p class="note">{words::PINS_NOTE}</p>
            <ul>{list}</ul>
        </section>
    }
}

/// The pin that was set beside, above whatever lesson is open.
#[component]
pub fn SetBeside() -> impl IntoView {
    let pins = Pins::expect();
    let shown = move || {
        let pin = pins.beside()?;
        let source = format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&pin.picture));
        let words_of = pin.shot.lines.iter().map(|l| view! { <p>{l.clone()}</p> }).collect::<Vec<_>>();
        Some(view! {
            <aside class="set-beside" aria-label=words::as_it_was(&pin.name()) data-testid="beside">
                <header>
                    <h2>{words::as_it_was(&pin.name())}</h2>
                    <a href=format!("#{}", pin.shot.fragment)>{words::OPEN_AS_WAS}</a>
                    <button class="btn" on:click=move |_| pins.beside.set(None)>{words::NOT_BESIDE}</button>
                </header>
                {(!pin.picture.is_empty()).then(|| view! { <img src=source alt=pin.shot.caption(&labels()).join(" · ")/> })}
                <details class="twin"><summary>{crate::ui::words::shell::IN_WORDS}</summary>{words_of}</details>
            </aside>
        })
    };
    view! { {shown} }
}
