//! Controls that lessons share.

mod choice;
mod frame;
mod sentence_box;

pub use choice::Choice;
pub use frame::{Head, Note, Recorded, Section, Told, Twin};
pub use sentence_box::{SentenceBox, Tries};
