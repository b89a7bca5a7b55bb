//! Which samples are learned from, watched, and kept for the end.

use super::{DataError, Dataset};
use crate::train::random::{Random, Use};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Rows of [`Dataset::samples`], by part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    pub train: Vec<u32>,
    pub validation: Vec<u32>,
    pub test: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Train,
    Validation,
    Test,
}

impl Split {
    pub fn rows(&self, part: Part) -> &[u32] {
        match part {
            Part::Train => &self.train,
            Part::Validation => &self.validation,
            Part::Test => &self.test,
        }
    }
}

/// Shares of validation and test; the rest is trained on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    pub validation: f32,
    pub test: f32,
}

impl Default for Shares {
    fn default() -> Self {
        Self { validation: 0.1, test: 0.1 }
    }
}

impl Dataset {
    /// Parts the training rows by shares, each label by itself, so that all parts have the same mixture. The same
    /// seed parts them the same way. A part that has its own file stays as it is. Of each label one sample at
    /// least is trained on. All questions on one text go to one part, whatever their labels: what is judged is then
    /// texts that were not learned from.
    pub fn part(&mut self, shares: Shares, seed: u32) {
        if self.answers {
            return self.part_by_text(shares, seed);
        }
        let mut random = Random::new(seed, Use::Split);
        let (mut train, mut validation, mut test) = (Vec::new(), Vec::new(), Vec::new());
        let of_file = (!self.split.validation.is_empty(), !self.split.test.is_empty());
        for class in 0..self.keys.len() as u16 {
            let of_class = |&r: &u32| self.samples.get(r as usize).is_some_and(|s| s.class == Some(class));
            let mut rows: Vec<u32> = self.split.train.iter().copied().filter(of_class).collect();
            random.shuffle(&mut rows);
            let count = |share: f32, has_file: bool| {
                if has_file { 0 } else { (rows.len() as f64 * f64::from(share.clamp(0.0, 1.0))).round() as usize }
            };
            let spare = rows.len().saturating_sub(1);
            let n = count(shares.validation, of_file.0).min(spare);
            let m = count(shares.test, of_file.1).min(spare - n);
            test.extend(rows.drain(..m));
            validation.extend(rows.drain(..n));
            train.extend(rows);
        }
        [&mut train, &mut validation, &mut test].into_iter().for_each(|rows| rows.sort_unstable());
        self.split.train = train;
        if !of_file.0 {
            self.split.validation = validation;
        }
        if !of_file.1 {
            self.split.test = test;
        }
    }

    fn part_by_text(&mut self, shares: Shares, seed: u32) {
        let of_file = [!self.split.test.is_empty(), !self.split.validation.is_empty()];
        let mut at: HashMap<&str, usize> = HashMap::new();
        let mut texts: Vec<Vec<u32>> = Vec::new();
        for &r in &self.split.train {
            let Some(sample) = self.samples.get(r as usize).filter(|s| s.class.is_some()) else { continue };
            let text = *at.entry(sample.second.as_deref().unwrap_or_default()).or_insert(texts.len());
            if text == texts.len() {
                texts.push(Vec::new());
            }
            texts[text].push(r);
        }
        let all: usize = texts.iter().map(Vec::len).sum();
        Random::new(seed, Use::Split).shuffle(&mut texts);
        let mut left = texts.into_iter();
        let mut take = |share: f32, has_file: bool| {
            let wanted = if has_file { 0 } else { (all as f64 * f64::from(share.clamp(0.0, 1.0))).round() as usize };
            let mut part = Vec::new();
            // One text at least stays to be trained on.
            while part.len() < wanted && left.len() > 1 {
                part.extend(left.next().unwrap_or_default());
            }
            part.sort_unstable();
            part
        };
        let (test, validation) = (take(shares.test, of_file[0]), take(shares.validation, of_file[1]));
        let mut train: Vec<u32> = left.flatten().collect();
        train.sort_unstable();
        self.split.train = train;
        if !of_file[0] {
            self.split.test = test;
        }
        if !of_file[1] {
            self.split.validation = validation;
        }
    }

    /// Puts validation and test rows back among those to train on: only where they came from one file.
    pub fn unpart(&mut self) {
        let Split { mut train, validation, test } = std::mem::take(&mut self.split);
        train.extend(validation.into_iter().chain(test));
        train.sort_unstable();
        self.split.train = train;
    }

    /// Refuses a split that leaves nothing to train on or a label without an example there.
    pub fn check(&self) -> Result<(), DataError> {
        let counts = self.label_counts(&self.split.train);
        let here: Vec<usize> = (0..counts.len()).filter(|&c| counts[c] > 0).collect();
        match here.as_slice() {
            [] => Err(DataError::NoSamples),
            // Questions that all have an answer are enough to learn from.
            [0] if self.answers => Ok(()),
            [one] => Err(DataError::OneLabel { label: self.keys[*one].clone() }),
            _ => Ok(()),
        }
    }
}
