//! Words of "Inside": a matrix in codes.

use crate::ui::logic::stored::Words;

pub const STORED: &str = "A weight in 4 bits";
pub const LEDE: &str = "The file holds no weights as such. 32 neighbours of a row share two numbers, a scale and a minimum; each weight is one of 16 codes, and weight = scale × code + minimum. With 8 bits there are 255 codes with a sign and no minimum. These are the codes of the file that this page loaded.";
pub const MATRIX: &str = "Matrix";
pub const ROW: &str = "Row";
pub const GROUP: &str = "Group of 32";
pub const READING: &str = "Reading the file…";
pub const FIGURE: &str = "The 32 weights on their grid";
pub const CODES_HEAD: [&str; 4] = ["code", "stands for", "here", "in the whole matrix"];
pub const WEIGHTS_HEAD: [&str; 5] = ["number", "code", "weight", "f32 (recorded)", "off by"];
pub const KEY: &str = "Dots: the weights as stored, each on its step of the grid. Marks above, amber: the f32 originals, recorded when the file was judged.";
pub const KEY_ALONE: &str = "Dots: the weights as stored, each on its step of the grid. The f32 originals are recorded for the first group of row 1.";
pub const WORDS_HEAD: [&str; 4] = ["weights", "loss", "right at first", "off by"];
pub const WORDS_ROWS: [&str; 3] = ["f32", "4 bits, as here", "8 bits"];
pub const NOTE: &str = "Off by: the size of all differences together, by the size of all weights together, ‖W − Ŵ‖ / ‖W‖. A step of the grid is small beside a weight that matters, the differences go up and down, and sums over hundreds of them mostly cancel: that is why the words hardly change.";
pub const NOT_RECORDED: &str =
    "For these weights nothing is recorded: what they were before they became codes is not in the file.";

pub fn grid(scale: f32, minimum: Option<f32>) -> String {
    let rule = match minimum {
        Some(minimum) => format!("scale {scale:.5}, minimum {minimum:.5}: the steps are {scale:.5} apart."),
        None => format!("scale {scale:.5}, no minimum: the steps are {scale:.5} apart."),
    };
    rule.replace('-', "−")
}

/// A weight.
pub fn weight(value: f32) -> String {
    format!("{value:.5}").replace('-', "−")
}

pub fn code(code: i16) -> String {
    code.to_string().replace('-', "−")
}

pub fn matrix_off(off: [f64; 2]) -> String {
    format!(
        "This matrix is off by {:.1} % of its size in 4 bits, in 8 bits it would be {:.2} %.",
        off[0] * 100.0,
        off[1] * 100.0
    )
}

pub fn of_group(worst: f32, steps: f32) -> String {
    format!("In this group the largest difference is {worst:.5}, {steps:.2} of a step.")
}

pub fn judged(words: &Words) -> String {
    let n = crate::ui::logic::number::grouped(words.n as u64);
    format!("{n} words hidden in Wikipedia, guessed with each kind of weights")
}
