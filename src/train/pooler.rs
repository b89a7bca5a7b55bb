//! The base's pooler as numbers, to be trained on from.

use crate::engine::cpu::CpuBuilder;
use crate::engine::{Builder, EngineError, Field};
use crate::model::adapter::Dense;
use crate::model::manifest::{Manifest, TensorEntry};

const WEIGHT: &str = "bert.pooler.dense.weight";
const BIAS: &str = "bert.pooler.dense.bias";

/// Takes the pooler out of a pack's parts and passes over the rest.
pub struct PoolerBuilder(CpuBuilder);

impl PoolerBuilder {
    pub fn new(manifest: &Manifest) -> Result<Self, EngineError> {
        let mut pooler = manifest.clone();
        pooler.tensors.retain(Self::wants);
        Ok(Self(CpuBuilder::new(&pooler)?))
    }

    /// Whether a tensor is of the pooler.
    pub fn wants(entry: &TensorEntry) -> bool {
        entry.name == WEIGHT || entry.name == BIAS
    }

    /// (H, H) and (H,), dequantized. Fails by name when a row never came.
    pub fn finish(mut self) -> Result<Dense, EngineError> {
        Ok(Dense { weight: self.0.take(WEIGHT)?, bias: self.0.take(BIAS)? })
    }
}

impl Builder for PoolerBuilder {
    fn shard(&mut self, entry: &TensorEntry, field: Field, row_start: usize, bytes: &[u8]) -> Result<(), EngineError> {
        if Self::wants(entry) {
            self.0.shard(entry, field, row_start, bytes)?;
        }
        Ok(())
    }
}
