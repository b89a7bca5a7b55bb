//! Labelled texts: gathered as they stream, split, looked at, and made into examples.

mod answers;
mod features;
mod gather;
mod inspect;
mod split;
mod trio;

pub use answers::{Reading, places, read};
pub use features::{Features, LengthHistogram, encode, features};
pub use gather::{Gathered, Gatherer};
pub use inspect::{Inspection, Repeated, inspect, without_repeats};
pub use split::{Part, Shares, Split};
pub use trio::{Trio, TrioPart, trio_from_csv, trio_part};

use crate::model::adapter::MAX_LABELS;
use serde::{Deserialize, Serialize};

/// Most bytes of text that are kept: about what a page can spare beside BERT.
pub const MAX_KEPT_BYTES: usize = 128 << 20;
pub const MAX_SAMPLES: usize = 1_000_000;
/// Bad rows that are told one by one; more are only counted.
pub const MAX_BAD: usize = 1_000;

/// A text or pair, with its label if the file has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sample {
    /// That it begins on in its file, from 1.
    pub line: u32,
    /// Of [`Dataset::answers`] the question.
    pub text: Box<str>,
    /// `text_b`; of [`Dataset::answers`] the text that is asked.
    pub second: Option<Box<str>>,
    /// Index among [`Dataset::labels`].
    pub class: Option<u16>,
    /// As it stands in the text; empty where there is none. None where the file does not say, or has labels.
    pub answer: Option<Box<str>>,
}

/// The labels of questions: whether there is an answer.
pub const ANSWER_KEYS: [&str; 2] = ["answer", "no answer"];

/// Samples and what their labels are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    pub samples: Vec<Sample>,
    /// As files have them, in the order of classes: numbers by size, else by the alphabet.
    pub keys: Vec<String>,
    /// As people read them: the keys until renamed.
    pub labels: Vec<String>,
    pub pairs: bool,
    /// Questions on texts, for a span head: labels are [`ANSWER_KEYS`].
    pub answers: bool,
    pub split: Split,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum DataError {
    #[error("the table has no column of labels: choose one")]
    NoLabelColumn,
    #[error("no row could be read")]
    NoSamples,
    #[error("every row has the label {label}: there is nothing to tell apart")]
    OneLabel { label: String },
    #[error("more than {MAX_LABELS} labels by line {line}, such as {some:?}: is it the right column?")]
    TooManyLabels { line: usize, some: Vec<String> },
    #[error("label {label} is empty, too long, or named twice")]
    BadName { label: String },
    #[error("{found} names for {expected} labels")]
    Names { found: usize, expected: usize },
    #[error("the files do not agree: one has pairs of texts or questions, the other has not")]
    Mixed,
    #[error("tokenizer: {0}")]
    Tokenizer(String),
}
