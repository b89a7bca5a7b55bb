use crate::protocol::lab::{Copies, Lengths, Part};
use crate::train::data::DataError;
use crate::ui::words::key::keys;

keys! {
    fine_tune::data;
    text {
        TITLE, PASTE, PLACEHOLDER, CHOOSE, CLEAR, PASTED, WAITING, CANCEL, PREVIEW, TEXT_IN, SECOND_IN, LABEL_IN,
        QUESTION_IN, ANSWER_IN, ANSWERS, QUESTIONS, CUT_IN_WINDOWS, NONE, HEADER, LABELS, LABEL, IN_FILE, ALL,
        RENAME, SPLIT, SEED, VALIDATION, TEST, SPLIT_NOTE, SPLIT_BY_TEXT, SPLIT_FIXED, STRETCH, EXAMPLES, FEATURES,
        PREVIOUS, NEXT, TRIO, TRIO_TITLE, PART, NO_COPIES, COPIES_SHOWN,
    }
    of {
        SAMPLES: [&str; 4],
    }
    fn gathering(read: u64, total: u64, found: usize) -> String;
    fn file(name: &str, role: &str, found: usize, bad: usize, size: u64) -> String;
    fn full(line: usize) -> String;
    fn bad_heading(bad: usize) -> String;
    fn parts(counts: [usize; 3], unlabelled_test: bool) -> String;
    fn lengths(l: &Lengths) -> String;
    fn cut(l: &Lengths, max_seq_length: usize) -> String;
    fn stretch(from: usize, to: usize) -> String;
    fn bar(n: usize, from: usize, to: usize) -> String;
    fn copies(c: &Copies) -> Vec<String>;
    fn copy(text: &str, lines: &[usize]) -> String;
    fn counted(p: Part) -> &'static str;
    fn refused(e: &DataError) -> String;
}
