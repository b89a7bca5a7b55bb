//! Questions on texts: where in a text a span head sees the answer.
//!
//! A row is [CLS] question [SEP] a window of the text [SEP]; windows overlap. A span from piece i to piece j of the
//! text scores start logit i + end logit j, the better of the windows that hold both. "No answer" scores the logits
//! of [CLS], in the window that says it least. A chance is softmax(score / temperature) over all spans that are
//! allowed and "no answer". "No answer" stands against all spans together, not against the best alone as in Devlin and
//! others, 2019, section 4.3: an answer whose bounds are in doubt is shared out among spans that overlap, and would lose
//! against it though it is there.

mod best;
pub mod squad;

use super::rows::SortedRows;
use super::{AdapterId, Batch, Engine, EngineError, Row, RunStats, Want};
use crate::model::adapter::Adapter;
use crate::text::characters::whole_clusters;
use crate::text::review::{Window, windows};
use crate::text::tokenizer::{BertTokenizer, TextError};
use crate::text::trace::CONTINUATION;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Pieces of a window, question and specials included.
pub const WIDTH: usize = 384;
/// Pieces between the starts of two windows.
pub const STRIDE: usize = 128;
/// Most pieces of an answer.
pub const LONGEST: usize = 30;
/// Spans listed.
pub const BEST: usize = 10;

/// What may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asked {
    pub text: String,
    pub question: String,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpanError {
    #[error("the question has nothing to read")]
    NoQuestion,
    #[error("the text has nothing to read")]
    NoText,
    #[error("the question has {pieces} pieces, a window has room for {limit}")]
    LongQuestion { pieces: usize, limit: usize },
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Why a start and an end make no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Out {
    /// [CLS] or [SEP]
    Special,
    InQuestion,
    EndBeforeStart,
    TooLong,
    /// It begins or ends with a part of a word.
    InsideWord,
}

/// A span that may be the answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScoredSpan {
    /// The window that gives it most.
    pub window: usize,
    /// First and last piece, among the text's.
    pub pieces: [usize; 2],
    /// Whole characters of the text, UTF-16 code units [start, end).
    pub span: [usize; 2],
    pub start_logit: f32,
    pub end_logit: f32,
    pub probability: f32,
}

impl ScoredSpan {
    pub fn score(&self) -> f32 {
        self.start_logit + self.end_logit
    }
}

/// A start and an end that score well and make no answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RefusedSpan {
    pub window: usize,
    /// Positions of start and end in the window's row.
    pub positions: [usize; 2],
    pub score: f32,
    pub why: Out,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpanWindow {
    /// Pieces of the text [first, end), and where they stand in it, UTF-16.
    pub pieces: [usize; 2],
    pub span: [usize; 2],
    /// (S,) of the window's row: [CLS] question [SEP] pieces [SEP].
    pub start_logits: Vec<f32>,
    pub end_logits: Vec<f32>,
}

impl SpanWindow {
    /// Start and end logit of [CLS] together.
    pub fn null_score(&self) -> f32 {
        self.start_logits.first().unwrap_or(&0.0) + self.end_logits.first().unwrap_or(&0.0)
    }
}

/// What a span head says to one question.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpanAnswer {
    /// The [`BEST`] best spans, best first; fewer in a short text, none where no span is allowed.
    pub best: Vec<ScoredSpan>,
    /// Up to [`BEST`] that would stand among them if they were allowed.
    pub refused: Vec<RefusedSpan>,
    /// Of "no answer".
    pub null_score: f32,
    /// The null score less what all spans weigh together, T · ln Σ exp(score / T): above 0 where "no answer" is likelier
    /// than not; the greatest number without any span.
    pub null_margin: f32,
    pub null_probability: f32,
    /// The margin exceeds the adapter's threshold, or there is no span.
    pub no_answer: bool,
    pub windows: Vec<SpanWindow>,
    /// Pieces of the question.
    pub question: Vec<String>,
    /// Pieces of the text, and where each stands, UTF-16 code units [start, end).
    pub pieces: Vec<String>,
    pub spans: Vec<[usize; 2]>,
}

/// The windows of all questions; of each row its question and window.
#[derive(Debug, Clone, Default)]
pub struct SpanPlan {
    asked: Vec<Planned>,
    rows: SortedRows<(usize, usize)>,
}

