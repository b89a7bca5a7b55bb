//! German.

pub mod answers;
pub mod cased;
pub mod context;
pub mod failures;
pub mod features;
pub mod fine_tune;
pub mod guess;
pub mod heads;
pub mod lessons;
pub mod many;
pub mod masking;
pub mod next_sentence;
pub mod own;
pub mod pretraining;
pub mod probe;
pub mod quality;
pub mod sentiment;
pub mod share;
pub mod shell;
pub mod stored;
pub mod why;

/// A number that was written with a point.
fn comma(number: impl Into<String>) -> String {
    number.into().replace('.', ",")
}
