use crate::ui::logic::stored::Words;
use crate::ui::words::key::keys;

keys! {
    stored;
    text {
        STORED, LEDE, MATRIX, ROW, GROUP, READING, FIGURE, KEY, KEY_ALONE, NOTE, NOT_RECORDED,
    }
    of {
        CODES_HEAD: [&str; 4],
        WEIGHTS_HEAD: [&str; 5],
        WORDS_HEAD: [&str; 4],
        WORDS_ROWS: [&str; 3],
    }
    fn grid(scale: f32, minimum: Option<f32>) -> String;
    fn weight(value: f32) -> String;
    fn code(code: i16) -> String;
    fn matrix_off(off: [f64; 2]) -> String;
    fn of_group(worst: f32, steps: f32) -> String;
    fn judged(words: &Words) -> String;
}
