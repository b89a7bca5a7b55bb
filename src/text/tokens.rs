//! What a text becomes: pieces, words and the steps between, as the page shows them.

use serde::{Deserialize, Serialize};

/// One text or two.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextPair {
    pub a: String,
    pub b: Option<String>,
}

/// One row of a batch: the ids of one sentence or pair, [CLS] and [SEP] included, not padded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Row {
    /// Vocabulary ids, (S,).
    pub input_ids: Vec<u32>,
    /// Segment of each piece, 0 for A and 1 for B, (S,).
    pub token_type_ids: Vec<u32>,
}

/// A text or pair as BERT reads it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tokens {
    pub pieces: Vec<Piece>,
    pub words: Vec<Word>,
    pub cut: Option<Cut>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    pub id: u32,
    /// As in the vocabulary, "##" included.
    pub text: String,
    /// Segment, 0 or 1.
    pub segment: u32,
    pub kind: PieceKind,
    /// Where it stands in its text, UTF-16 code units [start, end); None for added specials.
    pub span: Option<[usize; 2]>,
    /// Index in [`Tokens::words`].
    pub word: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// [CLS], [SEP], [PAD], added or typed.
    Special,
    Mask,
    /// [UNK]
    Unknown,
    /// Begins a word.
    Start,
    /// "##…"
    Continuation,
}

/// A word before WordPiece, with the greedy steps that cut it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Word {
    pub segment: u32,
    pub typed: String,
    /// After cleaning, lower-casing and accent stripping.
    pub read: String,
    pub span: [usize; 2],
    pub changes: Vec<Change>,
    pub steps: Vec<Step>,
}

/// Why a word was read otherwise than typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Change {
    LowerCase,
    Accents,
    /// Punctuation stands alone.
    Punctuation,
    /// Chinese characters stand alone.
    Chinese,
    /// Control characters are dropped.
    Control,
    /// More than 100 characters: [UNK] unread.
    TooLong,
    NotInVocabulary,
}

/// One try of greedy longest match: `candidate` was looked up and found, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub candidate: String,
    pub id: Option<u32>,
}

/// The text was longer than the model reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    pub limit: usize,
    /// Pieces there would have been, specials included.
    pub total: usize,
    /// The text (0 or 1) and UTF-16 offset where reading stopped, for each text that was cut.
    pub at: Vec<(u32, usize)>,
}
