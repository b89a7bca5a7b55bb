//! A task adapter: LoRA matrices and a head beside one base, in one safetensors file.
//!
//! The format is public and described in `assets/README.md`. Ours and a visitor's are the same thing, so
//! every file is treated as hostile: size, names, shapes, types, values and labels are checked here.
//!
//! Where all weights were trained, the file is a whole model as Hugging Face's `transformers` loads it: every tensor by
//! its name there, in F32.

mod read;
mod write;

pub use write::serialize;

use super::config::BertConfig;
use super::whole::Weights;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const FORMAT: &str = "bertscope-adapter";
pub const VERSION: &str = "1";
/// A larger file is not read: rank 64 on every Linear of BERT-Base fits.
pub const MAX_BYTES: usize = 32 << 20;
/// Of a whole model: more than any whose weights a GPU here takes.
pub const MAX_WHOLE_BYTES: usize = 256 << 20;
/// In place of [`FORMAT`] in a whole model, for `transformers` reads no other; [`FORMAT`] is then `made_as`.
const WHOLE_FORMAT: &str = "pt";
pub const MAX_RANK: usize = 64;
pub const MAX_LABELS: usize = 20;
pub const MAX_LABEL_BYTES: usize = 200;
/// Pieces of the text whose temperature a file gives.
pub const LENGTH_OF_TEMPERATURE: usize = 128;
pub const MAX_TEMPERATURE_SLOPE: f32 = 1.0;

/// A Linear of an encoder layer that an adapter may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Query,
    Key,
    Value,
    AttentionOutput,
    Intermediate,
    Output,
}

impl Target {
    pub const ALL: [Self; 6] =
        [Self::Query, Self::Key, Self::Value, Self::AttentionOutput, Self::Intermediate, Self::Output];

    /// Hugging Face's name below `bert.encoder.layer.N.`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Query => "attention.self.query",
            Self::Key => "attention.self.key",
            Self::Value => "attention.self.value",
            Self::AttentionOutput => "attention.output.dense",
            Self::Intermediate => "intermediate.dense",
            Self::Output => "output.dense",
        }
    }

    /// (N, K) of its weight.
    pub fn shape(self, c: &BertConfig) -> (usize, usize) {
        let (h, f) = (c.hidden_size, c.intermediate_size);
        match self {
            Self::Intermediate => (f, h),
            Self::Output => (h, f),
            _ => (h, h),
        }
    }

    /// The Linear of a layer, without ".weight".
    pub fn linear(self, layer: usize) -> String {
        format!("bert.encoder.layer.{layer}.{}", self.path())
    }
}

/// What the classifier reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    Text,
    Pair,
}

/// What the matrix of [`Adapter::classifier`] is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Head {
    /// The pooled vector: one logit a label.
    Classifier,
    /// Each piece's vector of the last layer: its logits as the start and as the end of an answer.
    Span {
        /// "No answer" is said where the logits of [CLS], start and end together, exceed the best span's by more.
        null_threshold: f32,
    },
}

impl Head {
    /// 0 of a classifier.
    pub fn null_threshold(self) -> f32 {
        match self {
            Self::Span { null_threshold } => null_threshold,
            Self::Classifier => 0.0,
        }
    }

    /// Its matrix in the file, without ".weight".
    fn name(self) -> &'static str {
        match self {
            Self::Classifier => CLASSIFIER,
            Self::Span { .. } => SPAN,
        }
    }
}

/// The labels of a span head, in the order of its logits.
pub const SPAN_LABELS: [&str; 2] = ["start", "end"];

/// y += (alpha / rank) · (x·Aᵀ)·Bᵀ. A: (rank, K), B: (N, rank).
#[derive(Debug, Clone, PartialEq)]
pub struct LowRank {
    pub a: Vec<f32>,
    pub b: Vec<f32>,
}

