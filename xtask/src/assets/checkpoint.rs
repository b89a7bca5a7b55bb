//! A Hugging Face folder: the tensors of a BERT with its masked-word head, in the pack's order.

use anyhow::{Context as _, ensure};
use bertscope::model::checkpoint::{self, LENGTH_BYTES};
use bertscope::model::config::BertConfig;
use bertscope::model::manifest::{Scheme, TensorEntry};
use std::path::Path;

pub struct Checkpoint {
    pub config: BertConfig,
    pub vocab: Vec<u8>,
    /// Embeddings, then layers, then heads.
    pub tensors: Vec<Tensor>,
    found: checkpoint::Checkpoint,
}

pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Checkpoint {
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read(&path).with_context(|| path.display().to_string())
        };
        let (config, tied) = checkpoint::config(&read("config.json")?)?;
        let vocab = read("vocab.txt")?;
        let pieces = std::str::from_utf8(&vocab).context("vocab.txt is not UTF-8")?.lines().count();
        ensure!(pieces == config.vocab_size, "vocab.txt has {pieces} pieces, config.json says {}", config.vocab_size);
        let bytes = read("model.safetensors")?;
        let header = checkpoint::header_bytes(&bytes, bytes.len() as u64)? as usize + LENGTH_BYTES as usize;
        let json = &bytes[LENGTH_BYTES as usize..header];
        let found = checkpoint::Checkpoint::read(config.clone(), tied, json, bytes.len() as u64)?;
        ensure!(found.absent.is_empty(), "model.safetensors lacks {:?}", found.absent);
        let tensor = |t: &checkpoint::Found| {
            let range = t.bytes.clone().unwrap_or_default();
            let values = t.values(&bytes[range.start as usize..range.end as usize]);
            Tensor { name: t.name.clone(), shape: t.shape.clone(), values }
        };
        Ok(Self { tensors: found.tensors.iter().map(tensor).collect(), config, vocab, found })
    }

    pub fn entries(&self, scheme: Scheme) -> Vec<TensorEntry> {
        self.found.entries(scheme)
    }
}
