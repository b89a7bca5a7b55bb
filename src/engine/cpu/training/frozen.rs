//! What frozen layers say of an example: always the same, so computed once.

use super::super::{Beside, CpuEngine, Spans};
use crate::engine::training::Example;
use crate::engine::{Batch, EngineError, Row};
use candle_core::{Device, Tensor};
use std::collections::HashMap;

/// Most that is kept; what comes later is computed each time.
const LIMIT_BYTES: u64 = 1 << 30;

/// States that enter the lowest trained layer, (S, H) for a row; of [CLS] alone, (1, H), where a classifier is all that
/// is trained.
#[derive(Default)]
pub(super) struct Frozen {
    states: HashMap<Row, Tensor>,
    pub(super) bytes: u64,
}

impl Frozen {
    /// The examples' states end to end. A row runs alone, so that its bits do not depend on the rows beside it.
    pub(super) fn states(
        &mut self,
        engine: &CpuEngine,
        first: usize,
        firsts_alone: bool,
        examples: &[Example],
    ) -> Result<Tensor, EngineError> {
        let mut all = Vec::with_capacity(examples.len());
        for Example { row, .. } in examples {
            if let Some(known) = self.states.get(row) {
                all.push(known.clone());
                continue;
            }
            let batch = Batch::one(row.clone());
            let mut x = engine.embeddings(&batch, None)?;
            for layer in 0..first {
                let name = format!("bert.encoder.layer.{layer}");
                x = engine.layer(&name, &x, &Spans::of(&batch), row.input_ids.len(), Beside::default())?;
            }
            if firsts_alone {
                x = Tensor::from_vec(x.get(0)?.to_vec1::<f32>()?, (1, x.dim(1)?), &Device::Cpu)?;
            }
            let bytes = 4 * (x.elem_count() + 2 * row.input_ids.len()) as u64;
            // Embeddings are looked up quicker than kept.
            if first > 0 && self.bytes + bytes <= LIMIT_BYTES {
                self.bytes += bytes;
                self.states.insert(row.clone(), x.clone());
            }
            all.push(x);
        }
        Ok(Tensor::cat(&all, 0)?)
    }
}
