//! From the page's texts to the engine's batch, and from its arrays to the page's figures.
//!
//! Nothing here knows a browser: xtask records its examples and tests judge the page through it.

use super::chains::Chains;
use crate::engine::classify::ClassifyPlan;
use crate::engine::{Answer, Batch, BlankAt, Candidate, MAX_ASKED, Row, Want};
use crate::model::adapter::{Head, Input};
use crate::model::config::BertConfig;
use crate::protocol::{
    ArrayRef, AskedWord, Attention, BenchTask, BlankFill, BlankSentence, BlankTask, Blanks, ClassifyTask, Failure,
    MAX_ATTENTION_TOKENS, MAX_BENCH_TOKENS, MAX_CLASSIFY_TEXTS, MAX_PAGE_BLANKS, MAX_SENTENCES, MAX_TEXT_BYTES,
    Message, NamedCandidate, PieceKind, TextPair, Tokens,
};
use crate::text::tokenizer::{BertTokenizer, TextError};

impl From<TextError> for Failure {
    fn from(e: TextError) -> Self {
        Self::Vocabulary { reason: e.to_string() }
    }
}

/// Refuses a text that is too large to look at; an empty one is the lesson's affair.
pub fn check_size(text: &str) -> Result<(), Failure> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Failure::TextTooLarge { bytes: text.len(), limit: MAX_TEXT_BYTES });
    }
    Ok(())
}

/// A candidate with its piece as the vocabulary writes it.
pub fn named(tokenizer: &BertTokenizer, candidate: Candidate) -> NamedCandidate {
    NamedCandidate { piece: tokenizer.piece(candidate.id).to_owned(), candidate }
}

/// Summed in f64.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
}

/// Pieces of a text or pair.
pub fn tokens(tokenizer: &BertTokenizer, text: &TextPair, max_tokens: usize) -> Result<(Row, Tokens), Failure> {
    check_size(&text.a)?;
    check_size(text.b.as_deref().unwrap_or_default())?;
    if text.a.trim().is_empty() && text.b.as_deref().unwrap_or_default().trim().is_empty() {
        return Err(Failure::EmptyText);
    }
    // An empty second box is no second text.
    let b = text.b.clone().filter(|b| !b.trim().is_empty());
    Ok(tokenizer.encode(&TextPair { a: text.a.clone(), b }, max_tokens)?)
}

/// What a [`BlankTask`] asks of the engine, and what is needed to name its answer.
pub struct BlankPlan {
    pub batch: Batch,
    pub want: Want,
    sentences: Vec<(Tokens, Vec<usize>)>,
    chains: Chains,
    asked: Vec<(String, Vec<String>, Option<u32>)>,
}

/// Rows of all sentences in one batch, a blank for each [MASK]; then those of asked words of several pieces.
pub fn plan_blanks(tokenizer: &BertTokenizer, task: &BlankTask, max_tokens: usize) -> Result<BlankPlan, Failure> {
    if task.sentences.len() > MAX_SENTENCES {
        return Err(Failure::TooManySentences { sentences: task.sentences.len(), limit: MAX_SENTENCES });
    }
    let mut asked = Vec::new();
    let mut long: Vec<(usize, Vec<u32>)> = Vec::new();
    for word in task.asked.iter().map(|w| w.trim()).filter(|w| !w.is_empty()).take(MAX_ASKED) {
        let ids = tokenizer.encode_ids(word)?;
        let pieces = ids.iter().map(|&id| tokenizer.piece(id).to_owned()).collect();
        let is_unknown = |id: &u32| tokenizer.piece(*id) == crate::text::tokenizer::UNK;
        let unknown = ids.len() == 1 && is_unknown(&ids[0]);
        if ids.len() > 1 && !ids.iter().any(is_unknown) {
            long.push((asked.len(), ids.clone()));
        }
        asked.push((word.to_owned(), pieces, (ids.len() == 1 && !unknown).then(|| ids[0])));
    }
    let asked_ids: Vec<u32> = asked.iter().filter_map(|(_, _, id)| *id).collect();
    let mut plan = BlankPlan {
        batch: Batch::default(),
        want: Want::default(),
        sentences: Vec::new(),
        chains: Chains::default(),
        asked,
    };
    for (sentence, text) in task.sentences.iter().enumerate() {
        let (row, tokens) = tokens(tokenizer, &TextPair { a: text.clone(), b: None }, max_tokens)?;
        let is_mask = |kind| kind == PieceKind::Mask;
        let at: Vec<usize> = (0..tokens.pieces.len()).filter(|&i| is_mask(tokens.pieces[i].kind)).collect();
        if at.is_empty() {
            let typed = text.contains(crate::text::tokenizer::MASK);
            return Err(if typed { Failure::BlankCutOff { sentence } } else { Failure::NoBlank { sentence } });
        }
        let blank = |&position: &usize| BlankAt { row: sentence, position, asked: asked_ids.clone() };
        plan.want.blanks.extend(at.iter().map(blank));
        plan.batch.rows.push(row);
        plan.sentences.push((tokens, at));
    }
    if plan.sentences.is_empty() {
        return Err(Failure::EmptyText);
    }
    let blanks = plan.want.blanks.len();
    if blanks > MAX_PAGE_BLANKS {
        return Err(Failure::TooManyBlanks { blanks, limit: MAX_PAGE_BLANKS });
    }
    for blank in 0..blanks {
        let BlankAt { row, position, .. } = plan.want.blanks[blank];
        for (asked, ids) in &long {
            let at = (&plan.batch.rows[row], position);
            plan.chains.add((blank, *asked), at, ids, (tokenizer.mask_id(), max_tokens, blanks));
        }
    }
    let (rows, at) = plan.chains.take_rows(plan.batch.rows.len());
    plan.batch.rows.extend(rows);
    plan.want.blanks.extend(at);
    plan.want.top_k = task.top_k.min(crate::engine::MAX_TOP_K);
    plan.want.logits = task.whole_vocabulary;
    Ok(plan)
}

