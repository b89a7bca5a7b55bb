//! What is asked: the pair, the pair changed, and the pieces of what BERT reads last.

use crate::protocol::{Classified, ClassifyTask, Kind, Purpose, Task, TextPair};
use crate::ui::logic::paragraphs::Draw;
use crate::ui::logic::{openings, pair};
use crate::ui::recorded;
use crate::ui::store::{Given, Health, Store};
use leptos::prelude::*;

pub type Reply = Given<ClassifyTask, Classified>;

#[derive(Clone, Copy)]
pub struct Question {
    pub pair: Memo<TextPair>,
    pub plain: Memo<ClassifyTask>,
    pub changed: Memo<Option<ClassifyTask>>,
    /// The pair in the order that is read, an empty second text left out.
    pub read: Memo<TextPair>,
}

/// Derives the questions from the address and sees that they are answered.
pub fn use_question(store: Store) -> Question {
    let pair = Memo::new(move |_| store.address.with(pair::pair_of));
    let switches = Memo::new(move |_| store.address.with(|a| (a.swapped, a.one_segment)));
    let plain = Memo::new(move |_| pair.with(pair::plain_task));
    let changed = Memo::new(move |_| {
        let (swapped, one_segment) = switches.get();
        pair.with(|p| pair::changed_task(p, swapped, one_segment))
    });
    let read = Memo::new(move |_| {
        let mut text = if switches.get().0 { pair.with(pair::swapped) } else { pair.get() };
        text.b = text.b.filter(|b| !b.trim().is_empty());
        text
    });
    Effect::new(move || {
        let failure = pair.with(pair::check_pair);
        let refused = failure.is_some();
        store.set_failure(Kind::Classify(Purpose::Pair), failure);
        if !refused {
            ask(store, plain.get());
        }
    });
    Effect::new(move || match changed.get() {
        Some(task) if pair.with(pair::check_pair).is_none() => ask(store, task),
        _ => store.set_failure(Kind::Classify(Purpose::ChangedPair), None),
    });
    Effect::new(move || {
        let text = read.get();
        let there = store.tokens.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == text));
        if !there && store.vocabulary_ready.get() {
            store.ask(Task::Tokenize(text));
        }
    });
    Question { pair, plain, changed, read }
}

/// Shows what is recorded of it, and asks unless the answer is there.
pub fn ask(store: Store, task: ClassifyTask) {
    let signal = store.classified(task.purpose);
    let live = signal.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task && !g.recorded));
    if live {
        return;
    }
    if let Some(given) = recorded::pair(&task) {
        signal.set(Some(given));
    }
    if store.health.get() == Health::Ready {
        store.ask(Task::Classify(task));
    }
}

/// The visitor typed.
pub fn set_pair(store: Store, pair: TextPair) {
    store.address.update(|a| {
        a.text = Some(pair);
        a.draw = None;
    });
}

/// One of the page's own pairs; the opening is the bare state.
pub fn try_pair(store: Store, which: usize, swapped: bool, one_segment: bool) {
    store.address.update(|a| {
        a.text = (which > 0).then(|| pair::text_pair(openings::NEXT_SENTENCE[which]));
        a.draw = None;
        (a.swapped, a.one_segment) = (swapped, one_segment);
    });
}

pub fn draw(store: Store, real: bool) {
    store.address.update(|a| {
        let drawn = Draw::after(a.draw, real);
        // Written out too: the pair travels to the other lessons.
        a.text = Some(drawn.pair().text());
        a.draw = Some(drawn);
    });
}

/// Where the pair shown was drawn; None once it has been changed.
pub fn drawn(store: Store) -> Option<Draw> {
    store.address.with(|a| a.draw.filter(|d| pair::pair_of(a) == d.pair().text()))
}
