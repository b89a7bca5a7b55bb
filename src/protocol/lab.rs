//! What page and worker say of the fine-tuning lab. The worker holds data, run and models; the page hears of them
//! in [`LabEvent`]s, most of them unasked.

use crate::protocol::TextPair;
use crate::text::table::Bad;
pub use crate::train::data::{DataError, Features as Printed, Part};
pub use crate::train::diagnose::Diagnosis;
pub use crate::train::settings::{Depth, Hyperparameters, SettingError};
use serde::{Deserialize, Serialize};

/// Prefix of the names under which kept models are asked for beside the page's own adapters.
pub const KEPT: &str = "kept:";

// ---------------------------------------------------------------------------------------- asked

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LabTask {
    /// Reads the files that come beside the request, in that order; none forgets what was read.
    Gather(Vec<FileAs>),
    /// Names, split and length of what was read.
    Arrange(Arrangement),
    /// An example as the article prints it.
    Features {
        part: Part,
        index: usize,
    },
    /// Two steps on the clock; the weights stay as they were.
    Estimate(Hyperparameters),
    Begin(Begin),
    /// A run that was kept.
    Resume {
        run: String,
    },
    Steer(Steer),
    /// The sentence whose answer is shown as it changes.
    Pin(TextPair),
    /// Rows of a part that was judged.
    Rows(RowsAsked),
    Kept,
    Keep(Keep),
    /// An adapter, or a PEFT folder's two files, beside the request.
    Import,
    Export(Export),
}

/// Requests of one kind take each other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LabKind {
    Gather,
    Arrange,
    Features,
    Estimate,
    Run,
    Steer,
    Pin,
    Rows,
    Kept,
    Export,
}

impl LabTask {
    pub fn kind(&self) -> LabKind {
        match self {
            Self::Gather(_) => LabKind::Gather,
            Self::Arrange(_) => LabKind::Arrange,
            Self::Features { .. } => LabKind::Features,
            Self::Estimate(_) => LabKind::Estimate,
            Self::Begin(_) | Self::Resume { .. } => LabKind::Run,
            Self::Steer(_) => LabKind::Steer,
            Self::Pin(_) => LabKind::Pin,
            Self::Rows(_) => LabKind::Rows,
            Self::Kept | Self::Keep(_) | Self::Import => LabKind::Kept,
            Self::Export(_) => LabKind::Export,
        }
    }
}

/// A file and how the visitor wants it read; None is a guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAs {
    pub name: String,
    pub columns: Option<Columns>,
}

/// Columns, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Columns {
    pub text: usize,
    pub second: Option<usize>,
    pub label: Option<usize>,
    pub header: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Steer {
    Pause,
    GoOn,
    /// Ends the run; what was learnt is kept.
    Stop,
    /// Puts the weights of the best validation back and ends the run with them.
    Best,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    pub name: String,
    pub settings: Hyperparameters,
    pub pinned: TextPair,
}

/// Which judged rows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsAsked {
    pub part: Part,
    pub which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// Wrong ones, the surest first.
    Wrong,
    /// Those of a cell of the confusion matrix.
    Cell { truly: usize, said: usize },
}

/// Rows that one answer lists.
pub const MAX_ROWS_LISTED: usize = 50;

/// What is done to a kept thing, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keep {
    Rename { model: String, name: String },
    DeleteModel { model: String },
    DeleteRun { run: String },
}

/// Files made for the visitor; they come beside [`LabEvent::Exported`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    Adapter {
        model: String,
    },
    Peft {
        model: String,
    },
    EvalResults {
        model: String,
    },
    TestResults,
    Log {
        model: String,
    },
    /// The data as the article's train.tsv, dev.tsv and test.tsv.
    Trio,
}

/// Names, split and length.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Arrangement {
    /// By class; empty for those of the files.
    pub names: Vec<String>,
    pub seed: u32,
    /// Shares of what comes in no dev or test file of its own, 0 to below 1.
    pub validation: f64,
    pub test: f64,
    pub max_seq_length: usize,
}

// -------------------------------------------------------------------------------------- answers

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
    pub lengths: Lengths,
    pub copies: Copies,
    pub arrangement: Arrangement,
    /// Good settings for so much data of such length.
    pub suggested: Option<Hyperparameters>,
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
    pub step: usize,
    pub steps: usize,
    pub epoch: f64,
    pub examples_per_s: f64,
    pub left_ms: f64,
    pub best: Option<Best>,
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
    pub text: TextPair,
    pub probabilities: Vec<f32>,
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
    pub bytes: u64,
    /// Milliseconds since 1970.
    pub made_ms: f64,
    pub accuracy: Option<f64>,
    pub steps: usize,
    /// The base it was trained on.
    pub base_hash: String,
    /// That is another base: not usable here.
    pub other_base: bool,
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
}
