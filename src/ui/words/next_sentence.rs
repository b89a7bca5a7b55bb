//! The words of the Next sentence lesson.

pub const KICKER: (&str, &str) =
    ("Lesson 9 · the article: ", "is the second sentence a subsequent sentence in the original document?");
pub const TITLE: &str = "Next sentence";
