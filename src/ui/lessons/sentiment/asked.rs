//! Classifications that are asked as soon as they are wanted, and called off when they no longer are.

use crate::protocol::{Classified, ClassifyTask, Kind, Purpose, SENTIMENT, Task};
use crate::ui::recorded;
use crate::ui::store::{Health, Store};
use leptos::prelude::*;
use std::sync::Arc;

/// What is wanted of one purpose, and what has come.
#[derive(Clone, Copy)]
pub struct Asked {
    store: Store,
    pub purpose: Purpose,
    pub wanted: Memo<Option<ClassifyTask>>,
}

/// Sees that what is wanted gets answered.
pub fn use_asked(store: Store, purpose: Purpose, wanted: Memo<Option<ClassifyTask>>) -> Asked {
    let wanted =
        Memo::new(move |_| wanted.get().map(|task| ClassifyTask { adapter: store.lab.sentiment_adapter(), ..task }));
    let asked = Asked { store, purpose, wanted };
    Effect::new(move || {
        let ready = store.health.get() == Health::Ready;
        let Some(task) = wanted.get() else { return store.call_off(purpose, SENTIMENT) };
        let given = store.classified(purpose);
        if given.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task && !g.recorded)) {
            return;
        }
        if let Some(recorded) = recorded::classified(&task) {
            given.set(Some(recorded));
        }
        if ready {
            asked.ask(task);
        }
    });
    // Whoever leaves the lesson waits for nothing of it.
    on_cleanup(move || store.call_off(purpose, SENTIMENT));
    asked
}

impl Asked {
    pub fn kind(&self) -> Kind {
        Kind::Classify(self.purpose)
    }

    /// The answer to what is wanted now; while it is under way, none.
    pub fn answer(&self) -> Option<Arc<Classified>> {
        let given = self.store.classified(self.purpose).get()?;
        let fits = self.wanted.with(|w| w.as_ref() == Some(&given.question));
        (fits && self.store.failure(self.kind()).is_none()).then_some(given.answer)
    }

    /// The latest answer, whatever it answered.
    pub fn latest(&self) -> Option<Arc<Classified>> {
        let given = self.store.classified(self.purpose).get()?;
        (!given.question.texts.is_empty() && self.store.failure(self.kind()).is_none()).then_some(given.answer)
    }

    pub fn answered(&self) -> bool {
        self.answer().is_some()
    }

    /// Whether the latest answer was recorded.
    pub fn is_recorded(&self) -> bool {
        self.latest().is_some() && self.store.classified(self.purpose).with(|g| g.as_ref().is_some_and(|g| g.recorded))
    }

    pub fn is_busy(&self) -> bool {
        self.store.is_busy(self.kind())
    }

    /// Whether what is shown waits for another answer.
    pub fn is_stale(&self) -> bool {
        self.wanted.with(Option::is_some) && self.store.is_stale(self.kind(), self.answered(), self.is_recorded())
    }

    /// Asks again, after a failure.
    pub fn again(&self) {
        if let Some(task) = self.wanted.get_untracked() {
            self.ask(task);
        }
    }

    fn ask(&self, task: ClassifyTask) {
        self.store.set_failure(self.kind(), None);
        let task = Task::Classify(task);
        // A long answer to what no longer stands there is not waited for.
        if untrack(|| self.store.progress_of(self.purpose)).is_some() {
            self.store.ask_instead(task);
        } else {
            self.store.ask(task);
        }
    }
}

/// Whether something costly is asked for a text: by default, or as the visitor chose for this text.
#[derive(Clone, Copy)]
pub struct Demand(RwSignal<Option<(String, bool)>>);

impl Demand {
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub fn wants(&self, text: &str, unasked: bool) -> bool {
        self.0.with(|d| d.as_ref().filter(|(of, _)| of == text).map_or(unasked, |(_, wanted)| *wanted))
    }

    pub fn choose(&self, text: String, wanted: bool) {
        self.0.set(Some((text, wanted)));
    }
}
