//! A task adapter: LoRA matrices and a head beside one base, in one safetensors file.
//!
//! The format is public and described in `assets/README.md`. Ours and a visitor's are the same thing, so
//! every file is treated as hostile: size, names, shapes, types, values and labels are checked here.
//!
//! Where all weights were trained, the file is a whole model as Hugging Face's `transformers` loads it: every tensor by
//! its name there, in F32.

use super::config::BertConfig;
use super::whole::{self, Weights};
use half::f16;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

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
    /// Probabilities are softmax(logits / temperature).
    pub temperature: f32,
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

    /// softmax(logits / temperature), f64 inside.
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        softmax(logits, self.temperature)
    }

    /// Reads and checks a file for a base of that shape and hash.
    pub fn parse(bytes: &[u8], config: &BertConfig, base_hash: &str) -> Result<Self> {
        let broken = |e: safetensors::SafeTensorError| AdapterError::NotSafetensors(e.to_string());
        let header = SafeTensors::read_metadata(bytes).map_err(broken);
        let words = header.as_ref().ok().and_then(|(_, h)| h.metadata().clone()).unwrap_or_default();
        let word = |key: &str| words.get(key).cloned().unwrap_or_default();
        let is_whole = word("format") == WHOLE_FORMAT && word("made_as") == FORMAT;
        let limit = if is_whole { MAX_WHOLE_BYTES } else { MAX_BYTES };
        if bytes.len() > limit {
            return Err(AdapterError::TooLarge { bytes: bytes.len(), limit });
        }
        header?;
        if !(is_whole || word("format") == FORMAT) || word("version") != VERSION {
            return Err(AdapterError::Version { format: short(&word("format")), version: short(&word("version")) });
        }
        if word("base_hash") != base_hash {
            return Err(AdapterError::WrongBase { made_for: short(&word("base_hash")), here: short(base_hash) });
        }
        let unread = |key: &str| AdapterError::Metadata { key: key.into(), value: short(&word(key)) };
        let number = |key: &str| word(key).parse::<f32>().ok().filter(|x| x.is_finite()).ok_or_else(|| unread(key));
        let rank: usize = word("rank").parse().map_err(|_| unread("rank"))?;
        if rank > MAX_RANK {
            return Err(AdapterError::Rank { rank, limit: MAX_RANK });
        }
        let temperature = number("temperature")?;
        if temperature <= 0.0 {
            return Err(unread("temperature"));
        }
        let input: Input = serde_json::from_value(word("input").into()).map_err(|_| unread("input"))?;
        let labels: Vec<String> = serde_json::from_str(&word("labels")).map_err(|_| unread("labels"))?;
        check_labels(&labels)?;
        let head = match word("head").as_str() {
            // Files without the word are older than span heads.
            "" | "classifier" => Head::Classifier,
            "span" => Head::Span { null_threshold: number("null_threshold")? },
            _ => return Err(unread("head")),
        };
        if head != Head::Classifier {
            if input != Input::Pair {
                return Err(unread("input"));
            }
            if labels != SPAN_LABELS {
                return Err(unread("labels"));
            }
        }
        let mut tensors = Tensors(SafeTensors::deserialize(bytes).map_err(broken)?, 0);
        let h = config.hidden_size;
        let mut low_rank = BTreeMap::new();
        for layer in 0..config.num_hidden_layers {
            for target in Target::ALL {
                let (n, k) = target.shape(config);
                let (a, b) = (format!("{}.{A}", target.linear(layer)), format!("{}.{B}", target.linear(layer)));
                match (tensors.has(&a), tensors.has(&b)) {
                    (false, false) => {}
                    (true, true) if rank == 0 => return Err(AdapterError::Rank { rank, limit: MAX_RANK }),
                    (true, true) => {
                        if tensors.rows(&a) != rank {
                            return Err(AdapterError::Rank { rank, limit: MAX_RANK });
                        }
                        let (a, b) = (tensors.take(&a, &[rank, k])?, tensors.take(&b, &[n, rank])?);
                        low_rank.insert((layer, target), LowRank { a, b });
                    }
                    (true, false) => return Err(AdapterError::Missing { name: b }),
                    (false, true) => return Err(AdapterError::Missing { name: a }),
                }
            }
        }
        // A span head reads no pooled vector: a pooler beside it is left, and refused as one tensor too many.
        let pooled = head == Head::Classifier && tensors.has(&format!("{POOLER}.weight"));
        let pooler = if pooled { Some(tensors.dense(POOLER, h, h)?) } else { None };
        let classifier = tensors.dense(head.name(), labels.len(), h)?;
        let mut weights = Weights::new();
        if is_whole {
            for (name, shape) in whole::shapes(config) {
                let values = tensors.take(&name, &shape)?;
                weights.insert(name, values);
            }
        }
        tensors.all_taken()?;
        Ok(Self {
            title: word("title").chars().take(MAX_LABEL_BYTES).collect(),
            base_hash: base_hash.to_owned(),
            input,
            head,
            rank,
            alpha: number("alpha")?,
            labels,
            temperature,
            low_rank,
            pooler,
            classifier,
            weights,
        })
    }

    /// Whether it stands in for all of the base's weights.
    pub fn is_whole(&self) -> bool {
        !self.weights.is_empty()
    }

    /// Every tensor's name and shape, as the file has them.
    pub fn names(&self, config: &BertConfig) -> Vec<(String, Vec<usize>)> {
        let h = config.hidden_size;
        let mut names = Vec::new();
        for &(layer, target) in self.low_rank.keys() {
            let (n, k) = target.shape(config);
            names.push((format!("{}.{A}", target.linear(layer)), vec![self.rank, k]));
            names.push((format!("{}.{B}", target.linear(layer)), vec![n, self.rank]));
        }
        let mut dense = |name: &str, n: usize| {
            names.push((format!("{name}.weight"), vec![n, h]));
            names.push((format!("{name}.bias"), vec![n]));
        };
        if self.pooler.is_some() {
            dense(POOLER, h);
        }
        dense(self.head.name(), self.labels.len());
        if self.is_whole() {
            names.extend(whole::shapes(config));
        }
        names
    }

    /// Every tensor's values, in the order of [`Self::names`].
    pub fn values(&self) -> Vec<&[f32]> {
        let low_rank = self.low_rank.values().flat_map(|m| [&m.a, &m.b]);
        let dense = self.pooler.iter().chain([&self.classifier]).flat_map(|d| [&d.weight, &d.bias]);
        low_rank.chain(dense).chain(self.weights.values()).map(Vec::as_slice).collect()
    }

    pub fn values_mut(&mut self) -> Vec<&mut Vec<f32>> {
        let low_rank = self.low_rank.values_mut().flat_map(|m| [&mut m.a, &mut m.b]);
        let dense = self.pooler.iter_mut().chain([&mut self.classifier]).flat_map(|d| [&mut d.weight, &mut d.bias]);
        low_rank.chain(dense).chain(self.weights.values_mut()).collect()
    }

    /// The file, values rounded to F16; of a whole model as they are.
    pub fn to_bytes(&self, config: &BertConfig) -> Result<Vec<u8>> {
        let (dtype, format) = if self.is_whole() { (Dtype::F32, WHOLE_FORMAT) } else { (Dtype::F16, FORMAT) };
        let bytes_of = |values: &[f32]| match dtype {
            Dtype::F32 => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
            _ => values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect(),
        };
        let stored: Vec<Vec<u8>> = self.values().into_iter().map(bytes_of).collect();
        let names = self.names(config);
        let broken = |e: safetensors::SafeTensorError| AdapterError::NotSafetensors(e.to_string());
        let mut views = Vec::with_capacity(stored.len());
        for ((name, shape), bytes) in names.into_iter().zip(&stored) {
            views.push((name, TensorView::new(dtype, shape, bytes).map_err(broken)?));
        }
        let labels = serde_json::Value::from(self.labels.clone()).to_string();
        let input = match self.input {
            Input::Text => "text",
            Input::Pair => "pair",
        };
        let mut words: HashMap<String, String> = [
            ("format", format.to_owned()),
            ("version", VERSION.to_owned()),
            ("title", self.title.clone()),
            ("base_hash", self.base_hash.clone()),
            ("input", input.to_owned()),
            ("rank", self.rank.to_string()),
            ("alpha", self.alpha.to_string()),
            ("labels", labels),
            ("temperature", self.temperature.to_string()),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v))
        .collect();
        if self.is_whole() {
            words.insert("made_as".into(), FORMAT.into());
        }
        // Classifiers are written as they were before there were other heads.
        if let Head::Span { null_threshold } = self.head {
            words.insert("head".into(), "span".into());
            words.insert("null_threshold".into(), null_threshold.to_string());
        }
        serialize(views, words).map_err(broken)
    }
}

