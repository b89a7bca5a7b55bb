//! The loop, without an engine in it: it says what to do next, is told what came of it, and goes on.
//!
//! A driver (the worker, `cargo xtask finetune`, a test) asks [`Run::next`], does that, and hands the answer to
//! [`Run::trained`], [`Run::evaluated`] or [`Run::saved`]. Until it has, `next` says the same again, so that pause,
//! a lost engine or a smaller micro-batch need nothing of their own. One run: validation before the first step;
//! steps, validation every `eval_every_steps`, a checkpoint every `save_checkpoints_steps` and at each best
//! validation; both again after the last step.

use super::curves::{Curves, EvalPoint, StepPoint};
use super::data::{DataError, Dataset, encode, read};
use super::diagnose::{Diagnosis, diagnose};
use super::evaluate::{Evaluation, Evaluator};
use super::random::{Random, Use};
use super::settings::{Hyperparameters, SettingError};
use crate::engine::Batch;
use crate::engine::judge::said;
use crate::engine::training::{Example, StepReport, TrainStep, Truth};
use crate::text::tokenizer::BertTokenizer;
use serde::{Deserialize, Serialize};

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `Engine::train`, then [`Run::trained`].
    Train(TrainStep),
    /// `Engine::run` with the trained adapter and its head's logits wanted, then [`Run::evaluated`] with [`super::evaluate::by_row`].
    Evaluate(Batch),
    /// `Engine::train_state` into a checkpoint, then [`Run::saved`]. `best`: its validation is the best so far.
    Checkpoint {
        step: u32,
        best: bool,
    },
    Done,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum RunError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error("an answer came to what was not asked")]
    NotAsked,
    #[error("one example of {tokens} pieces does not fit in memory: lower max_seq_length, rank or the layers trained")]
    NoRoom { tokens: usize },
    #[error("the loss is no number at step {step}: lower learning_rate")]
    Diverged { step: u32 },
}

/// Where a run stands, beside the engine's own state; all that a checkpoint keeps of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Optimizer steps done.
    pub step: u32,
    /// As it is now: halved where memory was short.
    pub micro_batch_tokens: usize,
    /// Step of the best validation so far.
    pub best_step: Option<u32>,
    pub curves: Curves,
}

/// One training. The data and the tokenizer stay the driver's: they are the same at every call.
#[derive(Debug, Clone)]
pub struct Run {
    settings: Hyperparameters,
    /// Rows to learn from.
    train: Vec<u32>,
    validation: Vec<u32>,
    labels: usize,
    answers: bool,
    steps: u32,
    progress: Progress,
    /// The epoch whose order is held.
    order: (u32, Vec<u32>),
    evaluating: Option<Evaluator>,
    /// Validation of this step is still to come; a checkpoint is.
    evaluation_due: bool,
    checkpoint_due: bool,
    /// The newest validation.
    latest: Option<Evaluation>,
}

impl Run {
    pub fn new(
        settings: Hyperparameters,
        data: &Dataset,
        config: &crate::model::config::BertConfig,
    ) -> Result<Self, RunError> {
        data.check()?;
        settings.check(data.split.train.len(), config)?;
        if data.answers {
            settings.check_questions()?;
        }
        let progress = Progress { micro_batch_tokens: settings.micro_batch_tokens, ..Progress::default() };
        Ok(Self::at(settings, data, progress, true))
    }

    /// Goes on from a checkpoint: what follows is what would have followed there.
    pub fn resume(
        settings: Hyperparameters,
        data: &Dataset,
        config: &crate::model::config::BertConfig,
        progress: Progress,
    ) -> Result<Self, RunError> {
        data.check()?;
        settings.check(data.split.train.len(), config)?;
        if data.answers {
            settings.check_questions()?;
        }
        Ok(Self::at(settings, data, progress, false))
    }

    fn at(settings: Hyperparameters, data: &Dataset, progress: Progress, evaluation_due: bool) -> Self {
        let steps = settings.steps(data.split.train.len());
        Self {
            steps,
            train: data.split.train.clone(),
            validation: data.split.validation.clone(),
            labels: data.keys.len(),
            answers: data.answers,
            order: (u32::MAX, Vec::new()),
            evaluating: None,
            evaluation_due: evaluation_due && !data.split.validation.is_empty(),
            checkpoint_due: false,
            latest: None,
            settings,
            progress,
        }
    }

