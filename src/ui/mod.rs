//! The page. `logic` and `words` need no browser and are tested natively; all else draws.

pub mod logic;
pub mod words;
