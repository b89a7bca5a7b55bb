//! What a visitor may set, under the article's names, and what it will cost.

use crate::engine::spans::WIDTH;
use crate::engine::training::{AdamW, TrainSetup};
use crate::model::adapter::{Adapter, MAX_RANK, Target};
use crate::model::config::BertConfig;
use crate::model::whole;
use serde::{Deserialize, Serialize};

/// What is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// The classifier (and the pooler, where it is copied) on frozen features.
    Head,
    /// Every embedding, Linear, bias and LayerNorm, the pooler and the head.
    All,
    /// Low-rank matrices beside the frozen Linears named in `targets`, in the layers from `first_layer` on.
    Lora { rank: usize, alpha: f32, first_layer: usize, targets: Vec<Target> },
}

impl Depth {
    /// Rank 8 on every Linear of every layer.
    pub fn lora() -> Self {
        Self::Lora { rank: 8, alpha: 16.0, first_layer: 0, targets: Target::ALL.to_vec() }
    }

    /// A good peak for a model of so many weights. Those that were trained already move less, of small models more, as
    /// their makers advise.
    pub fn learning_rate(&self, weights: u64) -> f32 {
        match self {
            Self::Head => 1e-3,
            Self::Lora { .. } => 3e-4,
            Self::All if weights < 40_000_000 => 3e-4,
            Self::All => 5e-5,
        }
    }
}

/// The settings of a run. The first eight have the names and meanings of the article's `run_classifier.py`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hyperparameters {
    /// Examples of one step of the optimizer.
    pub train_batch_size: usize,
    /// Examples of one forward when evaluating.
    pub eval_batch_size: usize,
    /// At its peak, after warm-up.
    pub learning_rate: f32,
    /// May be a fraction: 0.5 sees half of the examples.
    pub num_train_epochs: f32,
    /// Pieces of an example, [CLS] and [SEP] included; longer ones are cut.
    pub max_seq_length: usize,
    /// Share of all steps in which the rate rises from 0 to its peak.
    pub warmup_proportion: f32,
    pub save_checkpoints_steps: u32,
    pub seed: u32,
    pub depth: Depth,
    /// Share of values dropped in trained layers.
    pub dropout: f32,
    pub weight_decay: f32,
    /// Norm to which longer gradients are cut; 0 for none.
    pub max_grad_norm: f32,
    /// Most pieces of one forward and backward; a step's examples are parted so. One example at least goes.
    pub micro_batch_tokens: usize,
    /// Steps between two looks at the validation examples.
    pub eval_every_steps: u32,
}

/// Largest of each, beyond which nothing sensible lies.
pub const MAX_BATCH: usize = 1024;
pub const MAX_EPOCHS: f32 = 1000.0;
pub const MAX_LEARNING_RATE: f32 = 1.0;
pub const MAX_STEPS: u32 = 10_000_000;
/// An example holds [CLS], one piece and [SEP] at least.
pub const MIN_SEQ_LENGTH: usize = 3;

/// Of a window that holds a question and some of a text.
pub const MIN_QUESTION_LENGTH: usize = 32;

/// A setting that cannot be, with what it may be.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum SettingError {
    #[error("{name} is {value}: choose {low} to {high}")]
    Range { name: String, value: f64, low: f64, high: f64 },
    #[error("targets names no Linear: choose one at least, or train the head alone")]
    NoTargets,
    #[error("{steps} steps are more than {limit}: lower num_train_epochs or raise train_batch_size")]
    TooManySteps { steps: u64, limit: u32 },
    #[error("{examples} examples are left to train on: add some, or lower the shares of validation and test")]
    NoExamples { examples: usize },
}

impl Hyperparameters {
    /// Good values for that many training examples, whose longest has that many pieces.
    ///
    /// Few examples are seen more often, in smaller batches, so that there are steps enough to learn in.
    pub fn for_examples(examples: usize, longest: usize, depth: Depth, config: &BertConfig) -> Self {
        let train_batch_size = if examples < 200 { 8 } else { 16 };
        let steps_an_epoch = examples.div_ceil(train_batch_size).max(1);
        // On 120 reviews the head alone was best after 75 steps, and overfitted by 300.
        let wanted_steps: usize = 120;
        let least = if examples > 50_000 { 1 } else { 3 };
        let epochs = usize::div_ceil(wanted_steps, steps_an_epoch).clamp(least, 10);
        let max_seq_length = longest.next_multiple_of(16).clamp(MIN_SEQ_LENGTH, 128);
        let every = (steps_an_epoch * epochs / 20).clamp(5, 500) as u32;
        Self {
            train_batch_size,
            eval_batch_size: 32,
            learning_rate: depth.learning_rate(whole::count(config) as u64),
            num_train_epochs: epochs as f32,
            max_seq_length: max_seq_length.min(config.max_position_embeddings),
            warmup_proportion: 0.1,
            save_checkpoints_steps: (2 * every).min(1000),
            seed: 42,
            depth,
            dropout: 0.1,
            weight_decay: 0.01,
            max_grad_norm: 1.0,
            micro_batch_tokens: 2048,
            eval_every_steps: every,
        }
    }