    pub fn settings(&self) -> &Hyperparameters {
        &self.settings
    }

    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    pub fn curves(&self) -> &Curves {
        &self.progress.curves
    }

    /// Steps done, and all.
    pub fn steps(&self) -> (u32, u32) {
        (self.progress.step, self.steps)
    }

    /// Epochs done, with a fraction.
    pub fn epoch(&self) -> f32 {
        self.progress.step as f32 / self.settings.steps_per_epoch(self.train.len()).max(1) as f32
    }

    /// Rows done of the validation that is going on, and all.
    pub fn validating(&self) -> Option<(usize, usize)> {
        self.evaluating.as_ref().map(Evaluator::progress)
    }

    /// The newest validation, row by row.
    pub fn latest(&self) -> Option<&Evaluation> {
        self.latest.as_ref()
    }

    pub fn best(&self) -> Option<&EvalPoint> {
        self.progress.curves.best()
    }

    /// Seconds to go at the pace of the last steps, validation left out; None before the first.
    pub fn seconds_left(&self) -> Option<f64> {
        let pace = self.progress.curves.examples_per_s();
        let left = f64::from(self.steps - self.progress.step.min(self.steps)) * self.settings.train_batch_size as f64;
        (pace > 0.0).then(|| left / pace)
    }

    /// What the curves say that the visitor should know.
    pub fn diagnoses(&self) -> Vec<Diagnosis> {
        diagnose(&self.progress.curves, self.labels)
    }

    /// What to do next; the same until it is answered.
    pub fn next(&mut self, data: &Dataset, tokenizer: &BertTokenizer) -> Result<Action, RunError> {
        if self.evaluation_due {
            let (rows, size, labels) = (&self.validation, self.settings.eval_batch_size, self.labels);
            let evaluator = self.evaluating.get_or_insert_with(|| Evaluator::new(rows.clone(), size, labels));
            if let Some(batch) = evaluator.next(data, tokenizer, self.settings.max_seq_length)? {
                return Ok(Action::Evaluate(batch));
            }
        }
        let step = self.progress.step;
        if self.checkpoint_due {
            let best = self.progress.best_step == Some(step);
            return Ok(Action::Checkpoint { step, best });
        }
        if step >= self.steps {
            return Ok(Action::Done);
        }
        let micro_batches = self.micro_batches(data, tokenizer)?;
        let learning_rate = self.settings.learning_rate_at(step + 1, self.steps);
        Ok(Action::Train(TrainStep { micro_batches, learning_rate }))
    }

    /// Rows of the next step, in the epoch's order; an epoch's last step may have fewer.
    pub fn next_rows(&mut self) -> Vec<u32> {
        let an_epoch = self.settings.steps_per_epoch(self.train.len()).max(1);
        let (epoch, within) = (self.progress.step / an_epoch, self.progress.step % an_epoch);
        if self.order.0 != epoch {
            let mut rows = self.train.clone();
            Random::new(self.settings.seed, Use::Order { epoch }).shuffle(&mut rows);
            self.order = (epoch, rows);
        }
        let size = self.settings.train_batch_size;
        let start = within as usize * size;
        self.order.1[start..self.train.len().min(start + size)].to_vec()
    }

    fn micro_batches(&mut self, data: &Dataset, tokenizer: &BertTokenizer) -> Result<Vec<Vec<Example>>, RunError> {
        let (mut all, mut held): (Vec<Vec<Example>>, usize) = (Vec::new(), 0);
        for r in self.next_rows() {
            let example = self.example(data, tokenizer, r)?;
            let tokens = example.row.input_ids.len();
            match all.last_mut() {
                Some(last) if held + tokens <= self.progress.micro_batch_tokens => {
                    held += tokens;
                    last.push(example);
                }
                _ => {
                    held = tokens;
                    all.push(vec![example]);
                }
            }
        }
        Ok(all)
    }

    fn example(&self, data: &Dataset, tokenizer: &BertTokenizer, r: u32) -> Result<Example, RunError> {
        let sample = data.samples.get(r as usize).ok_or(DataError::NoSamples)?;
        let (length, seed, epoch) = (self.settings.max_seq_length, self.settings.seed, self.order.0);
        if self.answers {
            // Of a long text one window an epoch.
            let reading = read(tokenizer, sample, length)?;
            let window = reading.window_of(seed, epoch, r);
            let truth = Truth::Spans(reading.truth(window));
            return Ok(Example { row: reading.row(tokenizer, window), truth });
        }
        let class = usize::from(sample.class.ok_or(DataError::NoLabelColumn)?);
        Ok(Example::of_class(encode(tokenizer, sample, length)?.0, class))
    }

