//! Features: the vectors of pasted lines, to look at and to take away.

mod alike;
mod controls;
mod files;

use crate::protocol::features::{Features, FeaturesTask, Layers, Vectors};
use crate::protocol::{Failure, Kind, Task};
use crate::ui::controls::{Head, Recorded, Remarks, SentenceBox, Told, Tries};
use crate::ui::logic::features::{FeaturesState, UNASKED_LINES};
use crate::ui::recorded;
use crate::ui::store::{Given, Health, Store, store};
use crate::ui::words::features as here;
use leptos::prelude::*;

type Reply = Given<FeaturesTask, Features>;

const KIND: Kind = Kind::Features;

fn edit(store: Store, change: impl FnOnce(&mut FeaturesState)) {
    store.address.update(|a| change(&mut a.features));
}

/// Calls off what is under way.
fn call_off(store: Store) {
    store.reading.set(None);
    let nothing = FeaturesTask { texts: Vec::new(), layers: Layers::Sum, vectors: Vectors::Mean };
    store.ask_instead(Task::Features(nothing));
}

/// Few lines are read as they are typed; more wait to be asked for.
fn use_task(store: Store) -> Memo<FeaturesTask> {
    let task = Memo::new(move |_| store.address.with(|a| a.features.task()));
    Effect::new(move || {
        let task = task.get();
        let empty = task.texts.is_empty();
        store.set_failure(KIND, empty.then_some(Failure::EmptyText));
        let live = store.features.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task && !g.recorded));
        let ready = store.health.get() == Health::Ready;
        if store.busy.with_untracked(|b| b.contains(&KIND)) && ready {
            call_off(store);
        }
        if !live && let Some(given) = recorded::features(&task) {
            store.features.set(Some(given));
        }
        if !empty && !live && ready && task.texts.len() <= UNASKED_LINES {
            store.ask_instead(Task::Features(task));
        }
    });
    task
}

#[component]
pub fn FeaturesLesson() -> impl IntoView {
    let store = store();
    let task = use_task(store);
    let shown = Memo::new(move |_| {
        let given = store.features.get().filter(|_| store.failure(KIND).is_none())?;
        Some(Shown(given))
    });
    let answered =
        Signal::derive(move || shown.with(|s| s.as_ref().is_some_and(|s| task.with(|t| s.0.question == *t))));
    let is_recorded =
        Signal::derive(move || answered.get() && shown.with(|s| s.as_ref().is_some_and(|s| s.0.recorded)));
    // What is taken away is this device's own.
    let live = Signal::derive(move || answered.get() && !is_recorded.get());
    let stale = move || store.is_stale(KIND, answered.get(), is_recorded.get());
    let text = Signal::derive(move || store.address.with(|a| a.features.text()));
    let opening = move |()| edit(store, |f| *f = FeaturesState::default());
    let tries = vec![(here::TRY_OPENING.to_owned(), Callback::new(opening))];
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <div class="sentence"><SentenceBox label=here::LINES testid="sentence" several_lines=true text typed=move |t| edit(store, |f| f.lines = Some(t))/></div>
        <Tries tries/>
        <div class="cols">
            <div class="stack">
                <section class="card" aria-label=here::FIGURE>
                    <header><h2>{here::FIGURE}</h2><Recorded on=is_recorded/></header>
                    <controls::Controls/>
                    <Told kind=KIND answered/>
                    <controls::Work task answered/>
                    <div class="answer" data-testid="features" class:stale=stale>
                        <alike::Alike shown/>
                    </div>
                </section>
                <section class="card" aria-label=here::NUMBERS>
                    <header><h2>{here::NUMBERS}</h2><Recorded on=is_recorded/></header>
                    <div class="answer" class:stale=stale><files::Files shown live/></div>
                </section>
            </div>
            <aside><Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/></aside>
        </div>
    }
}

/// An answer, the same only as itself.
#[derive(Clone)]
struct Shown(Reply);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        std::sync::Arc::ptr_eq(&self.0.answer, &other.0.answer)
    }
}

impl Shown {
    /// D
    fn width(&self) -> usize {
        self.0.answer.values.shape.get(1).copied().unwrap_or(0)
    }

    /// (R, D)
    fn values(&self) -> &[f32] {
        self.0.arrays.get(self.0.answer.values.index).map(Vec::as_slice).unwrap_or_default()
    }

    fn by_piece(&self) -> bool {
        self.0.question.vectors == Vectors::Pieces
    }
}
