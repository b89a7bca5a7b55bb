//! The answer that is shown, and how it is asked for.

use crate::protocol::{Attention, Kind, PieceKind, Task, TextPair};
use crate::ui::figures::matrix::Cells;
use crate::ui::lessons::text::use_question;
use crate::ui::logic::heads::Heads;
use crate::ui::logic::sentence;
use crate::ui::recorded;
use crate::ui::store::{Health, Store};
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Shown {
    pub answer: Arc<Attention>,
    arrays: Arc<Vec<Vec<f32>>>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.answer, &other.answer)
    }
}

impl Shown {
    pub fn heads(&self) -> Option<Heads<'_>> {
        let array = &self.answer.attentions;
        Heads::new(self.arrays.get(array.index)?, &array.shape).filter(|h| h.tokens == self.tokens())
    }

    pub fn tokens(&self) -> usize {
        self.answer.tokens.pieces.len()
    }

    /// Layers and heads.
    pub fn size(&self) -> (usize, usize) {
        self.heads().map_or((0, 0), |h| (h.layers, h.heads))
    }

    pub fn is_pair(&self) -> bool {
        self.answer.tokens.pieces.iter().any(|p| p.segment == 1)
    }

    /// Indices of the pieces shown.
    pub fn visible(&self, with_specials: bool) -> Vec<usize> {
        let pieces = self.answer.tokens.pieces.iter().enumerate();
        pieces.filter(|(_, p)| with_specials || p.kind != PieceKind::Special).map(|(i, _)| i).collect()
    }

    pub fn cells(&self, layer: usize, head: usize, shown: Vec<usize>) -> Cells {
        let values = self.heads().map(|h| h.head(layer, head).to_vec()).unwrap_or_default();
        let names = self.answer.tokens.pieces.iter().map(|p| p.text.clone()).collect();
        Cells { values: Arc::new(values), names, shown }
    }
}

/// The answer, whether it is this text's, and whether it is the recorded one.
pub fn use_attention(store: Store, text: Memo<TextPair>) -> (Memo<Option<Shown>>, Signal<bool>, Signal<bool>) {
    let question = use_question(text);
    Effect::new(move || {
        let asked = question.get();
        let failure = sentence::check_text(&format!("{}{}", asked.a, asked.b.as_deref().unwrap_or("")));
        let refused = failure.is_some();
        store.set_failure(Kind::Attend, failure);
        let live = store.attention.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == asked && !g.recorded));
        if refused || live {
            return;
        }
        if let Some(given) = recorded::attention(&asked) {
            store.attention.set(Some(given));
        }
        if store.health.get() == Health::Ready {
            store.ask(Task::Attend(asked));
        }
    });
    let shown = Memo::new(move |_| {
        let given = store.attention.get().filter(|_| store.failure(Kind::Attend).is_none());
        given.map(|g| Shown { answer: g.answer, arrays: g.arrays })
    });
    let is_this = move || store.attention.with(|g| g.as_ref().is_some_and(|g| question.with(|q| g.question == *q)));
    let recorded = move || is_this() && store.attention.with(|g| g.as_ref().is_some_and(|g| g.recorded));
    (shown, Signal::derive(is_this), Signal::derive(recorded))
}
