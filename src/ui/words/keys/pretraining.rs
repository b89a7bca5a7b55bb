use crate::protocol::pretraining::{PretrainFailure, TextReport};
use crate::ui::words::key::keys;

keys! {
    pretraining;
    text {
        TITLE, LEDE, TEXT, TEXT_NOTE, TRY_OPENING, FIGURE, START, PAUSE, GO_ON, ANEW, SEED, PROGRESS, ON_CPU, NOT_READY,
        LOSS, HELD_OUT, NEXT, READ, BERT, LEFT, NEXT_MEAN, COUNTED, WHAT_LOSS, NO_HELD_OUT, BLANKS, BLANKS_NOTE,
        BLANK_HELD, NO_BLANKS, NUMBERS, NUMBERS_WAIT, NUMBERS_NOTE, LOOK, ARTICLE, MISLEADS, GUESS, PAUSED,
        INTERRUPTED, OTHER_TEXT,
    }
    of {
        KICKER: (&str, &str),
        NUMBERS_HEAD: [&str; 3],
        NUMBERS_ROWS: [&str; 7],
        PAPER: [&str; 7],
        GUESS_OPTIONS: [&str; 2],
    }
    fn report(r: &TextReport) -> String;
    fn failure(f: &PretrainFailure) -> String;
    fn progress(step: u64, steps: u64, texts: u64, texts_per_s: f64) -> String;
    fn done(texts: u64) -> String;
    fn failed(reason: &str) -> String;
    fn now(bert: &str, left: &str) -> String;
    fn next_now(loss: &str, right: &str) -> String;
    fn counted(bert: u64, left: u64) -> String;
    fn told(texts: u64, bert: &str, left: &str) -> String;
    fn years(rate: &str, small: &str, times: u64, large: &str) -> String;
    fn time(seconds: f64) -> String;
    fn about(value: f64) -> String;
    fn words_of(pieces: u64) -> String;
    fn blank_number(number: usize) -> String;
    fn guess_told(guess: &str, share: &str, truth: &str, its: &str) -> String;
}
