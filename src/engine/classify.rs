//! Texts to class probabilities by an adapter: rows and windows in, labelled answers out.
//!
//! A single text is read as a review (see [`crate::text::review`]): all of it counts, as overlapping windows
//! whose logits are averaged by the pieces that each adds. A pair is one row, cut as BERT's inputs are.

use super::rows::SortedRows;
use super::{AdapterId, Batch, Engine, EngineError, Row, RunStats, Want};
use crate::model::adapter::{Adapter, Input, softmax};
use crate::text::review::{STRIDE, WIDTH, Window, plain, windows};
use crate::text::tokenizer::{BertTokenizer, TextError};
use crate::text::tokens::TextPair;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What an adapter says of one text or pair.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClassifiedRow {
    /// Pieces of the text, specials not counted; 0 when there was nothing to read.
    pub pieces: usize,
    /// (labels,) weighed over the windows, before the temperature. Empty when there was nothing to read.
    pub logits: Vec<f32>,
    /// (labels,) softmax(logits / temperature).
    pub probabilities: Vec<f32>,
    /// The adapter's for a text of so many pieces.
    pub temperature: f32,
    pub windows: Vec<ClassifiedWindow>,
    /// A pair that was longer than BERT reads.
    pub cut: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassifiedWindow {
    /// Where it stands in the text, UTF-16 code units [start, end).
    pub span: [usize; 2],
    /// Pieces of the text that it holds, and that no window before it held.
    pub pieces: usize,
    pub weight: usize,
    pub logits: Vec<f32>,
    pub probabilities: Vec<f32>,
}

/// How many pieces a forward may hold so that what waits gets its turn soon, as measured on this engine.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pace {
    tokens_per_ms: Option<f64>,
}

impl Pace {
    /// Longest that a forward should take, if it can be helped: a GPU draws the page too.
    const AIM_MS: f64 = 120.0;
    /// Fewer pieces waste an engine; more gain nothing.
    const LEAST: usize = 256;
    const MOST: usize = 4096;
    /// Before anything was measured.
    const FIRST: usize = 512;

    pub fn tokens(&self) -> usize {
        let measured = self.tokens_per_ms.map(|rate| (rate * Self::AIM_MS).round() as usize);
        measured.unwrap_or(Self::FIRST).clamp(Self::LEAST, Self::MOST)
    }

    /// Takes a forward into account; small ones tell little of large ones.
    pub fn measure(&mut self, tokens: usize, ms: f64) {
        if tokens >= Self::LEAST / 2 && ms > 0.0 {
            let rate = tokens as f64 / ms;
            self.tokens_per_ms = Some(self.tokens_per_ms.map_or(rate, |old| 0.5 * (old + rate)));
        }
    }
}

/// The windows of all texts; of each row its text and window.
#[derive(Debug, Clone, Default)]
pub struct ClassifyPlan {
    texts: Vec<Planned>,
    rows: SortedRows<(usize, usize)>,
}

#[derive(Debug, Clone, Default)]
struct Planned {
    pieces: usize,
    cut: bool,
    windows: Vec<(Window, [usize; 2])>,
    logits: Vec<Vec<f32>>,
}

impl ClassifyPlan {
    /// `one_segment` gives every piece of a pair the segment A.
    pub fn new(
        tokenizer: &BertTokenizer,
        texts: &[TextPair],
        input: Input,
        max_tokens: usize,
        one_segment: bool,
    ) -> Result<Self, TextError> {
        let mut rows = Vec::new();
        let mut planned = Vec::with_capacity(texts.len());
        for (i, text) in texts.iter().enumerate() {
            planned.push(match input {
                Input::Text => review(tokenizer, &text.a, max_tokens, i, &mut rows)?,
                Input::Pair => pair(tokenizer, text, max_tokens, one_segment, i, &mut rows)?,
            });
        }
        Ok(Self { texts: planned, rows: SortedRows::new(rows) })
    }

    /// Rows, one a window.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// See [`SortedRows::next`].
    pub fn next(&self, start: usize, tokens: usize) -> Range<usize> {
        self.rows.next(start, tokens)
    }

    /// All rows in such ranges.
    pub fn batches(&self, tokens: usize) -> Vec<Range<usize>> {
        self.rows.batches(tokens)
    }

    /// Pieces of a range's rows.
    pub fn tokens(&self, range: Range<usize>) -> usize {
        self.rows.tokens(range)
    }

    pub fn batch(&self, range: Range<usize>) -> Batch {
        self.rows.batch(range)
    }

