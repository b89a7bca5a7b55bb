//! What is asked: a text and a question, and later one piece worked out.

use crate::protocol::answers::{Answers, Asked, WorkTask, Worked};
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::logic::answers::{asked_of, check_asked};
use crate::ui::logic::openings;
use crate::ui::recorded;
use crate::ui::store::{Given, Health, Store};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Question {
    pub asked: Memo<Asked>,
    /// The visitor stopped this question.
    pub stopped: RwSignal<Option<Asked>>,
    /// Rises when the visitor asks the same again.
    tries: RwSignal<u32>,
}

/// Derives the question from the address and sees that it is answered.
pub fn use_question(store: Store) -> Question {
    let asked = Memo::new(move |_| store.address.with(|a| asked_of(a, store.lab.answers_adapter())));
    let (stopped, tries) = (RwSignal::new(None), RwSignal::new(0));
    Effect::new(move || {
        tries.track();
        let failure = asked.with(check_asked);
        let refused = failure.is_some();
        store.set_failure(Kind::Answer, failure);
        let question = asked.get();
        let is_it = |g: &Given<Asked, Answers>| g.question == question && !g.recorded;
        let there = store.answers.with_untracked(|g| g.as_ref().is_some_and(is_it));
        if refused || there || stopped.with(|s| s.as_ref() == Some(&question)) {
            return;
        }
        if let Some(recorded) = recorded::answer(&question) {
            store.answers.set(Some(recorded));
        }
        if store.health.get() == Health::Ready {
            store.answering.set(None);
            store.ask_instead(Task::Answer(question));
        }
    });
    Question { asked, stopped, tries }
}

impl Question {
    /// The answer to this very question.
    pub fn answer(&self, store: Store) -> Option<Given<Asked, Answers>> {
        store.answers.get().filter(|g| self.asked.with(|a| g.question == *a))
    }

    /// Whether the answer shown was recorded.
    pub fn is_recorded(&self, store: Store) -> bool {
        self.answer(store).is_some_and(|g| g.recorded)
    }

    /// Stops what is under way: the worker sees a newer request, which is soon refused.
    pub fn stop(&self, store: Store) {
        self.stopped.set(Some(self.asked.get_untracked()));
        store.answering.set(None);
        store.ask_instead(Task::Answer(Asked::default()));
    }

    pub fn again(&self) {
        self.stopped.set(None);
        self.tries.update(|t| *t += 1);
    }

    /// Whether it failed by what the worker said, not by what was typed.
    pub fn failed(&self, store: Store) -> bool {
        store.failure(Kind::Answer).is_some() && self.asked.with(check_asked).is_none()
    }

    /// The best span's first piece.
    pub fn work(&self, store: Store) -> Option<WorkTask> {
        let given = self.answer(store).filter(|g| !g.recorded)?;
        let best = given.answer.best.first()?;
        let from = given.answer.windows.get(best.window)?.pieces[0];
        let position = best.pieces[0] - from + given.answer.shown.question + 2;
        Some(WorkTask { asked: given.question, window: best.window, position })
    }

    pub fn worked(&self, store: Store) -> Option<Given<WorkTask, Worked>> {
        let task = self.work(store)?;
        store.worked.get().filter(|g| g.question == task)
    }
}

pub fn set_asked(store: Store, text: String, question: String) {
    store.address.update(|a| a.text = Some(TextPair { a: text, b: Some(question) }));
}

/// One of the page's own questions on its own text; the opening is the bare state.
pub fn try_question(store: Store, which: usize) {
    let (text, question) = (openings::ANSWERS_TEXT, openings::ANSWERS_QUESTIONS[which]);
    store.address.update(|a| a.text = (which > 0).then(|| TextPair { a: text.into(), b: Some(question.into()) }));
}
