//! A file of the format, read as if an enemy had written it.

use super::{
    A, Adapter, AdapterError, B, CLASSIFIER, Dense, FORMAT, Head, Input, LowRank, MAX_BYTES, MAX_LABEL_BYTES, MAX_RANK,
    MAX_TEMPERATURE_SLOPE, MAX_WHOLE_BYTES, POOLER, Result, SPAN, SPAN_LABELS, Target, VERSION, WHOLE_FORMAT,
    check_labels,
};
use crate::model::config::BertConfig;
use crate::model::whole::{self, Weights};
use half::f16;
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;

impl Adapter {
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
        // Files without the word are older than slopes.
        let temperature_slope = if word("temperature_slope").is_empty() { 0.0 } else { number("temperature_slope")? };
        if temperature_slope.abs() > MAX_TEMPERATURE_SLOPE {
            return Err(unread("temperature_slope"));
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
            // Spans are weighed at one temperature.
            if temperature_slope != 0.0 {
                return Err(unread("temperature_slope"));
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
            temperature_slope,
            low_rank,
            pooler,
            classifier,
            weights,
        })
    }
}

/// A file's text in an error: not longer than a line.
fn short(text: &str) -> String {
    if text.is_empty() { "nothing".into() } else { text.chars().take(64).collect() }
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
