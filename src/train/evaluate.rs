//! Rows through the model without learning from them: validation, test, and prediction.

mod questions;

use super::curves::EvalPoint;
use super::data::{DataError, Dataset, encode};
use crate::engine::judge::{Judged, said};
use crate::engine::{Answer, Batch};
use crate::model::adapter::{Head, softmax};
use crate::text::tokenizer::BertTokenizer;
use serde::{Deserialize, Serialize};

/// What was said of a row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ScoredRow {
    /// Of [`Dataset::samples`].
    pub row: u32,
    /// None where the file has no label.
    pub class: Option<usize>,
    /// (labels,); of a question the best span's and that of "no answer".
    pub probabilities: Vec<f32>,
    /// Of a question.
    #[serde(default)]
    pub span: Option<SpanSaid>,
}

/// What was answered to a question.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpanSaid {
    /// The best span, empty where "no answer" scores more.
    pub said: String,
    /// The same words as the answer's, as SQuAD counts it, and how far they are the same: 0 where nobody knows.
    pub exact: bool,
    pub f1: f64,
    /// Score of "no answer" less what all spans weigh together.
    #[serde(default)]
    pub margin: f32,
}

impl ScoredRow {
    /// Of a question 1 for "no answer", whatever is likelier: a threshold stands between them.
    pub fn said(&self) -> usize {
        self.span.as_ref().map_or_else(|| said(&self.probabilities).unwrap_or(0), |s| s.said.is_empty().into())
    }

    /// None where nobody knows.
    pub fn right(&self) -> Option<bool> {
        let class = self.class?;
        Some(self.span.as_ref().map_or(class == self.said(), |s| s.exact))
    }

    /// Probability of what was said.
    pub fn confidence(&self) -> f32 {
        self.probabilities.get(self.said()).copied().unwrap_or(0.0)
    }
}

/// All that was said, and how good it is where labels are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evaluation {
    /// In the order asked.
    pub rows: Vec<ScoredRow>,
    /// Labelled rows: accuracy, interval, calibration, confusion.
    pub judged: Judged,
    /// Mean of −ln p(label) over labelled rows.
    pub loss: f64,
    /// The same averaged over batches, as the article's `loss` is.
    pub batch_loss: f64,
    /// Σ F1 of the words answered, of questions; their `judged` accuracy is the share of exact matches.
    pub f1_sum: f64,
    pub answers: bool,
}

impl Evaluation {
    /// Mean F1 of the words answered.
    pub fn f1(&self) -> f64 {
        self.f1_sum / self.judged.n.max(1) as f64
    }

    /// Mean over the labels of the harmonic mean of precision and recall; a label that neither is nor was said
    /// counts for none.
    pub fn macro_f1(&self) -> f64 {
        let c = &self.judged.confusion;
        let f1 = |k: usize| {
            let truth: usize = c[k].iter().sum();
            let said: usize = c.iter().map(|row| row[k]).sum();
            (truth + said > 0).then(|| 2.0 * c[k][k] as f64 / (truth + said) as f64)
        };
        let all: Vec<f64> = (0..c.len()).filter_map(f1).collect();
        all.iter().sum::<f64>() / all.len().max(1) as f64
    }

    /// Wrong rows, the surest first.
    pub fn surest_wrong(&self, n: usize) -> Vec<&ScoredRow> {
        let mut wrong: Vec<&ScoredRow> = self.rows.iter().filter(|r| r.right() == Some(false)).collect();
        wrong.sort_by(|a, b| b.confidence().total_cmp(&a.confidence()).then(a.row.cmp(&b.row)));
        wrong.truncate(n);
        wrong
    }

    /// Rows of one cell of the confusion matrix.
    pub fn cell(&self, class: usize, said: usize) -> Vec<&ScoredRow> {
        self.rows.iter().filter(|r| r.class == Some(class) && r.said() == said).collect()
    }

    pub fn point(&self, step: u32) -> EvalPoint {
        let c = &self.judged.confusion;
        EvalPoint {
            step,
            loss: self.loss as f32,
            accuracy: self.judged.accuracy() as f32,
            macro_f1: if self.answers { self.f1() } else { self.macro_f1() } as f32,
            said: (0..c.len()).map(|k| c.iter().map(|row| row[k] as u32).sum()).collect(),
            truth: c.iter().map(|row| row.iter().sum::<usize>() as u32).collect(),
        }
    }
}

