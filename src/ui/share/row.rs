//! The row below a figure: copy, save, pin; and what changed since it was pinned.

use super::compared::ComparedView;
use super::pins::{Pin, Pins};
use super::{Card, element, labels, picture, read};
use crate::ui::browser;
use crate::ui::logic::shot::Shot;
use crate::ui::store::store;
use crate::ui::words::share as words;
use leptos::prelude::*;
use std::time::Duration;
use web_sys::Element;

/// How long the row says what was done.
const SAID: Duration = Duration::from_millis(2_400);

/// The picture of a card that was read, with its width and height.
fn drawn(card: &Element, shot: &Shot) -> Option<(String, [f64; 2])> {
    picture::svg_of(card, &format!("{}: {}", shot.lesson, shot.title), &shot.caption(&labels()))
}

/// `looks` rises whenever the page has changed and rests again.
#[component]
pub fn Row(card: Card, has_table: Memo<bool>, looks: RwSignal<u32>) -> impl IntoView {
    let store = store();
    let pins = Pins::expect();
    let said = RwSignal::new("");
    let say = move |what: &'static str| {
        said.try_set(what);
        let quiet = move || {
            said.try_set("");
        };
        set_timeout(quiet, SAID);
    };
    let number = card.number;
    // What is on the page must be the answer to what stands in the boxes, or it would be labelled wrong.
    let read = move || match element(number) {
        Some(found) if read::is_stale(&found) => {
            say(*words::UNDER_WAY);
            None
        }
        found => found.map(|found| (read::shot(store, &found), found)),
    };
    let told = move |done: bool| say(if done { *words::SAVED } else { *words::NOT_SAVED });
    let copy = move |_| {
        let Some((shot, _)) = read() else { return };
        let text = shot.to_text(&format!("{}#{}", browser::page_url(), shot.fragment), &labels());
        leptos::task::spawn_local(async move {
            say(if browser::copy(&text).await { *words::COPIED } else { *words::NOT_COPIED });
        });
    };
    let csv = move |_| {
        let Some((shot, _)) = read() else { return };
        let name = format!("{}.csv", shot.file_name());
        told(browser::download(&name, "text/csv", &shot.to_csv(&labels())).is_ok());
    };
    let svg = move |_| {
        let Some((shot, found)) = read() else { return };
        let name = format!("{}.svg", shot.file_name());
        told(drawn(&found, &shot).is_some_and(|(svg, _)| browser::download(&name, "image/svg+xml", &svg).is_ok()));
    };
    let png = move |_| {
        let Some((shot, found)) = read() else { return };
        let Some((svg, size)) = drawn(&found, &shot) else { return told(false) };
        leptos::task::spawn_local(async move {
            told(picture::save_png(format!("{}.png", shot.file_name()), svg, size).await.is_ok());
        });
    };
    let pin = move |_| {
        let Some((shot, found)) = read() else { return };
        let picture = drawn(&found, &shot).map(|(svg, _)| svg).unwrap_or_default();
        pins.add(shot, picture);
        say(*words::PINNED);
    };
    let figure = card.figure.clone();
    // The pin that this figure is held against: the one set beside, or else the newest of its own.
    let pinned: Memo<Option<Pin>> = Memo::new(move |_| {
        let here = Shot { id: read::id(store, &figure), ..Shot::default() };
        pins.of(&here)
    });
    view! {
        <div class="tools" data-testid="tools">
            <div class="take" role="group" aria-label=words::row(&card.figure)>
                <button class="plain" data-testid="take-text" on:click=copy>{words::COPY}</button>
                <Show when=move || has_table.get()><button class="plain" data-testid="take-csv" on:click=csv>{words::CSV}</button></Show>
                <button class="plain" data-testid="take-svg" on:click=svg>{words::SVG}</button>
                <button class="plain" data-testid="take-png" on:click=png>{words::PNG}</button>
                <button class="plain" data-testid="take-pin" title=words::PIN_TITLE on:click=pin>{words::PIN}</button>
                <span role="status">{said}</span>
            </div>
            <ComparedView number pinned looks/>
        </div>
    }
}
