use crate::protocol::answers::Out;
use crate::ui::words::key::keys;

keys! {
    answers;
    text {
        TITLE, LEDE, TEXT, QUESTION, FIGURE, NO_ANSWER, NO_SPAN, WORDS, STOP, STOPPED, AGAIN, READING, SPANS, STRIPS,
        BEGINNING, END, WORK, WORK_ACT, WORK_ABOUT, TWICE, LOOK, LOOK_LINK, ARTICLE, MISLEADS, OURS,
    }
    of {
        KICKER: (&str, &str),
        SPANS_HEAD: [&str; 5],
        STRIPS_HEAD: [&str; 3],
        WORK_HEAD: [&str; 4],
    }
    fn their_model(name: &str) -> String;
    fn window_note(window: usize, windows: usize) -> String;
    fn verdict(probability: &str) -> String;
    fn null_note(null: f32, best: f32, threshold: f32, none: bool) -> String;
    fn progress(done: usize, total: usize) -> String;
    fn adapter(received: u64, total: u64) -> String;
    fn why(out: Out) -> String;
    fn from_to(start: &str, end: &str) -> String;
    fn in_words(question: &str, answer: &str, probability: f32, null: f32) -> String;
    fn strips_note(window: usize, shown: usize, start: &str, end: &str) -> String;
    fn product(name: &str, piece: &str, sum: f32, bias: f32) -> String;
}
