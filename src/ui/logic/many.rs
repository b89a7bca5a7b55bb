//! Many texts at once: how they are read, asked for in turn, ordered, judged and written to files.

use super::csv;
use crate::engine::judge::{Judged, said};
use crate::engine::predictions::{number, results_row};
use crate::engine::{EngineInfo, EngineKind};
use crate::protocol::{ClassifiedRow, MAX_CLASSIFY_TEXTS};
use crate::text::table::{Bad, Reader, Row};
use std::ops::Range;

/// Rows that the page takes of one file, and bad ones that it tells.
pub const MAX_ROWS: usize = 10_000;
/// Rows shown at a time.
pub const PAGE_ROWS: usize = 25;

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    pub rows: Vec<Row>,
    pub bad: Vec<Bad>,
    /// The line at which reading stopped: the table was full.
    pub full_at: Option<usize>,
}

impl Table {
    /// Takes the rows that a reader has ready; false once no more fit.
    pub fn take(&mut self, reader: &mut Reader) -> bool {
        while let Some(row) = reader.take() {
            let line = row.as_ref().map_or_else(|b| b.line, |r| r.line);
            if self.rows.len() == MAX_ROWS || self.bad.len() == MAX_ROWS {
                self.full_at = Some(line);
                return false;
            }
            match row {
                Ok(row) => self.rows.push(row),
                Err(bad) => self.bad.push(bad),
            }
        }
        true
    }

    /// Bytes of the texts from a row on.
    pub fn bytes_from(&self, row: usize) -> usize {
        self.rows.iter().skip(row).map(|r| r.text.len()).sum()
    }

    pub fn has_labels(&self) -> bool {
        self.rows.iter().any(|r| r.class.is_some())
    }
}

/// What was said of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// (labels,); empty when there was nothing to read.
    pub probabilities: Vec<f32>,
    pub pieces: usize,
    pub windows: usize,
}

impl From<&ClassifiedRow> for Outcome {
    fn from(row: &ClassifiedRow) -> Self {
        Self { probabilities: row.probabilities.clone(), pieces: row.pieces, windows: row.windows.len() }
    }
}

impl Outcome {
    /// Of the last label, which is "positive" for reviews.
    pub fn last(&self) -> Option<f32> {
        self.probabilities.last().copied()
    }
}

// ---------------------------------------------------------------------------------- asked in turn

/// How much is asked at once. Little, so that cancelling loses little and progress moves; but as much as fills
/// the engine's forwards, so that asking costs next to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pace {
    least_bytes: usize,
    pub bytes_per_s: f64,
}

/// What one request should take, in seconds: a page's round trip costs some milliseconds of it.
const REQUEST_S: f64 = 1.0;
/// Two full forwards of a GPU at four bytes a piece.
const GPU_BYTES: usize = 32 << 10;
/// One forward of the CPU engine.
const CPU_BYTES: usize = 2 << 10;

impl Pace {
    /// Before anything was measured.
    pub fn new(engine: &EngineInfo) -> Self {
        let fast = engine.kind == EngineKind::Gpu && !engine.software;
        Self { least_bytes: if fast { GPU_BYTES } else { CPU_BYTES }, bytes_per_s: 0.0 }
    }

    /// Takes the time of a request into account, the latest most.
    pub fn measure(&mut self, bytes: usize, ms: f64) {
        let now = bytes as f64 / (ms / 1e3).max(1e-3);
        self.bytes_per_s = if self.bytes_per_s == 0.0 { now } else { 0.6 * self.bytes_per_s + 0.4 * now };
    }

    /// The rows to ask about next.
    pub fn next(&self, rows: &[Row], from: usize) -> Range<usize> {
        let budget = self.least_bytes.max((self.bytes_per_s * REQUEST_S) as usize);
        let mut end = from;
        let mut bytes = 0;
        for row in rows.iter().skip(from).take(MAX_CLASSIFY_TEXTS) {
            bytes += row.text.len();
            if end > from && bytes > budget {
                break;
            }
            end += 1;
        }
        from..end
    }
}