    /// How many of a step's examples were said right, under dropout.
    fn right(&self, step: &TrainStep, report: &StepReport) -> usize {
        let right = |(i, e): (usize, &Example)| match &e.truth {
            Truth::Class(class) => {
                report.logits.chunks(self.labels.max(1)).nth(i).is_some_and(|l| said(l) == Some(*class))
            }
            Truth::Spans(places) => report.spans.get(i).is_some_and(|said| places.contains(said)),
        };
        step.micro_batches.iter().flatten().enumerate().filter(|&at| right(at)).count()
    }

    /// Takes what a step gave; `ms` is how long it took. The classes are those of the step that was asked.
    pub fn trained(&mut self, step: &TrainStep, report: &StepReport, ms: f64) -> Result<(), RunError> {
        if self.evaluation_due || self.checkpoint_due || self.progress.step >= self.steps {
            return Err(RunError::NotAsked);
        }
        let examples = step.micro_batches.iter().map(Vec::len).sum::<usize>();
        let loss = report.loss() as f32;
        let right = self.right(step, report);
        self.progress.step += 1;
        let now = self.progress.step;
        self.progress.curves.steps.push(StepPoint {
            step: now,
            loss,
            accuracy: right as f32 / examples.max(1) as f32,
            learning_rate: step.learning_rate,
            gradient_norm: report.gradient_norm,
            examples_per_s: if ms > 0.0 { (examples as f64 * 1e3 / ms) as f32 } else { 0.0 },
        });
        if !loss.is_finite() || !report.gradient_norm.is_finite() {
            return Err(RunError::Diverged { step: now });
        }
        let last = now == self.steps;
        self.evaluation_due =
            !self.validation.is_empty() && (last || now.is_multiple_of(self.settings.eval_every_steps));
        self.checkpoint_due = last || now.is_multiple_of(self.settings.save_checkpoints_steps);
        Ok(())
    }

    /// Takes the logits of each row of a batch of validation ([`super::evaluate::by_row`]). With the last of them comes its point of the
    /// curve.
    pub fn evaluated(&mut self, data: &Dataset, logits: &[Vec<f32>]) -> Result<Option<EvalPoint>, RunError> {
        let evaluator = self.evaluating.as_mut().ok_or(RunError::NotAsked)?;
        evaluator.take(data, logits);
        let (done, all) = evaluator.progress();
        if done < all {
            return Ok(None);
        }
        self.evaluation_due = false;
        let Some(evaluation) = self.evaluating.take().map(Evaluator::finish) else { return Ok(None) };
        let point = evaluation.point(self.progress.step);
        self.progress.curves.evaluations.push(point.clone());
        self.latest = Some(evaluation);
        let best = self.progress.curves.best().map(|e| e.step);
        if best == Some(point.step) {
            self.progress.best_step = best;
            self.checkpoint_due = true;
        }
        Ok(Some(point))
    }

    /// The checkpoint that was asked for is kept (or could not be, and the driver has told so).
    pub fn saved(&mut self) {
        self.checkpoint_due = false;
    }

    /// The step did not fit in memory: its micro-batches are halved, and [`Self::next`] gives it again. Gives the
    /// pieces of a micro-batch from now on.
    pub fn out_of_memory(&mut self, step: &TrainStep) -> Result<usize, RunError> {
        let tokens = |m: &Vec<Example>| m.iter().map(|e| e.row.input_ids.len()).sum::<usize>();
        let alone = |m: &&Vec<Example>| m.len() > 1;
        let largest = step.micro_batches.iter().filter(alone).map(tokens).max();
        let Some(largest) = largest else {
            let tokens = step.micro_batches.iter().map(tokens).max().unwrap_or(0);
            return Err(RunError::NoRoom { tokens });
        };
        self.progress.micro_batch_tokens = (largest.min(self.progress.micro_batch_tokens) / 2).max(1);
        Ok(self.progress.micro_batch_tokens)
    }
}
