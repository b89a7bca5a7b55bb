//! What page and worker say of pre-training in a minute: a text is looked at, a run begun and steered, and what comes
//! of it told unasked.

pub use crate::train::pretraining::{
    Guess, LEAST_SENTENCES, Look, MOST_PIECES, MOST_SENTENCES, Point, PretrainSettings as Settings,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PretrainTask {
    /// What a text has to learn from. Needs the vocabulary only.
    Read(String),
    /// Begins a run in place of any there was.
    Begin(Begin),
    Steer(Steer),
}

/// Requests of one kind take each other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PretrainKind {
    Read,
    Begin,
    Steer,
}

impl PretrainTask {
    pub fn kind(&self) -> PretrainKind {
        match self {
            Self::Read(_) => PretrainKind::Read,
            Self::Begin(_) => PretrainKind::Begin,
            Self::Steer(_) => PretrainKind::Steer,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    pub text: String,
    pub settings: Settings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Steer {
    Pause,
    GoOn,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PretrainEvent {
    /// Answers [`PretrainTask::Read`].
    Read(TextReport),
    /// Answers the other tasks.
    Done,
    /// Unasked: where the run stands, and what is new since the last.
    Told(Box<Told>),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextReport {
    /// Trained on, and held out.
    pub sentences: [usize; 2],
    /// Of the sentences, without [CLS] and [SEP].
    pub pieces: usize,
    /// V of the cut vocabulary.
    pub vocab_size: usize,
    /// Numbers that are trained.
    pub parameters: usize,
    /// Sentences left out at the end, and those that lost pieces at theirs.
    pub left_out: usize,
    pub cut: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    #[default]
    Running,
    Paused,
    Done,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub phase: Phase,
    pub settings: Settings,
    pub parameters: usize,
    /// Set once, with what is asked; empty afterwards.
    pub blanks: Vec<BlankText>,
    /// What is told takes the place of all before it.
    pub from_start: bool,
    pub points: Vec<Point>,
    pub looks: Vec<NamedLook>,
    /// Of BERT's steps alone: pieces and pairs of sentences a second.
    pub pieces_per_s: f64,
    pub pairs_per_s: f64,
    /// What ended it.
    pub failure: Option<String>,
}

/// A pair of sentences in pieces, one of them hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlankText {
    /// Of both sentences, as the text has them.
    pub before: String,
    pub truth: String,
    pub after: String,
    pub held_out: bool,
}

/// [`Look`] with its pieces named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedLook {
    pub step: u32,
    /// Both models' losses on what neither was trained on.
    pub held_out: Option<[f64; 2]>,
    pub blanks: Vec<NamedGuess>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedGuess {
    /// Piece and probability, the likeliest first.
    pub top: Vec<(String, f32)>,
    /// Of the hidden piece.
    pub probability: f32,
    pub rank: u32,
}

/// Why a text cannot be trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PretrainFailure {
    TooShort { sentences: usize, least: usize },
}
