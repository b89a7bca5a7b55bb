//! Fine-tuning an adapter beside the frozen base, or all weights: what goes in, what comes out, on either engine.
//!
//! [`TrainSetup::adapter`] holds the first values and says by what it has what is trained: the low-rank matrices of
//! the Linears in `low_rank`, the pooler if it has one of its own, the classifier always. Layers below the lowest
//! one in `low_rank` are frozen: no gradient goes there. With `weights` every embedding, Linear, bias and LayerNorm is
//! trained, in f32.
//!
//! One step, for micro-batches of n examples in all:
//! loss = Σ −ln softmax(logits)[class] / n, logits = classifier(drop(pooled)), or what [`span_loss`] says of a span
//! head's logits over all pieces; gradients are summed over the micro-batches, scaled by min(1, max_grad_norm / (‖g‖ + 1e-6)), then AdamW (Loshchilov and Hutter 2019, as
//! PyTorch has it): p −= lr·wd·p (matrices and tables alone), m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g²,
//! p −= lr · (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε).
//!
//! Dropout sits where BERT's hidden dropout does, in trained layers alone: on the outputs of the attention's and the
//! feed-forward's last Linear before the residual is added, and on the pooled vector. Not on attention
//! probabilities. Which values go is told by [`dropped`], the same on both engines.

mod span_loss;

use super::{EngineError, RunStats};
use crate::model::adapter::{Adapter, Dense, Head};
use crate::model::config::BertConfig;
use crate::model::whole;
use crate::text::tokens::Row;
use serde::{Deserialize, Serialize};
pub use span_loss::{SpanLoss, span_loss};

/// The optimizer's constants.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AdamW {
    pub beta1: f32,
    pub beta2: f32,
    pub epsilon: f32,
    /// On matrices; biases and LayerNorms have none.
    pub weight_decay: f32,
    /// Norm of all gradients together to which a longer one is cut; infinite for none.
    pub max_grad_norm: f32,
}

impl Default for AdamW {
    /// As in BERT's own fine-tuning.
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weight_decay: 0.01, max_grad_norm: 1.0 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct TrainSetup {
    /// First values, in f32.
    pub adapter: Adapter,
    pub optimizer: AdamW,
    /// Share of values dropped, 0 to below 1.
    pub dropout: f32,
    pub seed: u32,
    /// Keep only what each layer reads and compute the rest again on the way back: a third more work for a
    /// fraction of the memory.
    pub recompute: bool,
}

impl TrainSetup {
    /// Refuses an adapter that names a layer the model lacks, and a dropout that leaves nothing.
    pub fn check(&self, config: &BertConfig) -> Result<(), EngineError> {
        let beyond = self.adapter.low_rank.keys().find(|(layer, _)| *layer >= config.num_hidden_layers);
        if let Some(&(layer, target)) = beyond {
            return Err(EngineError::BadTensor { name: target.linear(layer) });
        }
        if !whole::fits(&self.adapter.weights, config) || (self.adapter.is_whole() && self.adapter.rank > 0) {
            return Err(EngineError::BadTensor { name: "weights".into() });
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(EngineError::Compute(format!("dropout {} is not from 0 to below 1", self.dropout)));
        }
        Ok(())
    }
}

/// Most places of one example's answer.
pub const MAX_PLACES: usize = 31;

/// What the head should say of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// Index among the labels.
    Class(usize),
    /// Where in the row the answer stands, first and last piece: 1 to [`MAX_PLACES`] places of the same answer.
    /// [CLS] alone, [0, 0], where the row holds none.
    Spans(Vec<[usize; 2]>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub row: Row,
    pub truth: Truth,
}

impl Example {
    pub fn of_class(row: Row, class: usize) -> Self {
        Self { row, truth: Truth::Class(class) }
    }

