//! From a [`MaskTask`] to rows for the engine, and from its answers to what the page shows.

use super::answers::{named, tokens};
use crate::engine::{Answer, Batch, BlankAt, MAX_BLANKS, MAX_TOP_K, Row, Want};
use crate::protocol::masking::{ChosenPiece, Fate, MAX_MASKED_TOKENS, MAX_TRIALS, MaskTask, MaskedTrial};
use crate::protocol::{Failure, PieceKind, Tokens};
use crate::text::masking::{FIRST_WORD_ID, SpecialIds, mask_row_by};
use crate::text::tokenizer::{BertTokenizer, CLS, SEP};
use std::ops::Range;

/// A row as BERT reads it, where and what its chosen pieces were, and what became of them.
struct MaskedDraw {
    row: Row,
    labels: Vec<(usize, u32)>,
    fates: Vec<Fate>,
}

/// One row a trial.
pub struct MaskPlan {
    pub tokens: Tokens,
    trials: Vec<MaskedDraw>,
    top_k: usize,
}

/// Hides the text of a task as each of its trials says. The text is cut at [`MAX_MASKED_TOKENS`].
pub fn plan_masking(tokenizer: &BertTokenizer, task: &MaskTask, max_tokens: usize) -> Result<MaskPlan, Failure> {
    if task.trials.len() > MAX_TRIALS {
        return Err(Failure::TooManyTexts { texts: task.trials.len(), limit: MAX_TRIALS });
    }
    let (row, tokens) = tokens(tokenizer, &task.text, max_tokens.min(MAX_MASKED_TOKENS))?;
    let id = |piece| tokenizer.id_of(piece).unwrap_or_default();
    let vocab_size = tokenizer.vocab_size() as u32;
    let ids = SpecialIds {
        cls: id(CLS),
        sep: id(SEP),
        mask: tokenizer.mask_id(),
        // A vocabulary too small to have reserved so many draws from all of it.
        first_word: if vocab_size > 2 * FIRST_WORD_ID { FIRST_WORD_ID } else { 0 },
        vocab_size,
    };
    let leaders = leaders(&tokens);
    let trial = |t: &crate::protocol::masking::Trial| {
        let (masked, fates) = mask_row_by(t.recipe, &row.input_ids, &leaders, 0, u64::from(t.seed), ids);
        let row = Row { input_ids: masked.input_ids, token_type_ids: row.token_type_ids.clone() };
        MaskedDraw { row, labels: masked.labels, fates }
    };
    let trials = task.trials.iter().map(trial).collect();
    Ok(MaskPlan { tokens, trials, top_k: task.top_k.min(MAX_TOP_K) })
}

/// The first piece of each piece's word.
fn leaders(tokens: &Tokens) -> Vec<usize> {
    let mut leader = 0;
    let of = |(i, piece): (usize, &crate::protocol::Piece)| {
        if piece.kind != PieceKind::Continuation {
            leader = i;
        }
        leader
    };
    tokens.pieces.iter().enumerate().map(of).collect()
}

impl MaskPlan {
    pub fn trials(&self) -> usize {
        self.trials.len()
    }

    /// As many trials from `first` on as one call takes: its blanks are limited.
    pub fn next(&self, first: usize) -> Range<usize> {
        let (mut end, mut blanks) = (first, 0);
        while let Some(draw) = self.trials.get(end) {
            blanks += draw.labels.len();
            if end > first && blanks > MAX_BLANKS {
                break;
            }
            end += 1;
        }
        first..end
    }

    pub fn batch(&self, range: Range<usize>) -> Batch {
        Batch { rows: self.trials[range].iter().map(|t| t.row.clone()).collect() }
    }

    /// The true piece's probability and rank at every chosen one.
    pub fn want(&self, range: Range<usize>) -> Want {
        let blanks = self.trials[range].iter().enumerate().flat_map(|(row, draw)| {
            draw.labels.iter().map(move |&(position, id)| BlankAt { row, position, asked: vec![id] })
        });
        Want { blanks: blanks.collect(), top_k: self.top_k, ..Want::default() }
    }

    /// Names what the engine answered of these trials.
    pub fn take(&self, tokenizer: &BertTokenizer, range: Range<usize>, answer: Answer) -> Vec<MaskedTrial> {
        let mut blanks = answer.blanks.into_iter();
        let mut named = |MaskedDraw { row, labels, fates }: &MaskedDraw| {
            let chosen =
                labels.iter().zip(fates).zip(blanks.by_ref()).filter_map(|((&(position, _), &fate), blank)| {
                    Some(ChosenPiece {
                        position,
                        fate,
                        reads: tokenizer.piece(row.input_ids[position]).to_owned(),
                        truth: *blank.asked.first()?,
                        top: blank.top.into_iter().map(|c| named(tokenizer, c)).collect(),
                    })
                });
            MaskedTrial { chosen: chosen.collect(), next_logits: Vec::new() }
        };
        self.trials[range].iter().map(&mut named).collect()
    }
}
