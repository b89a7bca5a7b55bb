//! From a question on a text to windows, and from what a span head says to the page's figures. Knows no browser.

use crate::engine::RunStats;
use crate::engine::spans::{SpanAnswer, SpanError, SpanPlan};
use crate::model::adapter::Head;
use crate::protocol::answers::{Answers, Asked, NamedRefusal, WindowSaid, WindowShown};
use crate::protocol::{AdapterInfo, Failure, MAX_TEXT_BYTES};
use crate::text::tokenizer::{BertTokenizer, CLS, SEP};

impl From<SpanError> for Failure {
    fn from(e: SpanError) -> Self {
        match e {
            SpanError::NoQuestion => Self::NoQuestion,
            SpanError::NoText => Self::EmptyText,
            SpanError::LongQuestion { pieces, limit } => Self::LongQuestion { pieces, limit },
            SpanError::Text(e) => e.into(),
        }
    }
}

/// The windows of a question on a text that is not too large.
pub fn plan(tokenizer: &BertTokenizer, asked: &Asked, max_tokens: usize) -> Result<SpanPlan, Failure> {
    for text in [&asked.text, &asked.question] {
        if text.len() > MAX_TEXT_BYTES {
            return Err(Failure::TextTooLarge { bytes: text.len(), limit: MAX_TEXT_BYTES });
        }
    }
    Ok(SpanPlan::new(tokenizer, &[asked.of()], max_tokens)?)
}

/// What the page shows of an answer: of all windows a line, of the best one its logits.
pub fn shown(said: SpanAnswer, adapter: AdapterInfo, head: Head, stats: RunStats) -> Answers {
    let row = |window: usize| -> Vec<String> {
        let [from, to] = said.windows[window].pieces;
        let special = |piece: &str| vec![piece.to_owned()];
        [special(CLS), said.question.clone(), special(SEP), said.pieces[from..to].to_vec(), special(SEP)].concat()
    };
    let refused = said.refused.iter().map(|r| {
        let pieces = row(r.window);
        let [start, end] = r.positions.map(|at| pieces[at].clone());
        NamedRefusal { start, end, score: r.score, why: r.why }
    });
    let window = said.best.first().map_or(0, |b| b.window);
    let shown = WindowShown {
        window,
        question: said.question.len(),
        pieces: row(window),
        start_logits: said.windows[window].start_logits.clone(),
        end_logits: said.windows[window].end_logits.clone(),
    };
    let windows = said.windows.iter();
    Answers {
        adapter,
        null_threshold: head.null_threshold(),
        refused: refused.collect(),
        null_score: said.null_score,
        null_margin: said.null_margin,
        null_probability: said.null_probability,
        no_answer: said.no_answer,
        windows: windows.map(|w| WindowSaid { span: w.span, pieces: w.pieces, null_score: w.null_score() }).collect(),
        shown,
        best: said.best,
        stats,
    }
}
