//! The words of the Sentiment lesson.

pub const KICKER: &str = "Part II, use it";
pub const TITLE: &str = "Sentiment";
