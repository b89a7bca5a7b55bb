//! The weights of a BERT below its pooler and head, by Hugging Face's names: what changes where all of them are trained.

use super::adapter::Target;
use super::config::BertConfig;
use std::collections::BTreeMap;

pub const EMBEDDINGS: &str = "bert.embeddings";

/// Values of each tensor, row-major.
pub type Weights = BTreeMap<String, Vec<f32>>;

/// Name and shape of every tensor of the embeddings and the layers.
pub fn shapes(c: &BertConfig) -> BTreeMap<String, Vec<usize>> {
    let h = c.hidden_size;
    let mut all = BTreeMap::new();
    let tables = [("word", c.vocab_size), ("position", c.max_position_embeddings), ("token_type", c.type_vocab_size)];
    for (table, rows) in tables {
        all.insert(format!("{EMBEDDINGS}.{table}_embeddings.weight"), vec![rows, h]);
    }
    let mut norms = vec![format!("{EMBEDDINGS}.LayerNorm")];
    for layer in 0..c.num_hidden_layers {
        for target in Target::ALL {
            let (n, k) = target.shape(c);
            all.insert(format!("{}.weight", target.linear(layer)), vec![n, k]);
            all.insert(format!("{}.bias", target.linear(layer)), vec![n]);
        }
        norms.extend(norms_of(layer));
    }
    all.extend(norms.iter().flat_map(|n| ["weight", "bias"].map(|part| (format!("{n}.{part}"), vec![h]))));
    all
}

/// A layer's LayerNorms, that after attention first.
pub fn norms_of(layer: usize) -> [String; 2] {
    ["attention.output", "output"].map(|at| format!("bert.encoder.layer.{layer}.{at}.LayerNorm"))
}

/// How many numbers that are.
pub fn count(c: &BertConfig) -> usize {
    shapes(c).values().map(|shape| shape.iter().product::<usize>()).sum()
}

/// Whether weight decay is on a tensor: not on biases and LayerNorms, as in BERT's own `optimization.py`.
pub fn decays(name: &str) -> bool {
    name.ends_with(".weight") && !name.contains("LayerNorm")
}

/// Whether they are all there, in their shapes, or none of them.
pub fn fits(weights: &Weights, c: &BertConfig) -> bool {
    let own = || weights.iter().map(|(name, v)| (name.as_str(), v.len()));
    let all = shapes(c);
    weights.is_empty() || own().eq(all.iter().map(|(name, s)| (name.as_str(), s.iter().product())))
}
