//! The words of the Next sentence lesson.

pub const KICKER: &str = "Part I, how it works";
pub const TITLE: &str = "Next sentence";
