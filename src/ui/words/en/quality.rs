//! The words of "How good is it?", which every task's lesson has.

use crate::ui::logic::number::{count, grouped, percent};

pub const TITLE: &str = "How good is it?";
pub const SETS: &str = "Judged on";
pub const NOT_YET: &str =
    "Not judged yet: the figures of the held-out sets come with the next recording. A sample can be judged here.";
pub const CONFUSION: &str = "What was said, of each true label";
pub const TRULY: &str = "truly";
pub const CALIBRATION: &str = "Is a probability worth its number?";
pub const CALIBRATION_LABEL: &str =
    "Curve of the share that was right against the probability given; the table beside it holds the same numbers";
pub const CALIBRATION_HEAD: [&str; 4] = ["probability given", "answers", "on average", "were right"];

pub fn said(label: &str) -> String {
    format!("said {label}")
}

/// What a cell of the confusion matrix holds, read aloud: first what is seen there.
pub fn cell(truly: &str, said: &str, n: &str, share: &str) -> String {
    format!("{n} {share}: truly {truly}, said {said}. Show them")
}

pub fn bin(low: f32, high: f32) -> String {
    format!("{:.0} to {:.0} %", low * 100.0, high * 100.0)
}

/// The figures of one set.
pub fn set(name: &str, n: u64, accuracy: f32, low: f32, high: f32, ece: f32) -> String {
    format!(
        "{} of {} answers on {name} were right (95 % interval {} to {}). On average a probability was {} off the share that was right.",
        percent(accuracy),
        grouped(n),
        percent(low),
        percent(high),
        percent(ece)
    )
}

pub fn judge(rows: usize) -> String {
    format!("Judge {} here", count(rows, "text", "texts"))
}

pub const JUDGE_ABOUT: &str = "A sample of the held-out texts, read now by the engine on this device.";
pub const JUDGE_STOP: &str = "Stop";

pub fn judged(right: usize, done: usize, of: usize) -> String {
    let share = if done == 0 { 0.0 } else { right as f32 / done as f32 };
    format!(
        "{} of {} right so far: {}. {} in all.",
        grouped(right as u64),
        grouped(done as u64),
        percent(share),
        count(of, "text", "texts")
    )
}

pub fn judged_all(right: usize, of: usize) -> String {
    let share = if of == 0 { 0.0 } else { right as f32 / of as f32 };
    format!("{} of {} right here, just now: {}.", grouped(right as u64), count(of, "text", "texts"), percent(share))
}

pub fn misread(rows: usize) -> String {
    if rows == 0 {
        "None was misread.".into()
    } else {
        format!("{} misread; click one to read it above.", count(rows, "was", "were"))
    }
}

pub const MISREAD_HEAD: [&str; 4] = ["text", "truly", "said", "with"];
