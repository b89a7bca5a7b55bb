//! How good a classifier is: accuracy with its interval, calibration, confusion. All in f64.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Of equal width over the confidence 0 to 1.
pub const BINS: usize = 15;
/// Of the normal distribution, for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Sums over judged rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged {
    pub n: usize,
    pub right: usize,
    /// [true label][said label]
    pub confusion: Vec<Vec<usize>>,
    bins: [Sums; BINS],
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    n: usize,
    right: usize,
    confidence: f64,
}

/// Rows whose said label was given a probability of `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub low: f64,
    pub high: f64,
    pub n: usize,
    /// Mean probability of the said label.
    pub confidence: f64,
    /// Share of rows where it was the true one.
    pub accuracy: f64,
}

/// Index of the likeliest label, the first of equals; None without probabilities.
pub fn said(probabilities: &[f32]) -> Option<usize> {
    let better = |best: usize, i: usize| if probabilities[i] > probabilities[best] { i } else { best };
    (!probabilities.is_empty()).then(|| (1..probabilities.len()).fold(0, better))
}

impl Judged {
    pub fn new(labels: usize) -> Self {
        Self { confusion: vec![vec![0; labels]; labels], ..Self::default() }
    }

    /// Counts a row: its true label, and (labels,) probabilities.
    pub fn add(&mut self, label: usize, probabilities: &[f32]) {
        let Some(said) = said(probabilities) else { return };
        self.add_said(label, said, probabilities[said], said == label);
    }

    /// Counts a row by what was said of it, with which probability, and whether that was right: of a question more
    /// than its label must be.
    pub fn add_said(&mut self, label: usize, said: usize, probability: f32, right: bool) {
        let confidence = f64::from(probability);
        if let Some(count) = self.confusion.get_mut(label).and_then(|row| row.get_mut(said)) {
            *count += 1;
        }
        let right = usize::from(right);
        self.n += 1;
        self.right += right;
        let bin = &mut self.bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.n += 1;
        bin.right += right;
        bin.confidence += confidence;
    }

    pub fn accuracy(&self) -> f64 {
        self.right as f64 / self.n.max(1) as f64
    }

    /// Wilson's 95 % interval of the accuracy.
    pub fn interval(&self) -> (f64, f64) {
        if self.n == 0 {
            return (0.0, 1.0);
        }
        let (n, p) = (self.n as f64, self.accuracy());
        let centre = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let whole = 1.0 + Z * Z / n;
        (((centre - half) / whole).max(0.0), ((centre + half) / whole).min(1.0))
    }

    /// Expected calibration error: how far confidence and accuracy are apart, bin by bin, weighed by rows.
    pub fn calibration_error(&self) -> f64 {
        let apart = |b: &Sums| (b.confidence - b.right as f64).abs();
        self.bins.iter().map(apart).sum::<f64>() / self.n.max(1) as f64
    }

    /// The bins that hold rows.
    pub fn bins(&self) -> Vec<Bin> {
        let bin = |(i, b): (usize, &Sums)| Bin {
            low: i as f64 / BINS as f64,
            high: (i + 1) as f64 / BINS as f64,
            n: b.n,
            confidence: b.confidence / b.n as f64,
            accuracy: b.right as f64 / b.n as f64,
        };
        self.bins.iter().enumerate().filter(|(_, b)| b.n > 0).map(bin).collect()
    }

    pub fn set(&self, name: &str) -> JudgedSet {
        let (low, high) = self.interval();
        JudgedSet {
            name: name.to_owned(),
            n: self.n,
            accuracy: self.accuracy(),
            low,
            high,
            ece: self.calibration_error(),
            confusion: self.confusion.clone(),
            bins: self.bins(),
        }
    }
}

/// The line that judging ends with.
impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval();
        let (accuracy, ece) = (self.accuracy(), self.calibration_error());
        write!(f, "accuracy {accuracy:.4} ci {low:.3}..{high:.3} ece {ece:.3} n {}", self.n)
    }
}

/// A set's figures as `assets/recorded/quality.json` keeps them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct JudgedSet {
    pub name: String,
    pub n: usize,
    pub accuracy: f64,
    pub low: f64,
    pub high: f64,
    pub ece: f64,
    /// [true label][said label], in the adapter's order of labels.
    pub confusion: Vec<Vec<usize>>,
    pub bins: Vec<Bin>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    /// Four rows, worked out by hand.
    #[test]
    fn four_rows_by_hand() {
        let mut j = Judged::new(2);
        j.add(1, &[0.1, 0.9]); // right; 0.9 · 15 = 13.5: bin 13
        j.add(1, &[0.08, 0.92]); // right; 13.8: bin 13
        j.add(0, &[0.12, 0.88]); // wrong; 13.2: bin 13
        j.add(0, &[0.55, 0.45]); // right; 8.25: bin 8
        assert_eq!((j.n, j.right), (4, 3));
        assert_eq!(j.confusion, [[1, 1], [0, 2]]);
        // Bin 13: |2.70 − 2| = 0.70; bin 8: |0.55 − 1| = 0.45; together 1.15 / 4.
        assert!(near(j.calibration_error(), 1.15 / 4.0), "{}", j.calibration_error());
        let bins = j.bins();
        assert_eq!(bins.len(), 2);
        assert!(near(bins[0].low, 8.0 / 15.0) && near(bins[0].high, 0.6) && near(bins[0].accuracy, 1.0));
        assert!(bins[1].n == 3 && near(bins[1].confidence, 0.9) && near(bins[1].accuracy, 2.0 / 3.0));
    }

    /// Wilson's interval of 3 of 4 and of 8 of 10, from the formula with z² = 3.8414588.
    #[test]
    fn intervals_by_hand() {
        let of = |right, n| Judged { n, right, ..Judged::default() }.interval();
        let (low, high) = of(3, 4);
        assert!((low - 0.300_642).abs() < 1e-5 && (high - 0.954_413).abs() < 1e-5, "{low} {high}");
        let (low, high) = of(8, 10);
        assert!((low - 0.490_162).abs() < 1e-5 && (high - 0.943_318).abs() < 1e-5, "{low} {high}");
        assert_eq!(of(0, 0), (0.0, 1.0));
        let (low, high) = of(10, 10);
        assert!(near(high, 1.0) && (low - 0.722_467).abs() < 1e-5, "{low}");
    }

    #[test]
    fn the_line_is_the_designs() {
        let j = Judged { n: 1821, right: 1714, ..Judged::default() };
        assert_eq!(j.to_string(), "accuracy 0.9412 ci 0.929..0.951 ece 0.000 n 1821");
        assert_eq!(Judged::new(2).to_string(), "accuracy 0.0000 ci 0.000..1.000 ece 0.000 n 0");
    }

    #[test]
    fn a_label_is_said_by_the_first_of_the_likeliest() {
        assert_eq!(said(&[0.5, 0.5]), Some(0));
        assert_eq!(said(&[0.2, 0.3, 0.5]), Some(2));
        assert_eq!(said(&[]), None);
        let mut j = Judged::new(2);
        j.add(0, &[]);
        assert_eq!(j.n, 0);
        j.add(0, &[1.0, 0.0]);
        assert_eq!(j.bins()[0].high, 1.0);
    }
}
