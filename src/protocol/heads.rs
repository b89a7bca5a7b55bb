//! What stands behind one head's attention, what BERT loses without heads and layers, and attention beside gradients.

use super::{ArrayRef, TextPair, Tokens};
use crate::engine::{Candidate, RunStats};
use serde::{Deserialize, Serialize};

/// The queries and keys of one head.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeadTask {
    pub text: TextPair,
    pub layer: usize,
    pub head: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadVectors {
    pub tokens: Tokens,
    /// (2, S, D): queries, then keys, with D = H/N.
    pub vectors: ArrayRef,
    pub stats: RunStats,
}

/// A piece is hidden and asked for back: by the whole model, without each layer's attention, and without each head of
/// one layer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KnockTask {
    pub text: TextPair,
    /// The piece. If it is a [MASK] already, what is asked for is the whole model's first guess.
    pub position: usize,
    /// Whose heads are silenced one by one.
    pub layer: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Knocked {
    /// The piece asked for.
    pub piece: String,
    pub whole: Left,
    /// (L,) without that layer's attention.
    pub layers: Vec<Left>,
    /// (N,) without that head of the task's layer.
    pub heads: Vec<Left>,
    pub stats: RunStats,
}

/// What is left of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Left {
    pub truth: Candidate,
    /// The first guess.
    pub first: String,
}

/// A piece is hidden and asked for back: what its place takes from each piece, and gradient × input of its logit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AgainstTask {
    pub text: TextPair,
    /// As in [`KnockTask::position`].
    pub position: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Against {
    /// The pieces as BERT read them, (S,): [MASK] at the task's position.
    pub pieces: Vec<String>,
    /// Those that the format adds, (S,).
    pub special: Vec<bool>,
    /// The piece whose logit is the score.
    pub piece: String,
    pub score: f32,
    /// (S,): gradient × input of the score.
    pub products: Vec<f32>,
    /// (L, N, S): what the hidden place takes from each piece.
    pub looks: ArrayRef,
    pub stats: RunStats,
}