    fn check(&self, example: usize, adapter: &Adapter) -> Result<(), EngineError> {
        let labels = adapter.labels.len();
        match (&self.truth, adapter.head) {
            (&Truth::Class(class), Head::Classifier) if class >= labels => {
                Err(EngineError::BadClass { example, class, labels })
            }
            (Truth::Class(_), Head::Classifier) => Ok(()),
            (Truth::Spans(places), Head::Span { .. }) => {
                let inside = |&[first, last]: &[usize; 2]| first <= last && last < self.row.input_ids.len();
                let sound = (1..=MAX_PLACES).contains(&places.len()) && places.iter().all(inside);
                if sound { Ok(()) } else { Err(EngineError::BadSpan { example }) }
            }
            _ => Err(EngineError::WrongHead),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrainStep {
    /// Forward and backward run once for each; the weights move once, at the end.
    pub micro_batches: Vec<Vec<Example>>,
    pub learning_rate: f32,
}

impl TrainStep {
    /// Refuses examples that the trained adapter's head has nothing to say of. Rows are the engines' affair.
    pub fn check(&self, trained: &Adapter) -> Result<(), EngineError> {
        self.micro_batches.iter().flatten().enumerate().try_for_each(|(i, e)| e.check(i, trained))
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepReport {
    /// Optimizer steps so far, this one included.
    pub step: u32,
    /// −ln p(class) of each example, in order, or [`SpanLoss::loss`].
    pub losses: Vec<f32>,
    /// (n, labels) of a classifier.
    pub logits: Vec<f32>,
    /// (n) of a span head: the pieces likeliest as start and as end, each by itself.
    pub spans: Vec<[usize; 2]>,
    /// ‖g‖ before it was cut.
    pub gradient_norm: f32,
    pub stats: RunStats,
}

impl StepReport {
    /// The mean of the examples' losses.
    pub fn loss(&self) -> f64 {
        self.losses.iter().map(|&l| f64::from(l)).sum::<f64>() / self.losses.len().max(1) as f64
    }
}

/// All that a run goes on from, beside its data: values and moments have the adapter's shapes.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainState {
    pub adapter: Adapter,
    pub first_moment: Adapter,
    pub second_moment: Adapter,
    /// Optimizer steps done.
    pub step: u32,
    /// Micro-batches done: the next one's dropout depends on it.
    pub micro_step: u32,
}

impl TrainState {
    /// Refuses a state whose arrays are not those of the adapter in training.
    pub fn check(&self, trained: &Adapter) -> Result<(), EngineError> {
        let parts =
            [("values", &self.adapter), ("first moment", &self.first_moment), ("second moment", &self.second_moment)];
        match parts.into_iter().find(|(_, values)| !same_shape(values, trained)) {
            Some((name, _)) => Err(EngineError::BadTensor { name: name.into() }),
            None => Ok(()),
        }
    }
}

fn same_shape(a: &Adapter, b: &Adapter) -> bool {
    let dense = |d: &Dense| (d.weight.len(), d.bias.len());
    a.rank == b.rank
        && a.low_rank.keys().eq(b.low_rank.keys())
        && a.low_rank.values().zip(b.low_rank.values()).all(|(x, y)| x.a.len() == y.a.len() && x.b.len() == y.b.len())
        && a.pooler.as_ref().map(dense) == b.pooler.as_ref().map(dense)
        && dense(&a.classifier) == dense(&b.classifier)
        && a.weights.iter().map(|(name, v)| (name, v.len())).eq(b.weights.iter().map(|(name, v)| (name, v.len())))
}

/// The lowest layer that is trained; the number of layers when only the head is.
pub fn first_trained(adapter: &Adapter, config: &BertConfig) -> usize {
    if adapter.is_whole() {
        return 0;
    }
    adapter.low_rank.keys().map(|&(layer, _)| layer).min().unwrap_or(config.num_hidden_layers)
}

/// What a mask is for: the fourth word of [`pcg4d`]'s counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropoutAt {
    AttentionOutput { layer: usize },
    Output { layer: usize },
    Pooled { layers: usize },
}

impl DropoutAt {
    pub fn stream(self) -> u32 {
        match self {
            Self::AttentionOutput { layer } => 2 * layer as u32,
            Self::Output { layer } => 2 * layer as u32 + 1,
            Self::Pooled { layers } => 2 * layers as u32,
        }
    }
}

/// A counter-based generator: four words in, four words out (Jarzynski and Olano, "Hash Functions for GPU
/// Rendering", 2020).
pub fn pcg4d(v: [u32; 4]) -> [u32; 4] {
    let [mut x, mut y, mut z, mut w] = v.map(|v| v.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    let mix = |x: &mut u32, y: &mut u32, z: &mut u32, w: &mut u32| {
        *x = x.wrapping_add(y.wrapping_mul(*w));
        *y = y.wrapping_add(z.wrapping_mul(*x));
        *z = z.wrapping_add(x.wrapping_mul(*y));
        *w = w.wrapping_add(y.wrapping_mul(*z));
    };
    mix(&mut x, &mut y, &mut z, &mut w);
    [x, y, z, w] = [x, y, z, w].map(|v| v ^ (v >> 16));
    mix(&mut x, &mut y, &mut z, &mut w);
    [x, y, z, w]
}

/// A word below it means that a value is dropped.
pub fn dropout_threshold(rate: f32) -> u32 {
    (f64::from(rate) * 4_294_967_296.0) as u32
}

/// What the kept values are multiplied by.
pub fn dropout_scale(threshold: u32) -> f32 {
    1.0 / (1.0 - threshold as f32 / 4_294_967_296.0)
}

/// Factors of the four values at `index4` (row · width / 4 + column / 4) of an array: 0 or the scale.
pub fn dropped(index4: u32, at: DropoutAt, micro_step: u32, seed: u32, threshold: u32) -> [f32; 4] {
    let scale = dropout_scale(threshold);
    pcg4d([index4, at.stream(), micro_step, seed]).map(|r| if r < threshold { 0.0 } else { scale })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_dropped_and_the_mean_stays() {
        let threshold = dropout_threshold(0.1);
        let at = DropoutAt::Output { layer: 3 };
        let all: Vec<f32> = (0..40_000).flat_map(|i| dropped(i, at, 5, 7, threshold)).collect();
        let zeros = all.iter().filter(|&&f| f == 0.0).count() as f64 / all.len() as f64;
        let mean = all.iter().map(|&f| f64::from(f)).sum::<f64>() / all.len() as f64;
        assert!((zeros - 0.1).abs() < 0.005, "{zeros}");
        assert!((mean - 1.0).abs() < 0.005, "{mean}");
    }

    #[test]
    fn use_step_and_seed_each_change_the_mask() {
        let t = dropout_threshold(0.5);
        let mask =
            |at: DropoutAt, micro, seed| -> Vec<f32> { (0..64).flat_map(|i| dropped(i, at, micro, seed, t)).collect() };
        let one = mask(DropoutAt::Output { layer: 1 }, 1, 1);
        assert_eq!(one, mask(DropoutAt::Output { layer: 1 }, 1, 1));
        for other in [
            mask(DropoutAt::AttentionOutput { layer: 1 }, 1, 1),
            mask(DropoutAt::Output { layer: 1 }, 2, 1),
            mask(DropoutAt::Output { layer: 1 }, 1, 2),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn nothing_is_dropped_at_rate_0() {
        assert_eq!(dropped(3, DropoutAt::Pooled { layers: 12 }, 1, 1, dropout_threshold(0.0)), [1.0; 4]);
    }
}
