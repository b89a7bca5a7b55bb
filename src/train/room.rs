//! What training all weights takes, told before anything of it is made.

use crate::engine::EngineKind;
use crate::engine::gpu::adapter::whole_floats;
use crate::engine::gpu::device::baseline;
use crate::model::config::BertConfig;
use crate::model::whole;
use serde::{Deserialize, Serialize};

/// WebAssembly's 4 GiB, less what the model, the page's data and a step's activations need.
const WASM_BYTES: u64 = 3 << 30;
/// On the GPU a value, its gradient and two moments.
const GPU_BYTES_A_VALUE: u64 = 16;
/// What the page holds of a value while a checkpoint is written: the first one, the newest and the best state (value
/// and two moments each), the state just read, and the file twice.
const KEPT_BYTES_A_VALUE: u64 = 4 * (1 + 3 + 3 + 3 + 6);
/// Of the CPU engine between two steps, when checkpoints are written: first value, state, gradient, and the copy that products read.
const CPU_BYTES_A_VALUE: u64 = 4 * (1 + 3 + 1 + 1);

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Room {
    pub values: u64,
    /// Of all trained values with their gradients and moments in the engine; a step's activations come on top.
    pub bytes: u64,
    /// Of what is kept of them outside the engine, while a checkpoint is written.
    pub kept_bytes: u64,
    /// Why it cannot be.
    pub limit: Option<Limit>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Limit {
    /// As WebGPU names it, or "WebAssembly memory".
    pub name: String,
    pub needed_bytes: u64,
    pub available_bytes: u64,
}

impl Room {
    /// Of a model's embeddings, layers and pooler on such an engine; the head is small beside them.
    pub fn of(c: &BertConfig, engine: EngineKind) -> Self {
        let h = c.hidden_size;
        let values = (whole::count(c) + h * (h + 1)) as u64;
        let (bytes, limit) = match engine {
            // Tables and Linears are one buffer, so that one dispatch moves them all.
            EngineKind::Gpu => {
                let needed_bytes = 4 * (whole_floats(c) + h * h) as u64;
                let available_bytes = baseline().max_storage_buffer_binding_size;
                let name = "maxStorageBufferBindingSize".to_owned();
                (values * GPU_BYTES_A_VALUE, Limit { name, needed_bytes, available_bytes })
            }
            EngineKind::Cpu => {
                let needed_bytes = (CPU_BYTES_A_VALUE + KEPT_BYTES_A_VALUE) * values;
                let available_bytes = if cfg!(target_arch = "wasm32") { WASM_BYTES } else { u64::MAX };
                (CPU_BYTES_A_VALUE * values, Limit { name: "WebAssembly memory".into(), needed_bytes, available_bytes })
            }
        };
        let kept_bytes = KEPT_BYTES_A_VALUE * values;
        Self { values, bytes, kept_bytes, limit: Some(limit).filter(|l| l.needed_bytes > l.available_bytes) }
    }
}
