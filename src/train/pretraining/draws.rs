//! What each step reads: pairs in an order of each epoch's own, half of them with another second sentence, and masks.
//! All of it is a function of seed and row, so that both models read the same.

use super::text::{Blank, CLS_ID, PretrainText, SEP_ID};
use crate::engine::Row;
use crate::engine::pretraining::{Exercise, IS_NEXT, NOT_NEXT};
use crate::text::masking::mask_row;
use crate::train::random::{Random, Use};
use std::sync::Arc;

/// Held-out pairs that are asked, and rows of them in all, each with masks of its own.
const HELD_PAIRS: usize = 8;
const HELD_ROWS: usize = 28;
/// Masks of held-out rows: no step's rows count so far.
const HELD_FROM: usize = 1 << 30;
/// Draws until one chooses any piece.
const TRIES: u64 = 16;

/// A row as it is, and whether its second sentence follows its first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub row: Row,
    pub next: usize,
}

pub struct Draws {
    text: Arc<PretrainText>,
    seed: u32,
    pairs: Vec<usize>,
    /// The latest epoch's order.
    order: Option<(u32, Vec<usize>)>,
}

impl Draws {
    pub fn new(text: Arc<PretrainText>, seed: u32) -> Self {
        let pairs = text.pairs(false);
        Self { text, seed, pairs, order: None }
    }

    /// Rows `first..first + n`, counted from the first step on.
    pub fn rows(&mut self, first: usize, n: usize) -> Vec<Pair> {
        (first..first + n).map(|row| self.pair(row)).collect()
    }

    fn pair(&mut self, row: usize) -> Pair {
        let epoch = (row / self.pairs.len().max(1)) as u32;
        if self.order.as_ref().is_none_or(|(of, _)| *of != epoch) {
            let mut order = self.pairs.clone();
            Random::new(self.seed, Use::Order { epoch }).shuffle(&mut order);
            self.order = Some((epoch, order));
        }
        let order = self.order.as_ref().map_or(&self.pairs, |(_, order)| order);
        let a = order.get(row % self.pairs.len().max(1)).copied().unwrap_or_default();
        let mut random = Random::new(self.seed, Use::Next { row: row as u32 });
        if random.below(2) == 0 {
            return Pair { row: row_of(&self.text, a, a + 1), next: IS_NEXT };
        }
        // Any but the one that follows.
        let other = random.below(self.text.sentences()[0].saturating_sub(1));
        let b = if other > a { other + 1 } else { other };
        Pair { row: row_of(&self.text, a, b), next: NOT_NEXT }
    }

    /// BERT's: pieces chosen and hidden, and the next-sentence question.
    pub fn masked(&self, pairs: &[Pair], first: usize) -> Vec<Exercise> {
        let draw = |seed: u64| -> Vec<Exercise> {
            let one = |(i, pair): (usize, &Pair)| masked(&self.text, pair, first + i, seed);
            pairs.iter().enumerate().map(one).collect()
        };
        let any = |all: &[Exercise]| all.iter().any(|e| !e.targets.is_empty());
        let seeds = (0..TRIES).map(|t| u64::from(self.seed) | t << 32);
        seeds.map(draw).find(|all| any(all)).unwrap_or_else(|| draw(u64::from(self.seed)))
    }

    /// A left-to-right model's: every piece from those before it.
    pub fn left_to_right(&self, pairs: &[Pair]) -> Vec<Exercise> {
        pairs.iter().map(|pair| every_piece(&pair.row)).collect()
    }

    /// The same questions on sentences held out, in pairs that follow each other: always the same ones.
    pub fn held_out(&self) -> [Vec<Exercise>; 2] {
        let pairs: Vec<Pair> = self
            .text
            .pairs(true)
            .into_iter()
            .take(HELD_PAIRS)
            .map(|a| Pair { row: row_of(&self.text, a, a + 1), next: IS_NEXT })
            .collect();
        let draws = if pairs.is_empty() { 0 } else { (HELD_ROWS / pairs.len()).max(1) };
        let rows = (0..draws).flat_map(|d| pairs.iter().enumerate().map(move |(i, pair)| (d * HELD_PAIRS + i, pair)));
        let masked = rows.map(|(row, pair)| masked(&self.text, pair, HELD_FROM + row, u64::from(self.seed))).collect();
        [masked, pairs.iter().map(|pair| every_piece(&pair.row)).collect()]
    }
}

fn masked(text: &PretrainText, pair: &Pair, row: usize, seed: u64) -> Exercise {
    let hidden = mask_row(&pair.row.input_ids, row, seed, text.special_ids());
    let row = Row { input_ids: hidden.input_ids, token_type_ids: pair.row.token_type_ids.clone() };
    Exercise { row, targets: hidden.labels, next: Some(pair.next) }
}

/// [CLS] and [SEP] are asked of neither model.
fn every_piece(row: &Row) -> Exercise {
    let asked = row.input_ids.iter().enumerate().skip(1).filter(|(_, id)| **id != SEP_ID);
    Exercise { row: row.clone(), targets: asked.map(|(i, &id)| (i - 1, id)).collect(), next: None }
}

/// [CLS] A [SEP] B [SEP] of two sentences.
fn row_of(text: &PretrainText, a: usize, b: usize) -> Row {
    let ids = |i: usize| text.sentences.get(i).map(|s| s.ids.as_slice()).unwrap_or_default();
    let (a, b) = (ids(a), ids(b));
    let input_ids = [&[CLS_ID], a, &[SEP_ID], b, &[SEP_ID]].concat();
    let token_type_ids = (0..input_ids.len()).map(|i| u32::from(i >= a.len() + 2)).collect();
    Row { input_ids, token_type_ids }
}

/// A blank's row, its piece hidden.
pub(super) fn blank_row(text: &PretrainText, blank: &Blank) -> Row {
    let mut row = row_of(text, blank.sentence, blank.sentence + 1);
    row.input_ids[blank.position] = text.special_ids().mask;
    row
}
