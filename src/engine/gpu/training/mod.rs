//! Training on the GPU: forward with what backward needs, backward, AdamW.

use super::GpuEngine;
use crate::engine::training::{StepReport, TrainSetup, TrainState, TrainStep};
use crate::engine::{AdapterId, EngineError};
use crate::model::adapter::Adapter;

type Result<T> = std::result::Result<T, EngineError>;

impl GpuEngine {
    pub async fn begin_training(&mut self, _setup: &TrainSetup) -> Result<AdapterId> {
        Err(EngineError::NoTraining)
    }

    pub async fn train(&mut self, _step: &TrainStep) -> Result<StepReport> {
        Err(EngineError::NoTraining)
    }

    pub async fn gradients(&mut self) -> Result<Adapter> {
        Err(EngineError::NoTraining)
    }

    pub async fn train_state(&mut self) -> Result<TrainState> {
        Err(EngineError::NoTraining)
    }

    pub fn restore_training(&mut self, _state: &TrainState) -> Result<()> {
        Err(EngineError::NoTraining)
    }

    pub fn end_training(&mut self) {}
}
