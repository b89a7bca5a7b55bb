//! A Hugging Face checkpoint of BERT: what `config.json` and the header of `model.safetensors` say, before any weight
//! is read.
//!
//! `xtask assets` reads the shipped model through this, the page a visitor's own. Every file is treated as hostile:
//! sizes, names, shapes, types and offsets are checked here, values in [`super::quantize`].

use super::config::BertConfig;
use super::manifest::{Absent, GROUP, Scheme, TensorEntry};
use super::quantize::{QuantizeError, quantize_q4, quantize_q8};
use safetensors::Dtype;
use safetensors::tensor::Metadata;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Largest header that is read: BERT-Large's has 50 kB.
pub const MAX_HEADER_BYTES: u64 = 8 << 20;
/// Bytes before the header: its length.
pub const LENGTH_BYTES: u64 = 8;

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum CheckpointError {
    #[error("config.json cannot be read: {0}")]
    Config(String),
    #[error("config.json describes a model of type {found}, this page reads bert")]
    Architecture { found: String },
    #[error("config.json says {key} is {found}, this page reads {readable}")]
    Setting { key: String, found: String, readable: String },
    #[error("config.json says {key} is {found}, it can be {least} to {most}")]
    Size { key: String, found: usize, least: usize, most: usize },
    #[error("not a safetensors file: {0}")]
    NotSafetensors(String),
    #[error("the file has {bytes} bytes, its header speaks of {said}")]
    Cut { said: u64, bytes: u64 },
    #[error("tensor {name} is missing")]
    Missing { name: String },
    #[error("tensor {name} is {found}, {expected} was expected")]
    Shape { name: String, found: String, expected: String },
    #[error("tensor {name} holds {found} values; F32, F16 and BF16 are read")]
    Values { name: String, found: String },
    #[error("tensor {name}: {reason}")]
    Weight { name: String, reason: String },
}

type Result<T> = std::result::Result<T, CheckpointError>;

/// One tensor that the engines read.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// As the pack names it.
    pub name: String,
    pub shape: Vec<usize>,
    pub dtype: Dtype,
    /// Its bytes in the file; none for a head that the checkpoint lacks, whose values are 0.
    pub bytes: Option<Range<u64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    pub config: BertConfig,
    /// Embeddings, then layers, then heads: the pack's order.
    pub tensors: Vec<Found>,
    pub absent: Vec<Absent>,
    /// Next-sentence head, weight (2, H) and bias (2,), where there is one.
    pub next_sentence: Option<[Found; 2]>,
}

/// What `config.json` says beside the shape.
#[derive(Deserialize)]
struct Kind {
    model_type: Option<String>,
    #[serde(default)]
    architectures: Option<Vec<String>>,
    position_embedding_type: Option<String>,
    #[serde(default)]
    is_decoder: bool,
    tie_word_embeddings: Option<bool>,
}

/// The shape that a `config.json` names, checked, and whether the masked-word head's matrix is the word table.
pub fn config(json: &[u8]) -> Result<(BertConfig, bool)> {
    let broken = |e: serde_json::Error| CheckpointError::Config(short(&e.to_string()));
    let kind: Kind = serde_json::from_slice(json).map_err(broken)?;
    let named = kind.architectures.into_iter().flatten().next();
    let found = kind.model_type.or_else(|| named.filter(|n| !n.starts_with("Bert")));
    if let Some(found) = found.filter(|f| f != "bert") {
        return Err(CheckpointError::Architecture { found: short(&found) });
    }
    let setting = |key: &str, found: &str, readable: &str| CheckpointError::Setting {
        key: key.into(),
        found: short(found),
        readable: readable.into(),
    };
    if let Some(found) = kind.position_embedding_type.filter(|p| p != "absolute") {
        return Err(setting("position_embedding_type", &found, "absolute"));
    }
    if kind.is_decoder {
        return Err(setting("is_decoder", "true", "encoders"));
    }
    let c: BertConfig = serde_json::from_slice(json).map_err(broken)?;
    if c.hidden_act != "gelu" {
        return Err(setting("hidden_act", &c.hidden_act, "gelu"));
    }
    if !(c.layer_norm_eps > 0.0 && c.layer_norm_eps < 1.0) {
        return Err(setting("layer_norm_eps", &c.layer_norm_eps.to_string(), "a small number above 0"));
    }
    for (key, found, most) in [
        ("vocab_size", c.vocab_size, 1 << 20),
        ("hidden_size", c.hidden_size, 1 << 13),
        ("num_hidden_layers", c.num_hidden_layers, 96),
        ("num_attention_heads", c.num_attention_heads, 256),
        ("intermediate_size", c.intermediate_size, 1 << 15),
        ("max_position_embeddings", c.max_position_embeddings, 1 << 16),
        ("type_vocab_size", c.type_vocab_size, 1 << 12),
    ] {
        let least = if key == "max_position_embeddings" { 8 } else { 1 };
        if !(least..=most).contains(&found) {
            return Err(CheckpointError::Size { key: key.into(), found, least, most });
        }
    }
    if !c.hidden_size.is_multiple_of(c.num_attention_heads) {
        let whole = format!("a divisor of hidden_size, {}", c.hidden_size);
        return Err(setting("num_attention_heads", &c.num_attention_heads.to_string(), &whole));
    }
    Ok((c, kind.tie_word_embeddings.unwrap_or(true)))
}

