//! Fill the blank: hide words, see what BERT would put there.

mod answer;
mod capitals;
mod question;
mod stereotypes;
mod table;

use crate::protocol::Kind;
use crate::ui::controls::{Choice, Head, OfUncased, Recorded, Section, SentenceBox, Told, Tries};
use crate::ui::logic::number::percent;
use crate::ui::logic::openings;
use crate::ui::recorded;
use crate::ui::store::store;
use crate::ui::words::cased::of_vocabulary;
use crate::ui::words::lessons::{self as words, blank as here};
use answer::Answers;
use leptos::prelude::*;
use question::{Question, use_question};

#[component]
pub fn Blank() -> impl IntoView {
    let store = store();
    let question = use_question(store);
    let Question { sentences, task } = question;
    let text = Signal::derive(move || sentences.with(|s| s[0].clone()));
    let versus = Signal::derive(move || sentences.with(|s| s.get(1).cloned()));
    let set_text = move |text: String| question::set_sentence(store, 0, text);
    let given = store.blanks;
    let answered = Signal::derive(move || given.with(|g| g.as_ref().is_some_and(|g| task.with(|t| g.question == *t))));
    let is_recorded = Signal::derive(move || given.with(|g| g.as_ref().is_some_and(|g| g.recorded)) && answered.get());
    let comparing = Signal::derive(move || usize::from(versus.with(Option::is_some)));
    let compare =
        move |i: usize| question::compare(store, (i == 1).then(|| question::second_for(&text.get_untracked())));

    let heading = move || {
        let own = task.with(|t| !t.asked.is_empty());
        words::blank_heading(openings::BLANK_TOP_K, store.vocabulary_size(), own)
    };
    let try_one = move |sentence: &str, name: Option<&str>| {
        let sentence = sentence.to_owned();
        let name = name.map_or(sentence.clone(), str::to_owned);
        (name, Callback::new(move |()| question::try_sentences(store, &sentence, None)))
    };
    let tries = vec![
        try_one(openings::BLANK[0], Some(*here::TRY_SHOES)),
        try_one(openings::BLANK[3], None),
        try_one(openings::BLANK[4], None),
        try_one(openings::BLANK[6], Some(*here::TRY_TWO)),
    ];
    let known = |sentence, word| recorded::probability(sentence, word).map_or("—".into(), percent);
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{move || of_vocabulary(*here::LEDE, store.vocabulary_size())}</p>
        <div class="sentence">
            <SentenceBox label=words::SENTENCE testid="sentence" text typed=set_text/>
            {move || versus.with(Option::is_some).then(|| {
                let text = Signal::derive(move || versus.get().unwrap_or_default());
                let typed = move |text: String| question::set_sentence(store, 1, text);
                view! { <SentenceBox label=here::SECOND testid="sentence-versus" class="two" text typed/> }
            })}
        </div>
        <Tries tries/>
        <div class="cols">
            <div class="stack">
            <section class="card" aria-label=here::FIGURE>
                <header>
                    <h2>{heading}</h2>
                    <Recorded on=is_recorded/>
                    <Choice label=here::VIEW options=vec![*here::ONE, *here::COMPARE] chosen=comparing choose=compare/>
                </header>
                <Told kind=Kind::Blank answered/>
                <Answers question answered is_recorded/>
            </section>
            <stereotypes::Stereotypes/>
            </div>
            <aside>
                <Section title=words::LOOK_FOR>
                    <p>{words::look_for_shoes(&known(0, "pair"), &known(1, "pair"))}</p>
                    <p><button class="act" on:click=move |_| question::try_sentences(store, openings::BLANK[0], Some(openings::BLANK[1]))>{here::LOOK_BACK}</button></p>
                </Section>
                <capitals::Capitals/>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
                <Section title=words::MISLEADS>
                    <p>{words::misleads_doctor(&known(4, "he"), &known(5, "she"))}</p>
                    <p><button class="act" on:click=move |_| question::try_sentences(store, openings::BLANK[4], Some(openings::BLANK[5]))>{here::MISLEADS_LINK}</button></p>
                    <OfUncased/>
                </Section>
            </aside>
        </div>
    }
}
