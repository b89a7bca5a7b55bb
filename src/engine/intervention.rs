//! Changes to a forward, as data: what each piece may look at, heads that say nothing, positions and parts of the
//! embedding that are not the usual ones. The weights stay as they are, so this shows what the trained model does
//! without a thing, not what a model trained without it would do.

use super::{EngineError, Row};
use crate::model::config::BertConfig;
use serde::{Deserialize, Serialize};

/// Which pieces each piece may look at, itself always among them, in every layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// All of its row, as BERT was trained.
    #[default]
    Both,
    /// What stands before it.
    Left,
    /// What stands behind it.
    Right,
    /// Nothing else.
    Own,
}

impl Sight {
    /// Whether a piece at `query` may look at the one at `key`.
    pub fn sees(self, query: usize, key: usize) -> bool {
        match self {
            Self::Both => true,
            Self::Left => key <= query,
            Self::Right => key >= query,
            Self::Own => key == query,
        }
    }
}

/// Parts of a piece's embedding that count as 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct LeftOut {
    pub word: bool,
    pub position: bool,
    pub segment: bool,
}

/// What is changed in one row; the default changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Intervention {
    pub sight: Sight,
    /// Heads whose context vector is 0, as (layer, head), both from 0.
    pub silenced: Vec<(usize, usize)>,
    /// (S,) rows of the position table in place of 0..S; empty for those.
    pub positions: Vec<u32>,
    /// (S,) of each piece; empty for nothing left out.
    pub left_out: Vec<LeftOut>,
}

impl Intervention {
    pub fn sight(sight: Sight) -> Self {
        Self { sight, ..Self::default() }
    }

    /// Whether the head's context vector is 0.
    pub fn silences(&self, layer: usize, head: usize) -> bool {
        self.silenced.contains(&(layer, head))
    }

    /// The row of the position table for a piece.
    pub fn position(&self, piece: usize) -> u32 {
        self.positions.get(piece).copied().unwrap_or(piece as u32)
    }

    pub fn left_out(&self, piece: usize) -> LeftOut {
        self.left_out.get(piece).copied().unwrap_or_default()
    }

    /// Refuses columns that are not as long as the row, positions that were not learned, heads that are not there.
    pub fn check(&self, row: usize, of: &Row, config: &BertConfig) -> Result<(), EngineError> {
        let fits = |n: usize| n == 0 || n == of.input_ids.len();
        let learned = self.positions.iter().all(|&p| (p as usize) < config.max_position_embeddings);
        let (layers, heads) = (config.num_hidden_layers, config.num_attention_heads);
        let there = self.silenced.iter().all(|&(layer, head)| layer < layers && head < heads);
        if fits(self.positions.len()) && fits(self.left_out.len()) && learned && there {
            Ok(())
        } else {
            Err(EngineError::BadIntervention { row })
        }
    }
}
