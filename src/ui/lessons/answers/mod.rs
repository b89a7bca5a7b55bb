//! Ask a text: a question, a text, and where in it the answer stands.

mod answer;
mod question;
mod spans;
mod strips;
mod work;

use crate::ui::controls::{Head, Note, Section, SentenceBox, Tries};
use crate::ui::logic::answers::word_to_end;
use crate::ui::logic::openings;
use crate::ui::store::store;
use crate::ui::words::answers as here;
use crate::ui::words::lessons as words;
use answer::Answer;
use leptos::prelude::*;
use question::{Question, set_asked, try_question, use_question};
use spans::Spans;
use strips::Strips;
use work::Work;

#[component]
pub fn Answers() -> impl IntoView {
    let store = store();
    let question = use_question(store);
    let asked = question.asked;
    let text = Signal::derive(move || asked.with(|a| a.text.clone()));
    let words_of = Signal::derive(move || asked.with(|a| a.question.clone()));
    let try_one = |which: usize| {
        let name = openings::ANSWERS_QUESTIONS[which].to_owned();
        (name, Callback::new(move |()| try_question(store, which)))
    };
    let tries = (0..openings::ANSWERS_QUESTIONS.len()).map(try_one).collect();
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <TheirModel/>
        <div class="sentence review">
            <SentenceBox label=here::TEXT testid="sentence" several_lines=true text
                typed=move |t| set_asked(store, t, words_of.get_untracked())/>
        </div>
        <div class="sentence">
            <SentenceBox label=here::QUESTION testid="question" text=words_of
                typed=move |q| set_asked(store, text.get_untracked(), q)/>
        </div>
        <Moves question/>
        <Tries tries/>
        <div class="cols">
            <div class="stack">
                <Answer question/>
                <Spans question/>
                <Strips question/>
                <Work question/>
            </div>
            <aside>
                <Section title=words::LOOK_FOR>
                    <p>{here::LOOK}</p>
                    <p><button class="act" on:click=move |_| try_question(store, 5)>{here::LOOK_LINK}</button></p>
                </Section>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
                <Section title=words::MISLEADS><p>{here::MISLEADS}</p></Section>
                <Note>{here::TWICE}</Note>
            </aside>
        </div>
    }
}

/// Says whose model answers, when it is the visitor's.
#[component]
fn TheirModel() -> impl IntoView {
    let used = store().lab.answers;
    let shown = move || {
        used.get().map(|m| {
            view! {
                <p class="mixed" data-testid="their-model">
                    {here::their_model(&m.name)}" "<button class="act" on:click=move |_| used.set(None)>{here::OURS}</button>
                </p>
            }
        })
    };
    view! { <div role="status">{shown}</div> }
}

/// The question's words as buttons: one that is pressed goes to the end.
#[component]
fn Moves(question: Question) -> impl IntoView {
    let store = store();
    let words = Memo::new(move |_| {
        question.asked.with(|a| a.question.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    });
    let one = move |(i, word): (usize, String)| {
        let act = move |_| {
            let asked = question.asked.get_untracked();
            set_asked(store, asked.text, word_to_end(&asked.question, i));
        };
        view! { <button class="plain" data-testid="move" on:click=act>{word}</button> }
    };
    view! {
        <Show when=move || words.with(|w| (2..=40).contains(&w.len()))>
            <div class="try" role="group" aria-label=here::WORDS>
                <span aria-hidden="true">{here::WORDS}</span>
                {move || words.get().into_iter().enumerate().map(one).collect::<Vec<_>>()}
            </div>
        </Show>
    }
}