/// Bytes of the header, from the file's first eight.
pub fn header_bytes(first: &[u8], file_bytes: u64) -> Result<u64> {
    let short = || CheckpointError::NotSafetensors("it is shorter than a header".into());
    let length = first.first_chunk().map(|b| u64::from_le_bytes(*b)).ok_or_else(short)?;
    if length > MAX_HEADER_BYTES {
        return Err(CheckpointError::NotSafetensors(format!("a header of {length} bytes")));
    }
    if length + LENGTH_BYTES > file_bytes {
        return Err(CheckpointError::Cut { said: length + LENGTH_BYTES, bytes: file_bytes });
    }
    Ok(length)
}

impl Checkpoint {
    /// Finds every tensor in the header, the JSON behind the file's first eight bytes.
    pub fn read(config: BertConfig, tied: bool, header: &[u8], file_bytes: u64) -> Result<Self> {
        let broken = |e: serde_json::Error| CheckpointError::NotSafetensors(short(&e.to_string()));
        let metadata: Metadata = serde_json::from_slice(header).map_err(broken)?;
        let start = LENGTH_BYTES + header.len() as u64;
        let said = start + metadata.tensors().values().map(|t| t.data_offsets.1 as u64).max().unwrap_or(0);
        if said != file_bytes {
            return Err(CheckpointError::Cut { said, bytes: file_bytes });
        }
        let file = File { metadata, start };
        let mut absent = Vec::new();
        let mut tensors = Vec::new();
        let heads = [(Absent::Pooler, "bert.pooler."), (Absent::MaskedWords, "cls.predictions.")];
        let all = expected(&config);
        for (head, prefix) in heads {
            let none = all.iter().filter(|(n, _)| n.starts_with(prefix)).all(|(n, _)| file.name_of(n).is_none());
            if none || (head == Absent::MaskedWords && !tied) {
                absent.push(head);
            }
        }
        for (name, shape) in all {
            let lacks = heads.iter().any(|(head, prefix)| name.starts_with(prefix) && absent.contains(head));
            tensors.push(match lacks {
                true => Found { name, shape, dtype: Dtype::F32, bytes: None },
                false => file.find(name, shape)?,
            });
        }
        let head = |what: &str, shape| file.find(format!("cls.seq_relationship.{what}"), shape);
        let next_sentence = match (head("weight", vec![2, config.hidden_size]), head("bias", vec![2])) {
            (Ok(weight), Ok(bias)) if !absent.contains(&Absent::Pooler) => Some([weight, bias]),
            _ => None,
        };
        Ok(Self { config, tensors, absent, next_sentence })
    }

    /// Of the model alone: heads that the checkpoint lacks are not counted.
    pub fn parameters(&self) -> u64 {
        self.tensors.iter().filter(|t| t.bytes.is_some()).map(|t| t.shape.iter().product::<usize>() as u64).sum()
    }

    /// The manifest's entries for a pack in that scheme, their shards not yet cut.
    pub fn entries(&self, scheme: Scheme) -> Vec<TensorEntry> {
        let entry = |t: &Found| TensorEntry {
            name: t.name.clone(),
            shape: t.shape.clone(),
            scheme: if t.is_quantized() { scheme } else { Scheme::F32 },
            shards: Vec::new(),
        };
        self.tensors.iter().map(entry).collect()
    }
}

/// Linear weights and the word table, where their rows are whole groups; position and segment tables are small and stay
/// f32.
pub fn is_quantized(name: &str, shape: &[usize]) -> bool {
    shape.len() == 2 && shape[1].is_multiple_of(GROUP) && !name.contains("position_") && !name.contains("token_type_")
}

impl Found {
    pub fn is_quantized(&self) -> bool {
        is_quantized(&self.name, &self.shape)
    }

    /// Bytes of one row in the file.
    pub fn row_bytes(&self) -> u64 {
        (self.shape[self.shape.len() - 1] * if self.dtype == Dtype::F32 { 4 } else { 2 }) as u64
    }

