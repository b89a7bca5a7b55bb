//! What the page is told.

use super::{Arrangement, Columns, DataError, Diagnosis, Hyperparameters, Part, Printed, Room, SettingError};
use crate::protocol::TextPair;
use crate::text::table::Bad;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LabEvent {
    Gathering {
        read_bytes: u64,
        total_bytes: u64,
        rows: usize,
    },
    /// Also after an arrangement. None: nothing is held.
    Data(Option<Box<Data>>),
    Features(Features),
    Estimated(Estimated),
    Run(Box<RunState>),
    /// Points of the curves since the last one; `from_start` when they are all there are.
    Curve {
        from_start: bool,
        train: Vec<TrainPoint>,
        validation: Vec<ValidationPoint>,
    },
    /// What is said of the pinned sentence after a step.
    Pinned(Pinned),
    /// A part is judged row by row.
    Judging {
        part: Part,
        done: usize,
        total: usize,
    },
    Rows(Rows),
    /// Examples read for [`LabEvent::Changed`], of all.
    Changing {
        done: usize,
        total: usize,
    },
    Changed(Box<Changed>),
    Kept(KeptThings),
    /// Names of the files that come beside.
    Exported(Vec<String>),
    /// Nothing more to say than that it was done.
    Done,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Data {
    pub files: Vec<ReadFile>,
    pub labels: Vec<Label>,
    /// Examples of each [`Part`].
    pub counts: [usize; 3],
    /// A test file without labels: predicted, not scored.
    pub unlabelled_test: bool,
    /// Validation and test have files of their own.
    pub fixed: [bool; 2],
    pub pairs: bool,
    /// Questions on texts.
    #[serde(default)]
    pub answers: bool,
    pub lengths: Lengths,
    pub copies: Copies,
    pub arrangement: Arrangement,
    /// Good settings for so much data of such length.
    pub suggested: Option<Hyperparameters>,
    /// What all weights would take, here.
    #[serde(default)]
    pub room: Room,
    /// Why it cannot be trained upon.
    pub refused: Option<LabFailure>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ReadFile {
    pub name: String,
    pub bytes: u64,
    /// "train", "dev", "test" or "all": what it is read as.
    pub role: String,
    pub columns: Columns,
    pub column_count: usize,
    /// The first row's cells, when they are names.
    pub header: Option<Vec<String>>,
    pub first_rows: Vec<Vec<String>>,
    pub rows: usize,
    pub bad: usize,
    /// The first of the bad rows.
    pub bad_rows: Vec<Bad>,
    /// The line from which on nothing was taken.
    pub full_at: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Label {
    pub name: String,
    /// As the files have it.
    pub found: String,
    /// Of each [`Part`].
    pub counts: [usize; 3],
}

/// Lengths in pieces, [CLS] and [SEP] among them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lengths {
    /// Examples of each stretch of `width` pieces, from 0.
    pub counts: Vec<usize>,
    pub width: usize,
    pub longest: usize,
    pub median: usize,
    /// Longer than max_seq_length.
    pub cut: usize,
    /// Examples measured, of all.
    pub measured: usize,
    pub of: usize,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Copies {
    /// Rows whose text stood before in the same part.
    pub duplicates: usize,
    /// Texts with more than one label.
    pub contradictions: usize,
    /// Rows of validation or test whose text is in train too.
    pub leaks: usize,
    /// A few of them: text and lines.
    pub shown: Vec<(String, Vec<usize>)>,
}

/// The lines that the article's script prints of an example.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Features {
    pub part: Option<Part>,
    pub index: usize,
    pub of: usize,
    pub text: TextPair,
    #[serde(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Estimated {
    pub step_ms: f64,
    pub steps: usize,
    pub evaluations: usize,
    pub total_ms: f64,
    pub memory_bytes: u64,
    pub trained_values: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Phase {
    #[default]
    Starting,
    Training,
    Evaluating,
    Paused,
    /// Ended, by itself or by the visitor; the model is kept.
    Done,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunState {
    pub id: String,
    pub name: String,
    pub phase: Phase,
    pub labels: Vec<String>,
    /// Questions on texts: accuracies are shares of exact matches, macro F1 the mean F1 of words.
    #[serde(default)]
    pub answers: bool,
    pub step: usize,
    pub steps: usize,
    pub epoch: f64,
    pub examples_per_s: f64,
    pub left_ms: f64,
    pub best: Option<Best>,
    /// Whose weights are kept, once it has ended.
    pub kept_step: Option<usize>,
    /// Of the validation part, before the first step and as the run stands.
    pub before: Option<Judged>,
    pub after: Option<Judged>,
    pub test: Option<Judged>,
    /// Test rows that were predicted.
    pub predicted: usize,
    pub notes: Vec<Note>,
    /// The model that came of it.
    pub model: Option<String>,
    pub failure: Option<String>,
    /// From which it went on, when it did.
    pub resumed_at: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Best {
    pub step: usize,
    pub accuracy: f64,
    pub loss: f64,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Judged {
    pub n: usize,
    pub accuracy: f64,
    pub low: f64,
    pub high: f64,
    pub loss: f64,
    pub macro_f1: f64,
    /// [true label][said label]
    pub confusion: Vec<Vec<u64>>,
}

/// What should be known of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Note {
    Diagnosis(Diagnosis),
    HalvedMicroBatch {
        tokens: usize,
    },
    NotKept {
        reason: String,
    },
    OldestGone {
        step: usize,
    },
    /// Resumed on another engine or build: losses agree within 1e-3, not bit for bit.
    OtherEngine,
    GpuLost,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TrainPoint {
    pub step: usize,
    pub loss: f64,
    pub accuracy: f64,
    pub learning_rate: f64,
    pub gradient_norm: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ValidationPoint {
    pub step: usize,
    pub loss: f64,
    pub accuracy: f64,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Pinned {
    pub step: usize,
    /// Of questions: the question, and the text that may answer it.
    pub text: TextPair,
    /// By label; of a question the best span's and that of "no answer". Empty where it cannot be asked.
    pub probabilities: Vec<f32>,
    /// Of a question: the best span.
    #[serde(default)]
    pub answer: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rows {
    pub of: usize,
    pub rows: Vec<JudgedRow>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct JudgedRow {
    pub line: usize,
    pub text: TextPair,
    pub truly: usize,
    pub said: usize,
    pub probability: f32,
    /// Of a question: the answer that stands in the file, and what was said; empty for none.
    #[serde(default)]
    pub answers: Option<[String; 2]>,
}

/// What a training changed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Changed {
    /// The model it is told of.
    pub run: String,
    pub deltas: Vec<Delta>,
    /// The share of attention that moved, by layer and head, in `text`; empty where that is too long or empty.
    pub heads: Vec<Vec<f32>>,
    pub text: TextPair,
    /// None where examples have no classes.
    pub map: Option<ClassMap>,
}

/// A Linear's change beside its weight: Frobenius norms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    pub layer: usize,
    pub target: crate::model::adapter::Target,
    pub change: f64,
    pub base: f64,
}

/// Pooled vectors of validation examples, by the base alone and with the adapter.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClassMap {
    /// Line and class of each example.
    pub examples: Vec<(usize, usize)>,
    /// (n, n) dot products, before and after.
    pub grams: [Vec<f32>; 2],
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KeptThings {
    pub models: Vec<KeptModel>,
    pub runs: Vec<KeptRun>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KeptModel {
    pub id: String,
    pub name: String,
    pub labels: Vec<String>,
    pub pairs: bool,
    /// It has a span head.
    #[serde(default)]
    pub answers: bool,
    pub bytes: u64,
    /// Milliseconds since 1970.
    pub made_ms: f64,
    pub accuracy: Option<f64>,
    pub steps: usize,
    /// The base it was trained on.
    pub base_hash: String,
    /// That is another base: not usable here.
    pub other_base: bool,
    /// All weights were trained.
    #[serde(default)]
    pub whole: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KeptRun {
    pub id: String,
    pub name: String,
    pub step: usize,
    pub steps: usize,
    pub began_ms: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LabFailure {
    Unreadable {
        file: String,
    },
    Data(DataError),
    Setting(SettingError),
    NoData,
    /// A single-text file beside one of pairs.
    OtherFile {
        first: String,
        other: String,
    },
    Import {
        reason: String,
    },
    /// What was asked about is kept no more.
    Gone,
    /// The browser would not keep it.
    Kept {
        reason: String,
    },
    Running,
    /// All weights are more than this engine can train.
    NoRoom(Room),
}
