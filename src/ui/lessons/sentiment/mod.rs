//! Sentiment: what BERT makes of a review, and why.

mod answer;
mod asked;
mod contrasts;
mod guess;
mod judged;
mod many;
mod pointed;
mod question;
mod sentences;
mod slopes;
mod text;
mod twin;
mod windows;
mod working;

use crate::protocol::Purpose;
use crate::ui::controls::{Head, Section, SentenceBox, Tries};
use crate::ui::logic::number::percent;
use crate::ui::logic::verdict::pulls;
use crate::ui::logic::{openings, review};
use crate::ui::recorded;
use crate::ui::store::store;
use crate::ui::words::lessons as words;
use crate::ui::words::sentiment as here;
use answer::{Answer, Verdict, use_row};
use contrasts::Contrasts;
use judged::Judged;
use leptos::prelude::*;
use many::Many;
pub use many::ManyState;
use pointed::Pointed;
use question::{change, set_text, use_question};
use sentences::Sentences;
use slopes::{Ways, use_evidence};
use text::ReviewText;
use twin::InWords;
use windows::Windows;

/// Says whose model reads, when it is the visitor's.
#[component]
fn TheirModel() -> impl IntoView {
    let lab = store().lab;
    let shown = move || {
        lab.sentiment.get().map(|m| {
            view! {
                <p class="mixed" data-testid="their-model">
                    {here::their_model(&m.name, &m.labels)}" "
                    <button class="act" on:click=move |_| lab.sentiment.set(None)>{here::OURS}</button>
                </p>
            }
        })
    };
    view! { <div role="status">{shown}</div> }
}

#[component]
pub fn Sentiment() -> impl IntoView {
    let store = store();
    let question = use_question(store);
    let row = use_row(question);
    let pulls = Memo::new(move |_| {
        let (Some(whole), Some(without)) = (question.whole.answer(), question.evidence.answer()) else {
            return Vec::new();
        };
        whole.rows.first().map(|row| pulls(row, &without.rows)).unwrap_or_default()
    });
    let evidence = use_evidence(question);
    let hides = RwSignal::new(false);
    let (window, sentence) = (Pointed::new(), Pointed::new());
    let lit = Signal::derive(move || window.get().or_else(|| sentence.get()));
    let try_one = move |name: &str, text: &'static str| {
        (name.to_owned(), Callback::new(move |()| set_text(store, text.to_owned())))
    };
    let tries = vec![
        try_one(*here::TRY_OPENING, openings::REVIEW),
        try_one(*here::TRY_PRAISE, openings::REVIEW_PRAISE),
        try_one(*here::TRY_IRONY, openings::REVIEW_IRONY),
        try_one(*here::TRY_MIXED, openings::REVIEW_MIXED),
        try_one(*here::TRY_LONG, openings::REVIEW_LONG),
    ];
    let known = |purpose, text: &str| recorded::positive(purpose, text).map_or("—".into(), percent);
    let look = here::look(
        openings::REVIEW_WORD,
        &known(Purpose::Review, openings::REVIEW),
        &known(Purpose::Evidence, &openings::review_without_its_word()),
    );
    let irony = here::misleads_irony(openings::REVIEW_IRONY, &known(Purpose::Review, openings::REVIEW_IRONY));
    let leave_it_out = move |_| {
        set_text(store, openings::REVIEW.into());
        let words = review::words(openings::REVIEW);
        let word = words.iter().position(|r| openings::REVIEW[r.clone()] == *openings::REVIEW_WORD);
        word.into_iter().for_each(|word| change(store, word, Some(String::new())));
    };
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <TheirModel/>
        <div class="sentence review">
            <SentenceBox label=here::BOX testid="sentence" several_lines=true text=question.text typed=move |t| set_text(store, t)/>
        </div>
        <Tries tries/>
        <div class="cols">
            <div class="stack">
                <section class="card" aria-label=here::FIGURE>
                    <header hidden=move || hides.get()><Verdict question row/></header>
                    <guess::HowSure question row hides/>
                    <Show when=move || !hides.get()>
                        <Answer question row/>
                        <ReviewText question pulls evidence lit/>
                        <Ways question evidence pulls/>
                        <InWords question row pulls evidence/>
                    </Show>
                </section>
                <Show when=move || !hides.get()>
                    <Windows question row pointed=window/>
                    <Sentences question pointed=sentence/>
                </Show>
                <Contrasts question/>
                <Judged/>
            </div>
            <aside>
                <Section title=words::LOOK_FOR>
                    <p>{look}</p>
                    <p><button class="act" on:click=leave_it_out>{here::LOOK_LINK}</button></p>
                </Section>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
                <Section title=words::MISLEADS>
                    <p>{here::MISLEADS}</p>
                    <p>{irony}</p>
                    <p><button class="act" on:click=move |_| set_text(store, openings::REVIEW_IRONY.into())>{here::MISLEADS_LINK}</button></p>
                </Section>
            </aside>
        </div>
        <Many/>
    }
}
