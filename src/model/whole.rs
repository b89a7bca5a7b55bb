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

pub const POOLER: &str = "bert.pooler.dense";
/// The masked-word head before its output matrix, which is the word table.
pub const TRANSFORM: &str = "cls.predictions.transform";
/// (V,)
pub const WORDS_BIAS: &str = "cls.predictions.bias";
/// Whether the second text goes on from the first: IsNext and NotNext.
pub const NEXT_SENTENCE: &str = "cls.seq_relationship";
pub const WORDS: &str = "bert.embeddings.word_embeddings.weight";

/// The same with pooler, masked-word head and next-sentence head: all that pre-training trains.
pub fn pretraining_shapes(c: &BertConfig) -> BTreeMap<String, Vec<usize>> {
    let h = c.hidden_size;
    let mut all = shapes(c);
    let linears = [(POOLER.to_owned(), h), (format!("{TRANSFORM}.dense"), h), (NEXT_SENTENCE.to_owned(), 2)];
    for (name, n) in linears {
        all.insert(format!("{name}.weight"), vec![n, h]);
        all.insert(format!("{name}.bias"), vec![n]);
    }
    all.extend(["weight", "bias"].map(|part| (format!("{TRANSFORM}.LayerNorm.{part}"), vec![h])));
    all.insert(WORDS_BIAS.to_owned(), vec![c.vocab_size]);
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
