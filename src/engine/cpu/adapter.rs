//! An adapter's matrices, ready for the CPU.

use crate::engine::EngineError;
use crate::model::adapter::{Adapter, Dense, Head};
use crate::model::config::BertConfig;
use crate::model::whole;
use candle_core::{Device, Tensor};
use std::collections::HashMap;

pub(super) struct LoadedAdapter {
    /// By Linear: Aᵀ (K, r) and scale·Bᵀ (r, N).
    low_rank: HashMap<String, (Tensor, Tensor)>,
    pub(super) pooler: Option<(Tensor, Tensor)>,
    pub(super) head: Head,
    /// The head's Wᵀ (H, labels) and bias (labels,).
    pub(super) classifier: (Tensor, Tensor),
    /// In place of the base's, by name.
    pub(super) weights: HashMap<String, Tensor>,
}

impl LoadedAdapter {
    pub(super) fn new(adapter: &Adapter, config: &BertConfig) -> Result<Self, EngineError> {
        let (h, r) = (config.hidden_size, adapter.rank);
        let transposed = |values: &[f32], rows: usize, columns: usize| -> Result<Tensor, EngineError> {
            Ok(Tensor::from_slice(values, (rows, columns), &Device::Cpu)?.t()?.contiguous()?)
        };
        let dense = |d: &Dense, n: usize| -> Result<(Tensor, Tensor), EngineError> {
            Ok((transposed(&d.weight, n, h)?, Tensor::from_slice(&d.bias, n, &Device::Cpu)?))
        };
        let mut low_rank = HashMap::new();
        for (&(layer, target), m) in &adapter.low_rank {
            let (n, k) = target.shape(config);
            let a = transposed(&m.a, r, k)?;
            let b = (transposed(&m.b, n, r)? * f64::from(adapter.scale()))?;
            low_rank.insert(target.linear(layer), (a, b));
        }
        let pooler = adapter.pooler.as_ref().map(|p| dense(p, h)).transpose()?;
        let classifier = dense(&adapter.classifier, adapter.labels.len())?;
        let shapes = if adapter.is_whole() { whole::shapes(config) } else { Default::default() };
        let mut weights = HashMap::new();
        for ((name, shape), values) in shapes.into_iter().zip(adapter.weights.values()) {
            weights.insert(name, Tensor::from_slice(values, shape, &Device::Cpu)?);
        }
        Ok(Self { low_rank, pooler, head: adapter.head, classifier, weights })
    }

    /// What the adapter adds to a Linear's output: (n, K) → (n, N). None where it changes nothing.
    pub(super) fn delta(&self, linear: &str, x: &Tensor) -> Result<Option<Tensor>, EngineError> {
        let Some((a, b)) = self.low_rank(linear) else { return Ok(None) };
        Ok(Some(x.matmul(a)?.matmul(b)?))
    }

    /// Aᵀ (K, r) and scale·Bᵀ (r, N) of a Linear that the adapter changes.
    pub(super) fn low_rank(&self, linear: &str) -> Option<&(Tensor, Tensor)> {
        self.low_rank.get(linear)
    }

    pub(super) fn bytes(&self) -> u64 {
        let matrices = self.low_rank.values().chain(&self.pooler).chain(std::iter::once(&self.classifier));
        let weights: usize = self.weights.values().map(Tensor::elem_count).sum();
        matrices.map(|(a, b)| 4 * (a.elem_count() + b.elem_count()) as u64).sum::<u64>() + 4 * weights as u64
    }
}
