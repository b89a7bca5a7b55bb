//! Attention beside gradients: one row with a piece hidden, looked into twice.

use super::heads::Hidden;
use crate::engine::token_gradients::{Contrast, Scores, TokenGradients};
use crate::engine::{Answer, Batch, EngineError, RunStats, Want};
use crate::model::config::BertConfig;
use crate::protocol::heads::Against;
use crate::protocol::{ArrayRef, Failure, Message, PieceKind};
use crate::text::tokenizer::BertTokenizer;

/// The forward that gives attention.
pub fn looks(hidden: &Hidden) -> (Batch, Want) {
    (Batch::one(hidden.row.clone()), Want { attentions: true, ..Want::default() })
}

/// The score: the logit, at the hidden place, of the piece that is asked for.
pub fn scores(hidden: &Hidden) -> Result<(Batch, Scores), Failure> {
    let target = hidden.target.ok_or(EngineError::BadRow { row: 0 })?;
    Ok((Batch::one(hidden.row.clone()), Scores::Words(vec![(hidden.position, Contrast::one(target))])))
}

/// Of the attention's (L, N, S, S) the hidden place's rows, beside the gradients.
pub fn against_message(
    tokenizer: &BertTokenizer,
    hidden: Hidden,
    answer: Answer,
    found: TokenGradients,
    config: &BertConfig,
) -> Message<Against> {
    let (layers, heads, s) = (config.num_hidden_layers, config.num_attention_heads, answer.tokens);
    let mut values = Vec::with_capacity(layers * heads * s);
    for head in answer.attentions.chunks_exact((s * s).max(1)) {
        values.extend(head.get(hidden.position * s..(hidden.position + 1) * s).unwrap_or_default());
    }
    let mut stats = RunStats::default();
    stats.add(&answer.stats);
    stats.add(&found.stats);
    let body = Against {
        pieces: hidden.row.input_ids.iter().map(|&id| tokenizer.piece(id).to_owned()).collect(),
        special: hidden.tokens.pieces.iter().map(|p| p.kind == PieceKind::Special).collect(),
        piece: hidden.target.map(|id| tokenizer.piece(id).to_owned()).unwrap_or_default(),
        score: found.scores.first().copied().unwrap_or_default(),
        products: found.products,
        looks: ArrayRef { index: 0, shape: vec![layers, heads, s] },
        stats,
    };
    Message { body, arrays: vec![values] }
}
