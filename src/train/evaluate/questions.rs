//! Questions on texts, judged: the windows of some at a time, and what the best span is worth.

use super::{Evaluation, ScoredRow, SpanSaid};
use crate::engine::Batch;
use crate::engine::spans::{SpanAnswer, SpanPlan, squad};
use crate::engine::training::span_loss;
use crate::text::characters::slice_utf16;
use crate::text::tokenizer::BertTokenizer;
use crate::train::data::{DataError, Dataset, read};

/// Questions whose windows run together.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    plan: SpanPlan,
    /// Of [`Dataset::samples`].
    samples: Vec<u32>,
    /// By question and window: where the answer stands.
    truths: Vec<Vec<Vec<[usize; 2]>>>,
}

impl Asked {
    /// The first of `rows`, as many as have `windows` together, one at least.
    pub(super) fn new(
        (data, rows): (&Dataset, &[u32]),
        tokenizer: &BertTokenizer,
        max_seq_length: usize,
        windows: usize,
    ) -> Result<Self, DataError> {
        let (mut reads, mut truths, mut samples, mut held) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for &row in rows {
            let sample = data.samples.get(row as usize).ok_or(DataError::NoSamples)?;
            let reading = read(tokenizer, sample, max_seq_length)?;
            if held > 0 && held + reading.windows() > windows {
                break;
            }
            held += reading.windows();
            truths.push((0..reading.windows()).map(|w| reading.truth(w)).collect());
            reads.push((sample.second.as_deref().unwrap_or_default(), reading.into_read()));
            samples.push(row);
        }
        Ok(Self { plan: SpanPlan::of(tokenizer, reads), samples, truths })
    }

    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }

    pub(super) fn batch(&self) -> Batch {
        self.plan.batch(0..self.plan.rows().len())
    }

    /// Takes the (S, 2) logits of each row of [`Self::batch`]. Gives the losses of questions whose answer is known.
    pub(super) fn judge(
        mut self,
        data: &Dataset,
        logits: &[Vec<f32>],
        null_threshold: f32,
        out: &mut Evaluation,
    ) -> Vec<f64> {
        // The mean over a question's windows.
        let mut losses = vec![0.0; self.samples.len()];
        for (i, row) in logits.iter().enumerate() {
            let &[(asked, window)] = self.plan.rows().of(i..i + 1) else { continue };
            losses[asked] += span_loss(row, &self.truths[asked][window]).loss / self.truths[asked].len() as f64;
            self.plan.take(i..i + 1, row);
        }
        let mut known = Vec::new();
        for ((said, &row), loss) in self.plan.finish_with(1.0, null_threshold).iter().zip(&self.samples).zip(losses) {
            let Some(sample) = data.samples.get(row as usize) else { continue };
            let text = sample.second.as_deref().unwrap_or_default();
            let scored = scored(row, text, said, sample.answer.as_deref());
            if let (Some(class), Some(span)) = (scored.class, &scored.span) {
                out.judged.add_said(class, scored.said(), scored.confidence(), span.exact);
                out.f1_sum += span.f1;
                known.push(loss);
            }
            out.rows.push(scored);
        }
        known
    }
}

/// Fewer questions of either kind tell nothing.
const FEWEST: usize = 10;

impl Evaluation {
    /// Where to begin to say "no answer", from these questions' margins: the threshold nearest to 0 whose balanced
    /// accuracy (the mean of the shares of both kinds that are told rightly) is within one standard error of the best
    /// one's (Breiman and others, Classification and Regression Trees, 1984, section 3.4.3). 0 where either kind is rare.
    pub fn null_threshold(&self) -> f32 {
        let margins = |none: usize| -> Vec<f32> {
            let of = |r: &ScoredRow| r.span.as_ref().filter(|_| r.class == Some(none)).map(|s| s.margin);
            self.rows.iter().filter_map(of).filter(|m| m.is_finite()).collect()
        };
        let (mut some, mut none) = (margins(0), margins(1));
        if some.len().min(none.len()) < FEWEST {
            return 0.0;
        }
        some.sort_by(f32::total_cmp);
        none.sort_by(f32::total_cmp);
        // Shares told rightly at a threshold: answered where margin ≤ it, none said where it is more.
        let below = |of: &[f32], t: f32| of.partition_point(|&m| m <= t) as f64 / of.len() as f64;
        let shares = |t: f32| (below(&some, t), 1.0 - below(&none, t));
        let balanced = |t: f32| (shares(t).0 + shares(t).1) / 2.0;
        let mut all = [&some[..], &none, &[0.0]].concat();
        all.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        let best = all.iter().copied().max_by(|&a, &b| balanced(a).total_cmp(&balanced(b))).unwrap_or(0.0);
        let (a, b) = shares(best);
        let variance = a * (1.0 - a) / some.len() as f64 + b * (1.0 - b) / none.len() as f64;
        let enough = balanced(best) - variance.sqrt() / 2.0;
        all.into_iter().find(|&t| balanced(t) >= enough).unwrap_or(best)
    }
}

fn scored(row: u32, text: &str, answer: &SpanAnswer, known: Option<&str>) -> ScoredRow {
    let best = answer.best.first();
    let said = best.filter(|_| !answer.no_answer).map_or("", |b| slice_utf16(text, b.span)).to_owned();
    let given: Vec<String> = known.filter(|a| !a.is_empty()).map(str::to_owned).into_iter().collect();
    let (exact, f1) = squad::exact_and_f1(&said, &given);
    ScoredRow {
        row,
        class: known.map(|a| usize::from(a.is_empty())),
        probabilities: vec![best.map_or(0.0, |b| b.probability), answer.null_probability],
        span: Some(SpanSaid { said, exact: exact == 1.0, f1, margin: answer.null_margin }),
    }
}
