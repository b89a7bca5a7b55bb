//! Random task adapters for any shape.

use super::Random;
use bertscope::model::adapter::{Adapter, Dense, Head, Input, LowRank, SPAN_LABELS, Target};
use bertscope::model::config::BertConfig;

/// Of these layers and Linears; strong enough to move every logit.
pub fn adapter(c: &BertConfig, rank: usize, at: &[(usize, Target)], pooler: bool, labels: usize, seed: u64) -> Adapter {
    let mut r = Random(seed);
    let h = c.hidden_size;
    // As the file has them.
    let mut halves = |n: usize, scale: f32| -> Vec<f32> {
        r.floats(n, 0.0, scale).into_iter().map(|v| half::f16::from_f32(v).to_f32()).collect()
    };
    let low_rank = at
        .iter()
        .map(|&(layer, target)| {
            let (n, k) = target.shape(c);
            let (a, b) = (halves(rank * k, 1.0 / (k as f32).sqrt()), halves(n * rank, 0.5));
            ((layer, target), LowRank { a, b })
        })
        .collect();
    let mut dense =
        |n: usize, scale: f32| Dense { weight: halves(n * h, scale / (h as f32).sqrt()), bias: halves(n, 0.3) };
    Adapter {
        title: "random".into(),
        base_hash: String::new(),
        input: Input::Text,
        head: Head::Classifier,
        rank,
        alpha: 1.5 * rank as f32,
        labels: (0..labels).map(|i| format!("label {i}")).collect(),
        temperature: 1.25,
        temperature_slope: 0.0,
        low_rank,
        pooler: pooler.then(|| dense(h, 2.0)),
        classifier: dense(labels, 4.0),
        weights: Default::default(),
    }
}

/// Every Linear of every layer.
pub fn everywhere(c: &BertConfig) -> Vec<(usize, Target)> {
    (0..c.num_hidden_layers).flat_map(|layer| Target::ALL.map(|target| (layer, target))).collect()
}

/// The same with a span head.
pub fn span_adapter(c: &BertConfig, rank: usize, at: &[(usize, Target)], seed: u64) -> Adapter {
    Adapter {
        input: Input::Pair,
        head: Head::Span { null_threshold: -0.75 },
        labels: SPAN_LABELS.map(String::from).into(),
        ..adapter(c, rank, at, false, 2, seed)
    }
}
