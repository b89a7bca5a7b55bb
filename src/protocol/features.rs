//! Vectors of many texts, to be taken away: BERT as a maker of features.

use super::ArrayRef;
use crate::engine::RunStats;
use serde::{Deserialize, Serialize};

pub const MAX_FEATURE_TEXTS: usize = 512;
/// Most numbers of one answer: 64 MB of f32.
pub const MAX_FEATURE_VALUES: usize = 1 << 24;
/// Layers that are added or joined, counted from the last; all of them where the model has fewer.
pub const LAST_LAYERS: usize = 4;

/// Which layers a piece's vector is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layers {
    /// 0 is what goes into the first layer; more than the model has means its last.
    One(usize),
    /// The sum of the last [`LAST_LAYERS`], (H,).
    Sum,
    /// The last [`LAST_LAYERS`] behind each other, the earliest first, (4·H,).
    Joined,
}

/// Of which pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vectors {
    /// [CLS]'s.
    #[default]
    First,
    /// The mean of the text's own pieces, without [CLS] and [SEP].
    Mean,
    /// The pooled vector, tanh(W·[CLS] + b); it is made of the last layer.
    Pooled,
    /// Every piece's, [CLS] and [SEP] too: one row a piece.
    Pieces,
}

/// No texts call off what is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeaturesTask {
    /// At most [`MAX_FEATURE_TEXTS`].
    pub texts: Vec<String>,
    pub layers: Layers,
    pub vectors: Vectors,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// (R, D): a row for each text, or for each piece of each text, in order.
    pub values: ArrayRef,
    /// One for each text asked.
    pub texts: Vec<FeatureText>,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureText {
    /// Pieces that were read, [CLS] and [SEP] included.
    pub read: usize,
    /// Pieces that there would have been.
    pub total: usize,
    /// Those read, where each has a row; else none.
    pub pieces: Vec<String>,
}
