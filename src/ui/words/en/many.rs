//! The words of the Sentiment lesson's table of many reviews.

use crate::text::table::{Bad, Reason};
use crate::ui::logic::many::{By, MAX_ROWS};
use crate::ui::logic::number::{bytes, count, grouped};

pub const TITLE: &str = "Many at once";
pub const LEDE: &str = "The same adapter over a whole file: drop a TSV, CSV or TXT here, choose one, or paste reviews, one a line. Nothing of it leaves this device.";
pub const PASTE: &str = "Reviews to classify";
pub const PLACEHOLDER: &str = "Paste reviews, one a line, or drop a file";
pub const CHOOSE: &str = "Choose a file";
pub const SAMPLE: &str = "our 40 reviews";
pub const BROKEN: &str = "a broken file";
pub const CLEAR: &str = "Clear";
pub const READING: &str = "Reading…";
pub const TEXT_IN: &str = "Reviews are in";
pub const LABEL_IN: &str = "Labels are in";
pub const NO_LABELS: &str = "no column";
pub const HEADER: &str = "The first row has names";
pub const PREVIEW: &str = "The file's first rows";
pub const NOTHING: &str =
    "No row of this can be read as text. Choose another column, or another file: TSV, CSV or TXT.";
pub const UNREADABLE: &str = "The browser could not read this file: it was moved or changed. Choose it again.";
pub const WAITING: &str = "The model is not in yet: you can look through the file meanwhile.";
pub const CANCEL: &str = "Cancel";
pub const RESUME: &str = "Go on";
pub const AGAIN: &str = "Start over";
pub const RESULTS: &str = "Probabilities";
pub const CSV: &str = "CSV, with lines and texts";
pub const TSV: &str = "test_results.tsv";
pub const TSV_TITLE: &str =
    "As the article's test_results.tsv: a row a text, the probability of each label in order, no header";
pub const NO_ANSWER: &str = "nothing to read";
pub const PREVIOUS: &str = "← Previous";
pub const NEXT: &str = "Next →";
pub const PICK: &str = "Put this review into the box above";
pub const TABLE: &str = "Reviews and what was said of them";
pub const REVIEW: &str = "review";
pub const GIVEN: &str = "given";
pub const SAID: &str = "BERT says";
pub const IN_FILE: &str = "In the file";
pub const ROWS: &str = "rows";
pub const SHARE: &str = "probability";
pub const HINT: &str = "Click a review to put it into the box above and see why.";
pub const JUDGED: &str = "Against the file's own labels";

/// `Classify 38 reviews`
pub fn classify(rows: usize) -> String {
    format!("Classify {}", count(rows, "review", "reviews"))
}

/// Of a file that was read.
pub fn summary(rows: usize, bad: usize, size: u64) -> String {
    let told = match bad {
        0 => "all can be read".to_owned(),
        n => format!("{} cannot be read and will be left out", grouped(n as u64)),
    };
    format!("{}, {told} ({})", count(rows + bad, "row", "rows"), bytes(size))
}

pub fn full(line: usize) -> String {
    format!(
        "The page takes {} rows at once: from line {} on, nothing was read. Cut the file in parts.",
        grouped(MAX_ROWS as u64),
        grouped(line as u64)
    )
}

pub fn bad_heading(bad: usize) -> String {
    format!("{} left out, by line", count(bad, "row", "rows"))
}

pub fn bad_more(more: usize) -> String {
    format!("… and {} more.", grouped(more as u64))
}

/// `Line 12: the text is empty.`
pub fn bad(bad: &Bad) -> String {
    format!("Line {}: {}", grouped(bad.line as u64), reason(&bad.reason))
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::EmptyLine => "the line is empty.".into(),
        Reason::EmptyText => "the text is empty.".into(),
        Reason::TooLong { limit } => format!("longer than {}. Cut it.", bytes(*limit as u64)),
        Reason::NotText => "not text. Save the file as UTF-8.".into(),
        Reason::Columns { found, expected } => {
            format!(
                "{}, {expected} expected. Is a separator missing, or one too many?",
                count(*found, "column", "columns")
            )
        }
        Reason::NotJson => "no JSON object. Each line holds one, such as {\"label\": 1, \"text\": \"…\"}.".into(),
        Reason::OpenQuote => "a quote is opened here and not closed. Close it, or double the quotes inside.".into(),
        Reason::NotInText { answer } => {
            format!(
                "the answer “{answer}” does not stand in its text, letter by letter. Copy it from there, or leave it empty for no answer."
            )
        }
        Reason::UnknownLabel { label } if label.is_empty() => {
            "no label. Fill it in, or read the file without labels.".into()
        }
        Reason::UnknownLabel { label } => {
            format!("the label “{label}” is neither 0 or negative nor 1 or positive. Or read the file without labels.")
        }
    }
}

