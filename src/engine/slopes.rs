//! Gradient × input of a review's pieces by an adapter of two classes: the second way to ask which words an answer
//! hangs on, beside leaving them out.
//!
//! The review is read in the windows that [`super::classify`] reads it in. Its score is the log-odds of class 1, the
//! windows' differences of logits weighed as there and divided by the temperature; a piece's product is
//! gradient × input (see [`super::token_gradients`]) of that score, summed over the windows that hold the piece.

use super::token_gradients::{Contrast, Scores, TokenGradients};
use super::{Batch, RunStats};
use crate::text::review::{STRIDE, WIDTH, Window, plain, windows};
use crate::text::tokenizer::{BertTokenizer, TextError};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Slopes {
    /// Log-odds of class 1 against class 0, after the temperature.
    pub score: f32,
    /// Of each piece of the text: where it stands, UTF-16, and its gradient × input.
    pub pieces: Vec<([usize; 2], f32)>,
    /// Of [CLS] and [SEP] together.
    pub specials: f32,
    pub stats: RunStats,
}

pub struct SlopesPlan {
    ids: Vec<u32>,
    windows: Vec<Window>,
    found: Slopes,
}

impl SlopesPlan {
    /// `max_tokens`: the longest row that the model reads. A text with nothing to read has no windows.
    pub fn new(tokenizer: &BertTokenizer, text: &str, max_tokens: usize) -> Result<Self, TextError> {
        let (ids, spans) = tokenizer.encode_spans(&plain(text))?;
        let width = WIDTH.min(max_tokens);
        let windows = if ids.is_empty() { Vec::new() } else { windows(ids.len(), width, STRIDE.min(width / 2)) };
        let found = Slopes { pieces: spans.into_iter().map(|span| (span, 0.0)).collect(), ..Slopes::default() };
        Ok(Self { ids, windows, found })
    }

    /// Of the text; [CLS] and [SEP] are not counted.
    pub fn pieces(&self) -> usize {
        self.ids.len()
    }

    pub fn windows(&self) -> usize {
        self.windows.len()
    }

    /// A window's row, and the score that is asked of it.
    pub fn ask(&self, tokenizer: &BertTokenizer, window: usize) -> (Batch, Scores) {
        let Window { start, end, .. } = self.windows[window];
        (Batch::one(tokenizer.row(&self.ids[start..end])), Scores::Classes(vec![Contrast { of: 1, less: Some(0) }]))
    }

    /// Takes what was found for a window.
    pub fn take(&mut self, window: usize, found: &TokenGradients, temperature: f32) {
        let Window { start, end, weight } = self.windows[window];
        let share = weight as f32 / self.ids.len() as f32 / temperature;
        self.found.score += share * found.scores.first().copied().unwrap_or_default();
        // [CLS] stands before the pieces, [SEP] behind them.
        for (i, product) in found.products.iter().enumerate() {
            match self.found.pieces[start..end].get_mut(i.wrapping_sub(1)) {
                Some((_, sum)) => *sum += share * product,
                None => self.found.specials += share * product,
            }
        }
        self.found.stats.add(&found.stats);
    }

    pub fn finish(self) -> Slopes {
        self.found
    }
}
