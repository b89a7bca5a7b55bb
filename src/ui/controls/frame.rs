//! The parts every lesson is made of.

use crate::protocol::Kind;
use crate::ui::browser;
use crate::ui::store::{Health, store};
use crate::ui::words::{self, shell};
use leptos::prelude::*;

/// The article's claim and the headline.
#[component]
pub fn Head(#[prop(into)] kicker: (&'static str, &'static str), #[prop(into)] title: &'static str) -> impl IntoView {
    view! {
        <p class="kicker">{kicker.0}<q>{kicker.1}</q></p>
        <h1>{title}</h1>
    }
}

/// A section of the aside.
#[component]
pub fn Section(#[prop(into)] title: &'static str, children: Children) -> impl IntoView {
    view! { <section><h2>{title}</h2>{children()}</section> }
}

/// The three sections of an aside that has a sentence or two in each.
#[component]
pub fn Remarks(
    #[prop(into)] look: &'static str,
    #[prop(into)] article: &'static str,
    #[prop(into)] misleads: &'static str,
) -> impl IntoView {
    let titles = [*words::lessons::LOOK_FOR, *words::lessons::ARTICLE_SAYS, *words::lessons::MISLEADS];
    titles
        .into_iter()
        .zip([look, article, misleads])
        .map(|(title, text)| view! { <Section title><p>{text}</p></Section> })
        .collect_view()
}

/// The figure in words: open at once on phones.
#[component]
pub fn Twin(children: Children) -> impl IntoView {
    view! {
        <details class="twin" open=browser::is_narrow() data-testid="twin">
            <summary>{shell::IN_WORDS}</summary>
            {children()}
        </details>
    }
}

/// Says that the answer shown was not computed in this run.
#[component]
pub fn Recorded(#[prop(into)] on: Signal<bool>) -> impl IntoView {
    view! {
        <Show when=move || on.get()>
            <span class="recorded" data-testid="recorded" title=shell::RECORDED_TITLE>{shell::RECORDED}</span>
        </Show>
    }
}

/// What keeps this question from being answered: the failure, or that the model is not in yet.
#[component]
pub fn Told(kind: Kind, #[prop(into)] answered: Signal<bool>) -> impl IntoView {
    let store = store();
    let text = move || match store.failure(kind) {
        Some(failure) => Some(words::failure(&failure)),
        None if !answered.get() && store.health.get() != Health::Ready => Some(shell::WAITING.to_owned()),
        None => None,
    };
    view! {
        <div role="status">{move || text().map(|t| view! { <p class="told-off" data-testid="told">{t}</p> })}</div>
    }
}

/// A quiet line.
#[component]
pub fn Note(children: Children) -> impl IntoView {
    view! { <p class="note">{children()}</p> }
}