/// A safetensors file whose bytes follow from what it holds alone: the library writes the words of its header in
/// another order each time.
pub fn serialize<S: AsRef<str> + Ord + std::fmt::Display, V: safetensors::View>(
    tensors: impl IntoIterator<Item = (S, V)>,
    words: HashMap<String, String>,
) -> std::result::Result<Vec<u8>, safetensors::SafeTensorError> {
    let mut bytes = safetensors::serialize(tensors, Some(words))?;
    let length = bytes.first_chunk().map_or(0, |&b| u64::from_le_bytes(b) as usize);
    if let Some(header) = bytes.get_mut(8..8 + length)
        && let Ok(value) = serde_json::from_slice::<serde_json::Value>(header)
    {
        // Keys of a Value are sorted, and the text is as long as it was but for the spaces at its end.
        let sorted = value.to_string();
        if let Some(rest) = length.checked_sub(sorted.len()) {
            header.copy_from_slice((sorted + &" ".repeat(rest)).as_bytes());
        }
    }
    Ok(bytes)
}

impl Head {
    /// Its matrix in the file, without ".weight".
    fn name(self) -> &'static str {
        match self {
            Self::Classifier => CLASSIFIER,
            Self::Span { .. } => SPAN,
        }
    }
}

/// softmax(logits / temperature), f64 inside.
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let e: Vec<f64> = logits.iter().map(|&l| (f64::from(l - top) / f64::from(temperature)).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|x| (x / sum) as f32).collect()
}