// ------------------------------------------------------------------------------------------ order

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    #[default]
    Line,
    /// The label said.
    Label,
    /// Of the last label.
    Probability,
    Pieces,
}

impl By {
    pub const ALL: [Self; 4] = [Self::Line, Self::Label, Self::Probability, Self::Pieces];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    pub by: By,
    pub descending: bool,
}

impl Sort {
    /// What a click on a column's head makes of it: the column, then the other way round.
    pub fn clicked(self, by: By) -> Self {
        Self { by, descending: self.by == by && !self.descending }
    }

    /// Indices of the rows in this order. Rows without an answer come last, equal ones as the file has them.
    pub fn order(self, rows: usize, outcomes: &[Outcome]) -> Vec<usize> {
        let mut all: Vec<usize> = (0..rows).collect();
        if self.by == By::Line {
            if self.descending {
                all.reverse();
            }
            return all;
        }
        let key = |i: usize| {
            let o = outcomes.get(i)?;
            match self.by {
                By::Label => said(&o.probabilities).map(|l| l as f64),
                By::Probability => o.last().map(f64::from),
                _ => (!o.probabilities.is_empty()).then_some(o.pieces as f64),
            }
        };
        all.sort_by(|&a, &b| match (key(a), key(b)) {
            (Some(a), Some(b)) if self.descending => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        all
    }
}

/// Pages that so many rows fill, one at least.
pub fn pages(rows: usize) -> usize {
    rows.div_ceil(PAGE_ROWS).max(1)
}

// --------------------------------------------------------------------------------- judged, written

/// Of the rows that have a label and an answer.
pub fn judged(rows: &[Row], outcomes: &[Outcome], labels: usize) -> Judged {
    let mut judged = Judged::new(labels);
    for (row, outcome) in rows.iter().zip(outcomes) {
        if let Some(class) = row.class {
            judged.add(class, &outcome.probabilities);
        }
    }
    judged
}

/// The article's `test_results.tsv` of the rows that are done.
pub fn results_file(outcomes: &[Outcome]) -> String {
    outcomes.iter().map(|o| results_row(&o.probabilities)).collect()
}

/// The same with line, text and label, and the file's own labels where it has them.
pub fn csv_file(rows: &[Row], outcomes: &[Outcome], labels: &[String], with_given: bool) -> String {
    let heads = ["line", "text", "label"].into_iter().chain(labels.iter().map(String::as_str));
    let given = |there: bool| there.then_some("given").into_iter();
    let mut out = csv::row(heads.chain(["windows"]).chain(given(with_given)));
    for (row, outcome) in rows.iter().zip(outcomes) {
        let label = said(&outcome.probabilities).and_then(|i| labels.get(i)).cloned().unwrap_or_default();
        let mut fields = vec![row.line.to_string(), row.text.clone(), label];
        fields.extend((0..labels.len()).map(|i| outcome.probabilities.get(i).map_or(String::new(), |&p| number(p))));
        fields.push(outcome.windows.to_string());
        fields.extend(with_given.then(|| row.label.clone().unwrap_or_default()));
        out += &csv::row(fields.iter().map(String::as_str));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::table::{Layout, read_all};

    fn row(line: usize, text: &str, class: Option<usize>) -> Row {
        Row { line, text: text.into(), class, label: class.map(|c| c.to_string()), ..Row::default() }
    }

    fn outcome(positive: f32, pieces: usize) -> Outcome {
        Outcome { probabilities: vec![1.0 - positive, positive], pieces, windows: 1 }
    }

    #[test]
    fn a_table_takes_so_many_rows_and_says_where_it_stopped() {
        let file = "good\n".repeat(MAX_ROWS) + "\nmore\n";
        let mut reader = Reader::new(Layout { columns: 1, ..Layout::default() }, &[]);
        let mut table = Table::default();
        reader.push(file.as_bytes());
        assert!(!table.take(&mut reader));
        assert_eq!((table.rows.len(), table.bad.len(), table.full_at), (MAX_ROWS, 0, Some(MAX_ROWS + 1)));
        let fits = read_all("good\n".repeat(MAX_ROWS).as_bytes(), &Layout { columns: 1, ..Layout::default() }, &[]);
        assert_eq!(fits.len(), MAX_ROWS);
    }

    /// Every row is asked about once, in order, whatever the pace.
    #[test]
    fn requests_cover_all_rows() {
        let rows: Vec<Row> = (0..3000).map(|i| row(i + 1, &"x".repeat(1 + i * 37 % 900), None)).collect();
        let gpu = EngineInfo { kind: EngineKind::Gpu, ..EngineInfo::default() };
        for (info, bytes_per_s) in [(EngineInfo::default(), 0.0), (gpu.clone(), 0.0), (gpu, 1e6)] {
            let pace = Pace { bytes_per_s, ..Pace::new(&info) };
            let mut from = 0;
            while from < rows.len() {
                let range = pace.next(&rows, from);
                assert!(range.start == from && range.end > from && range.len() <= MAX_CLASSIFY_TEXTS);
                let bytes: usize = rows[range.clone()].iter().map(|r| r.text.len()).sum();
                assert!(range.len() == 1 || bytes <= pace.least_bytes.max(bytes_per_s as usize));
                from = range.end;
            }
            assert_eq!(pace.next(&rows, rows.len()), rows.len()..rows.len());
        }
    }

    #[test]
    fn a_request_takes_about_a_second_once_the_engine_is_known() {
        let mut pace = Pace::new(&EngineInfo::default());
        pace.measure(2048, 500.0);
        assert_eq!(pace.bytes_per_s.round(), 4096.0);
        let rows: Vec<Row> = (0..100).map(|i| row(i, &"x".repeat(100), None)).collect();
        assert_eq!(pace.next(&rows, 0), 0..40);
        pace.measure(4096, 500.0);
        assert!(pace.bytes_per_s > 5000.0 && pace.bytes_per_s < 8192.0);
    }

    #[test]
    fn orders_put_rows_without_an_answer_last() {
        let outcomes = [outcome(0.9, 5), outcome(0.2, 9), Outcome::default(), outcome(0.6, 5)];
        let order = |by, descending| Sort { by, descending }.order(5, &outcomes);
        assert_eq!(order(By::Line, true), [4, 3, 2, 1, 0]);
        assert_eq!(order(By::Probability, false), [1, 3, 0, 2, 4]);
        assert_eq!(order(By::Probability, true), [0, 3, 1, 2, 4]);
        assert_eq!(order(By::Pieces, false), [0, 3, 1, 2, 4]);
        assert_eq!(order(By::Label, true), [0, 3, 1, 2, 4]);
        let clicked = Sort::default().clicked(By::Pieces);
        assert_eq!(clicked, Sort { by: By::Pieces, descending: false });
        assert_eq!(clicked.clicked(By::Pieces), Sort { by: By::Pieces, descending: true });
        assert_eq!((pages(0), pages(25), pages(26)), (1, 1, 2));
    }

    #[test]
    fn files_hold_the_rows_that_are_done() {
        let rows = [row(2, "fine, \"really\"", Some(1)), row(5, "bad", Some(0)), row(6, "later", Some(0))];
        let outcomes = [outcome(0.75, 3), Outcome::default()];
        let labels = ["negative".to_owned(), "positive".to_owned()];
        assert_eq!(results_file(&outcomes), "0.25000\t0.75000\n\n");
        let csv = csv_file(&rows, &outcomes, &labels, true);
        let expected = "line,text,label,negative,positive,windows,given\r\n\
            2,\"fine, \"\"really\"\"\",positive,0.25000,0.75000,1,1\r\n5,bad,,,,0,0\r\n";
        assert_eq!(csv, expected);
        let judged = judged(&rows, &outcomes, 2);
        assert_eq!((judged.n, judged.right), (1, 1));
    }
}
