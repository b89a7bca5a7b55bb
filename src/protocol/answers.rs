//! Questions on texts, and where the answers stand.

use super::{AdapterInfo, ArrayRef};
use crate::engine::RunStats;
use crate::engine::spans;
pub use crate::engine::spans::{LONGEST, Out, ScoredSpan, WIDTH};
use serde::{Deserialize, Serialize};

/// The name of the span adapter in the list of adapters.
pub const ANSWERS: &str = "answers";

/// A text, a question, and the span adapter that is asked: ours or a kept one. All empty calls off what is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asked {
    pub adapter: String,
    pub text: String,
    pub question: String,
}

impl Asked {
    pub fn of(&self) -> spans::Asked {
        spans::Asked { text: self.text.clone(), question: self.question.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    pub adapter: AdapterInfo,
    /// "No answer" is said where its score exceeds what all spans weigh together by more.
    pub null_threshold: f32,
    /// The ten best, best first; empty where no span is allowed.
    pub best: Vec<ScoredSpan>,
    /// Those that would stand among them if they were allowed.
    pub refused: Vec<NamedRefusal>,
    pub null_score: f32,
    /// The null score less what all spans weigh together.
    pub null_margin: f32,
    pub null_probability: f32,
    pub no_answer: bool,
    pub windows: Vec<WindowSaid>,
    /// The window of the best span.
    pub shown: WindowShown,
    pub stats: RunStats,
}

/// A start and an end that make no answer, by their pieces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedRefusal {
    pub start: String,
    pub end: String,
    pub score: f32,
    pub why: Out,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowSaid {
    /// Where it stands in the text, UTF-16 code units [start, end).
    pub span: [usize; 2],
    /// Pieces of the text [first, end).
    pub pieces: [usize; 2],
    pub null_score: f32,
}

/// A window's row: [CLS] question [SEP] pieces of the text [SEP].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WindowShown {
    pub window: usize,
    /// Pieces of the question.
    pub question: usize,
    pub pieces: Vec<String>,
    pub start_logits: Vec<f32>,
    pub end_logits: Vec<f32>,
}

/// Work out the start and end logits of one piece of a window's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkTask {
    pub asked: Asked,
    pub window: usize,
    pub position: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worked {
    pub piece: String,
    /// (H,): the piece's vector, and the rows of the head.
    pub vector: ArrayRef,
    pub start: ArrayRef,
    pub end: ArrayRef,
    pub bias: [f32; 2],
}