/// `1,200 of 10,000 · 85 a second · 2 min left`
pub fn progress(done: usize, rows: usize, rows_per_s: f64, left: &str) -> String {
    let mut text = format!("{} of {}", grouped(done as u64), grouped(rows as u64));
    if rows_per_s > 0.0 {
        text += &format!(" · {} a second", rate(rows_per_s));
    }
    if !left.is_empty() {
        text += &format!(" · {left}");
    }
    text
}

/// Within one long review.
pub fn windows(done: usize, total: usize) -> String {
    format!(" · window {} of {}", grouped(done as u64 + 1), grouped(total as u64))
}

fn rate(per_s: f64) -> String {
    if per_s < 10.0 { format!("{per_s:.1}") } else { grouped(per_s.round() as u64) }
}

pub fn finished(rows: usize, seconds: f64) -> String {
    format!("{} in {seconds:.1} s", count(rows, "review", "reviews"))
}

pub fn stopped(done: usize, rows: usize) -> String {
    format!("Stopped after {} of {}: what is done is kept.", grouped(done as u64), grouped(rows as u64))
}

pub fn column(index: usize, name: Option<&str>) -> String {
    match name {
        Some(name) if !name.trim().is_empty() => format!("“{}”", name.trim()),
        _ => format!("column {}", index + 1),
    }
}

pub fn column_head(by: By, label: &str) -> String {
    match by {
        By::Line => "line".into(),
        By::Label => SAID.into(),
        By::Probability => label.to_owned(),
        By::Pieces => "pieces".into(),
    }
}

pub fn shown(first: usize, last: usize, rows: usize) -> String {
    format!("{} to {} of {}", grouped(first as u64), grouped(last as u64), grouped(rows as u64))
}

pub fn histogram(label: &str, rows: usize) -> String {
    format!("Probability of “{label}” in {}", count(rows, "review", "reviews"))
}

/// `12 reviews between 95 and 100 %`
pub fn bin(rows: usize, low: usize, high: usize) -> String {
    format!("{} between {low} and {high} %", count(rows, "review", "reviews"))
}

pub fn bin_range(low: usize, high: usize) -> String {
    format!("{low} to {high} %")
}

/// The accuracy on a visitor's own file.
pub fn accuracy(share: &str, low: &str, high: &str, n: usize) -> String {
    format!(
        "{share} right of {} with a label; with 95 % certainty between {low} and {high}.",
        count(n, "review", "reviews")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reason tells the line, what is wrong there, and ends as a sentence does.
    #[test]
    fn every_bad_row_is_told_in_a_sentence() {
        let label = String::from("7");
        for reason in [
            Reason::EmptyLine,
            Reason::EmptyText,
            Reason::TooLong { limit: 1 << 20 },
            Reason::NotText,
            Reason::Columns { found: 1, expected: 2 },
            Reason::NotJson,
            Reason::OpenQuote,
            Reason::UnknownLabel { label },
            Reason::UnknownLabel { label: String::new() },
            Reason::NotInText { answer: "x".into() },
        ] {
            let told = bad(&Bad { line: 1234, reason });
            assert!(told.starts_with("Line 1,234: ") && told.ends_with(['.', '?']), "{told}");
        }
        assert_eq!(summary(38, 2, 4100), "40 rows, 2 cannot be read and will be left out (4 kB)");
        assert_eq!(progress(1200, 10_000, 84.6, "2 min left"), "1,200 of 10,000 · 85 a second · 2 min left");
        assert_eq!(progress(0, 5, 0.0, ""), "0 of 5");
    }
}
