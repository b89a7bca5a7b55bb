//! From a [`ContextTask`] to rows for the engine, and from its hidden states to dot products.

use super::answers::{dot, named, tokens};
use crate::engine::{Answer, Batch, RunStats, Want};
use crate::protocol::context::{Context, ContextTask, MAX_CONTEXT_TOKENS, WordFound};
use crate::protocol::{Failure, MAX_SENTENCES, NamedCandidate, PieceKind, TextPair, Tokens};
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
    /// (L+1, F, H): the word's vectors, mean over its pieces, in the F sentences that have it. `hidden`: H.
    pub fn vectors(&self, answer: &Answer, hidden: usize) -> Vec<f32> {
        let (rows, longest) = (self.batch.rows.len(), answer.tokens);
        let layers = answer.hidden_states.len() / (rows * longest * hidden).max(1);
        let found: Vec<(usize, [usize; 2])> =
            self.sentences.iter().enumerate().filter_map(|(row, s)| Some((row, s.at?))).collect();
        let mut out = Vec::with_capacity(layers * found.len() * hidden);
        for layer in 0..layers {
            for &(row, [start, end]) in &found {
                let mut sum = vec![0.0f64; hidden];
                for token in start..end {
                    let from = ((layer * rows + row) * longest + token) * hidden;
                    let values = answer.hidden_states[from..from + hidden].iter();
                    sum.iter_mut().zip(values).for_each(|(s, v)| *s += f64::from(*v));
                }
                out.extend(sum.iter().map(|s| (s / (end - start) as f64) as f32));
            }
        }
        out
    }

    /// Dot products of those vectors, summed in f64, and the words that `read`, the masked-word head's answer on them,
    /// finds there; None where there were none to read.
    pub fn finish(
        self,
        tokenizer: &BertTokenizer,
        vectors: &[f32],
        hidden: usize,
        read: Option<Answer>,
        mut stats: RunStats,
    ) -> Context {
        let found = self.sentences.iter().filter(|s| s.at.is_some()).count();
        let gram = |layer: &[f32]| {
            let all: Vec<&[f32]> = layer.chunks_exact(hidden).collect();
            all.iter().flat_map(|a| all.iter().map(|b| dot(a, b) as f32)).collect()
        };
        let grams = vectors.chunks_exact((found * hidden).max(1)).map(gram).collect();
        let mut words = Vec::new();
        if let Some(read) = read {
            stats.add(&read.stats);
            let all: Vec<Vec<NamedCandidate>> =
                read.blanks.into_iter().map(|b| b.top.into_iter().map(|c| named(tokenizer, c)).collect()).collect();
            words.extend(all.chunks(found.max(1)).map(<[_]>::to_vec));
        }
        Context { pieces: self.pieces, ids: self.ids, sentences: self.sentences, grams, words, stats }
    }
}
