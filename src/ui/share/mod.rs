//! What every figure has: copy, save and pin. Cards are found on the page as it is drawn, so that a figure
//! needs to do nothing for it: whatever stands in a card as words, tables, SVG or canvas can be taken along.

mod compared;
mod pen;
mod picture;
mod pins;
mod read;
mod row;
mod undo;

pub use pins::{PinChip, PinPanel, Pins, SetBeside};
pub use undo::{Histories, UndoRedo};

use crate::ui::browser;
use crate::ui::logic::shot::Labels;
use crate::ui::words::share as words;
use leptos::portal::Portal;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserver, MutationObserverInit};

/// How long the page has to rest before its figures are looked at again.
const REST: Duration = Duration::from_millis(150);

/// What comes with all that is taken along.
fn labels() -> Labels {
    Labels { columns: *words::COLUMNS, live: *words::LIVE, recorded: *words::RECORDED }
}

/// A figure on the page. Its element carries the number as `data-card`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Card {
    number: usize,
    figure: String,
    has_table: bool,
}

/// Puts a row of tools below every figure of `main`, and keeps up with what comes and goes there.
#[component]
pub fn Tools() -> impl IntoView {
    let cards = RwSignal::new(Vec::<Card>::new());
    let looks = RwSignal::new(0u32);
    let waiting = StoredValue::new(false);
    let numbers = StoredValue::new(0);
    let look = move || {
        waiting.try_set_value(false);
        let now = find(numbers);
        // None: the page was made anew meanwhile.
        if cards.try_with_untracked(|c| *c != now).unwrap_or(false) {
            cards.set(now);
        }
        looks.try_update(|n| *n += 1);
    };
    let changed = Closure::<dyn FnMut()>::new(move || {
        if waiting.try_get_value() == Some(false) {
            waiting.set_value(true);
            set_timeout(look, REST);
        }
    });
    let observed = StoredValue::new_local(None::<MutationObserver>);
    on_cleanup(move || {
        if let Some(Some(observer)) = observed.try_update_value(Option::take) {
            observer.disconnect();
        }
    });
    Effect::new(move || {
        let Some(main) = document().get_element_by_id("lesson") else { return };
        let how = MutationObserverInit::new();
        how.set_child_list(true);
        how.set_character_data(true);
        how.set_subtree(true);
        if let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) {
            // Fails only for an observer of nothing.
            let _ = observer.observe_with_options(&main, &how);
            observed.set_value(Some(observer));
        }
        look();
    });
    let row = move |card: Card| {
        let number = card.number;
        // Tables come and go with what is pointed at; the row stays, and the focus in it.
        let has_table = Memo::new(move |_| cards.with(|all| all.iter().any(|c| c.number == number && c.has_table)));
        let mount = element(number);
        mount.map(|mount| view! { <Portal mount><row::Row card=card.clone() has_table looks/></Portal> })
    };
    view! { <For each=move || cards.get() key=|c| (c.number, c.figure.clone()) let:card>{row(card)}</For> }
}

/// The element of a figure, while it is on the page.
fn element(number: usize) -> Option<Element> {
    document().query_selector(&format!("main [data-card=\"{number}\"]")).ok().flatten()
}

/// Every card, and every part of the aside, in which something is drawn or counted.
fn find(numbers: StoredValue<usize>) -> Vec<Card> {
    let all = browser::all(&document().into(), "main section.card, main aside section");
    let card = |element: Element| {
        read::first(&element, "svg, canvas, table, .twin, .bars")?;
        let number = element.get_attribute("data-card").and_then(|n| n.parse().ok()).or_else(|| {
            let number = numbers.try_update_value(|n| {
                *n += 1;
                *n
            })?;
            element.set_attribute("data-card", &number.to_string()).ok()?;
            Some(number)
        })?;
        let has_table = read::first(&element, "td, [data-columns]").is_some();
        Some(Card { number, figure: read::figure(&element), has_table })
    };
    all.into_iter().filter_map(card).collect()
}