    /// The values of the file's bytes, in f32.
    pub fn values(&self, bytes: &[u8]) -> Vec<f32> {
        let two = || bytes.as_chunks::<2>().0.iter();
        match self.dtype {
            Dtype::F16 => two().map(|b| half::f16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::BF16 => two().map(|b| half::bf16::from_le_bytes(*b).to_f32()).collect(),
            _ => bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        }
    }
}

/// Rows of a tensor as a pack stores them, in [`TensorEntry::fields`]' order.
pub fn stored(entry: &TensorEntry, values: &[f32]) -> Result<Vec<Vec<u8>>> {
    let refused = |e: QuantizeError| CheckpointError::Weight { name: entry.name.clone(), reason: e.to_string() };
    Ok(match entry.scheme {
        Scheme::F32 => {
            if let Some(value) = values.iter().find(|v| !v.is_finite()) {
                let reason = format!("a weight is {value}");
                return Err(CheckpointError::Weight { name: entry.name.clone(), reason });
            }
            vec![values.iter().flat_map(|v| v.to_le_bytes()).collect()]
        }
        Scheme::Q4 => {
            let z = quantize_q4(values, entry.columns()).map_err(refused)?;
            vec![z.q, z.scale, z.min]
        }
        Scheme::Q8 => {
            let z = quantize_q8(values, entry.columns()).map_err(refused)?;
            vec![z.q, z.scale]
        }
    })
}

struct File {
    metadata: Metadata,
    /// Where the tensors begin in the file.
    start: u64,
}

impl File {
    /// A tensor's name in the file: with "bert." before it or without, with LayerNorm's older names or today's.
    fn name_of(&self, name: &str) -> Option<String> {
        let bare = name.strip_prefix("bert.").unwrap_or(name);
        let older = |n: &str| match n.contains("LayerNorm.") {
            true => n.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"),
            false => n.replace("cls.predictions.bias", "cls.predictions.decoder.bias"),
        };
        [name.to_owned(), bare.to_owned(), older(name), older(bare)]
            .into_iter()
            .find(|n| self.metadata.info(n).is_some())
    }

    fn find(&self, name: String, shape: Vec<usize>) -> Result<Found> {
        let info = self.name_of(&name).and_then(|n| self.metadata.info(&n));
        let Some(info) = info else { return Err(CheckpointError::Missing { name }) };
        if info.shape != shape {
            let (found, expected) = (format!("{:?}", info.shape), format!("{shape:?}"));
            return Err(CheckpointError::Shape { name, found, expected });
        }
        let each = match info.dtype {
            Dtype::F32 => 4,
            Dtype::F16 | Dtype::BF16 => 2,
            other => return Err(CheckpointError::Values { name, found: format!("{other:?}") }),
        };
        let (from, to) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
        // The library checks this too, as long as it stays as it is.
        if to.checked_sub(from) != Some(each * shape.iter().product::<usize>() as u64) {
            return Err(CheckpointError::NotSafetensors(format!("{name} has {from}..{to}")));
        }
        Ok(Found { name, shape, dtype: info.dtype, bytes: Some(self.start + from..self.start + to) })
    }
}

/// Every tensor the engines read, with its shape. The masked-word head's output matrix is the word table.
fn expected(c: &BertConfig) -> Vec<(String, Vec<usize>)> {
    let (h, f, v) = (c.hidden_size, c.intermediate_size, c.vocab_size);
    let mut out = Vec::new();
    let mut add = |name: String, shape: &[usize]| out.push((name, shape.to_vec()));
    add("bert.embeddings.word_embeddings.weight".into(), &[v, h]);
    add("bert.embeddings.position_embeddings.weight".into(), &[c.max_position_embeddings, h]);
    add("bert.embeddings.token_type_embeddings.weight".into(), &[c.type_vocab_size, h]);
    let pair = |add: &mut dyn FnMut(String, &[usize]), name: &str, shape: &[usize]| {
        add(format!("{name}.weight"), shape);
        add(format!("{name}.bias"), &shape[..1]);
    };
    pair(&mut add, "bert.embeddings.LayerNorm", &[h]);
    for layer in 0..c.num_hidden_layers {
        let at = |name: &str| format!("bert.encoder.layer.{layer}.{name}");
        for which in ["query", "key", "value"] {
            pair(&mut add, &at(&format!("attention.self.{which}")), &[h, h]);
        }
        pair(&mut add, &at("attention.output.dense"), &[h, h]);
        pair(&mut add, &at("attention.output.LayerNorm"), &[h]);
        pair(&mut add, &at("intermediate.dense"), &[f, h]);
        pair(&mut add, &at("output.dense"), &[h, f]);
        pair(&mut add, &at("output.LayerNorm"), &[h]);
    }
    pair(&mut add, "bert.pooler.dense", &[h, h]);
    pair(&mut add, "cls.predictions.transform.dense", &[h, h]);
    pair(&mut add, "cls.predictions.transform.LayerNorm", &[h]);
    add("cls.predictions.bias".into(), &[v]);
    out
}

/// A file's text in an error: not longer than a line.
fn short(text: &str) -> String {
    text.chars().take(120).collect()
}
