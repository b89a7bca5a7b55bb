//! The words of the lesson Ask a text.

use crate::protocol::answers::{LONGEST, Out, WIDTH};
use crate::ui::logic::number::{bytes, count, percent, signed};

pub const KICKER: (&str, &str) =
    ("Lesson 13 · the article: ", "learns two extra vectors that mark the beginning and the end of the answer");
pub const TITLE: &str = "Where in the text is the answer?";
pub const LEDE: &str = "Give BERT a text and a question. It writes nothing: two learned vectors score every piece of the text as the beginning and as the end of the answer, and the best pair is lit.";
pub const TEXT: &str = "Text";
pub const QUESTION: &str = "Question";
pub const FIGURE: &str = "BERT's answer";
pub const NO_ANSWER: &str = "No answer here";
pub const NO_SPAN: &str = "No stretch of this text may be an answer";
pub const WORDS: &str = "Move a word of the question to its end";
pub const STOP: &str = "Stop";
pub const STOPPED: &str = "Stopped. Change the question, or ask again.";
pub const AGAIN: &str = "Ask again";
pub const READING: &str = "Reading";
pub const SPANS: &str = "The best beginnings and ends";
pub const SPANS_HEAD: [&str; 5] = ["Answer", "Beginning", "End", "Together", "Chance"];
pub const STRIPS: &str = "Every piece as beginning and as end";
pub const STRIPS_HEAD: [&str; 3] = ["Piece", "Beginning", "End"];
pub const BEGINNING: &str = "Beginning";
pub const END: &str = "End";
pub const WORK: &str = "Two vectors, one product";
pub const WORK_ACT: &str = "Work out the first piece";
pub const WORK_ABOUT: &str = "All that was learned on top of BERT is two rows of 768 numbers, one for beginnings and one for ends. Each is multiplied, number by number, with a piece's vector, and the products are added.";
pub const WORK_HEAD: [&str; 4] = ["Place", "Piece's number", "Row's number", "Product"];
pub const TWICE: &str = "A second question on the same text makes BERT read the text again. It has to: question and text go through all layers together, and in each of them the text's pieces look at the question's. What they come to depends on what was asked.";
pub const LOOK: &str = "Ask something that the text does not say. The pair [CLS], [CLS] stands for “no answer”, and its score is weighed against all spans together.";
pub const LOOK_LINK: &str = "Ask what it does not say →";
pub const ARTICLE: &str = "The article's other use of BERT: question and text are one input with a [SEP] between them, and fine-tuning adds only a start and an end vector.";
pub const MISLEADS: &str = "It always finds a place, and it trusts likeness: a sentence that shares the question's words may win although it answers something else. “No answer” is the harder half: on held-out questions it is right about two times in three, where a coin is right once in two. It learned from Wikipedia, in English; other scripts it can read only in part.";

pub const OURS: &str = "Back to ours";

pub fn their_model(name: &str) -> String {
    format!("Your model “{name}” answers here.")
}

pub fn window_note(window: usize, windows: usize) -> String {
    if windows == 1 {
        return String::from("The whole text fits in one window with the question.");
    }
    format!(
        "The text is read in {windows} overlapping windows of at most {WIDTH} pieces, the question before each; window {} said this.",
        window + 1
    )
}

pub fn verdict(probability: &str) -> String {
    format!(", with {probability} of all that may be said")
}

/// Scores of "no answer" and of all spans together, and how far apart they must be.
pub fn null_note(null: f32, together: f32, threshold: f32, none: bool) -> String {
    format!(
        "“No answer” scores {}, all spans taken together weigh {}. To say no it takes a difference of more than {}; it is {}, so {}.",
        signed(null),
        signed(together),
        signed(threshold),
        signed(null - together),
        if none { "no answer is said, and what would have been said is lit faintly" } else { "the span is said" }
    )
}

pub fn progress(done: usize, total: usize) -> String {
    format!("{done} of {}", count(total, "window", "windows"))
}

pub fn adapter(received: u64, total: u64) -> String {
    format!("The answers' adapter is on its way: {} of {}.", bytes(received), bytes(total))
}

pub fn why(out: Out) -> String {
    match out {
        Out::Special => "out: [CLS] and [SEP] are no text".into(),
        Out::InQuestion => "out: it lies in the question".into(),
        Out::EndBeforeStart => "out: it ends before it begins".into(),
        Out::TooLong => format!("out: longer than {LONGEST} pieces"),
        Out::InsideWord => "out: it cuts a word in two".into(),
    }
}

pub fn from_to(start: &str, end: &str) -> String {
    format!("{start} … {end}")
}

pub fn in_words(question: &str, answer: &str, probability: f32, null: f32) -> String {
    format!(
        "To “{question}” the best answer is “{answer}” with {}; “no answer” has {}.",
        percent(probability),
        percent(null)
    )
}

pub fn strips_note(window: usize, shown: usize, start: &str, end: &str) -> String {
    format!(
        "The {shown} pieces of window {}, question first. Likeliest beginning: {start}; likeliest end: {end}. Chances are of all pieces of the window, the impossible ones too.",
        window + 1
    )
}

pub fn product(name: &str, piece: &str, sum: f32, bias: f32) -> String {
    format!(
        "“{piece}” as {name}: the 768 products add up to {}, with the bias {} to {}.",
        signed(sum),
        signed(bias),
        signed(sum + bias)
    )
}
