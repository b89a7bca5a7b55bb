//! What a run will cost, before it starts.

use super::data::LengthHistogram;
use super::settings::{Depth, Hyperparameters};
use crate::model::config::BertConfig;
use crate::model::whole;
use serde::{Deserialize, Serialize};

/// Value, gradient and two moments of a trained number, in F32.
const BYTES_A_VALUE: u64 = 16;

/// What a run is made of.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Plan {
    pub train_examples: usize,
    pub validation_examples: usize,
    /// Mean pieces of an example, cut as it will be.
    pub mean_tokens: f64,
}

impl Plan {
    pub fn new(train: usize, validation: usize, lengths: &LengthHistogram, max_seq_length: usize) -> Self {
        let mean_tokens = lengths.mean(max_seq_length);
        Self { train_examples: train, validation_examples: validation, mean_tokens }
    }
}

/// Times measured on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Of a step of `step_tokens` pieces.
    pub step_ms: f64,
    pub step_tokens: f64,
    /// Of a forward of `forward_tokens` pieces; 0 where none was measured: then a third of a step's.
    pub forward_ms: f64,
    pub forward_tokens: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Estimate {
    pub steps: u32,
    pub steps_per_epoch: u32,
    /// Times that the validation examples are looked at.
    pub evaluations: u32,
    pub tokens_per_step: f64,
    /// Pieces of the largest micro-batch that there may be.
    pub micro_batch_tokens: usize,
    /// Numbers that are trained.
    pub values: u64,
    /// They, their gradients and moments.
    pub trained_bytes: u64,
    /// What a micro-batch keeps for its way back.
    pub kept_bytes: u64,
    /// A step of the mean length; None before anything was measured.
    pub step_ms: Option<f64>,
    /// The whole run, validation too.
    pub total_ms: Option<f64>,
}

impl Estimate {
    /// Beside the model itself.
    pub fn memory_bytes(&self) -> u64 {
        self.trained_bytes + self.kept_bytes
    }
}

/// Numbers that these settings train: labels·(H + 1), the pooler's H·(H + 1), rank·(N + K) a Linear, or all of the
/// embeddings and layers.
pub fn trained_values(settings: &Hyperparameters, labels: usize, pooler: bool, c: &BertConfig) -> u64 {
    let h = c.hidden_size;
    let head = labels * (h + 1) + if pooler { h * (h + 1) } else { 0 };
    let low_rank = match &settings.depth {
        Depth::Head => 0,
        Depth::All => whole::count(c),
        Depth::Lora { rank, first_layer, targets, .. } => {
            let a_layer: usize = targets.iter().map(|t| t.shape(c)).map(|(n, k)| rank * (n + k)).sum();
            c.num_hidden_layers.saturating_sub(*first_layer) * a_layer
        }
    };
    (head + low_rank) as u64
}

/// Steps, memory and time. `bytes_per_token`: what the engine keeps of a piece between forward and backward.
pub fn estimate(
    settings: &Hyperparameters,
    plan: &Plan,
    values: u64,
    bytes_per_token: u64,
    measured: Option<&Measured>,
) -> Estimate {
    let steps = settings.steps(plan.train_examples);
    let steps_per_epoch = settings.steps_per_epoch(plan.train_examples);
    // Before the first step, every so many steps, and after the last.
    let regular = steps / settings.eval_every_steps.max(1);
    let last = u32::from(!steps.is_multiple_of(settings.eval_every_steps.max(1)));
    let evaluations = if plan.validation_examples == 0 { 0 } else { 1 + regular + last };
    let examples_per_step = settings.train_batch_size.min(plan.train_examples) as f64;
    let tokens_per_step = examples_per_step * plan.mean_tokens;
    let whole = settings.train_batch_size.min(plan.train_examples.max(1)) * settings.max_seq_length;
    // One example at least goes, however small the limit.
    let micro_batch_tokens = settings.micro_batch_tokens.max(settings.max_seq_length).min(whole);
    let times = measured.filter(|m| m.step_tokens > 0.0).map(|m| {
        let step_ms = m.step_ms / m.step_tokens * tokens_per_step;
        let forward_ms =
            if m.forward_tokens > 0.0 { m.forward_ms / m.forward_tokens } else { m.step_ms / m.step_tokens / 3.0 };
        let looked = f64::from(evaluations) * plan.validation_examples as f64 * plan.mean_tokens;
        (step_ms, f64::from(steps) * step_ms + looked * forward_ms)
    });
    Estimate {
        steps,
        steps_per_epoch,
        evaluations,
        tokens_per_step,
        micro_batch_tokens,
        values,
        trained_bytes: values * BYTES_A_VALUE,
        kept_bytes: micro_batch_tokens as u64 * bytes_per_token,
        step_ms: times.map(|t| t.0),
        total_ms: times.map(|t| t.1),
    }
}