/// A file's text in an error: not longer than a line.
fn short(text: &str) -> String {
    if text.is_empty() { "nothing".into() } else { text.chars().take(64).collect() }
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

/// The file's tensors, counted as they are taken.
struct Tensors<'a>(SafeTensors<'a>, usize);

impl Tensors<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.tensor(name).is_ok()
    }

    fn rows(&self, name: &str) -> usize {
        self.0.tensor(name).ok().and_then(|t| t.shape().first().copied()).unwrap_or(0)
    }

    /// F16 (or F32) values of the expected shape, all finite.
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let t = self.0.tensor(name).map_err(|_| AdapterError::Missing { name: name.to_owned() })?;
        if t.shape() != shape || !matches!(t.dtype(), Dtype::F16 | Dtype::F32) {
            return Err(AdapterError::Tensor {
                name: name.to_owned(),
                found: format!("{:?} {:?}", t.dtype(), t.shape()),
                expected: format!("F16 {shape:?}"),
            });
        }
        self.1 += 1;
        let values: Vec<f32> = match t.dtype() {
            Dtype::F16 => t.data().chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
            _ => t.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        };
        if values.iter().any(|v| !v.is_finite()) {
            return Err(AdapterError::NotFinite { name: name.to_owned() });
        }
        Ok(values)
    }

    fn dense(&mut self, name: &str, n: usize, k: usize) -> Result<Dense> {
        let weight = self.take(&format!("{name}.weight"), &[n, k])?;
        Ok(Dense { weight, bias: self.take(&format!("{name}.bias"), &[n])? })
    }

    /// Refuses a file with tensors that nobody asked for.
    fn all_taken(&self) -> Result<()> {
        let known = |name: &str| {
            let layered = name.strip_prefix("bert.encoder.layer.").and_then(|r| r.split_once('.'));
            let lora = layered.is_some_and(|(_, rest)| {
                Target::ALL.iter().any(|t| {
                    rest.strip_prefix(t.path()).is_some_and(|s| s == ".lora_A.weight" || s == ".lora_B.weight")
                })
            });
            lora || [POOLER, CLASSIFIER, SPAN].iter().any(|known| name.starts_with(known))
        };
        if self.0.len() == self.1 {
            return Ok(());
        }
        let names = self.0.names();
        let odd = names.iter().find(|n| !known(n)).or(names.first());
        Err(AdapterError::Unknown { name: odd.map(|n| short(n)).unwrap_or_default() })
    }
}
