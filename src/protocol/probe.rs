//! Looking inside, and changing what a piece sees: what "Both directions", "The input" and "Inside" ask.

use super::{ArrayRef, NamedCandidate, TextPair, Tokens};
use crate::engine::RunStats;
pub use crate::engine::intervention::{Intervention, LeftOut, Sight};
use crate::model::config::BertConfig;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProbeTask {
    Rows(RowsTask),
    /// Cosines between these rows of the position table. Answered by [`Probed::Positions`].
    Positions(Vec<u32>),
    /// What the model is made of. Answered by [`Probed::Described`].
    Describe,
    /// One group of a matrix as it is stored. Answered by [`Probed::Stored`].
    Stored(StoredTask),
}

/// Requests of one kind supersede each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeKind {
    /// One hidden word, seen from differing sides.
    #[default]
    Directions,
    /// Each word hidden in its turn.
    ByWord,
    /// The parts of the embedding, and the answer with some of them changed.
    Input,
    /// One block's numbers and the layers' words.
    Inside,
    Positions,
    Describe,
    Stored,
    /// The answer without each part of the input.
    Parts,
}

impl ProbeKind {
    pub const COUNT: usize = 8;
}

impl ProbeTask {
    pub fn kind(&self) -> ProbeKind {
        match self {
            Self::Rows(task) => task.purpose,
            Self::Positions(_) => ProbeKind::Positions,
            Self::Describe => ProbeKind::Describe,
            Self::Stored(_) => ProbeKind::Stored,
        }
    }
}

/// Most pieces of a text that is probed.
pub const MAX_PROBE_TOKENS: usize = 64;
/// Most rows whose numbers are captured.
pub const MAX_CAPTURED_ROWS: usize = 4;

/// One text in several rows, each changed in its own way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowsTask {
    pub purpose: ProbeKind,
    pub text: TextPair,
    pub rows: Vec<ProbeRow>,
    /// Candidates listed at each blank.
    pub top_k: usize,
    /// Asked about at typed blanks, by its id; told as [`ProbedBlank::truth`].
    pub asked: Option<u32>,
    /// Pairs of rows with the same blanks, whose logits are averaged before the softmax.
    pub joined: Vec<[usize; 2]>,
    /// The parts of every row's embedding.
    pub embedding: bool,
    /// The first row's numbers in this layer, from 0.
    pub block: Option<usize>,
    /// The masked-word head on every layer's vector at the first row's first blank.
    pub lens: bool,
}

impl RowsTask {
    /// Whether numbers are captured, for which one forward must do.
    pub fn captures(&self) -> bool {
        self.embedding || self.lens || self.block.is_some()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProbeRow {
    /// Pieces of the text that [MASK] stands for, beside those that were typed so.
    pub masked: Vec<usize>,
    /// Pieces that get the other segment.
    pub flipped: Vec<usize>,
    pub intervention: Intervention,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Probed {
    Rows(Box<ProbedRows>),
    Positions(ProbedPositions),
    Described(Described),
    Stored(Box<Stored>),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProbedRows {
    /// The text as typed.
    pub tokens: Tokens,
    /// Of each row its blanks, in the pieces' order.
    pub rows: Vec<Vec<ProbedBlank>>,
    /// Of each pair of [`RowsTask::joined`].
    pub joined: Vec<Vec<ProbedBlank>>,
    pub embedding: Option<ProbedEmbedding>,
    pub block: Option<ProbedBlock>,
    /// Of the embedding and each layer; empty without a blank.
    pub lens: Vec<ProbedBlank>,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProbedBlank {
    /// Index of the piece.
    pub position: usize,
    pub top: Vec<NamedCandidate>,
    /// The piece that was hidden; where [MASK] was typed, the one of [`RowsTask::asked`].
    pub truth: Option<NamedCandidate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbedEmbedding {
    /// (B, S, 3, H): word, position, segment.
    pub parts: ArrayRef,
    /// (B, S, H): their sum after LayerNorm.
    pub normed: ArrayRef,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbedBlock {
    pub layer: usize,
    /// (S, H) that enters.
    pub before: ArrayRef,
    /// (S, 3, H): query, key, value.
    pub qkv: ArrayRef,
    /// (N, S, S)
    pub attentions: ArrayRef,
    /// (S, H) that leaves.
    pub after: ArrayRef,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbedPositions {
    pub positions: Vec<u32>,
    /// (P, P)
    pub cosines: ArrayRef,
}

/// The model by its manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Described {
    pub title: String,
    pub config: BertConfig,
    pub tensors: Vec<TensorFacts>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TensorFacts {
    /// Hugging Face's name.
    pub name: String,
    pub shape: Vec<usize>,
    /// "4-bit", "8-bit", "f32".
    pub scheme: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoredTask {
    /// Hugging Face's name of a matrix in codes.
    pub tensor: String,
    /// Of the matrix (N, K), below N.
    pub row: usize,
    /// Of the row, below K/32.
    pub group: usize,
}

/// 32 weights that share a scale, as the pack holds them: weight = scale · code + minimum.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Stored {
    pub shape: [usize; 2],
    pub codes: Vec<i16>,
    pub scale: f32,
    /// None in 8 bits, where codes have a sign instead.
    pub minimum: Option<f32>,
    /// The lowest and the highest code there is.
    pub range: [i16; 2],
    /// How often each code stands in the whole matrix, from the lowest.
    pub counts: Vec<u64>,
}
