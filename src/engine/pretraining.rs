//! Pre-training of a small BERT from its first values: what goes in and what comes out.
//!
//! An [`Exercise`] is a row and what is to be said of it. BERT's: the row is masked, each target is a chosen piece
//! where it stands, and the [CLS] vector says whether the second text follows the first. A left-to-right model's: the
//! row is as it is, each target is the piece behind the vector that names it, and no piece sees what stands behind
//! it ([`Sight::Left`]); its [CLS] would see nothing, so nothing is asked of it.
//!
//! loss = Σ over targets −ln p(piece) / targets + Σ over rows −ln p(next) / rows, each sum over the whole step.
//! p(piece) = softmax over V of LayerNorm(gelu(x·Wᵀ + b))·Eᵀ + b, E the word table; p(next) = softmax of a Linear on
//! tanh(pooler([CLS])). Gradients are cut and AdamW moves as in [`super::training`]. No dropout.

pub use super::intervention::Sight;
use super::training::AdamW;
use super::{EngineError, Row};
use crate::model::config::BertConfig;
use crate::model::whole::{self, Weights};

/// Of the next-sentence head.
pub const IS_NEXT: usize = 0;
pub const NOT_NEXT: usize = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    pub row: Row,
    /// Position of the vector that is to name a piece, and the piece's id.
    pub targets: Vec<(usize, u32)>,
    /// [`IS_NEXT`] or [`NOT_NEXT`]; None where it is not asked.
    pub next: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PretrainSetup {
    pub config: BertConfig,
    /// First values of all of [`whole::pretraining_shapes`].
    pub weights: Weights,
    pub sight: Sight,
    pub optimizer: AdamW,
}

impl PretrainSetup {
    /// Refuses values that are not those of the shape.
    pub fn check(&self) -> Result<(), EngineError> {
        let shapes = whole::pretraining_shapes(&self.config);
        let wrong = shapes.iter().find(|(name, shape)| {
            self.weights.get(*name).is_none_or(|values| values.len() != shape.iter().product::<usize>())
        });
        match wrong {
            Some((name, _)) => Err(EngineError::BadTensor { name: name.clone() }),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PretrainReport {
    /// Steps so far, this one included.
    pub step: u32,
    /// Mean of −ln p over the targets; 0 where there was none.
    pub words: f32,
    /// Targets of the step.
    pub targets: usize,
    /// Mean of −ln p over the rows that were asked, and how many of them were right.
    pub next: Option<(f32, usize)>,
    /// ‖g‖ before it was cut.
    pub gradient_norm: f32,
    pub total_ms: f64,
}

/// Refuses exercises that have no sense: an empty step, places outside a row, pieces outside the vocabulary.
pub fn check(exercises: &[Exercise], config: &BertConfig) -> Result<(), EngineError> {
    let asked = exercises.iter().any(|e| !e.targets.is_empty() || e.next.is_some());
    if !asked {
        return Err(EngineError::EmptyBatch);
    }
    for (row, e) in exercises.iter().enumerate() {
        let inside = |&(at, id): &(usize, u32)| at < e.row.input_ids.len() && (id as usize) < config.vocab_size;
        if !e.targets.iter().all(inside) || e.next.is_some_and(|class| class > NOT_NEXT) {
            return Err(EngineError::BadRow { row });
        }
    }
    Ok(())
}
