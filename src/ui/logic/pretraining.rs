//! Pre-training in a minute: what the address holds, what is drawn of a run, and the arithmetic of "days".

use super::axis::{Point as At, running_mean};
use crate::protocol::pretraining::{Begin, Point, Settings};

pub const SAMPLE: &str = include_str!("../../../assets/samples/pretraining.txt");
/// Steps over which a drawn line is a mean.
pub const MEAN_STEPS: usize = 10;
pub const NEXT_MEAN_STEPS: usize = 50;
/// The step after which the guess is judged.
pub const JUDGED_STEP: u32 = 100;

/// BERT-Base's pre-training as its authors tell it: pieces of a step, steps, days.
const PAPER_PIECES: f64 = 256.0 * 512.0;
const PAPER_STEPS: f64 = 1e6;
pub const PAPER_DAYS: f64 = 4.0;

/// What the address holds of the lesson; None is the built-in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PretrainState {
    pub text: Option<String>,
    pub seed: u32,
}

impl Default for PretrainState {
    fn default() -> Self {
        Self { text: None, seed: 1 }
    }
}

impl PretrainState {
    pub fn text(&self) -> String {
        self.text.clone().unwrap_or_else(|| SAMPLE.trim_end().to_owned())
    }

    pub fn begin(&self) -> Begin {
        Begin { text: self.text(), settings: Settings::of(self.seed) }
    }

    pub fn put(&self, put: &mut impl FnMut(&str, &str)) {
        if let Some(text) = &self.text {
            put("corpus", text);
        }
        if self.seed != Self::default().seed {
            put("begin", &self.seed.to_string());
        }
    }

    /// Takes a key of the address; false when it is none of ours.
    pub fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "corpus" => self.text = Some(value.to_owned()),
            "begin" => self.seed = value.parse().unwrap_or(Self::default().seed),
            _ => return false,
        }
        true
    }
}

/// A line over texts read: the running mean of a value of each step.
pub fn line(points: &[Point], rows: usize, window: usize, value: impl Fn(&Point) -> f32) -> Vec<At> {
    let all: Vec<At> = points.iter().map(|p| (f64::from(p.step) * rows as f64, f64::from(value(p)))).collect();
    running_mean(&all, window)
}

/// Both losses around a step, as drawn. None before the run has come so far.
pub fn around(points: &[Point], step: u32) -> Option<[f64; 2]> {
    let end = points.partition_point(|p| p.step <= step);
    let some = &points[end.saturating_sub(MEAN_STEPS)..end];
    let reached = points.last().is_some_and(|p| p.step >= step) && !some.is_empty();
    let mean = |which: usize| some.iter().map(|p| f64::from(p.words[which])).sum::<f64>() / some.len() as f64;
    reached.then(|| [mean(0), mean(1)])
}

/// Multiplications of a piece in a BERT's layers, its Linears' weights.
fn weights(layers: f64, hidden: f64, wide: f64) -> f64 {
    layers * (4.0 * hidden * hidden + 2.0 * hidden * wide)
}

/// How much more arithmetic BERT-Base does for a piece than the small network.
pub fn times() -> f64 {
    weights(12.0, 768.0, 3072.0) / weights(2.0, 64.0, 256.0)
}

/// Seconds that this device would need for what BERT-Base read: with the small network, and with BERT-Base.
pub fn seconds(pieces_per_s: f64) -> Option<[f64; 2]> {
    let small = PAPER_PIECES * PAPER_STEPS / pieces_per_s;
    (pieces_per_s > 0.0).then(|| [small, small * times()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::BertConfig;
    use crate::model::whole;
    use crate::train::pretraining::shape;
    use crate::ui::words::pretraining as words;

    fn points(n: u32) -> Vec<Point> {
        (1..=n).map(|step| Point { step, words: [5.0 - step as f32, 1.0], ..Point::default() }).collect()
    }

    #[test]
    fn lines_are_means_over_texts_read() {
        let all = line(&points(3), 16, 2, |p| p.words[0]);
        assert_eq!(all, [(16.0, 4.0), (32.0, 3.5), (48.0, 2.5)]);
        assert_eq!(around(&points(20), 20), Some([-10.5, 1.0]));
        assert_eq!((around(&points(19), 20), around(&[], 1)), (None, None));
    }

    /// The shapes that the sums are made of are those that are trained, and BERT-Base's.
    #[test]
    fn arithmetic_is_that_of_the_shapes() {
        let linears = |c: &BertConfig| {
            let of = |(name, shape): (&String, &Vec<usize>)| {
                let is = name.contains(".layer.") && name.ends_with("weight") && !name.contains("LayerNorm");
                if is { shape.iter().product::<usize>() } else { 0 }
            };
            whole::shapes(c).iter().map(of).sum::<usize>() as f64
        };
        let base = BertConfig { hidden_size: 768, num_hidden_layers: 12, intermediate_size: 3072, ..shape(30522) };
        assert!((linears(&base) / linears(&shape(100)) - times()).abs() < 1e-9);
        let per_s = PAPER_PIECES * PAPER_STEPS / (PAPER_DAYS * 86_400.0);
        assert!((per_s / 1e3 - 379.26).abs() < 0.01, "{per_s} is what the table says");
        assert_eq!(seconds(0.0), None);
        let [small, large] = seconds(PAPER_PIECES).unwrap_or_default();
        assert!((small - 1e6).abs() < 1e-6 && (large / small - times()).abs() < 1e-9);
    }

    #[test]
    fn what_stands_before_the_figure_is_short() {
        let before = [*words::TITLE, *words::LEDE, *words::TEXT_NOTE].join(" ");
        assert!(before.split_whitespace().count() <= 120, "{}", before.split_whitespace().count());
    }
}
