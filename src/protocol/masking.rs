//! The visitor's text hidden as pre-training hides it, and what BERT makes of it.

use super::{NamedCandidate, TextPair, Tokens};
use crate::engine::{Candidate, RunStats};
pub use crate::text::masking::{Fate, Recipe};
use serde::{Deserialize, Serialize};

/// Pieces of a text that are read; what is longer is cut.
pub const MAX_MASKED_TOKENS: usize = 128;
/// Most trials of one request.
pub const MAX_TRIALS: usize = 16;

/// What the answer is for: requests of one use supersede each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskUse {
    /// The paragraph of the lesson on masking.
    #[default]
    Paragraph,
    /// The same with other rates.
    Rates,
    /// The visitor's pair, with the next-sentence loss.
    Pair,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MaskTask {
    pub purpose: MaskUse,
    pub text: TextPair,
    pub trials: Vec<Trial>,
    /// Candidates listed for each chosen piece.
    pub top_k: usize,
    /// Also run the next-sentence adapter on what was hidden.
    pub next_sentence: bool,
}

/// One draw of what is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub seed: u32,
    pub recipe: Recipe,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Masked {
    pub tokens: Tokens,
    /// As asked, in order.
    pub trials: Vec<MaskedTrial>,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MaskedTrial {
    pub chosen: Vec<ChosenPiece>,
    /// (2,) logits of IsNext and NotNext on the hidden pair, when they were asked for.
    pub next_logits: Vec<f32>,
}

/// A piece that the loss is taken at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChosenPiece {
    /// Index in the pieces.
    pub position: usize,
    pub fate: Fate,
    /// The piece that BERT reads there.
    pub reads: String,
    /// What BERT gives the piece that stood there.
    pub truth: Candidate,
    pub top: Vec<NamedCandidate>,
}