/// weight (N, K) row-major, bias (N,).
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Adapter {
    pub title: String,
    pub base_hash: String,
    pub input: Input,
    pub head: Head,
    /// 0 when only the head is trained.
    pub rank: usize,
    pub alpha: f32,
    pub labels: Vec<String>,
    /// Probabilities are softmax(logits / temperature); of a classifier, for a text of [`LENGTH_OF_TEMPERATURE`] pieces.
    pub temperature: f32,
    /// How fast a classifier's temperature falls as texts grow, see [`Self::temperature_of`]; 0: it is the same for all.
    pub temperature_slope: f32,
    /// By layer and Linear.
    pub low_rank: BTreeMap<(usize, Target), LowRank>,
    /// In place of the base's, (H, H).
    pub pooler: Option<Dense>,
    /// (labels, H), the head's.
    pub classifier: Dense,
    /// In place of the base's embeddings and layers: all of them, or none.
    pub weights: Weights,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum AdapterError {
    #[error("the file has {bytes} bytes, an adapter has at most {limit}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("not a safetensors file: {0}")]
    NotSafetensors(String),
    #[error("the file is a {format} of version {version}, this page reads {FORMAT} of version {VERSION}")]
    Version { format: String, version: String },
    #[error("{key} is missing or cannot be read: {value}")]
    Metadata { key: String, value: String },
    #[error("it was made for the base {made_for}, the page holds {here}")]
    WrongBase { made_for: String, here: String },
    #[error("rank {rank} is not 0 to {limit}, or not that of its matrices")]
    Rank { rank: usize, limit: usize },
    #[error("labels: {reason}")]
    Labels { reason: String },
    #[error("tensor {name} is {found}, {expected} was expected")]
    Tensor { name: String, found: String, expected: String },
    #[error("tensor {name} is missing")]
    Missing { name: String },
    #[error("tensor {name} is not part of the format")]
    Unknown { name: String },
    #[error("tensor {name} holds a value that is not a number")]
    NotFinite { name: String },
}

type Result<T> = std::result::Result<T, AdapterError>;

const A: &str = "lora_A.weight";
const B: &str = "lora_B.weight";
const POOLER: &str = "bert.pooler.dense";
const CLASSIFIER: &str = "classifier";
const SPAN: &str = "qa_outputs";

impl Adapter {
    /// What low-rank products are multiplied by.
    pub fn scale(&self) -> f32 {
        if self.rank == 0 { 0.0 } else { self.alpha / self.rank as f32 }
    }

    /// temperature · (128 / pieces)^slope: short texts, which say less, want another one than long ones.
    pub fn temperature_of(&self, pieces: usize) -> f32 {
        let shorter = LENGTH_OF_TEMPERATURE as f32 / pieces.max(1) as f32;
        self.temperature * shorter.powf(self.temperature_slope)
    }

    /// The same probabilities at temperature 1, for files that know of none: the head is divided by it, and so is what
    /// its scores are held against. A slope is lost: it is the temperature of a text of [`LENGTH_OF_TEMPERATURE`].
    pub fn at_temperature_one(&self) -> Self {
        let mut one = self.clone();
        let temperature = std::mem::replace(&mut one.temperature, 1.0);
        one.temperature_slope = 0.0;
        one.classifier.weight.iter_mut().chain(&mut one.classifier.bias).for_each(|v| *v /= temperature);
        if let Head::Span { null_threshold } = &mut one.head {
            *null_threshold /= temperature;
        }
        one
    }

    /// Whether it stands in for all of the base's weights.
    pub fn is_whole(&self) -> bool {
        !self.weights.is_empty()
    }
}

/// softmax(logits / temperature), f64 inside.
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let e: Vec<f64> = logits.iter().map(|&l| (f64::from(l - top) / f64::from(temperature)).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|x| (x / sum) as f32).collect()
}

/// 2 to [`MAX_LABELS`] names, all different, none empty or too long.
pub fn check_labels(labels: &[String]) -> Result<()> {
    let bad = |reason: String| Err(AdapterError::Labels { reason });
    if !(2..=MAX_LABELS).contains(&labels.len()) {
        return bad(format!("{} of them, 2 to {MAX_LABELS} were expected", labels.len()));
    }
    for (i, label) in labels.iter().enumerate() {
        if label.trim().is_empty() || label.len() > MAX_LABEL_BYTES || label.contains(char::is_control) {
            return bad(format!("number {} is empty, too long or not text", i + 1));
        }
        if labels[..i].contains(label) {
            return bad(format!("“{label}” is named twice"));
        }
    }
    Ok(())
}
