//! The words of the Sentiment lesson.

pub const KICKER: (&str, &str) = ("Lesson 11 · the article: ", "positive or negative reviews");
pub const TITLE: &str = "Sentiment";
