//! Pairs of texts a word apart.

use super::asked::use_asked;
use super::question::{Question, set_text};
use super::working::Trouble;
use crate::protocol::Purpose;
use crate::ui::controls::{Recorded, Twin};
use crate::ui::figures::poles::Poles;
use crate::ui::logic::openings::{CONTRASTS, Contrast};
use crate::ui::logic::review::task;
use crate::ui::logic::verdict::{positive, shares};
use crate::ui::store::store;
use crate::ui::words::sentiment as here;
use leptos::prelude::*;

#[component]
pub fn Contrasts(question: Question) -> impl IntoView {
    let store = store();
    // The visitor's own review goes first.
    let wanted = Memo::new(move |_| {
        question.whole.answered().then(|| task(Purpose::Contrast, CONTRASTS.iter().flat_map(|c| c.texts)))
    });
    let asked = use_asked(store, Purpose::Contrast, wanted);
    let row = move |i: usize| asked.latest().and_then(|a| a.rows.get(i).cloned());
    let line = move |i: usize, text: &'static str| {
        let p = Signal::derive(move || row(i).as_ref().and_then(positive));
        let both = Signal::derive(move || row(i).as_ref().and_then(shares));
        view! {
            <button type="button" class="sentence-row" data-testid="contrast" data-positive=move || p.get().map(|p| p.to_string())
                on:click=move |_| take(store, text)>
                <span class="w" lang="en">{text}</span>
                <Poles shares=both/>
                <span class="v">{move || both.get().map_or("—".into(), here::share)}</span>
            </button>
        }
    };
    let pair = move |(n, c): (usize, &'static Contrast)| {
        let fails = c.fails.then(|| {
            let wrong = c.texts[1];
            view! { <p class="fails"><b>{here::CONTRAST_FAILS}</b>" "{here::contrast_fails(wrong, c.labels[1])}</p> }
        });
        view! { <div class="pair">{line(2 * n, c.texts[0])}{line(2 * n + 1, c.texts[1])}{fails}</div> }
    };
    let words = move || {
        let texts = CONTRASTS.iter().flat_map(|c| c.texts).enumerate();
        texts.filter_map(|(i, t)| Some(view! { <li>{here::row_said(t, positive(&row(i)?)?)}</li> })).collect::<Vec<_>>()
    };
    view! {
        <section class="card" aria-label=here::CONTRASTS_TITLE>
            <header>
                <h2>{here::CONTRASTS_TITLE}</h2>
                <Recorded on=Signal::derive(move || asked.is_recorded())/>
            </header>
            <p class="about">{here::CONTRASTS_ABOUT}</p>
            <Trouble asked/>
            <div class="answer" class:stale=move || asked.is_stale()>
                <div class="sentence-rows pairs">{CONTRASTS.iter().enumerate().map(pair).collect_view()}</div>
                <Twin><ul>{words}</ul></Twin>
            </div>
        </section>
    }
}

/// Into the box, which may be out of sight.
fn take(store: crate::ui::store::Store, text: &str) {
    set_text(store, text.to_owned());
    crate::ui::browser::show("lesson");
}
