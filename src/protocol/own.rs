//! A visitor's own BERT: looked at before its weights are read, made into a pack, and kept if they ask for it.

use crate::engine::EngineKind;
use crate::model::checkpoint::CheckpointError;
use crate::model::config::BertConfig;
use crate::model::manifest::{Absent, Scheme};
use crate::text::vocabulary::{SaidBy, VocabularyError};
use serde::{Deserialize, Serialize};

/// What [`super::Load::model_url`] says when the model made last, or the kept one, is wanted.
pub const OWN_URL: &str = "own/";
/// WebAssembly addresses 4 GiB; what is left beside the weights is for the page and its answers.
pub const HEAP_LIMIT_BYTES: u64 = 7 << 29;
/// Largest file: its offsets must be numbers that WebAssembly can hold.
pub const MAX_FILE_BYTES: u64 = (4 << 30) - 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OwnTask {
    /// Reads what the files beside the request say of themselves, not the weights.
    Look,
    /// Makes a pack of the files looked at last; [`OwnTask::About`] calls it off.
    Make(Make),
    /// Keeps the pack in the browser's storage.
    Keep,
    /// Forgets the kept one.
    Forget,
    About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Make {
    pub title: String,
    pub scheme: Scheme,
    pub lower_case: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OwnEvent {
    Looked(Box<Looked>),
    About(About),
}

/// What the files say, and what the model will take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// As the checkpoint names itself, if it does.
    pub title: Option<String>,
    /// Of the files used, the weights first.
    pub files: Vec<(String, u64)>,
    pub config: BertConfig,
    pub parameters: u64,
    /// Types of the file's values, each once.
    pub types: Vec<String>,
    pub said_by: SaidBy,
    pub absent: Vec<Absent>,
    pub next_sentence: bool,
    /// In 4 and in 8 bits.
    pub takes: [Takes; 2],
    /// Where it would run now.
    pub engine: EngineKind,
    /// Why no GPU of any kind runs it.
    pub no_gpu: Option<String>,
    /// The limit that stops it, if one does.
    pub refused: Option<OwnFailure>,
}

/// Bytes: as stored (and on a GPU), and as f32 on the CPU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Takes {
    pub scheme: Scheme,
    pub stored_bytes: u64,
    pub cpu_bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct About {
    /// In memory until the worker ends.
    pub made: Option<OwnModel>,
    /// In the browser's storage.
    pub kept: Option<OwnModel>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnModel {
    pub title: String,
    pub base_hash: String,
    pub bytes: u64,
    pub absent: Vec<Absent>,
    pub next_sentence: bool,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum OwnFailure {
    #[error("no .safetensors file among them")]
    NoWeights { bin: bool },
    #[error("the weights are cut in several files")]
    Shards,
    #[error("{file} is missing")]
    NoFile { file: String },
    #[error("{file} cannot be read")]
    Unreadable { file: String },
    #[error("{file} has {bytes} bytes, at most {limit} are read")]
    FileTooLarge { file: String, bytes: u64, limit: u64 },
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    #[error("{bytes} bytes are needed, {limit} can be had")]
    Memory { bytes: u64, limit: u64 },
    /// No model is in memory, nor kept.
    #[error("the model is gone")]
    Gone,
    #[error("the browser keeps no more: {reason}")]
    NotKept { reason: String },
}