    /// The same for questions on texts: whole windows, and batches that a page has memory for.
    pub fn for_questions(examples: usize, longest: usize, depth: Depth, config: &BertConfig) -> Self {
        let base = Self::for_examples(examples, longest, depth, config);
        let max_seq_length = longest.next_multiple_of(16).clamp(MIN_QUESTION_LENGTH, WIDTH);
        let lora = matches!(base.depth, Depth::Lora { .. });
        let learning_rate = if lora { 5e-4 } else { base.learning_rate };
        Self {
            max_seq_length: max_seq_length.min(config.max_position_embeddings),
            learning_rate,
            train_batch_size: base.train_batch_size.min(12),
            eval_batch_size: 16,
            ..base
        }
    }

    /// Refuses what leaves a window no room for a question and its text.
    pub fn check_questions(&self) -> Result<(), SettingError> {
        if self.max_seq_length >= MIN_QUESTION_LENGTH {
            return Ok(());
        }
        let (value, low) = (self.max_seq_length as f64, MIN_QUESTION_LENGTH as f64);
        Err(SettingError::Range { name: "max_seq_length".into(), value, low, high: WIDTH as f64 })
    }

    /// Refuses what cannot be run on that model with that many training examples.
    pub fn check(&self, examples: usize, config: &BertConfig) -> Result<(), SettingError> {
        let range = |name: &str, value: f64, low: f64, high: f64| {
            let name = name.to_owned();
            if (low..=high).contains(&value) { Ok(()) } else { Err(SettingError::Range { name, value, low, high }) }
        };
        let f = |x: f32| f64::from(x);
        let batch = MAX_BATCH as f64;
        if examples == 0 {
            return Err(SettingError::NoExamples { examples });
        }
        range("train_batch_size", self.train_batch_size as f64, 1.0, batch)?;
        range("eval_batch_size", self.eval_batch_size as f64, 1.0, batch)?;
        range("learning_rate", f(self.learning_rate), 0.0, f(MAX_LEARNING_RATE))?;
        range("num_train_epochs", f(self.num_train_epochs), 0.001, f(MAX_EPOCHS))?;
        let (least, most) = (MIN_SEQ_LENGTH as f64, config.max_position_embeddings as f64);
        range("max_seq_length", self.max_seq_length as f64, least, most)?;
        range("warmup_proportion", f(self.warmup_proportion), 0.0, 1.0)?;
        range("save_checkpoints_steps", f64::from(self.save_checkpoints_steps), 1.0, f64::from(MAX_STEPS))?;
        range("eval_every_steps", f64::from(self.eval_every_steps), 1.0, f64::from(MAX_STEPS))?;
        range("dropout", f(self.dropout), 0.0, 0.9)?;
        range("weight_decay", f(self.weight_decay), 0.0, 1.0)?;
        range("max_grad_norm", f(self.max_grad_norm), 0.0, 1e6)?;
        range("micro_batch_tokens", self.micro_batch_tokens as f64, 1.0, f64::from(1 << 20))?;
        if let Depth::Lora { rank, alpha, first_layer, targets } = &self.depth {
            range("rank", *rank as f64, 1.0, MAX_RANK as f64)?;
            range("alpha", f(*alpha), 1e-3, 1e4)?;
            range("first_layer", *first_layer as f64, 0.0, config.num_hidden_layers.saturating_sub(1) as f64)?;
            if targets.is_empty() {
                return Err(SettingError::NoTargets);
            }
        }
        let steps = self.steps_wide(examples);
        if steps > u64::from(MAX_STEPS) {
            return Err(SettingError::TooManySteps { steps, limit: MAX_STEPS });
        }
        Ok(())
    }

    /// Steps of one epoch; the last may hold fewer examples.
    pub fn steps_per_epoch(&self, examples: usize) -> u32 {
        examples.div_ceil(self.train_batch_size.max(1)) as u32
    }

    /// Steps of the whole run, one at least.
    pub fn steps(&self, examples: usize) -> u32 {
        self.steps_wide(examples).min(u64::from(u32::MAX)) as u32
    }

    fn steps_wide(&self, examples: usize) -> u64 {
        let an_epoch = f64::from(self.steps_per_epoch(examples));
        ((an_epoch * f64::from(self.num_train_epochs)).round() as u64).max(1)
    }

    /// The rate of a step, counted from 1: up from 0 in a line, then down to 0 in a line, as in BERT's
    /// `optimization.py`, whose warm-up replaces the first part of the one long decay.
    pub fn learning_rate_at(&self, step: u32, steps: u32) -> f32 {
        learning_rate_at(self.learning_rate, self.warmup_proportion, step, steps)
    }

    pub fn optimizer(&self) -> AdamW {
        let max_grad_norm = if self.max_grad_norm > 0.0 { self.max_grad_norm } else { f32::INFINITY };
        AdamW { weight_decay: self.weight_decay, max_grad_norm, ..AdamW::default() }
    }

    /// What an engine begins with.
    pub fn setup(&self, adapter: Adapter, recompute: bool) -> TrainSetup {
        TrainSetup { adapter, optimizer: self.optimizer(), dropout: self.dropout, seed: self.seed, recompute }
    }
}

/// See [`Hyperparameters::learning_rate_at`].
pub fn learning_rate_at(peak: f32, warmup_proportion: f32, step: u32, steps: u32) -> f32 {
    let (done, all) = (f64::from(step.saturating_sub(1)), f64::from(steps.max(1)));
    let warm = (all * f64::from(warmup_proportion)).floor();
    let peak = f64::from(peak);
    let rate = if done < warm { peak * done / warm } else { peak * (1.0 - done / all) };
    rate.max(0.0) as f32
}
