//! Ten pairs: the visitor answers, then BERT's answer shows.

use super::answer::reply_to;
use super::bar::Follows;
use super::question;
use super::score::Score;
use crate::protocol::{ClassifiedRow, Kind, Purpose};
use crate::ui::browser;
use crate::ui::carried::carried;
use crate::ui::controls::Told;
use crate::ui::logic::paragraphs::PlacedPair;
use crate::ui::logic::quiz::{self, Play, Stage};
use crate::ui::store::store;
use crate::ui::words::next_sentence as here;
use leptos::prelude::*;

#[component]
pub fn Quiz() -> impl IntoView {
    let store = store();
    let seed = Memo::new(move |_| store.address.with(|a| a.quiz));
    let start = move |_| store.address.update(|a| a.quiz = Some(1));
    // The button that was pressed is gone: the keyboard goes on at what took its place.
    Effect::new(move |before: Option<Option<u32>>| {
        let now = seed.get();
        if before.is_some_and(|b| b != now) {
            let id = if now.is_some() { "quiz-go" } else { "quiz-start" };
            request_animation_frame(move || browser::focus(id));
        }
        now
    });
    view! {
        <section class="card quiz" aria-label=here::QUIZ data-testid="quiz">
            <header><h2>{here::QUIZ}</h2></header>
            {move || match seed.get() {
                Some(seed) => view! { <Playing seed/> }.into_any(),
                None => view! {
                    <p class="lede">{here::QUIZ_LEDE}</p>
                    <button class="btn main" id="quiz-start" data-testid="quiz-start" on:click=start>{here::START}</button>
                }.into_any(),
            }}
        </section>
    }
}

/// A new seed is a new play.
#[component]
fn Playing(seed: u32) -> impl IntoView {
    let store = store();
    let pairs = StoredValue::new(quiz::pairs(seed));
    let task = StoredValue::new(quiz::task(seed));
    let play = carried(format!("quiz {seed}"), Play::default());
    Effect::new(move || question::ask(store, task.get_value()));
    let reply = Signal::derive(move || task.with_value(|t| reply_to(store, t)));
    let rows = Signal::derive(move || reply.get().map(|r| r.answer.rows.clone()));
    let stage = Memo::new(move |_| play.with(Play::stage));
    // Where a keyboard goes on: the first answer, or the next pair. Not before the visitor has begun.
    Effect::new(move |before: Option<Stage>| {
        let now = stage.get();
        if before.is_some_and(|b| b != now) {
            request_animation_frame(|| browser::focus("quiz-go"));
        }
        now
    });
    let score = move || {
        let answered = play.with(Play::answered);
        let bert = rows.with(|r| pairs.with_value(|p| quiz::bert_score(p, r.as_ref()?, answered)));
        (answered > 0 && stage.get() != Stage::Done)
            .then(|| here::score(play.with(|p| pairs.with_value(|all| p.score(all))), bert, answered))
    };
    view! {
        // Failures alone: that BERT still reads is said where its answer will stand.
        <Told kind=Kind::Classify(Purpose::Quiz) answered=true/>
        {move || match stage.get() {
            Stage::Asking(i) => view! { <Asked number=i pair=pairs.with_value(|p| p[i]) play/> }.into_any(),
            Stage::Shown(i) => {
                let pair = pairs.with_value(|p| p[i]);
                let row = Signal::derive(move || rows.with(|r| r.as_ref().and_then(|r| r.get(i).cloned())));
                view! { <Shown number=i pair play row/> }.into_any()
            }
            Stage::Done => view! { <Score pairs=pairs.get_value() play rows/> }.into_any(),
        }}
        <p class="note" role="status" data-testid="quiz-score">{score}</p>
    }
}

/// The two texts, as the question is about.
#[component]
pub fn Texts(pair: PlacedPair) -> impl IntoView {
    view! {
        <div class="texts" lang="en" id="quiz-pair">
            <p><span class="tag">"A"</span>{pair.a.text()}</p>
            <p><span class="tag b">"B"</span>{pair.b.text()}</p>
        </div>
    }
}

#[component]
fn Asked(number: usize, pair: PlacedPair, play: RwSignal<Play>) -> impl IntoView {
    let commit = move |follows| move |_| play.update(|p| p.commit(follows));
    view! {
        <h3>{here::pair_number(number + 1, quiz::PAIRS)}</h3>
        <Texts pair/>
        <div class="under">
            <button class="btn" id="quiz-go" aria-describedby="quiz-pair" data-testid="guess-next" on:click=commit(true)>{here::FOLLOWS}</button>
            <button class="btn" aria-describedby="quiz-pair" data-testid="guess-not" on:click=commit(false)>{here::FOLLOWS_NOT}</button>
        </div>
    }
}

#[component]
fn Shown(number: usize, pair: PlacedPair, play: RwSignal<Play>, row: Signal<Option<ClassifiedRow>>) -> impl IntoView {
    let truth = pair.is_next();
    let guess = play.with_untracked(|p| p.guess(number)).unwrap_or_default();
    let bert = move || match row.get() {
        Some(row) => {
            let right = quiz::says_next(&row) == Some(truth);
            let labels = here::LABELS.map(str::to_owned).to_vec();
            view! { <Follows which="quiz" name=here::bert_was(right) labels row/> }.into_any()
        }
        None => view! { <p class="note">{here::STILL_READING}</p> }.into_any(),
    };
    let go = if number + 1 == quiz::PAIRS { *here::TO_SCORE } else { *here::NEXT_PAIR };
    view! {
        <h3>{here::pair_number(number + 1, quiz::PAIRS)}</h3>
        <Texts pair/>
        <div role="status" data-testid="quiz-shown">
            <p class="truth" class:wrong=guess != truth>{here::you_were(guess == truth, truth)}</p>
            <p class="note">{here::from(pair.a.title(), pair.b.title())}</p>
            {bert}
        </div>
        <div class="under"><button class="btn main" id="quiz-go" data-testid="quiz-next" on:click=move |_| play.update(Play::next)>{go}</button></div>
    }
}
