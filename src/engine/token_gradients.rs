//! How much one output would move if a piece's vector did: gradients of a score by what enters the first layer.
//!
//! A score is one logit of a row, or the difference of two: of an adapter's classes, or of the words that the
//! masked-word head expects at a position. x is the embeddings' sum **after** its LayerNorm, which is what the
//! first layer reads and the first of [`super::Answer::hidden_states`]. The gradient d score / d x has x's shape;
//! gradient × input, Σ over H of gradient · x, is one number a piece: to first order, what the score would lose if
//! the piece's vector were 0.

use super::{AdapterId, Batch, BlankAt, EngineError, RunStats, Want};
use crate::model::config::BertConfig;

/// An output, and one whose logit is taken from its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contrast {
    pub of: u32,
    pub less: Option<u32>,
}

impl Contrast {
    pub fn one(of: u32) -> Self {
        Self { of, less: None }
    }

    fn within(self, limit: usize) -> bool {
        (self.of as usize) < limit && self.less.is_none_or(|l| (l as usize) < limit)
    }
}

/// The score of each row of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scores {
    /// Logits of the adapter's classes, before the temperature.
    Classes(Vec<Contrast>),
    /// Logits of vocabulary ids at a position of the row. With an adapter, the layers run with it, the head is the
    /// base's.
    Words(Vec<(usize, Contrast)>),
}

impl Scores {
    /// What [`super::Engine::run`] would be asked for the same outputs.
    pub(super) fn want(&self, adapter: Option<AdapterId>) -> Want {
        let blank =
            |(row, (position, _)): (usize, &(usize, Contrast))| BlankAt { row, position: *position, asked: vec![] };
        let blanks = match self {
            Self::Classes(_) => Vec::new(),
            Self::Words(words) => words.iter().enumerate().map(blank).collect(),
        };
        Want { blanks, adapter, class_logits: matches!(self, Self::Classes(_)), ..Want::default() }
    }

    pub(super) fn contrasts(&self) -> Vec<Contrast> {
        match self {
            Self::Classes(all) => all.clone(),
            Self::Words(words) => words.iter().map(|w| w.1).collect(),
        }
    }

    /// Refuses another number of scores than rows, and outputs that there are not. `labels` of the adapter.
    pub(super) fn check(&self, batch: &Batch, config: &BertConfig, labels: usize) -> Result<(), EngineError> {
        let contrasts = self.contrasts();
        if contrasts.len() != batch.rows.len() {
            return Err(EngineError::BadRow { row: contrasts.len().min(batch.rows.len()) });
        }
        let limit = if matches!(self, Self::Classes(_)) { labels } else { config.vocab_size };
        match (contrasts.iter().position(|c| !c.within(limit)), self) {
            (None, _) => Ok(()),
            (Some(row), Self::Words(_)) => Err(EngineError::BadRow { row }),
            (Some(row), Self::Classes(_)) => {
                let Contrast { of, less } = contrasts[row];
                let class = less.map_or(of, |l| of.max(l)) as usize;
                Err(EngineError::BadClass { example: row, class, labels })
            }
        }
    }
}

/// Arrays are dense, row-major; positions beyond a row's own length hold 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TokenGradients {
    /// S: the longest row.
    pub tokens: usize,
    /// (B)
    pub scores: Vec<f32>,
    /// (B, S, H)
    pub gradients: Vec<f32>,
    /// (B, S): gradient × input.
    pub products: Vec<f32>,
    pub stats: RunStats,
}

impl TokenGradients {
    /// From (B), and (M, H) twice with the batch's rows end to end.
    pub(super) fn new(batch: &Batch, h: usize, scores: Vec<f32>, gradients: &[f32], inputs: &[f32]) -> Self {
        let tokens = batch.longest();
        let mut out = Self { tokens, scores, gradients: vec![0.0; batch.rows.len() * tokens * h], ..Self::default() };
        let mut pairs = gradients.chunks_exact(h).zip(inputs.chunks_exact(h));
        for (row, to) in batch.rows.iter().zip(out.gradients.chunks_exact_mut(tokens * h)) {
            for (to, (gradient, input)) in to.chunks_exact_mut(h).zip(pairs.by_ref().take(row.input_ids.len())) {
                to.copy_from_slice(gradient);
                let product: f64 = gradient.iter().zip(input).map(|(&g, &x)| f64::from(g) * f64::from(x)).sum();
                out.products.push(product as f32);
            }
            let beyond = tokens - row.input_ids.len();
            out.products.resize(out.products.len() + beyond, 0.0);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    #[test]
    fn rows_of_different_lengths_are_laid_out_with_zeros() {
        let row = |n: usize| Row { input_ids: vec![0; n], token_type_ids: vec![0; n] };
        let batch = Batch { rows: vec![row(1), row(2)] };
        let (gradients, inputs) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 1.0, 2.0, 0.0, 0.0, -1.0]);
        let found = TokenGradients::new(&batch, 2, vec![0.5, 0.25], &gradients, &inputs);
        assert_eq!(found.tokens, 2);
        assert_eq!(found.gradients, [1.0, 2.0, 0.0, 0.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(found.products, [3.0, 0.0, 6.0, -6.0]);
    }
}
