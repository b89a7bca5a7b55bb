//! From a [`ContextTask`] to rows for the engine, and from its hidden states to dot products.

use super::answers::tokens;
use crate::engine::{Answer, Batch, Want};
use crate::protocol::context::{Context, ContextTask, MAX_CONTEXT_TOKENS, WordFound};
use crate::protocol::{Failure, MAX_SENTENCES, PieceKind, TextPair, Tokens};
use crate::text::tokenizer::BertTokenizer;

pub struct ContextPlan {
    pub batch: Batch,
    pub want: Want,
    pieces: Vec<String>,
    ids: Vec<u32>,
    sentences: Vec<WordFound>,
}

/// Finds the word in each sentence; one that is cut in several pieces must stand there in all of them.
pub fn plan_context(tokenizer: &BertTokenizer, task: &ContextTask, max_tokens: usize) -> Result<ContextPlan, Failure> {
    if task.sentences.len() > MAX_SENTENCES {
        return Err(Failure::TooManySentences { sentences: task.sentences.len(), limit: MAX_SENTENCES });
    }
    let ids = tokenizer.encode_ids(task.word.trim())?;
    if ids.is_empty() || task.sentences.is_empty() {
        return Err(Failure::EmptyText);
    }
    let mut plan = ContextPlan {
        batch: Batch::default(),
        want: Want { hidden_states: true, ..Want::default() },
        pieces: ids.iter().map(|&id| tokenizer.piece(id).to_owned()).collect(),
        ids,
        sentences: Vec::new(),
    };
    for text in &task.sentences {
        let pair = TextPair { a: text.clone(), b: None };
        let (row, tokens) = tokens(tokenizer, &pair, max_tokens.min(MAX_CONTEXT_TOKENS))?;
        let at = find(&tokens, &plan.ids);
        plan.batch.rows.push(row);
        plan.sentences.push(WordFound { tokens, at });
    }
    Ok(plan)
}

/// Pieces [start, end) of the word's first place, as a word of its own.
fn find(tokens: &Tokens, ids: &[u32]) -> Option<[usize; 2]> {
    let pieces = &tokens.pieces;
    let goes_on = |at: usize| pieces.get(at).is_some_and(|p| p.kind == PieceKind::Continuation);
    let here = |at: usize| {
        let same = pieces[at..].iter().zip(ids).filter(|(p, id)| p.id == **id).count() == ids.len();
        same && !goes_on(at) && !goes_on(at + ids.len())
    };
    (0..pieces.len()).find(|&at| here(at)).map(|at| [at, at + ids.len()])
}

impl ContextPlan {
    /// Dot products of the word's vectors in every layer, summed in f64. `hidden`: H.
    pub fn finish(self, answer: Answer, hidden: usize) -> Context {
        let (rows, longest) = (self.batch.rows.len(), answer.tokens);
        let layers = answer.hidden_states.len() / (rows * longest * hidden).max(1);
        let vector = |layer: usize, row: usize, [start, end]: [usize; 2]| {
            let mut sum = vec![0.0f64; hidden];
            for token in start..end {
                let from = ((layer * rows + row) * longest + token) * hidden;
                let values = answer.hidden_states[from..from + hidden].iter();
                sum.iter_mut().zip(values).for_each(|(s, v)| *s += f64::from(*v) / (end - start) as f64);
            }
            sum
        };
        let gram = |layer: usize| {
            let found = self.sentences.iter().enumerate().filter_map(|(row, s)| Some((row, s.at?)));
            let vectors: Vec<Vec<f64>> = found.map(|(row, at)| vector(layer, row, at)).collect();
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() as f32;
            vectors.iter().flat_map(|a| vectors.iter().map(move |b| dot(a, b))).collect()
        };
        let grams = (0..layers).map(gram).collect();
        Context { pieces: self.pieces, ids: self.ids, sentences: self.sentences, grams, stats: answer.stats }
    }
}
