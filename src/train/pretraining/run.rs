//! Both models on the same rows, step by step, and what is asked of them in between.

use super::draws::{Draws, Pair, blank_row};
use super::start::{first_values, shape};
use super::text::{Blank, PretrainText};
use crate::engine::cpu::Pretrainer;
use crate::engine::pretraining::{Exercise, PretrainReport, PretrainSetup, Sight};
use crate::engine::training::AdamW;
use crate::engine::{Batch, BlankAt, Candidate, EngineError, MAX_BLANKS, Row, Want};
use crate::train::settings::learning_rate_at;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Candidates listed for a blank.
const TOP_K: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PretrainSettings {
    pub seed: u32,
    pub steps: u32,
    /// Rows of a step, each a pair of sentences.
    pub rows: usize,
    /// The highest; up to it in a line, then down to 0.
    pub learning_rate: f32,
    pub warmup_proportion: f32,
    /// Held-out sentences and blanks are asked so often, and at both ends.
    pub look_every: u32,
}

impl PretrainSettings {
    /// About a minute in a browser.
    pub fn of(seed: u32) -> Self {
        Self { seed, steps: 1000, rows: 16, learning_rate: 5e-3, warmup_proportion: 0.1, look_every: 100 }
    }
}

/// One step of both; BERT first in all pairs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Point {
    /// From 1.
    pub step: u32,
    /// Mean of −ln p: of the chosen pieces, and of every next piece.
    pub words: [f32; 2],
    /// Mean of −ln p of IsNext or NotNext, BERT's alone, and the share that it got right.
    pub next: f32,
    pub next_right: f32,
    /// Pieces that counted in the losses so far.
    pub counted: [u32; 2],
}

/// What both make of what they were not trained on, and BERT of the blanks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Look {
    /// Steps done.
    pub step: u32,
    /// As [`Point::words`]; None where no sentence is held out.
    pub held_out: Option<[f64; 2]>,
    /// One for each blank of the text.
    pub blanks: Vec<Guess>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    pub top: Vec<Candidate>,
    /// The hidden piece.
    pub truth: Candidate,
}

/// What a turn came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    Looked,
    /// One model has taken its step.
    Trained,
    Done,
}

pub struct PretrainRun {
    text: Arc<PretrainText>,
    settings: PretrainSettings,
    draws: Draws,
    models: [Pretrainer; 2],
    blanks: Vec<Blank>,
    /// The rows that BERT has just read, and what came of them.
    half: Option<(Vec<Pair>, PretrainReport)>,
    points: Vec<Point>,
    looks: Vec<Look>,
    spent_ms: [f64; 2],
    /// Of the rows that BERT has read, [CLS] and [SEP] among them.
    read: u64,
}

impl PretrainRun {
    pub fn new(text: Arc<PretrainText>, settings: PretrainSettings) -> Result<Self, EngineError> {
        let config = shape(text.vocab_size());
        let weights = first_values(&config, settings.seed);
        let model = |sight| {
            let optimizer = AdamW::default();
            Pretrainer::new(PretrainSetup { config: config.clone(), weights: weights.clone(), sight, optimizer })
        };
        Ok(Self {
            draws: Draws::new(text.clone(), settings.seed),
            models: [model(Sight::Both)?, model(Sight::Left)?],
            blanks: text.blanks(),
            text,
            settings,
            half: None,
            points: Vec::new(),
            looks: Vec::new(),
            spent_ms: [0.0; 2],
            read: 0,
        })
    }

    /// Does the next thing: a step of one model, or a look.
    pub fn turn(&mut self) -> Result<Turned, EngineError> {
        let done = self.points.len() as u32;
        let due = done.is_multiple_of(self.settings.look_every.max(1)) || done == self.settings.steps;
        if self.half.is_none() && due && self.looks.last().is_none_or(|l| l.step != done) {
            let look = self.look(done)?;
            self.looks.push(look);
            return Ok(Turned::Looked);
        }
        if done >= self.settings.steps {
            return Ok(Turned::Done);
        }
        let s = self.settings;
        let rate = learning_rate_at(s.learning_rate, s.warmup_proportion, done + 1, s.steps);
        let first = done as usize * s.rows;
        match self.half.take() {
            None => {
                let pairs = self.draws.rows(first, s.rows);
                let report = self.models[0].train(&self.draws.masked(&pairs, first), rate)?;
                self.spent_ms[0] += report.total_ms;
                self.read += pairs.iter().map(|p| p.row.input_ids.len() as u64).sum::<u64>();
                self.half = Some((pairs, report));
            }
            Some((pairs, bert)) => {
                let left = self.models[1].train(&self.draws.left_to_right(&pairs), rate)?;
                self.spent_ms[1] += left.total_ms;
                let before = self.points.last().map_or([0; 2], |p| p.counted);
                let (next, right) = bert.next.unwrap_or_default();
                self.points.push(Point {
                    step: done + 1,
                    words: [bert.words, left.words],
                    next,
                    next_right: right as f32 / pairs.len().max(1) as f32,
                    counted: [before[0] + bert.targets as u32, before[1] + left.targets as u32],
                });
            }
        }
        Ok(Turned::Trained)
    }

