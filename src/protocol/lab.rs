//! What page and worker say of the fine-tuning lab. The worker holds data, run and models; the page hears of them
//! in [`LabEvent`]s, most of them unasked.

mod told;

use crate::protocol::TextPair;
pub use crate::train::data::{DataError, Features as Printed, Part};
pub use crate::train::diagnose::Diagnosis;
pub use crate::train::room::{Limit, Room};
pub use crate::train::settings::{Depth, Hyperparameters, SettingError};
use serde::{Deserialize, Serialize};
pub use told::*;

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
    /// What the run that has just ended changed; answered by [`LabEvent::Changed`], unasked.
    Changed,
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
    Changed,
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
            Self::Changed => LabKind::Changed,
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
    /// The labels are answers: stretches of `text`, to the questions in `second`.
    #[serde(default)]
    pub answers: bool,
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
    /// As Hugging Face's libraries load it: `peft` an adapter, `transformers` a whole model.
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
