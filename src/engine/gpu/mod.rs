//! The GPU engine: our WGSL kernels through wgpu on weights that stay quantized.

use super::{Answer, Batch, Builder, EngineError, EngineInfo, Field, Want};
use crate::model::{
    config::BertConfig,
    manifest::{Manifest, TensorEntry},
};

pub struct GpuEngine {
    config: BertConfig,
}

/// Which adapters may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdapterPolicy {
    HardwareOnly,
    AnyAdapter,
}

pub struct GpuBuilder {}

impl GpuBuilder {
    /// Asks for an adapter and device, makes the weight buffers, and compiles the pipelines.
    pub async fn new(_manifest: &Manifest, _policy: AdapterPolicy) -> Result<Self, EngineError> {
        Err(EngineError::NoAdapter { reason: "not built yet".into() })
    }
    /// Warms the common plans.
    pub async fn finish(self) -> Result<GpuEngine, EngineError> {
        Err(EngineError::EmptyBatch)
    }
}

impl Builder for GpuBuilder {
    fn shard(
        &mut self,
        _entry: &TensorEntry,
        _field: Field,
        _row_start: usize,
        _bytes: &[u8],
    ) -> Result<(), EngineError> {
        Ok(())
    }
}

impl GpuEngine {
    pub async fn run(&mut self, _batch: &Batch, _want: &Want) -> Result<Answer, EngineError> {
        Err(EngineError::EmptyBatch)
    }
    pub fn info(&self) -> EngineInfo {
        EngineInfo::default()
    }
    pub fn config(&self) -> &BertConfig {
        &self.config
    }
    /// Destroys the device, as a driver reset would.
    pub fn lose(&self) {}
    /// Whether the device was lost, and why.
    pub fn lost(&self) -> Option<String> {
        None
    }
}
