//! The answer that is shown, and how it is asked for.

use crate::protocol::{Attention, Kind, PieceKind, Task, TextPair};
use crate::ui::figures::arcs::Look;
use crate::ui::figures::matrix::Cells;
use crate::ui::logic::directions::words;
use crate::ui::logic::heads::{Heads, ranked};
use crate::ui::logic::links::guess;
use crate::ui::logic::sentence;
use crate::ui::recorded;
use crate::ui::store::{Health, Store};
use leptos::prelude::*;
use std::sync::Arc;

/// Looks below this share are not drawn.
const LEAST_SHARE: f32 = 0.01;
/// With no piece picked, each piece's strongest look is drawn if it has this share.
const LEAST_STRONGEST: f32 = 0.15;

#[derive(Debug, Clone)]
pub struct Shown {
    pub answer: Arc<Attention>,
    arrays: Arc<Vec<Vec<f32>>>,
    /// Of the pieces: made once, not once a head.
    names: Arc<Vec<String>>,
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

    /// The first piece of a pronoun whose noun stands before it.
    pub fn pronoun(&self) -> Option<usize> {
        let words = words(&self.answer.tokens);
        words.get(guess(&words)?.0)?.pieces.first().copied()
    }

    pub fn is_pair(&self) -> bool {
        self.answer.tokens.pieces.iter().any(|p| p.segment == 1)
    }

    /// Indices of the pieces shown.
    pub fn visible(&self, with_specials: bool) -> Vec<usize> {
        let pieces = self.answer.tokens.pieces.iter().enumerate();
        pieces.filter(|(_, p)| with_specials || p.kind != PieceKind::Special).map(|(i, _)| i).collect()
    }

    /// What is drawn as arcs: one piece's looks, strongest first, or every piece's strongest.
    pub fn looks(&self, (layer, head): (usize, usize), from: Option<usize>, visible: &[usize]) -> Vec<Look> {
        let Some(heads) = self.heads() else { return Vec::new() };
        let of_piece = |from: usize| {
            let all = ranked(heads.row(layer, head, from)).into_iter();
            all.map(move |(to, share)| Look { from, to, share }).filter(|l| l.to != l.from && visible.contains(&l.to))
        };
        match from {
            Some(from) => of_piece(from).filter(|l| l.share > LEAST_SHARE).collect(),
            None => {
                let strongest = visible.iter().filter_map(|&from| of_piece(from).next());
                strongest.filter(|l| l.share > LEAST_STRONGEST).collect()
            }
        }
    }

    pub fn cells(&self, layer: usize, head: usize, shown: Vec<usize>) -> Cells {
        let values = self.heads().map(|h| h.head(layer, head).to_vec()).unwrap_or_default();
        Cells { values: Arc::new(values), names: self.names.clone(), shown }
    }
}

/// The answer, whether it is this text's, and whether it is the recorded one.
pub fn use_attention(store: Store, question: Memo<TextPair>) -> (RwSignal<Option<Shown>>, Signal<bool>, Signal<bool>) {
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
    // A signal, not a memo: readers that reach it by two ways would miss a memo's change.
    let shown = RwSignal::new(None::<Shown>);
    Effect::new(move || {
        let given = store.attention.get().filter(|_| store.failure(Kind::Attend).is_none());
        let now = given.map(|g| {
            let names = Arc::new(g.answer.tokens.pieces.iter().map(|p| p.text.clone()).collect());
            Shown { answer: g.answer, arrays: g.arrays, names }
        });
        if shown.with_untracked(|s| *s != now) {
            shown.set(now);
        }
    });
    let is_this = move || store.attention.with(|g| g.as_ref().is_some_and(|g| question.with(|q| g.question == *q)));
    let recorded = move || is_this() && store.attention.with(|g| g.as_ref().is_some_and(|g| g.recorded));
    (shown, Signal::derive(is_this), Signal::derive(recorded))
}