    /// Takes the class logits of a batch, (rows, labels).
    pub fn take(&mut self, range: Range<usize>, class_logits: &[f32]) {
        let labels = class_logits.len() / range.len().max(1);
        for (&(text, window), logits) in self.rows.of(range).iter().zip(class_logits.chunks(labels.max(1))) {
            self.texts[text].logits[window] = logits.to_vec();
        }
    }

    /// One answer for each text, in their order.
    pub fn finish(self, adapter: &Adapter) -> Vec<ClassifiedRow> {
        self.texts.into_iter().map(|t| t.answer(adapter)).collect()
    }
}

impl Planned {
    fn answer(self, adapter: &Adapter) -> ClassifiedRow {
        if self.windows.is_empty() {
            return ClassifiedRow::default();
        }
        let weights = self.windows.iter().map(|(w, _)| w.weight as f64);
        let total: f64 = weights.clone().sum();
        let mut sums = vec![0.0; adapter.labels.len()];
        for (weight, logits) in weights.zip(&self.logits) {
            for (sum, &logit) in sums.iter_mut().zip(logits) {
                *sum += weight / total * f64::from(logit);
            }
        }
        let logits: Vec<f32> = sums.iter().map(|&s| s as f32).collect();
        let windows = self.windows.iter().zip(self.logits).map(|(&(w, span), logits)| ClassifiedWindow {
            span,
            pieces: w.end - w.start,
            weight: w.weight,
            probabilities: softmax(&logits, adapter.temperature_of(w.end - w.start)),
            logits,
        });
        let temperature = adapter.temperature_of(self.pieces);
        ClassifiedRow {
            pieces: self.pieces,
            probabilities: softmax(&logits, temperature),
            temperature,
            logits,
            windows: windows.collect(),
            cut: self.cut,
        }
    }
}

type Rows = Vec<(Row, (usize, usize))>;

fn review(
    tokenizer: &BertTokenizer,
    text: &str,
    max_tokens: usize,
    index: usize,
    rows: &mut Rows,
) -> Result<Planned, TextError> {
    let (ids, spans) = tokenizer.encode_spans(&plain(text))?;
    if ids.is_empty() {
        return Ok(Planned::default());
    }
    let width = WIDTH.min(max_tokens);
    let all = windows(ids.len(), width, STRIDE.min(width / 2));
    for (i, w) in all.iter().enumerate() {
        rows.push((tokenizer.row(&ids[w.start..w.end]), (index, i)));
    }
    let logits = vec![Vec::new(); all.len()];
    let windows = all.into_iter().map(|w| (w, [spans[w.start][0], spans[w.end - 1][1]]));
    Ok(Planned { pieces: ids.len(), cut: false, windows: windows.collect(), logits })
}

fn pair(
    tokenizer: &BertTokenizer,
    text: &TextPair,
    max_tokens: usize,
    one_segment: bool,
    index: usize,
    rows: &mut Rows,
) -> Result<Planned, TextError> {
    let (mut row, tokens) = tokenizer.encode(text, max_tokens)?;
    let pieces = tokens.pieces.iter().filter(|p| p.span.is_some()).count();
    if pieces == 0 {
        return Ok(Planned::default());
    }
    if one_segment {
        row.token_type_ids.fill(0);
    }
    let whole = Window { start: 0, end: pieces, weight: pieces };
    rows.push((row, (index, 0)));
    let span = [0, text.a.encode_utf16().count()];
    Ok(Planned { pieces, cut: tokens.cut.is_some(), windows: vec![(whole, span)], logits: vec![Vec::new()] })
}

/// Classifies texts on an engine that holds the adapter, at most `tokens` pieces a forward.
pub async fn classify(
    engine: &mut Engine,
    mut plan: ClassifyPlan,
    (adapter, id): (&Adapter, AdapterId),
    tokens: usize,
) -> Result<(Vec<ClassifiedRow>, RunStats), EngineError> {
    let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
    let mut stats = RunStats::default();
    for range in plan.batches(tokens) {
        let answer = engine.run(&plan.batch(range.clone()), &want).await?;
        plan.take(range, &answer.class_logits);
        stats.add(&answer.stats);
    }
    Ok((plan.finish(adapter), stats))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_the_engine() {
        let mut pace = Pace::default();
        assert_eq!(pace.tokens(), 512);
        pace.measure(16, 1000.0);
        assert_eq!(pace.tokens(), 512, "a short sentence tells nothing");
        pace.measure(512, 2048.0);
        assert_eq!(pace.tokens(), 256, "slow: little at a time");
        (0..40).for_each(|_| pace.measure(1024, 64.0));
        assert_eq!(pace.tokens(), 1920);
        (0..40).for_each(|_| pace.measure(4096, 4.0));
        assert_eq!(pace.tokens(), 4096, "fast: as much as is of use");
    }
}
