//! The words of what a training changed.

use crate::ui::logic::number::{count, grouped, percent};

pub const TITLE: &str = "What it changed";
pub const SHOW: &str = "Show what it changed";
pub const COST: &str =
    "Reads your sentence and up to 200 validation examples twice: by BERT as it was, and as trained.";
pub const LAYER: &str = "layer";
pub const LINEARS: [&str; 6] = ["query", "key", "value", "attention output", "intermediate", "output"];
pub const WEIGHTS: &str = "The change of each matrix, as a share of the matrix's own size";
pub const WEIGHTS_NOTE: &str = "Size is the Frobenius norm: the root of the sum of all squares. The change is (alpha / rank) · B · A of an adapter, the matrix after less the matrix before where all weights were trained; the matrix is BERT's as this page holds it. A dash: not trained.";
pub const HEAD_ALONE: &str = "Only the head was trained: no layer of BERT has changed.";
pub const ATTENTION_NOTE: &str = "For each head, the share of a piece's attention that now lies on other pieces, averaged over the pieces. Columns are heads.";
pub const MAP: &str = "Where the examples lie";
pub const MAP_NOTE: &str = "What the classifier reads of each validation example (the pooled vector of [CLS]), drawn along the two directions in which these vectors differ most. Each side has directions of its own; the rest of the differences cannot be seen here.";
pub const SIDES: [&str; 2] = ["BERT alone", "after training"];
pub const SIDE_IDS: [&str; 2] = ["cls-before", "cls-after"];
pub const MAP_HEAD: [&str; 6] = ["line", "label", "before →", "before ↑", "after →", "after ↑"];

pub fn attention(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    let more = if text.chars().count() > 60 { "…" } else { "" };
    format!("How much attention moved in “{start}{more}”")
}

pub fn progress(read: usize, of: usize) -> String {
    match of {
        0 => "Reading…".into(),
        _ => format!("Reading: {} of {}", grouped(read as u64), grouped(of as u64)),
    }
}

pub fn axis(number: usize, share: f64) -> String {
    format!("component {number}, {} of the variance", percent(share as f32))
}

/// Counted in all dimensions.
pub fn near(own: usize, of: usize) -> String {
    format!(
        "Of {}, {} have their nearest other example within their own label, by distance in all dimensions.",
        count(of, "example", "examples"),
        grouped(own as u64)
    )
}

pub fn point(line: usize, label: &str) -> String {
    format!("line {line}: {label}")
}