/// A question and a text as pieces, and the windows in which they are read together.
#[derive(Debug, Clone, Default)]
pub struct Read {
    pub question: Vec<u32>,
    /// Of the text.
    pub ids: Vec<u32>,
    /// Where each piece of the text stands in it, UTF-16.
    pub spans: Vec<[usize; 2]>,
    pub windows: Vec<Window>,
}

impl Read {
    pub fn row(&self, tokenizer: &BertTokenizer, window: usize) -> Row {
        let Window { start, end, .. } = self.windows[window];
        tokenizer.pair_row(&self.question, &self.ids[start..end])
    }

    /// Where pieces of the text (first, last) stand in a window's row; None where they are not all in it.
    pub fn positions(&self, window: usize, [first, last]: [usize; 2]) -> Option<[usize; 2]> {
        let Window { start, end, .. } = self.windows[window];
        (first >= start && last < end).then(|| [first, last].map(|piece| piece - start + self.question.len() + 2))
    }
}

#[derive(Debug, Clone, Default)]
struct Planned {
    text: String,
    /// Pieces of the question.
    question: Vec<String>,
    pieces: Vec<String>,
    /// Of each piece of the text, UTF-16.
    spans: Vec<[usize; 2]>,
    windows: Vec<Window>,
    /// By window: (S, 2).
    logits: Vec<Vec<f32>>,
}

impl SpanPlan {
    /// `max_tokens`: the longest row that the model reads.
    pub fn new(tokenizer: &BertTokenizer, asked: &[Asked], max_tokens: usize) -> Result<Self, SpanError> {
        let reads = asked.iter().map(|one| Ok((one.text.as_str(), read(tokenizer, one, max_tokens, false)?)));
        Ok(Self::of(tokenizer, reads.collect::<Result<_, SpanError>>()?))
    }

    /// Of texts that were read already.
    pub fn of(tokenizer: &BertTokenizer, reads: Vec<(&str, Read)>) -> Self {
        let mut rows = Vec::new();
        let asked = reads.into_iter().enumerate().map(|(i, (text, read))| {
            rows.extend((0..read.windows.len()).map(|w| (read.row(tokenizer, w), (i, w))));
            let named = |ids: &[u32]| ids.iter().map(|&id| tokenizer.piece(id).to_owned()).collect();
            let (question, pieces) = (named(&read.question), named(&read.ids));
            let logits = vec![Vec::new(); read.windows.len()];
            Planned { text: text.to_owned(), question, pieces, spans: read.spans, windows: read.windows, logits }
        });
        let asked = asked.collect();
        Self { asked, rows: SortedRows::new(rows) }
    }

    pub fn rows(&self) -> &SortedRows<(usize, usize)> {
        &self.rows
    }

    pub fn batch(&self, range: Range<usize>) -> Batch {
        self.rows.batch(range)
    }

    /// Takes the span logits of a batch, (rows, S, 2), S the longest row's length.
    pub fn take(&mut self, range: Range<usize>, span_logits: &[f32]) {
        let rows = &self.rows.rows()[range.clone()];
        let width = 2 * rows.iter().map(|r| r.input_ids.len()).max().unwrap_or(0);
        let each = rows.iter().zip(self.rows.of(range)).zip(span_logits.chunks(width.max(1)));
        for ((row, &(asked, window)), logits) in each {
            self.asked[asked].logits[window] = logits[..2 * row.input_ids.len()].to_vec();
        }
    }

    /// One answer for each question, in their order.
    pub fn finish(self, adapter: &Adapter) -> Vec<SpanAnswer> {
        self.finish_with(adapter.temperature, adapter.head.null_threshold())
    }

    /// The same of a head that is no adapter yet.
    pub fn finish_with(self, temperature: f32, null_threshold: f32) -> Vec<SpanAnswer> {
        self.asked.into_iter().map(|one| one.answer(temperature, null_threshold)).collect()
    }
}

