//! What is asked: one or two sentences with gaps, and the visitor's own words.

use crate::protocol::{BlankTask, Kind, Task, TextPair};
use crate::ui::logic::{openings, sentence};
use crate::ui::recorded;
use crate::ui::store::{Health, Store};
use leptos::prelude::*;

/// Most own words at once.
pub const MAX_OWN: usize = 8;

#[derive(Clone, Copy)]
pub struct Question {
    pub sentences: Memo<Vec<String>>,
    pub task: Memo<BlankTask>,
}

/// Derives the question from the address and sees that it is answered.
pub fn use_question(store: Store) -> Question {
    let sentences = Memo::new(move |_| {
        store.address.with(|a| {
            let first = a.text.as_ref().map_or(openings::BLANK[0], |t| t.a.as_str()).to_owned();
            std::iter::once(first).chain(a.versus.clone()).collect::<Vec<_>>()
        })
    });
    let task = Memo::new(move |_| {
        let asked = store.address.with(|a| match &a.asked {
            Some(asked) => asked.clone(),
            None if a.text.is_none() => vec![openings::BLANK_OWN.into()],
            None => Vec::new(),
        });
        BlankTask { sentences: sentences.get(), asked, top_k: openings::BLANK_TOP_K, whole_vocabulary: false }
    });
    Effect::new(move || {
        let task = task.get();
        let failure = sentence::check_blanks(&task);
        let refused = failure.is_some();
        store.set_failure(Kind::Blank, failure);
        if refused {
            return;
        }
        let live = store.blanks.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task && !g.recorded));
        if live {
            return;
        }
        if let Some(given) = recorded::blanks(&task) {
            store.blanks.set(Some(given));
        }
        if store.health.get() == Health::Ready {
            store.ask(Task::Blank(task));
        }
    });
    Question { sentences, task }
}

/// The visitor typed, or hid a word.
pub fn set_sentence(store: Store, which: usize, text: String) {
    store.address.update(|a| match which {
        0 => {
            let b = a.text.take().and_then(|t| t.b);
            a.text = Some(TextPair { a: text, b });
        }
        _ => a.versus = Some(text),
    });
}

pub fn try_sentences(store: Store, first: &str, second: Option<&str>) {
    store.address.update(|a| {
        // The opening is the bare state: its own word comes with it.
        a.text = (first != openings::BLANK[0]).then(|| TextPair { a: first.into(), b: None });
        a.versus = second.map(str::to_owned);
    });
}

pub fn compare(store: Store, second: Option<String>) {
    store.address.update(|a| a.versus = second);
}

/// What to compare a sentence with at first: the opening without its end, else the same again.
pub fn second_for(first: &str) -> String {
    if first == openings::BLANK[0] { openings::BLANK[1].into() } else { first.into() }
}

pub fn ask_word(store: Store, task: &BlankTask, word: &str) {
    let word = word.trim();
    if word.is_empty() || task.asked.iter().any(|w| w == word) {
        return;
    }
    let mut asked = task.asked.clone();
    asked.push(word.to_owned());
    if asked.len() > MAX_OWN {
        asked.remove(0);
    }
    store.address.update(|a| a.asked = Some(asked));
}

pub fn drop_word(store: Store, task: &BlankTask, word: &str) {
    let asked = task.asked.iter().filter(|w| *w != word).cloned().collect();
    store.address.update(|a| a.asked = Some(asked));
}