    fn look(&mut self, step: u32) -> Result<Look, EngineError> {
        let held = self.draws.held_out();
        let mut losses = [None; 2];
        for ((model, exercises), loss) in self.models.iter_mut().zip(&held).zip(&mut losses) {
            *loss = mean_loss(model, exercises)?;
        }
        let held_out = losses[0].zip(losses[1]).map(|(a, b)| [a, b]);
        let rows: Vec<Row> = self.blanks.iter().map(|b| blank_row(&self.text, b)).collect();
        let mut blanks = Vec::with_capacity(rows.len());
        if !rows.is_empty() {
            let asked = |(row, b): (usize, &Blank)| BlankAt { row, position: b.position, asked: vec![b.truth] };
            let want =
                Want { blanks: self.blanks.iter().enumerate().map(asked).collect(), top_k: TOP_K, ..Want::default() };
            for found in self.models[0].run(&Batch { rows }, &want)?.blanks {
                blanks.extend(found.asked.first().map(|&truth| Guess { top: found.top.clone(), truth }));
            }
        }
        Ok(Look { step, held_out, blanks })
    }

    pub fn text(&self) -> &PretrainText {
        &self.text
    }

    pub fn blanks(&self) -> &[Blank] {
        &self.blanks
    }

    pub fn settings(&self) -> PretrainSettings {
        self.settings
    }

    pub fn points(&self) -> &[Point] {
        &self.points
    }

    pub fn looks(&self) -> &[Look] {
        &self.looks
    }

    /// BERT's, by the time its own steps took: pieces it read a second, and texts (pairs) a second.
    pub fn rates(&self) -> [f64; 2] {
        let seconds = self.spent_ms[0] / 1e3;
        let steps = self.points.len() + usize::from(self.half.is_some());
        let rows = (steps * self.settings.rows) as f64;
        if seconds > 0.0 { [self.read as f64 / seconds, rows / seconds] } else { [0.0; 2] }
    }

    /// Milliseconds that steps of each model took in all.
    pub fn spent_ms(&self) -> [f64; 2] {
        self.spent_ms
    }

    /// Numbers of each model.
    pub fn parameters(&self) -> usize {
        self.models[0].weights().values().map(Vec::len).sum()
    }

    /// BERT, then the other.
    pub fn models(&self) -> &[Pretrainer; 2] {
        &self.models
    }
}

/// Mean of −ln p over all targets, some rows at a time. None without any.
fn mean_loss(model: &mut Pretrainer, exercises: &[Exercise]) -> Result<Option<f64>, EngineError> {
    let (mut sum, mut n, mut first) = (0.0, 0usize, 0);
    while first < exercises.len() {
        let (mut end, mut blanks) = (first, Vec::new());
        while let Some(e) = exercises.get(end) {
            if end > first && blanks.len() + e.targets.len() > MAX_BLANKS {
                break;
            }
            let row = end - first;
            blanks.extend(e.targets.iter().map(|&(position, id)| BlankAt { row, position, asked: vec![id] }));
            end += 1;
        }
        let batch = Batch { rows: exercises[first..end].iter().map(|e| e.row.clone()).collect() };
        let answer = model.run(&batch, &Want { blanks, ..Want::default() })?;
        for b in &answer.blanks {
            let asked = b.asked.first().map_or(0.0, |c| f64::from(c.logit));
            sum += f64::from(b.logsumexp) - asked;
            n += 1;
        }
        first = end;
    }
    Ok((n > 0).then(|| sum / n as f64))
}
