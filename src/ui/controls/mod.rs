//! Controls that lessons share.

mod cased;
mod choice;
mod frame;
mod guess;
mod intake;
mod sentence_box;

pub use cased::{CasedButton, OfUncased};
pub use choice::Choice;
pub use frame::{Head, Note, Recorded, Remarks, Section, Told, Twin};
pub use guess::{Guess, Question, Truth};
pub use intake::{Intake, Words as IntakeWords};
pub use sentence_box::{SentenceBox, Tries};
