//! A file of the format, written.

use super::{A, Adapter, AdapterError, B, FORMAT, Head, Input, POOLER, Result, VERSION, WHOLE_FORMAT};
use crate::model::config::BertConfig;
use crate::model::whole;
use half::f16;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::collections::HashMap;

impl Adapter {
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
        // Files without what is newer are written as they were.
        if self.temperature_slope != 0.0 {
            words.insert("temperature_slope".into(), self.temperature_slope.to_string());
        }
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
