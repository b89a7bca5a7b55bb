//! Hugging Face's `config.json` of a BERT, as far as it is used.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BertConfig {
    /// V
    pub vocab_size: usize,
    /// H
    pub hidden_size: usize,
    /// L
    pub num_hidden_layers: usize,
    /// N
    pub num_attention_heads: usize,
    /// F
    pub intermediate_size: usize,
    pub max_position_embeddings: usize,
    pub type_vocab_size: usize,
    #[serde(default = "default_eps")]
    pub layer_norm_eps: f64,
    #[serde(default = "default_act")]
    pub hidden_act: String,
    #[serde(default = "default_lower")]
    pub do_lower_case: bool,
    /// None: accents are stripped where letters are lower-cased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_accents: Option<bool>,
}

fn default_eps() -> f64 {
    1e-12
}
fn default_act() -> String {
    "gelu".into()
}
fn default_lower() -> bool {
    true
}

impl BertConfig {
    /// D = H / N
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }
}
