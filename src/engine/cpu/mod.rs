//! The CPU engine: candle in f32 on dequantized weights. Reference and fallback.

use super::{Answer, Batch, Builder, EngineError, EngineInfo, Field, Want};
use crate::model::{
    config::BertConfig,
    manifest::{Manifest, TensorEntry},
};

pub struct CpuEngine {
    config: BertConfig,
}

pub struct CpuBuilder {}

impl CpuBuilder {
    pub fn new(_manifest: &Manifest) -> Result<Self, EngineError> {
        Ok(Self {})
    }
    pub fn finish(self) -> Result<CpuEngine, EngineError> {
        Err(EngineError::EmptyBatch)
    }
}

impl Builder for CpuBuilder {
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

impl CpuEngine {
    pub fn run(&mut self, _batch: &Batch, _want: &Want) -> Result<Answer, EngineError> {
        Err(EngineError::EmptyBatch)
    }
    pub fn info(&self) -> EngineInfo {
        EngineInfo::default()
    }
    pub fn config(&self) -> &BertConfig {
        &self.config
    }
}
