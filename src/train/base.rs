//! The base's own values as numbers, to be trained on from.

use super::settings::Depth;
use crate::engine::cpu::CpuBuilder;
use crate::engine::{Builder, EngineError, Field};
use crate::model::adapter::Dense;
use crate::model::manifest::{Manifest, TensorEntry};
use crate::model::whole::{self, Weights};
use std::collections::BTreeSet;

const POOLER: [&str; 2] = ["bert.pooler.dense.weight", "bert.pooler.dense.bias"];

/// What a training begins with a copy of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Base {
    /// (H, H) and (H,).
    pub pooler: Option<Dense>,
    /// Embeddings and layers, or none of them.
    pub weights: Weights,
}

/// Takes what a depth copies out of a pack's parts, dequantized, and passes over the rest.
pub struct BaseBuilder {
    values: CpuBuilder,
    wanted: BTreeSet<String>,
}

impl BaseBuilder {
    /// `answers`: a span head reads no pooled vector.
    pub fn new(manifest: &Manifest, depth: &Depth, answers: bool) -> Result<Self, EngineError> {
        let mut wanted = BTreeSet::new();
        // The head alone learns little on a pooler made for next sentences: it has a copy to train.
        if matches!(depth, Depth::Head | Depth::All) && !answers {
            wanted.extend(POOLER.map(str::to_owned));
        }
        if *depth == Depth::All {
            wanted.extend(whole::shapes(&manifest.config).into_keys());
        }
        let mut some = manifest.clone();
        some.tensors.retain(|t| wanted.contains(&t.name));
        Ok(Self { values: CpuBuilder::new(&some)?, wanted })
    }

    /// Whether anything of it lies in a part.
    pub fn wants(&self, manifest: &Manifest, part: usize) -> bool {
        manifest.shards_of_part(part).any(|(tensor, _)| self.wanted.contains(&tensor.name))
    }

    /// Fails by name when a row never came.
    pub fn finish(mut self) -> Result<Base, EngineError> {
        let mut base = Base::default();
        let [weight, bias] = POOLER;
        if self.wanted.remove(weight) && self.wanted.remove(bias) {
            base.pooler = Some(Dense { weight: self.values.take(weight)?, bias: self.values.take(bias)? });
        }
        for name in self.wanted {
            let values = self.values.take(&name)?;
            base.weights.insert(name, values);
        }
        Ok(base)
    }
}

impl Builder for BaseBuilder {
    fn shard(&mut self, entry: &TensorEntry, field: Field, row_start: usize, bytes: &[u8]) -> Result<(), EngineError> {
        if self.wanted.contains(&entry.name) {
            self.values.shard(entry, field, row_start, bytes)?;
        }
        Ok(())
    }
}
