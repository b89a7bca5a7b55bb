//! How good an adapter is: what was recorded on held-out sets, and a sample judged here.

use serde::Deserialize;
use std::sync::LazyLock;

/// `assets/recorded/quality.json`, from `cargo xtask quality … --record`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Quality {
    pub sentiment: Judged,
    pub next_sentence: Judged,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Judged {
    pub sets: Vec<HeldOut>,
}

/// One held-out set, two labels.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HeldOut {
    pub name: String,
    pub n: u64,
    pub accuracy: f32,
    /// The 95 % interval of the accuracy.
    pub low: f32,
    pub high: f32,
    /// Expected calibration error.
    pub ece: f32,
    /// Row = true label, column = said.
    pub confusion: [[u64; 2]; 2],
    pub bins: Vec<Bin>,
}

/// Answers whose likelier label had a probability in [low, high).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Bin {
    pub low: f32,
    pub high: f32,
    pub n: u64,
    /// Mean probability of the label said.
    pub confidence: f32,
    /// Share of them that were right.
    pub accuracy: f32,
}

static RECORDED: LazyLock<Quality> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../assets/recorded/quality.json")).unwrap_or_default());

pub fn recorded() -> &'static Quality {
    &RECORDED
}

/// A text and its true label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    pub label: usize,
    pub text: String,
}

/// The sample that the page can judge: `assets/samples/sentiment.tsv`.
pub fn sentiment_sample() -> Vec<Labelled> {
    labelled(include_str!("../../../assets/samples/sentiment.tsv"))
}

/// Rows of a file with the header `label⇥text`, labels 0 or 1.
pub fn labelled(tsv: &str) -> Vec<Labelled> {
    let row = |line: &str| {
        let (label, text) = line.trim_end_matches('\r').split_once('\t')?;
        let label = label.trim().parse().ok().filter(|l| *l < 2)?;
        Some(Labelled { label, text: text.to_owned() })
    };
    tsv.lines().skip(1).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_file_is_read_and_its_figures_agree() {
        let text = include_str!("../../../assets/recorded/quality.json");
        let quality: Quality = serde_json::from_str(text).expect("the schema");
        for set in quality.sentiment.sets.iter().chain(&quality.next_sentence.sets) {
            check(set);
        }
    }

    /// Counts, accuracy and bins must be of the same answers.
    fn check(set: &HeldOut) {
        let c = set.confusion;
        assert_eq!(c[0][0] + c[0][1] + c[1][0] + c[1][1], set.n, "{}", set.name);
        let right = (c[0][0] + c[1][1]) as f32 / set.n as f32;
        assert!((right - set.accuracy).abs() < 1e-3, "{}: {right} {}", set.name, set.accuracy);
        assert!(set.low <= set.accuracy && set.accuracy <= set.high, "{}", set.name);
        assert_eq!(set.bins.iter().map(|b| b.n).sum::<u64>(), set.n, "{}", set.name);
        let ece: f32 = set.bins.iter().map(|b| b.n as f32 / set.n as f32 * (b.accuracy - b.confidence).abs()).sum();
        assert!((ece - set.ece).abs() < 5e-3, "{}: {ece} {}", set.name, set.ece);
    }

    fn set() -> HeldOut {
        let bins = vec![
            Bin { low: 0.5, high: 0.75, n: 4, confidence: 0.6, accuracy: 0.5 },
            Bin { low: 0.75, high: 1.0, n: 6, confidence: 0.9, accuracy: 1.0 },
        ];
        let (low, high) = (0.5, 0.95);
        HeldOut { name: "made up".into(), n: 10, accuracy: 0.8, low, high, ece: 0.1, confusion: [[4, 1], [1, 4]], bins }
    }

    #[test]
    fn a_true_set_passes() {
        check(&set());
    }

    #[test]
    #[should_panic(expected = "made up")]
    fn a_count_too_many_is_seen() {
        check(&HeldOut { confusion: [[4, 2], [1, 4]], ..set() });
    }

    #[test]
    fn the_sample_holds_both_labels() {
        let sample = sentiment_sample();
        assert!(sample.iter().any(|r| r.label == 0) && sample.iter().any(|r| r.label == 1));
        assert!(sample.iter().all(|r| !r.text.trim().is_empty()));
    }

    #[test]
    fn rows_without_label_or_text_are_left_out() {
        let rows = labelled("label\ttext\r\n1\tgood\tindeed\r\n0\tbad\r\nx\tno\r\nnothing\r\n2\tno\r\n");
        let told: Vec<_> = rows.iter().map(|r| (r.label, r.text.as_str())).collect();
        assert_eq!(told, [(1, "good\tindeed"), (0, "bad")]);
    }
}
