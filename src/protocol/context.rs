//! One word in several sentences, and how its vectors part from each other layer by layer.

use super::{NamedCandidate, Tokens};
use crate::engine::RunStats;
use serde::{Deserialize, Serialize};

/// Longest sentence, in pieces.
pub const MAX_CONTEXT_TOKENS: usize = 128;
/// Pieces listed for each vector.
pub const WORDS_READ: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContextTask {
    pub word: String,
    /// At most [`super::MAX_SENTENCES`].
    pub sentences: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// As the word is cut.
    pub pieces: Vec<String>,
    /// Of the word's pieces.
    pub ids: Vec<u32>,
    /// One for each sentence asked.
    pub sentences: Vec<WordFound>,
    /// (L+1), each (F, F) row-major: dot products of the word's vectors, mean over its pieces, for the F sentences in
    /// which it was found, in order. The first is the embeddings' sum after LayerNorm.
    pub grams: Vec<Vec<f32>>,
    /// (L+1, F): the likeliest pieces that the masked-word head reads in each of these vectors.
    pub words: Vec<Vec<Vec<NamedCandidate>>>,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordFound {
    pub tokens: Tokens,
    /// Pieces [start, end) of the word, where it first stands; None where it does not.
    pub at: Option<[usize; 2]>,
}
