use crate::ui::words::key::keys;

keys! {
    quality;
    text {
        TITLE, SETS, NOT_YET, CONFUSION, TRULY, CALIBRATION, CALIBRATION_LABEL, JUDGE_ABOUT, JUDGE_STOP,
    }
    of {
        CALIBRATION_HEAD: [&str; 4],
        MISREAD_HEAD: [&str; 4],
    }
    fn said(label: &str) -> String;
    fn cell(truly: &str, said: &str, n: &str, share: &str) -> String;
    fn bin(low: f32, high: f32) -> String;
    fn set(name: &str, n: u64, accuracy: f32, low: f32, high: f32, ece: f32) -> String;
    fn judge(rows: usize) -> String;
    fn judged(right: usize, done: usize, of: usize) -> String;
    fn judged_all(right: usize, of: usize) -> String;
    fn misread(rows: usize) -> String;
}
