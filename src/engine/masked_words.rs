//! How well a model fills masked words: loss, top-1 and top-5 by the recipe of [`crate::text::masking`].

use super::cpu::CpuEngine;
use super::{Batch, BlankAt, EngineError, MAX_BLANKS, Row, Want};
use crate::text::masking::{FIRST_WORD_ID, MaskedRow, SpecialIds, documents, mask_row, pack_rows};
use crate::text::tokenizer::{BertTokenizer, CLS, MASK, SEP, TextError};
use std::fmt;

/// S of the rows that are judged.
pub const ROW_TOKENS: usize = 128;
/// Rows of one call: more do not make it faster.
const BATCH_ROWS: usize = 8;

/// Sums over judged words.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    pub words: usize,
    /// Σ −ln p(true piece)
    pub loss_sum: f64,
    pub first: usize,
    pub among_five: usize,
}

impl Score {
    pub fn loss(&self) -> f64 {
        self.loss_sum / self.words.max(1) as f64
    }

    pub fn top_1(&self) -> f64 {
        self.first as f64 / self.words.max(1) as f64
    }

    pub fn top_5(&self) -> f64 {
        self.among_five as f64 / self.words.max(1) as f64
    }
}

/// The line that judging ends with.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (loss, top_1, top_5) = (self.loss(), self.top_1(), self.top_5());
        write!(f, "loss {loss:.4} top-1 {top_1:.4} top-5 {top_5:.4} n {}", self.words)
    }
}

/// Masked rows of a text whose documents are parted by empty lines, until `limit` words are hidden.
pub fn masked_rows(
    text: &str,
    tokenizer: &BertTokenizer,
    seed: u64,
    limit: usize,
) -> Result<Vec<MaskedRow>, TextError> {
    let id = |piece: &str| tokenizer.id_of(piece).ok_or_else(|| TextError::MissingPiece { piece: piece.to_owned() });
    let vocab_size = tokenizer.vocab_size() as u32;
    let ids = SpecialIds { cls: id(CLS)?, sep: id(SEP)?, mask: id(MASK)?, first_word: FIRST_WORD_ID, vocab_size };
    let encoded = documents(text).map(|d| tokenizer.encode_ids(d)).collect::<Result<Vec<_>, _>>()?;
    let mut words = 0;
    let mut rows = Vec::new();
    for (i, row) in pack_rows(encoded, ids, ROW_TOKENS).iter().enumerate() {
        if words >= limit {
            break;
        }
        let masked = mask_row(row, i, seed, ids);
        words += masked.labels.len();
        rows.push(masked);
    }
    Ok(rows)
}

/// Scores the rows; `progress` is told how many of them are done.
pub fn score(
    engine: &mut CpuEngine,
    rows: &[MaskedRow],
    mut progress: impl FnMut(usize),
) -> Result<Score, EngineError> {
    let mut score = Score::default();
    let mut start = 0;
    while start < rows.len() {
        let mut end = start + 1;
        let words = |end: usize| rows[start..end].iter().map(|r| r.labels.len()).sum::<usize>();
        while end < rows.len() && end - start < BATCH_ROWS && words(end + 1) <= MAX_BLANKS {
            end += 1;
        }
        let (batch, want) = question(&rows[start..end]);
        for blank in engine.run(&batch, &want)?.blanks {
            let Some(truth) = blank.asked.first() else { continue };
            score.words += 1;
            score.loss_sum += f64::from(blank.logsumexp) - f64::from(truth.logit);
            score.first += usize::from(truth.rank == 1);
            score.among_five += usize::from(truth.rank <= 5);
        }
        start = end;
        progress(start);
    }
    Ok(score)
}

fn question(rows: &[MaskedRow]) -> (Batch, Want) {
    let row = |r: &MaskedRow| Row { input_ids: r.input_ids.clone(), token_type_ids: vec![0; r.input_ids.len()] };
    let blanks = rows
        .iter()
        .enumerate()
        .flat_map(|(row, r)| r.labels.iter().map(move |&(position, id)| BlankAt { row, position, asked: vec![id] }));
    let want = Want { blanks: blanks.collect(), ..Want::default() };
    (Batch { rows: rows.iter().map(row).collect() }, want)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_as_promised() {
        let score = Score { words: 5716, loss_sum: 2.1330 * 5716.0, first: 3522, among_five: 4486 };
        assert_eq!(score.to_string(), "loss 2.1330 top-1 0.6162 top-5 0.7848 n 5716");
    }
}
