//! Context: one word in several sentences, and how its vectors part.

mod alike;
mod guess;
mod sentences;

pub(super) use alike::cosine;

use crate::protocol::context::{Context, ContextTask};
use crate::protocol::{Kind, Task};
use crate::ui::controls::{Head, Recorded, Section, Told, Tries};
use crate::ui::logic::context::{ContextState, check};
use crate::ui::logic::openings::CONTEXT_TRIES;
use crate::ui::recorded;
use crate::ui::store::{Given, Health, Store, store};
use crate::ui::words::{context as here, lessons as words};
use leptos::prelude::*;

type Reply = Given<ContextTask, Context>;

/// Sees that the question is answered; the answer is in the store.
fn use_task(store: Store) -> Memo<ContextTask> {
    let task = Memo::new(move |_| store.address.with(|a| a.context.task()));
    Effect::new(move || {
        let task = task.get();
        let failure = check(&task);
        let refused = failure.is_some();
        store.set_failure(Kind::Context, failure);
        let live = store.contexts.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task && !g.recorded));
        if refused || live {
            return;
        }
        if let Some(given) = recorded::context(&task) {
            store.contexts.set(Some(given));
        }
        if store.health.get() == Health::Ready {
            store.ask(Task::Context(task));
        }
    });
    task
}

fn edit(store: Store, change: impl FnOnce(&mut ContextState)) {
    store.address.update(|a| change(&mut a.context));
}

#[component]
pub fn ContextLesson() -> impl IntoView {
    let store = store();
    let task = use_task(store);
    let shown = Signal::derive(move || store.contexts.get().filter(|_| store.failure(Kind::Context).is_none()));
    let answered = Signal::derive(move || shown.with(|g| g.as_ref().is_some_and(|g| task.with(|t| g.question == *t))));
    let is_recorded = Signal::derive(move || answered.get() && shown.with(|g| g.as_ref().is_some_and(|g| g.recorded)));
    let go = move |word: &str, sentences: &[&str]| {
        let (word, sentences) = (word.to_owned(), sentences.iter().map(|s| s.to_string()).collect());
        edit(store, |c| *c = ContextState { word: Some(word), sentences: Some(sentences), ..ContextState::default() });
    };
    let mut tries =
        vec![(here::TRY_BANK.to_owned(), Callback::new(move |()| edit(store, |c| *c = ContextState::default())))];
    tries.extend(
        CONTEXT_TRIES.map(|(word, sentences)| (word.to_owned(), Callback::new(move |()| go(word, &sentences)))),
    );
    let (one, ones) = CONTEXT_TRIES[2];
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <sentences::Sentences task/>
        <Tries tries/>
        <div class="cols">
            <section class="card" aria-label=here::FIGURE>
                <header><h2>{here::FIGURE}</h2><Recorded on=is_recorded/></header>
                <Told kind=Kind::Context answered/>
                <div class="answer" data-testid="contexts" class:stale=move || store.is_stale(Kind::Context, answered.get(), is_recorded.get())>
                    <alike::AlikeView shown/>
                </div>
            </section>
            <aside>
                <Section title=words::LOOK_FOR>
                    <p>{here::LOOK}</p>
                    <p><button class="act" on:click=move |_| go(one, &ones)>{here::LOOK_ONE}</button></p>
                </Section>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
                <Section title=words::MISLEADS><p>{here::MISLEADS}</p></Section>
            </aside>
        </div>
    }
}
