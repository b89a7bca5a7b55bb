//! From questions about heads to rows for the engine, and back.

use super::answers::{plan_attention, tokens};
use crate::engine::intervention::Intervention;
use crate::engine::{Answer, Batch, BlankAt, EngineError, Row, Want};
use crate::model::config::BertConfig;
use crate::protocol::heads::{HeadTask, HeadVectors, KnockTask, Knocked, Left};
use crate::protocol::{ArrayRef, Failure, MAX_ATTENTION_TOKENS, Message, PieceKind, TextPair, Tokens};
use crate::text::tokenizer::BertTokenizer;

/// One row, with the queries and keys of the task's layer.
pub fn plan_head(
    tokenizer: &BertTokenizer,
    task: &HeadTask,
    max_tokens: usize,
) -> Result<(Batch, Want, Tokens), Failure> {
    let (batch, _, tokens) = plan_attention(tokenizer, &task.text, max_tokens)?;
    Ok((batch, Want { qkv_of: Some(task.layer), ..Want::default() }, tokens))
}

/// The queries and keys of one head out of its layer's.
pub fn head_message(tokens: Tokens, answer: Answer, head: usize, config: &BertConfig) -> Message<HeadVectors> {
    let h = config.hidden_size;
    let d = h / config.num_attention_heads.max(1);
    let s = answer.tokens;
    let mut values = Vec::with_capacity(2 * s * d);
    for which in 0..2 {
        for token in 0..s {
            let from = (token * 3 + which) * h + head * d;
            values.extend(answer.qkv.get(from..from + d).unwrap_or(&[]));
        }
    }
    let vectors = ArrayRef { index: 0, shape: vec![2, s, d] };
    Message { body: HeadVectors { tokens, vectors, stats: answer.stats }, arrays: vec![values] }
}

/// A row with one piece hidden, which is asked for back.
pub struct Hidden {
    pub row: Row,
    pub tokens: Tokens,
    pub position: usize,
    /// The id that is asked for; None while the model has yet to say it.
    pub target: Option<u32>,
}

impl Hidden {
    /// Refuses a piece that the format added, and one that is not there.
    pub fn new(
        tokenizer: &BertTokenizer,
        (text, position): (&TextPair, usize),
        config: &BertConfig,
    ) -> Result<Self, Failure> {
        let longest = config.max_position_embeddings.min(MAX_ATTENTION_TOKENS);
        let (mut row, tokens) = tokens(tokenizer, text, longest)?;
        let piece = tokens.pieces.get(position).filter(|p| p.kind != PieceKind::Special);
        let piece = piece.ok_or(EngineError::BadRow { row: 0 })?;
        let target = (piece.kind != PieceKind::Mask).then_some(piece.id);
        row.input_ids[position] = tokenizer.mask_id();
        Ok(Self { row, tokens, position, target })
    }

    /// What to run first, to learn what is asked for; None when that is known.
    pub fn first(&self) -> Option<(Batch, Want)> {
        let blank = BlankAt { row: 0, position: self.position, asked: Vec::new() };
        let want = Want { blanks: vec![blank], top_k: 1, ..Want::default() };
        self.target.is_none().then(|| (Batch::one(self.row.clone()), want))
    }

    pub fn learn(&mut self, answer: &Answer) {
        self.target = answer.blanks.first().and_then(|b| b.top.first()).map(|c| c.id);
    }
}

/// The row with the piece hidden, and every silence to run it under.
pub struct KnockPlan {
    pub hidden: Hidden,
    silences: Vec<Intervention>,
    layers: usize,
}

pub fn plan_knock(tokenizer: &BertTokenizer, task: &KnockTask, config: &BertConfig) -> Result<KnockPlan, Failure> {
    let hidden = Hidden::new(tokenizer, (&task.text, task.position), config)?;
    let (layers, heads) = (config.num_hidden_layers, config.num_attention_heads);
    let silent = |silenced: Vec<(usize, usize)>| Intervention { silenced, ..Intervention::default() };
    let whole = std::iter::once(silent(Vec::new()));
    let by_layer = (0..layers).map(|layer| silent((0..heads).map(|head| (layer, head)).collect()));
    let by_head = (0..heads).map(|head| silent(vec![(task.layer, head)]));
    let silences = whole.chain(by_layer).chain(by_head).collect();
    Ok(KnockPlan { hidden, silences, layers })
}

impl KnockPlan {
    /// All silences in one call.
    pub fn all(&self) -> (Batch, Want) {
        let hidden = &self.hidden;
        let batch = Batch { rows: vec![hidden.row.clone(); self.silences.len()] };
        let asked: Vec<u32> = hidden.target.into_iter().collect();
        let at = |row| BlankAt { row, position: hidden.position, asked: asked.clone() };
        let blanks = (0..self.silences.len()).map(at).collect();
        (batch, Want { blanks, top_k: 1, interventions: self.silences.clone(), ..Want::default() })
    }

    pub fn finish(self, tokenizer: &BertTokenizer, answer: Answer) -> Result<Knocked, Failure> {
        let left = |b: crate::engine::BlankAnswer| {
            let first = b.top.first().map(|c| tokenizer.piece(c.id).to_owned()).unwrap_or_default();
            b.asked.first().map(|&truth| Left { truth, first })
        };
        let mut all: Vec<Left> = answer.blanks.into_iter().filter_map(left).collect();
        if all.len() != self.silences.len() {
            return Err(EngineError::BadRow { row: all.len() }.into());
        }
        let heads = all.split_off(1 + self.layers);
        let layers = all.split_off(1);
        let whole = all.swap_remove(0);
        let piece = tokenizer.piece(whole.truth.id).to_owned();
        Ok(Knocked { piece, whole, layers, heads, stats: answer.stats })
    }
}
