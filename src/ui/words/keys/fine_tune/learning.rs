use crate::protocol::lab::{Note, RunState};
use crate::ui::words::key::keys;

keys! {
    fine_tune::learning;
    text {
        TITLE, STEPS, LOSS, ACCURACY, RATE, NORM, MORE, EACH_STEP, VALIDATION, BEST, PAUSE, GO_ON, STOP, TAKE_BEST,
        TAKE_BEST_TITLE, PINNED, PINNED_QUESTION, PINNED_NOTE, INTERRUPTED, BEFORE, AFTER, EVALUATE, NOT_YET,
        BEFORE_TRAINING, AFTER_TRAINING, ON_TEST, ANSWER_NOTE, EXACT, NO_ANSWER, ROWS, WRONG, NONE_WRONG, CLOSE,
        PICK, MATRIX_HINT,
    }
    of {
        MEASURES: [&str; 4],
        ANSWER_MEASURES: [&str; 4],
        ROW_HEAD: [&str; 5],
    }
    fn train_mean(window: usize) -> String;
    fn progress(r: &RunState) -> String;
    fn phase(r: &RunState) -> String;
    fn resumed(step: usize) -> String;
    fn note(note: &Note, labels: &[String]) -> String;
    fn judged(accuracy: f64, low: f64, high: f64, n: usize) -> String;
    fn moved(before: f64, after: f64) -> String;
    fn cell(truly: &str, said: &str) -> String;
    fn shown(shown: usize, of: usize) -> String;
    fn said(label: &str, probability: f32, step: usize) -> String;
}