impl BlankPlan {
    /// Names the engine's answer.
    pub fn message(self, tokenizer: &BertTokenizer, answer: Answer) -> Message<Blanks> {
        let mut arrays = Vec::new();
        let mut answers = answer.blanks;
        let own = self.sentences.iter().map(|(_, at)| at.len()).sum::<usize>().min(answers.len());
        let chain = self.chains.sorted(answers.split_off(own));
        let mut answers = answers.into_iter().enumerate();
        let mut sentences = Vec::with_capacity(self.sentences.len());
        for (tokens, at) in self.sentences {
            let mut blanks = Vec::with_capacity(at.len());
            for (position, (number, a)) in at.into_iter().zip(answers.by_ref()) {
                let mut known = a.asked.into_iter();
                let asked = self.asked.iter().enumerate().map(|(i, (word, pieces, id))| AskedWord {
                    word: word.clone(),
                    candidate: id.and_then(|_| known.next()),
                    pieces: pieces.clone(),
                    chain: chain(number, i),
                });
                let asked = asked.collect();
                let top = a.top.into_iter().map(|c| named(tokenizer, c)).collect();
                let vocabulary = (!a.logits.is_empty()).then(|| {
                    let shape = vec![a.logits.len()];
                    let of = |l: &f32| f64::from(l - a.logsumexp).exp() as f32;
                    arrays.push(a.logits.iter().map(of).collect());
                    ArrayRef { index: arrays.len() - 1, shape }
                });
                blanks.push(BlankFill { position, top, asked, vocabulary });
            }
            sentences.push(BlankSentence { tokens, blanks });
        }
        let every = if arrays.is_empty() { 0 } else { tokenizer.vocab_size() };
        let pieces = (0..every as u32).map(|id| tokenizer.piece(id).to_owned()).collect();
        Message { body: Blanks { pieces, sentences, stats: answer.stats }, arrays }
    }
}

/// One row with attention captured, refused when its picture would be too large.
pub fn plan_attention(
    tokenizer: &BertTokenizer,
    text: &TextPair,
    max_tokens: usize,
) -> Result<(Batch, Want, Tokens), Failure> {
    let (row, tokens) = tokens(tokenizer, text, max_tokens)?;
    if row.input_ids.len() > MAX_ATTENTION_TOKENS {
        let tokens = tokens.cut.as_ref().map_or(row.input_ids.len(), |c| c.total);
        return Err(Failure::TooLongForAttention { tokens, limit: MAX_ATTENTION_TOKENS });
    }
    Ok((Batch::one(row), Want { attentions: true, ..Want::default() }, tokens))
}

pub fn attention_message(tokens: Tokens, answer: Answer, layers: usize, heads: usize) -> Message<Attention> {
    let s = answer.tokens;
    let attentions = ArrayRef { index: 0, shape: vec![layers, heads, s, s] };
    Message { body: Attention { tokens, attentions, stats: answer.stats }, arrays: vec![answer.attentions] }
}

/// What a [`ClassifyTask`] asks of the engine.
pub fn plan_classify(
    tokenizer: &BertTokenizer,
    task: &ClassifyTask,
    input: Input,
    max_tokens: usize,
) -> Result<ClassifyPlan, Failure> {
    if task.texts.len() > MAX_CLASSIFY_TEXTS {
        return Err(Failure::TooManyTexts { texts: task.texts.len(), limit: MAX_CLASSIFY_TEXTS });
    }
    for text in &task.texts {
        check_size(&text.a)?;
        check_size(text.b.as_deref().unwrap_or_default())?;
    }
    Ok(ClassifyPlan::new(tokenizer, &task.texts, input, max_tokens, task.one_segment)?)
}

/// Rows of differing made-up ids within the model's limits, one blank or what an adapter's head gives: what a bench
/// runs.
pub fn bench_batch(task: &BenchTask, config: &BertConfig, head: Option<Head>) -> (Batch, Want) {
    let tokens = task.tokens.clamp(1, config.max_position_embeddings);
    let rows = task.rows.clamp(1, (MAX_BENCH_TOKENS / tokens).max(1));
    let row = |r: usize| Row {
        input_ids: (0..tokens).map(|t| ((r * 7919 + t * 104_729) % config.vocab_size) as u32).collect(),
        token_type_ids: vec![0; tokens],
    };
    let blank = BlankAt { row: 0, position: tokens / 2, asked: Vec::new() };
    let want = match head {
        Some(Head::Classifier) => Want { class_logits: true, ..Want::default() },
        Some(Head::Span { .. }) => Want { span_logits: true, ..Want::default() },
        None => Want { blanks: vec![blank], top_k: 5, ..Want::default() },
    };
    (Batch { rows: (0..rows).map(row).collect() }, want)
}
