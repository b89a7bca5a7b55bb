use crate::text::table::Bad;
use crate::ui::logic::many::By;
use crate::ui::words::key::keys;

keys! {
    many;
    text {
        TITLE, LEDE, PASTE, PLACEHOLDER, CHOOSE, SAMPLE, BROKEN, CLEAR, READING, TEXT_IN, LABEL_IN, NO_LABELS,
        HEADER, PREVIEW, NOTHING, UNREADABLE, WAITING, CANCEL, RESUME, AGAIN, RESULTS, CSV, TSV, TSV_TITLE,
        NO_ANSWER, PREVIOUS, NEXT, PICK, TABLE, REVIEW, GIVEN, SAID, IN_FILE, ROWS, SHARE, HINT, JUDGED,
    }
    fn classify(rows: usize) -> String;
    fn summary(rows: usize, bad: usize, size: u64) -> String;
    fn full(line: usize) -> String;
    fn bad_heading(bad: usize) -> String;
    fn bad_more(more: usize) -> String;
    fn bad(bad: &Bad) -> String;
    fn progress(done: usize, rows: usize, rows_per_s: f64, left: &str) -> String;
    fn windows(done: usize, total: usize) -> String;
    fn finished(rows: usize, seconds: f64) -> String;
    fn stopped(done: usize, rows: usize) -> String;
    fn column(index: usize, name: Option<&str>) -> String;
    fn column_head(by: By, label: &str) -> String;
    fn shown(first: usize, last: usize, rows: usize) -> String;
    fn histogram(label: &str, rows: usize) -> String;
    fn bin(rows: usize, low: usize, high: usize) -> String;
    fn bin_range(low: usize, high: usize) -> String;
    fn accuracy(share: &str, low: &str, high: &str, n: usize) -> String;
}
