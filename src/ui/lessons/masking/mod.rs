//! Masking for training: pieces hidden by the recipe, guessed, and what the loss makes of it.

mod controls;
mod figure;
mod rates;
mod table;

use crate::protocol::masking::{MaskTask, MaskUse, Masked, Recipe};
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::carried::carried;
use crate::ui::controls::{Head, Recorded, Section, SentenceBox, Told, Tries};
use crate::ui::logic::masking::MaskingState;
use crate::ui::logic::{openings, sentence};
use crate::ui::recorded;
use crate::ui::store::{Given, Health, Store, store};
use crate::ui::words::{lessons as words, masking as here};
use leptos::prelude::*;
use std::collections::BTreeMap;

type Reply = Given<MaskTask, Masked>;

const KIND: Kind = Kind::Mask(MaskUse::Paragraph);

/// What the visitor typed into the gaps, by position, while they guess.
#[derive(Clone, Copy)]
struct Guesses {
    typed: RwSignal<BTreeMap<usize, String>>,
    open: RwSignal<bool>,
}

/// Asks a task unless its answer is there; shows what is recorded of it first.
fn ask(store: Store, task: MaskTask) {
    let signal = store.masked[task.purpose as usize];
    let live = signal.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task && !g.recorded));
    if live {
        return;
    }
    if let Some(given) = recorded::masked(&task) {
        signal.set(Some(given));
    }
    if store.health.get() == Health::Ready {
        store.ask(Task::Mask(task));
    }
}

fn edit(store: Store, change: impl FnOnce(&mut MaskingState)) {
    store.address.update(|a| change(&mut a.masking));
}

fn set_text(store: Store, text: String) {
    store.address.update(|a| {
        let b = a.text.take().and_then(|t| t.b);
        a.text = Some(TextPair { a: text, b });
    });
}

#[component]
pub fn Masking() -> impl IntoView {
    let store = store();
    let text = Memo::new(move |_| {
        let typed = store.address.with(|a| a.text.as_ref().map(|t| t.a.clone()));
        typed.unwrap_or_else(|| openings::MASKING.into())
    });
    let state = Memo::new(move |_| store.address.with(|a| a.masking));
    let task = Memo::new(move |_| state.get().task(TextPair { a: text.get(), b: None }));
    Effect::new(move || {
        let failure = sentence::check_text(&text.get());
        let refused = failure.is_some();
        store.set_failure(KIND, failure);
        if !refused {
            ask(store, task.get());
        }
    });
    let guesses = Guesses { typed: carried("masking typed", BTreeMap::new()), open: carried("masking open", false) };
    // Guesses are about one draw of one text.
    Effect::new(move |before: Option<MaskTask>| {
        let now = task.get();
        if before.is_some_and(|b| b != now) {
            guesses.typed.update(BTreeMap::clear);
        }
        now
    });
    let given = store.masked[MaskUse::Paragraph as usize];
    let shown = Signal::derive(move || given.get().filter(|_| store.failure(KIND).is_none()));
    let answered = Signal::derive(move || shown.with(|g| g.as_ref().is_some_and(|g| task.with(|t| g.question == *t))));
    let is_recorded = Signal::derive(move || answered.get() && shown.with(|g| g.as_ref().is_some_and(|g| g.recorded)));
    let long_words = move || {
        set_text(store, here::TRY_NAMES.1.into());
        edit(store, |m| m.recipe = Recipe { whole_words: true, ..Recipe::BERT });
    };
    let opening = move |()| {
        store.address.update(|a| {
            a.text = None;
            a.masking = MaskingState::default();
        });
    };
    let tries = vec![
        (here::TRY_OPENING.to_owned(), Callback::new(opening)),
        (here::TRY_NAMES.0.to_owned(), Callback::new(move |()| set_text(store, here::TRY_NAMES.1.into()))),
    ];
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <Show when=move || !guesses.open.get() fallback=move || view! { <p class="told-off">{here::GUESSING}</p> }>
            <div class="sentence"><SentenceBox label=here::TEXT testid="sentence" several_lines=true text typed=move |t| set_text(store, t)/></div>
        </Show>
        <Tries tries/>
        <div class="cols">
            <div class="stack">
                <section class="card" aria-label=here::FIGURE>
                    <header><h2>{here::FIGURE}</h2><Recorded on=is_recorded/></header>
                    <controls::Controls state/>
                    <Told kind=KIND answered/>
                    <div class="answer" data-testid="masked" class:stale=move || store.is_stale(KIND, answered.get(), is_recorded.get())>
                        <figure::Figure shown answered guesses/>
                        <table::Told shown guesses/>
                    </div>
                </section>
                <rates::Rates state text/>
            </div>
            <aside>
                <Section title=words::LOOK_FOR>
                    <p>{here::LOOK}</p>
                    <p>{here::LOOK_WHOLE}</p>
                    <p><button class="act" on:click=move |_| long_words()>{here::LOOK_WHOLE_LINK}</button></p>
                </Section>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
                <Section title=words::MISLEADS><p>{here::MISLEADS}</p></Section>
            </aside>
        </div>
    }
}
