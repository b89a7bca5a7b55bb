//! What a run has shown of itself so far.

use serde::{Deserialize, Serialize};

/// One step of the optimizer.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct StepPoint {
    /// From 1.
    pub step: u32,
    /// Mean of −ln p(label) over the step's examples.
    pub loss: f32,
    /// Share of them that were right, under dropout.
    pub accuracy: f32,
    pub learning_rate: f32,
    /// Before it was cut.
    pub gradient_norm: f32,
    pub examples_per_s: f32,
}

/// One look at the validation examples.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EvalPoint {
    /// Steps done; 0 before the first.
    pub step: u32,
    pub loss: f32,
    pub accuracy: f32,
    pub macro_f1: f32,
    /// Examples that were said to be of each label, and that are.
    pub said: Vec<u32>,
    pub truth: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Curves {
    pub steps: Vec<StepPoint>,
    pub evaluations: Vec<EvalPoint>,
}

impl Curves {
    /// The evaluation with the least loss, the first of equals; not the one before the first step.
    pub fn best(&self) -> Option<&EvalPoint> {
        let trained = self.evaluations.iter().filter(|e| e.step > 0 && e.loss.is_finite());
        trained.reduce(|best, e| if e.loss < best.loss { e } else { best })
    }

    /// Mean training loss of the `n` steps up to one; None before the first.
    pub fn mean_loss(&self, up_to: u32, n: usize) -> Option<f64> {
        let end = self.steps.partition_point(|p| p.step <= up_to);
        let some = &self.steps[end.saturating_sub(n)..end];
        (!some.is_empty()).then(|| some.iter().map(|p| f64::from(p.loss)).sum::<f64>() / some.len() as f64)
    }

    /// Mean examples a second of the last steps.
    pub fn examples_per_s(&self) -> f64 {
        let some = &self.steps[self.steps.len().saturating_sub(20)..];
        some.iter().map(|p| f64::from(p.examples_per_s)).sum::<f64>() / some.len().max(1) as f64
    }
}
