//! What people read on the page: one key for each word, sentence and list, with its text in every language.
//!
//! `keys/` lists them; `en/` and `de/` have the words, plain constants, and functions for sentences with numbers. A key
//! that one language lacks, or has of another type, does not compile.

mod commands;
mod de;
mod en;
pub mod figures;
mod key;
mod keys;

pub use key::Key;
pub use keys::failures::{engine_change, failure, load_note};
pub use keys::*;

#[cfg(test)]
mod tests;
