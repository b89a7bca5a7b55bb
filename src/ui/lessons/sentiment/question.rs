//! What is asked: the review, the review as the visitor changed it, its sentences, and each word's part in it.

use super::asked::{Asked, Demand, use_asked};
use crate::engine::EngineKind;
use crate::protocol::{ClassifyTask, Kind, MAX_CLASSIFY_TEXTS, Purpose, TextPair};
use crate::ui::logic::review::{self, task};
use crate::ui::logic::verdict::weighed_at_once;
use crate::ui::logic::{openings, sentence};
use crate::ui::store::Store;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// Most sentences that are read one by one unasked.
const SENTENCES_AT_ONCE: usize = 64;

#[derive(Clone, Copy)]
pub struct Question {
    pub text: Memo<String>,
    /// Where its words and sentences stand, in bytes.
    pub words: Memo<Vec<Range<usize>>>,
    pub sentences: Memo<Vec<Range<usize>>>,
    pub changes: Memo<BTreeMap<usize, String>>,
    pub whole: Asked,
    pub changed: Asked,
    pub one_by_one: Asked,
    pub evidence: Asked,
    /// The visitor's wishes for what takes long.
    pub read: Demand,
    pub read_sentences: Demand,
    pub weigh: Demand,
}

/// Derives the questions from the address and sees that they are answered, the review itself first.
pub fn use_question(store: Store) -> Question {
    let text = Memo::new(move |_| {
        store.address.with(|a| a.text.as_ref().map_or(openings::REVIEW, |t| t.a.as_str()).to_owned())
    });
    let words = Memo::new(move |_| text.with(|t| review::words(t)));
    let sentences = Memo::new(move |_| text.with(|t| review::sentences(t)));
    let changes = Memo::new(move |_| {
        let mut changes = store.address.with(|a| a.changes.clone());
        changes.retain(|word, _| words.with(|w| *word < w.len()));
        changes
    });
    let (read, read_sentences, weigh) = (Demand::new(), Demand::new(), Demand::new());
    Effect::new(move || {
        let failure = text.with(|t| sentence::check_text(t));
        store.set_failure(Kind::Classify(Purpose::Review), failure);
    });
    let readable = Memo::new(move |_| text.with(|t| sentence::check_text(t).is_none()));
    let wanted = Memo::new(move |_| {
        let text = text.get();
        (readable.get() && read.wants(&text, true)).then(|| task(Purpose::Review, [text]))
    });
    let whole = use_asked(store, Purpose::Review, wanted);
    let wanted = Memo::new(move |_| {
        let changes = changes.get();
        if changes.is_empty() || !whole.answered() {
            return None;
        }
        let changed = text.with(|t| words.with(|w| review::changed(t, w, &changes)));
        sentence::check_text(&changed).is_none().then(|| task(Purpose::ChangedPair, [changed]))
    });
    let changed = use_asked(store, Purpose::ChangedPair, wanted);
    // What the visitor does now goes before what explains it: a long explanation under way gives way to a change.
    let changing = Memo::new(move |_| changed.wanted.with(Option::is_some) && !changed.answered());
    let if_free = move |purpose: Purpose, wants: bool, ask: &dyn Fn(&str) -> ClassifyTask| {
        let busy = || store.busy.with_untracked(|b| b.contains(&Kind::Classify(purpose)));
        (wants && whole.answered() && !(changing.get() && busy())).then(|| text.with(|t| ask(t)))
    };
    let wanted = Memo::new(move |_| {
        let count = sentences.with(Vec::len);
        let wants = count > 1 && text.with(|t| read_sentences.wants(t, count <= SENTENCES_AT_ONCE));
        if_free(Purpose::Sentences, wants, &|t| {
            let each: Vec<String> =
                sentences.with(|s| s.iter().take(MAX_CLASSIFY_TEXTS).map(|r| t[r.clone()].to_owned()).collect());
            task(Purpose::Sentences, each)
        })
    });
    let one_by_one = use_asked(store, Purpose::Sentences, wanted);
    let real_gpu =
        Memo::new(move |_| store.engine.with(|e| e.as_ref().is_some_and(|e| e.kind == EngineKind::Gpu && !e.software)));
    let wanted = Memo::new(move |_| {
        let count = words.with(Vec::len);
        let few = count <= weighed_at_once(real_gpu.get());
        let wants = can_weigh(count) && text.with(|t| weigh.wants(t, few));
        if_free(Purpose::Evidence, wants, &|t| task(Purpose::Evidence, words.with(|w| review::leave_one_out(t, w))))
    });
    let evidence = use_asked(store, Purpose::Evidence, wanted);
    Question { text, words, sentences, changes, whole, changed, one_by_one, evidence, read, read_sentences, weigh }
}

/// Whether a text of so many words can be weighed word by word.
pub fn can_weigh(words: usize) -> bool {
    (2..=MAX_CLASSIFY_TEXTS).contains(&words)
}

/// The visitor typed, or took a try. What was changed in the old text is gone with it.
pub fn set_text(store: Store, text: String) {
    store.address.update(|a| {
        let b = a.text.take().and_then(|t| t.b);
        // The opening is the bare state.
        a.text = (text != openings::REVIEW || b.is_some()).then_some(TextPair { a: text, b });
        a.changes.clear();
    });
}

/// Leaves a word out (an empty one) or puts another in its place; None brings it back.
pub fn change(store: Store, word: usize, by: Option<String>) {
    store.address.update(|a| match by {
        Some(by) => drop(a.changes.insert(word, by)),
        None => drop(a.changes.remove(&word)),
    });
}