/// Reads a question and a text in windows. `max_tokens`: the longest row that the model reads; no window is longer than
/// [`WIDTH`]. With `cut`, a question that leaves no room for the text is cut, without it refused.
pub fn read(tokenizer: &BertTokenizer, asked: &Asked, max_tokens: usize, cut: bool) -> Result<Read, SpanError> {
    let mut question = tokenizer.encode_ids(&asked.question)?;
    let (ids, spans) = tokenizer.encode_spans(&asked.text)?;
    if question.is_empty() {
        return Err(SpanError::NoQuestion);
    }
    if ids.is_empty() {
        return Err(SpanError::NoText);
    }
    let width = WIDTH.min(max_tokens);
    // A window's text is longer than the stride, so that every piece is read with some before or after it.
    let stride = STRIDE.min(width / 3).max(1);
    let limit = (width.saturating_sub(3)).saturating_sub(stride);
    if question.len() > limit && !cut {
        return Err(SpanError::LongQuestion { pieces: question.len(), limit });
    }
    question.truncate(limit.max(1));
    let windows = windows(ids.len(), width.saturating_sub(question.len() + 1), stride);
    Ok(Read { question, ids, spans, windows })
}

impl Planned {
    fn begins_word(&self, piece: usize) -> bool {
        !self.pieces[piece].starts_with(CONTINUATION)
    }

    fn ends_word(&self, piece: usize) -> bool {
        piece + 1 >= self.pieces.len() || self.begins_word(piece + 1)
    }

    fn answer(self, temperature: f32, threshold: f32) -> SpanAnswer {
        let logits =
            |which: usize, w: usize| -> Vec<f32> { self.logits[w].iter().skip(which).step_by(2).copied().collect() };
        let window = |(w, at): (usize, &Window)| SpanWindow {
            pieces: [at.start, at.end],
            span: [self.spans[at.start][0], self.spans[at.end - 1][1]],
            start_logits: logits(0, w),
            end_logits: logits(1, w),
        };
        let windows: Vec<SpanWindow> = self.windows.iter().enumerate().map(window).collect();
        let null_score = windows.iter().map(SpanWindow::null_score).fold(f32::INFINITY, f32::min);
        let table = best::Table::of(&self, &windows);
        // softmax over all spans and "no answer": of one that scores s, exp(s/t) of exp(together/t) + exp(null/t).
        let (together, null, t) = (table.together(temperature), f64::from(null_score), f64::from(temperature));
        let null_probability = 1.0 / (1.0 + ((together - null) / t).exp());
        let chance = |score: f32| (1.0 - null_probability) * ((f64::from(score) - together) / t).exp();
        let best: Vec<ScoredSpan> = table
            .best()
            .into_iter()
            .map(|(pieces, window)| {
                let w = &windows[window];
                let at = |piece: usize| piece - w.pieces[0] + self.question.len() + 2;
                let (start_logit, end_logit) = (w.start_logits[at(pieces[0])], w.end_logits[at(pieces[1])]);
                ScoredSpan {
                    window,
                    pieces,
                    span: whole_clusters(&self.text, [self.spans[pieces[0]][0], self.spans[pieces[1]][1]]),
                    start_logit,
                    end_logit,
                    probability: chance(start_logit + end_logit) as f32,
                }
            })
            .collect();
        SpanAnswer {
            refused: best::refused(&self, &windows, best.last().filter(|_| best.len() == BEST).map(ScoredSpan::score)),
            no_answer: best.is_empty() || null - together > f64::from(threshold),
            null_score,
            null_margin: (null - together).min(f64::from(f32::MAX)) as f32,
            null_probability: null_probability as f32,
            best,
            windows,
            question: self.question,
            pieces: self.pieces,
            spans: self.spans,
        }
    }
}

/// Answers questions on an engine that holds the adapter, at most `tokens` pieces a forward.
pub async fn answer(
    engine: &mut Engine,
    mut plan: SpanPlan,
    (adapter, id): (&Adapter, AdapterId),
    tokens: usize,
) -> Result<(Vec<SpanAnswer>, RunStats), EngineError> {
    let want = Want { adapter: Some(id), span_logits: true, ..Want::default() };
    let mut stats = RunStats::default();
    for range in plan.rows.batches(tokens) {
        let answer = engine.run(&plan.batch(range.clone()), &want).await?;
        plan.take(range, &answer.span_logits);
        stats.add(&answer.stats);
    }
    Ok((plan.finish(adapter), stats))
}
