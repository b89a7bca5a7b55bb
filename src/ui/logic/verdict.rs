//! What may be said of a review, and which word or part of it says what.

use crate::protocol::ClassifiedRow;

/// The label of index 1.
pub const POSITIVE: usize = 1;

/// Least probability with which a label is named. Below it more than one answer in four is wrong, where the
/// probabilities are calibrated: too often to speak of a verdict.
pub const SURE: f32 = 0.75;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The label's index.
    Says(usize),
    Unsure,
}

/// None where there was nothing to read.
pub fn verdict(probabilities: &[f32]) -> Option<Verdict> {
    let (label, p) = likelier(probabilities)?;
    Some(if p >= SURE { Verdict::Says(label) } else { Verdict::Unsure })
}

/// The likelier label and its probability.
pub fn likelier(probabilities: &[f32]) -> Option<(usize, f32)> {
    probabilities.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Whether, of several parts each read alone, one would have been called one label and one another.
pub fn disagree<'a>(parts: impl IntoIterator<Item = &'a [f32]>) -> bool {
    let mut said = parts.into_iter().filter_map(|p| match verdict(p)? {
        Verdict::Says(label) => Some(label),
        Verdict::Unsure => None,
    });
    let first = said.next();
    said.any(|label| Some(label) != first)
}

/// Probabilities of both labels; None where there was nothing to read.
pub fn shares(row: &ClassifiedRow) -> Option<[f32; 2]> {
    row.probabilities.as_slice().try_into().ok()
}

/// Probability of [`POSITIVE`]; None where there was nothing to read.
pub fn positive(row: &ClassifiedRow) -> Option<f32> {
    row.probabilities.get(POSITIVE).copied()
}

/// ln(p / (1 − p)) of [`POSITIVE`] for two labels, from the logits: exact where p rounds to 1.
pub fn log_odds(logits: &[f32], temperature: f32) -> Option<f32> {
    let &[negative, positive] = logits else { return None };
    Some((positive - negative) / temperature)
}

/// What a word does to the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pull {
    /// Log-odds of "positive" with the word, less those without it: above 0 it speaks for positive.
    pub pull: f32,
    /// Probability of "positive" without it.
    pub without: f32,
}

/// The pull of each word from the text without it; None for a word without which nothing is left.
///
/// Both are taken at the whole text's temperature, that the length alone pull at nothing.
pub fn pulls(whole: &ClassifiedRow, without: &[ClassifiedRow]) -> Vec<Option<Pull>> {
    let odds = |row: &ClassifiedRow| log_odds(&row.logits, whole.temperature);
    let with = odds(whole);
    let pull = |row: &ClassifiedRow| Some(Pull { pull: with? - odds(row)?, without: positive(row)? });
    without.iter().map(pull).collect()
}

/// Least strengths of the four tints, in log-odds: the same for all texts, so that a text in which no word
/// matters stays pale.
pub const STEPS: [f32; 4] = [0.1, 0.5, 1.0, 2.0];

/// 0 (no tint) to 4.
pub fn strength(pull: f32) -> usize {
    STEPS.iter().filter(|&&s| pull.abs() >= s).count()
}

/// 1 to 4: how sure a probability is of either label.
pub fn strength_of_share(p: f32) -> usize {
    1 + [SURE, 0.9, 0.99].iter().filter(|&&s| p.max(1.0 - p) >= s).count()
}

/// Words by strength, the strongest first.
pub fn strongest(pulls: &[Option<Pull>]) -> Vec<(usize, Pull)> {
    let mut all: Vec<_> = pulls.iter().enumerate().filter_map(|(i, p)| Some((i, (*p)?))).collect();
    all.sort_by(|a, b| b.1.pull.abs().total_cmp(&a.1.pull.abs()));
    all
}

/// Most words that are weighed unasked: seconds on a CPU, less than a second on a GPU.
pub fn weighed_at_once(real_gpu: bool) -> usize {
    if real_gpu { 256 } else { 64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::adapter::softmax;

    fn row(logits: [f32; 2], temperature: f32) -> ClassifiedRow {
        let probabilities = softmax(&logits, temperature);
        ClassifiedRow { logits: logits.into(), probabilities, temperature, ..Default::default() }
    }

    #[test]
    fn below_three_in_four_nothing_is_said() {
        assert_eq!(verdict(&[0.25, 0.75]), Some(Verdict::Says(1)));
        assert_eq!(verdict(&[0.76, 0.24]), Some(Verdict::Says(0)));
        assert_eq!(verdict(&[0.2501, 0.7499]), Some(Verdict::Unsure));
        assert_eq!(verdict(&[]), None);
    }

    #[test]
    fn parts_disagree_when_each_alone_would_have_been_told_otherwise() {
        let disagree = |parts: &[[f32; 2]]| disagree(parts.iter().map(|p| p.as_slice()));
        assert!(disagree(&[[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]));
        assert!(!disagree(&[[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]]));
        assert!(!disagree(&[[0.9, 0.1]]));
        assert!(!disagree(&[]));
    }

    #[test]
    fn pulls_are_differences_of_calibrated_log_odds() {
        let t = 1.3;
        let (whole, without) = (row([-1.0, 2.0], t), row([0.5, 0.2], t));
        let empty = ClassifiedRow::default();
        let all = pulls(&whole, &[without.clone(), whole.clone(), empty]);
        let logit = |p: f32| (p / (1.0 - p)).ln();
        let expected = logit(whole.probabilities[1]) - logit(without.probabilities[1]);
        assert!((all[0].expect("a pull").pull - expected).abs() < 1e-5);
        assert_eq!(all[1].map(|p| p.pull), Some(0.0));
        assert_eq!(all[2], None);
        assert_eq!(strongest(&all).iter().map(|(i, _)| *i).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn both_sides_are_equally_strong() {
        assert_eq!([0.5, 0.26, 0.74, 0.25, 0.75, 0.05, 0.95, 0.0].map(strength_of_share), [1, 1, 1, 2, 2, 3, 3, 4]);
    }

    #[test]
    fn strength_has_fixed_steps() {
        let of = |p| strength(p);
        assert_eq!([0.0, 0.09, -0.1, 0.7, -1.0, 9.0, f32::NAN].map(of), [0, 0, 1, 2, 3, 4, 0]);
    }
}
