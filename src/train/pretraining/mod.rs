//! A small BERT pre-trained from its first values on one text, beside a left-to-right model of the same shape.
//!
//! text → [`PretrainText`] (sentences, and the vocabulary cut to their pieces) → [`Draws`] (pairs, masks) →
//! [`PretrainRun`], which takes a step whenever it is told to.

mod draws;
mod run;
mod start;
mod text;

pub use draws::{Draws, Pair};
pub use run::{Guess, Look, Point, PretrainRun, PretrainSettings, Turned};
pub use start::{first_values, shape};
pub use text::{Blank, LEAST_SENTENCES, MOST_PIECES, MOST_SENTENCES, PretrainText, PretrainTextError};
