//! A Hugging Face folder: the tensors of a BERT with its masked-word head, in the pack's order.

use anyhow::{Context as _, bail, ensure};
use bertscope::model::config::BertConfig;
use safetensors::{Dtype, SafeTensors};
use std::path::Path;

pub struct Checkpoint {
    pub config: BertConfig,
    pub vocab: Vec<u8>,
    /// Embeddings, then layers, then heads.
    pub tensors: Vec<Tensor>,
}

pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Tensor {
    /// Linear weights and the word table; position and segment tables are small and stay f32.
    pub fn is_quantized(&self) -> bool {
        self.shape.len() == 2 && !self.name.contains("position_") && !self.name.contains("token_type_")
    }
}

impl Checkpoint {
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read(&path).with_context(|| path.display().to_string())
        };
        let config: BertConfig = serde_json::from_slice(&read("config.json")?).context("config.json")?;
        let vocab = read("vocab.txt")?;
        let pieces = std::str::from_utf8(&vocab).context("vocab.txt is not UTF-8")?.lines().count();
        ensure!(pieces == config.vocab_size, "vocab.txt has {pieces} pieces, config.json says {}", config.vocab_size);
        let bytes = read("model.safetensors")?;
        let file = SafeTensors::deserialize(&bytes).context("model.safetensors")?;
        let tensors = expected(&config).into_iter().map(|(name, shape)| {
            // A bare encoder's checkpoint leaves "bert." out.
            let view = file.tensor(&name).or_else(|_| file.tensor(name.trim_start_matches("bert.")));
            let view = view.with_context(|| format!("model.safetensors has no {name}"))?;
            ensure!(view.shape() == shape, "{name} is {:?}, expected {shape:?}", view.shape());
            Ok(Tensor { values: values(view.dtype(), view.data()).with_context(|| name.clone())?, name, shape })
        });
        Ok(Self { tensors: tensors.collect::<anyhow::Result<_>>()?, config, vocab })
    }
}

/// Every tensor the engines read, with its shape. The head's output matrix is the word table.
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

fn values(dtype: Dtype, data: &[u8]) -> anyhow::Result<Vec<f32>> {
    let two = || data.chunks_exact(2).map(|b| [b[0], b[1]]);
    Ok(match dtype {
        Dtype::F32 => data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        Dtype::F16 => two().map(|b| half::f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => two().map(|b| half::bf16::from_le_bytes(b).to_f32()).collect(),
        other => bail!("{other:?} values; F32, F16 and BF16 are read"),
    })
}
