//! The quiz of visitor against BERT: ten pairs of a seed, and where a play of it stands.

use super::chance::Chance;
use super::paragraphs::{Place, PlacedPair};
use crate::protocol::{ClassifiedRow, ClassifyTask, NEXT_SENTENCE, Purpose};
use std::collections::HashSet;

pub const PAIRS: usize = 10;

/// Ten pairs, half of them real, in the seed's order. No sentence comes twice.
pub fn pairs(seed: u32) -> Vec<PlacedPair> {
    let mut chance = Chance::new(seed);
    let mut used = HashSet::<Place>::new();
    let mut out: Vec<PlacedPair> = Vec::with_capacity(PAIRS);
    while out.len() < PAIRS {
        let real = PlacedPair::next(&mut chance);
        let pair = if out.len() < PAIRS / 2 { real } else { PlacedPair::random(real.a, &mut chance) };
        if !used.contains(&pair.a) && !used.contains(&pair.b) {
            used.extend([pair.a, pair.b]);
            out.push(pair);
        }
    }
    chance.shuffle(&mut out);
    out
}

/// All ten in one question.
pub fn task(seed: u32) -> ClassifyTask {
    ClassifyTask {
        purpose: Purpose::Quiz,
        adapter: NEXT_SENTENCE.into(),
        texts: pairs(seed).iter().map(PlacedPair::text).collect(),
        one_segment: false,
    }
}

/// P(IsNext), the first label; None for a text without an answer.
pub fn follows(row: &ClassifiedRow) -> Option<f32> {
    row.probabilities.first().copied()
}

/// Whether BERT says that the second text follows.
pub fn says_next(row: &ClassifiedRow) -> Option<bool> {
    follows(row).map(|p| p >= 0.5)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// This pair waits for the visitor.
    Asking(usize),
    /// They answered it, and see what is true.
    Shown(usize),
    Done,
}

/// A play: the visitor's answers so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Play {
    guesses: Vec<bool>,
    shown: bool,
}

impl Play {
    pub fn stage(&self) -> Stage {
        match (self.guesses.len(), self.shown) {
            (n, true) => Stage::Shown(n - 1),
            (n, false) if n < PAIRS => Stage::Asking(n),
            _ => Stage::Done,
        }
    }

    /// Takes the answer to the pair that waits; an answer cannot be taken back.
    pub fn commit(&mut self, follows: bool) {
        if let Stage::Asking(_) = self.stage() {
            self.guesses.push(follows);
            self.shown = true;
        }
    }

    pub fn next(&mut self) {
        self.shown = false;
    }

    pub fn guess(&self, pair: usize) -> Option<bool> {
        self.guesses.get(pair).copied()
    }

    /// Pairs answered so far.
    pub fn answered(&self) -> usize {
        self.guesses.len()
    }

    /// Right answers among those given.
    pub fn score(&self, pairs: &[PlacedPair]) -> usize {
        self.guesses.iter().zip(pairs).filter(|(guess, pair)| **guess == pair.is_next()).count()
    }
}

/// BERT's right answers to the first `upto` pairs; None while any of them has none.
pub fn bert_score(pairs: &[PlacedPair], rows: &[ClassifiedRow], upto: usize) -> Option<usize> {
    let right = |(pair, row): (&PlacedPair, &ClassifiedRow)| says_next(row).map(|s| usize::from(s == pair.is_next()));
    (rows.len() >= upto).then(|| pairs.iter().zip(rows).take(upto).map(right).sum())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_pairs_five_real_no_sentence_twice() {
        let mut orders = HashSet::new();
        for seed in 0..500 {
            let pairs = pairs(seed);
            assert_eq!(pairs.len(), PAIRS);
            assert_eq!(pairs.iter().filter(|p| p.is_next()).count(), PAIRS / 2, "{seed}");
            let places: HashSet<Place> = pairs.iter().flat_map(|p| [p.a, p.b]).collect();
            assert_eq!(places.len(), 2 * PAIRS, "{seed}");
            assert!(pairs.iter().all(|p| p.is_next() == (p.a.paragraph == p.b.paragraph)), "{seed}");
            orders.insert(pairs.iter().map(PlacedPair::is_next).collect::<Vec<_>>());
        }
        assert!(orders.len() > 100, "the real ones stand at {} sets of places", orders.len());
        assert_eq!(pairs(7), pairs(7));
        assert_ne!(task(7).texts, task(8).texts);
    }

    #[test]
    fn a_play_goes_from_pair_to_pair_and_cannot_go_back() {
        let pairs = pairs(1);
        let mut play = Play::default();
        for (i, pair) in pairs.iter().enumerate() {
            assert_eq!(play.stage(), Stage::Asking(i));
            // All right but the first.
            play.commit(pair.is_next() == (i > 0));
            assert_eq!(play.stage(), Stage::Shown(i));
            play.commit(!pair.is_next());
            assert_eq!(play.score(&pairs), i);
            play.next();
        }
        assert_eq!(play.stage(), Stage::Done);
        play.commit(true);
        assert_eq!((play.answered(), play.score(&pairs)), (PAIRS, PAIRS - 1));
    }

    #[test]
    fn berts_score_counts_what_was_answered() {
        let pairs = pairs(1);
        let row = |p: f32| ClassifiedRow { probabilities: vec![p, 1.0 - p], ..ClassifiedRow::default() };
        let mut rows: Vec<_> = pairs.iter().map(|p| row(if p.is_next() { 0.9 } else { 0.1 })).collect();
        assert_eq!(bert_score(&pairs, &rows, PAIRS), Some(PAIRS));
        rows[2] = row(if pairs[2].is_next() { 0.4 } else { 0.6 });
        assert_eq!(bert_score(&pairs, &rows, PAIRS), Some(PAIRS - 1));
        assert_eq!(bert_score(&pairs, &rows, 2), Some(2));
        assert_eq!(bert_score(&pairs, &rows[..3], 4), None);
        rows[1] = ClassifiedRow::default();
        assert_eq!(bert_score(&pairs, &rows, 2), None);
    }
}
