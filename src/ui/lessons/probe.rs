//! What the lessons that probe share: the text's pieces, and questions asked as soon as the model is in.

use crate::protocol::probe::{ProbeKind, ProbeTask, Probed, ProbedRows, RowsTask};
use crate::protocol::{Kind, Task, TextPair, Tokens};
use crate::ui::logic::sentence;
use crate::ui::recorded;
use crate::ui::store::{Given, Health, Store};
use leptos::prelude::*;
use std::sync::Arc;

/// The pieces of this very text, once they are read; a recorded opening's are there at once. What cannot be read is told under `kind`.
pub fn use_pieces(store: Store, question: Memo<TextPair>, kind: ProbeKind) -> Memo<Option<Arc<Tokens>>> {
    Effect::new(move || {
        let text = question.get();
        let failure = sentence::check_text(&format!("{}{}", text.a, text.b.as_deref().unwrap_or("")));
        let refused = failure.is_some();
        store.set_failure(Kind::Probe(kind), failure);
        let known = store.tokens.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == text));
        if !refused && !known && store.vocabulary_ready.get() {
            store.ask(Task::Tokenize(text));
        }
    });
    Memo::new(move |_| {
        let own = |g: &&Given<TextPair, Tokens>| question.with(|q| g.question == *q);
        let read = store.tokens.with(|g| g.as_ref().filter(own).map(|g| g.answer.clone()));
        read.or_else(|| question.with(recorded::pieces))
    })
}

/// Asks as soon as there is a question and a model, in place of an older one under way. What is recorded of it stands
/// there until then.
pub fn use_asking(store: Store, task: Memo<Option<RowsTask>>) {
    Effect::new(move || {
        let Some(task) = task.get().map(ProbeTask::Rows) else { return };
        let signal = store.probed(task.kind());
        let known = signal.with_untracked(|g| g.as_ref().filter(|g| g.question == task).map(|g| g.recorded));
        if known.is_none()
            && let Some(given) = recorded::probed(&task)
        {
            signal.set(Some(given));
        }
        if known != Some(false) && store.health.get() == Health::Ready {
            store.set_failure(Kind::Probe(task.kind()), None);
            store.ask_instead(Task::Probe(task));
        }
    });
}

/// The rows' answer that is shown, and the question that it answers.
#[derive(Clone)]
pub struct Shown {
    pub task: RowsTask,
    pub answer: Arc<Probed>,
    pub arrays: Arc<Vec<Vec<f32>>>,
    pub recorded: bool,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.answer, &other.answer)
    }
}

impl Shown {
    pub fn rows(&self) -> Option<&ProbedRows> {
        match &*self.answer {
            Probed::Rows(rows) => Some(rows),
            _ => None,
        }
    }

    /// (outer, …, width): the values of one place.
    pub fn values(&self, array: &crate::protocol::ArrayRef, at: usize, width: usize) -> &[f32] {
        arrays_of(&self.arrays, array).get(at * width..(at + 1) * width).unwrap_or_default()
    }
}

/// The values that an answer refers to; none, if it refers beyond them.
pub fn arrays_of<'a>(arrays: &'a [Vec<f32>], array: &crate::protocol::ArrayRef) -> &'a [f32] {
    arrays.get(array.index).map(Vec::as_slice).unwrap_or_default()
}

/// The latest answer of a kind, unless it failed.
pub fn use_shown(store: Store, kind: ProbeKind) -> Memo<Option<Shown>> {
    Memo::new(move |_| {
        let given = store.probed(kind).get().filter(|_| store.failure(Kind::Probe(kind)).is_none())?;
        match given.question {
            ProbeTask::Rows(task) => {
                Some(Shown { task, answer: given.answer, arrays: given.arrays, recorded: given.recorded })
            }
            _ => None,
        }
    })
}

/// Whether what is shown is recorded and answers the question as it stands.
pub fn use_recorded(shown: Memo<Option<Shown>>, answered: Signal<bool>) -> Signal<bool> {
    Signal::derive(move || answered.get() && shown.with(|s| s.as_ref().is_some_and(|s| s.recorded)))
}

/// Whether what is shown answers the question as it stands.
pub fn use_answered(shown: Memo<Option<Shown>>, task: Memo<Option<RowsTask>>) -> Signal<bool> {
    Signal::derive(move || {
        let shown = shown.with(|s| s.as_ref().map(|s| s.task.clone()));
        shown.is_some() && task.with(|t| *t == shown)
    })
}