/// Asks for rows batch by batch and gathers the answers.
#[derive(Debug, Clone)]
pub struct Evaluator {
    rows: Vec<u32>,
    batch_size: usize,
    /// Of questions: "no answer" is said where it scores more than the best span by this.
    null_threshold: f32,
    done: usize,
    loss_sum: f64,
    batch_losses: Vec<f64>,
    /// Of questions: those that run now.
    asked: Option<questions::Asked>,
    out: Evaluation,
}

impl Evaluator {
    pub fn new(rows: Vec<u32>, batch_size: usize, labels: usize) -> Self {
        let out = Evaluation { judged: Judged::new(labels), ..Evaluation::default() };
        let batch_size = batch_size.max(1);
        Self {
            rows,
            batch_size,
            null_threshold: 0.0,
            done: 0,
            loss_sum: 0.0,
            batch_losses: Vec::new(),
            asked: None,
            out,
        }
    }

    /// By the threshold of that head.
    pub fn set_head(&mut self, head: Head) {
        self.null_threshold = head.null_threshold();
    }

    /// Rows done, and all.
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.rows.len())
    }

    /// What to run next, with the head's logits wanted; None when all is done. The same until [`Self::take`]. Of
    /// questions the windows of a text run together, however many.
    pub fn next(
        &mut self,
        data: &Dataset,
        tokenizer: &BertTokenizer,
        max_seq_length: usize,
    ) -> Result<Option<Batch>, DataError> {
        if data.answers {
            let left = &self.rows[self.done..];
            if self.asked.is_none() && !left.is_empty() {
                self.asked = Some(questions::Asked::new((data, left), tokenizer, max_seq_length, self.batch_size)?);
            }
            return Ok(self.asked.as_ref().map(questions::Asked::batch));
        }
        let some = &self.rows[self.done..self.rows.len().min(self.done + self.batch_size)];
        let row = |&r: &u32| {
            let sample = data.samples.get(r as usize).ok_or(DataError::NoSamples)?;
            Ok(encode(tokenizer, sample, max_seq_length)?.0)
        };
        let rows = some.iter().map(row).collect::<Result<Vec<_>, DataError>>()?;
        Ok((!rows.is_empty()).then_some(Batch { rows }))
    }

    /// Takes the logits of each row of the batch that was asked for ([`by_row`]).
    pub fn take(&mut self, data: &Dataset, logits: &[Vec<f32>]) {
        self.out.answers = data.answers;
        if let Some(asked) = self.asked.take() {
            self.done += asked.len();
            let losses = asked.judge(data, logits, self.null_threshold, &mut self.out);
            let sum: f64 = losses.iter().sum();
            self.loss_sum += sum;
            self.batch_losses.extend((!losses.is_empty()).then(|| sum / losses.len() as f64));
            return;
        }
        let some = &self.rows[self.done..self.rows.len().min(self.done + self.batch_size)];
        let (sum_before, n_before) = (self.loss_sum, self.out.judged.n);
        for (&row, logits) in some.iter().zip(logits) {
            let class = data.samples.get(row as usize).and_then(|s| s.class).map(usize::from);
            let probabilities = softmax(logits, 1.0);
            if let Some(class) = class {
                self.loss_sum += cross_entropy(logits, class);
                self.out.judged.add(class, &probabilities);
            }
            self.out.rows.push(ScoredRow { row, class, probabilities, span: None });
        }
        let n = self.out.judged.n - n_before;
        self.batch_losses.extend((n > 0).then(|| (self.loss_sum - sum_before) / n as f64));
        self.done += some.len();
    }

    /// What was gathered so far.
    pub fn finish(mut self) -> Evaluation {
        self.out.loss = self.loss_sum / self.out.judged.n.max(1) as f64;
        self.out.batch_loss = self.batch_losses.iter().sum::<f64>() / self.batch_losses.len().max(1) as f64;
        self.out
    }
}

/// What an answer says of each row of its batch: (labels,) of a classifier, (S, 2) of a span head.
pub fn by_row(batch: &Batch, answer: &Answer) -> Vec<Vec<f32>> {
    let n = batch.rows.len().max(1);
    if answer.span_logits.is_empty() {
        return answer.class_logits.chunks((answer.class_logits.len() / n).max(1)).map(<[f32]>::to_vec).collect();
    }
    let rows = answer.span_logits.chunks((answer.span_logits.len() / n).max(1));
    rows.zip(&batch.rows).map(|(logits, row)| logits[..2 * row.input_ids.len()].to_vec()).collect()
}

/// −ln softmax(logits)[class], in f64.
pub fn cross_entropy(logits: &[f32], class: usize) -> f64 {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&l| f64::from(l - top).exp()).sum();
    sum.ln() - logits.get(class).map_or(f64::NEG_INFINITY, |&l| f64::from(l - top))
}
