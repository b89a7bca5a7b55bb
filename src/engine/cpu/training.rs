//! Training on candle's autograd: the fallback, and the oracle of the GPU's gradients.

use super::CpuEngine;
use crate::engine::training::{StepReport, TrainSetup, TrainState, TrainStep};
use crate::engine::{AdapterId, EngineError};
use crate::model::adapter::Adapter;

type Result<T> = std::result::Result<T, EngineError>;

impl CpuEngine {
    pub fn begin_training(&mut self, _setup: &TrainSetup) -> Result<AdapterId> {
        Err(EngineError::NoTraining)
    }

    pub fn train(&mut self, _step: &TrainStep) -> Result<StepReport> {
        Err(EngineError::NoTraining)
    }

    pub fn gradients(&mut self) -> Result<Adapter> {
        Err(EngineError::NoTraining)
    }

    pub fn train_state(&mut self) -> Result<TrainState> {
        Err(EngineError::NoTraining)
    }

    pub fn restore_training(&mut self, _state: &TrainState) -> Result<()> {
        Err(EngineError::NoTraining)
    }

    pub fn end_training(&mut self) {}
}
