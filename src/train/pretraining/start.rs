//! The small BERT before its first step.

use crate::model::config::BertConfig;
use crate::model::whole::{self, Weights};
use crate::train::random::{Random, Use};

/// As BERT's; its own code draws again what lies beyond two deviations, this does not.
const DEVIATION: f64 = 0.02;

/// Two layers of 64 numbers and four heads, for a vocabulary of so many pieces.
pub fn shape(vocab_size: usize) -> BertConfig {
    BertConfig {
        vocab_size,
        hidden_size: 64,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 256,
        max_position_embeddings: 64,
        type_vocab_size: 2,
        layer_norm_eps: 1e-12,
        hidden_act: "gelu".into(),
        do_lower_case: true,
        strip_accents: None,
    }
}

/// Tables and Linears normal, biases 0, LayerNorms 1 and 0. Tensors count by name.
pub fn first_values(config: &BertConfig, seed: u32) -> Weights {
    let of = |(tensor, (name, shape)): (usize, (String, Vec<usize>))| {
        let n = shape.iter().product();
        let mut random = Random::new(seed, Use::Initial { tensor: tensor as u32 });
        let values = match (whole::decays(&name), name.ends_with("LayerNorm.weight")) {
            (true, _) => (0..n).map(|_| (DEVIATION * random.normal()) as f32).collect(),
            (false, true) => vec![1.0; n],
            (false, false) => vec![0.0; n],
        };
        (name, values)
    };
    whole::pretraining_shapes(config).into_iter().enumerate().map(of).collect()
}
