//! Tables of texts, labelled or not: TSV, CSV, lines of JSON and plain lines, read bytes by bytes as they come.
//!
//! Bytes go in by [`Reader::push`], rows and bad rows come out by [`Reader::take`], each with the line it begins
//! on. No more than one row is held, whatever the file's size: one longer than [`MAX_ROW_BYTES`] is told bad and
//! passed over. What is wrong with a row is told, never mended silently; the rows after it go on.
//!
//! bytes → [`decode`] UTF-8 → [`lines`] → [`records`] fields → rows by [`Layout`], which [`guess`] makes.

mod decode;
mod guess;
mod json;
mod lines;
mod records;

pub use guess::{SAMPLE_BYTES, guess, guess_labelled, preview};

use decode::Decoder;
use lines::Lines;
use records::{Record, Records};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Longest row, all its columns together.
pub const MAX_ROW_BYTES: usize = 1 << 20;

/// How columns are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// A text a line.
    #[default]
    Lines,
    /// By tabs. Quotes are letters like any other, as in the article's files.
    Tabs,
    /// By this byte, a comma or a semicolon, with the quotes of RFC 4180.
    Quoted(u8),
    /// A JSON object a line. Its columns are the header's keys.
    JsonLines,
}

/// Where a table keeps what. Columns count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    pub format: Format,
    /// Columns of a sound row.
    pub columns: usize,
    /// The first row's names, when it has no text; of JSON, the keys.
    pub header: Option<Vec<String>>,
    pub text: usize,
    /// The second text of a pair.
    pub second: Option<usize>,
    /// Or, with `answers`, an answer.
    pub label: Option<usize>,
    pub id: Option<usize>,
    /// Texts with questions (`second`): a row's label is the answer as it stands in the text, empty where there is
    /// none.
    pub answers: bool,
}

impl Layout {
    /// The column of that name in the header, whatever its case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.as_ref()?.iter().position(|h| h.trim().eq_ignore_ascii_case(name))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// That it begins on, from 1.
    pub line: usize,
    pub text: String,
    pub second: Option<String>,
    pub id: Option<String>,
    /// As the file has it.
    pub label: Option<String>,
    /// Index among the labels that the reader was given.
    pub class: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bad {
    pub line: usize,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    EmptyLine,
    EmptyText,
    TooLong {
        limit: usize,
    },
    /// No UTF-8 or UTF-16, or a NUL among the letters.
    NotText,
    Columns {
        found: usize,
        expected: usize,
    },
    /// No JSON object.
    NotJson,
    /// A quote that nothing closes, or that closes in the middle of a field.
    OpenQuote,
    UnknownLabel {
        label: String,
    },
    /// The answer does not stand in its text.
    NotInText {
        answer: String,
    },
}

/// Index of a label: its place in the list as a number, or its name whatever the case.
pub fn class_of(label: &str, labels: &[String]) -> Option<usize> {
    let label = label.trim();
    let by_number = label.parse().ok().filter(|&i: &usize| i < labels.len() && i.to_string() == label);
    by_number.or_else(|| labels.iter().position(|l| l.eq_ignore_ascii_case(label)))
}

/// Longest piece of an unknown label that is told.
const MAX_TOLD_CHARS: usize = 40;

#[derive(Debug)]
pub struct Reader {
    layout: Layout,
    labels: Vec<String>,
    decoder: Decoder,
    lines: Lines,
    records: Records,
    /// The header is still to come.
    awaits_header: bool,
    out: VecDeque<Result<Row, Bad>>,
}

impl Reader {
    /// With labels, a row whose label is none of them is bad; without, labels are passed on as they are.
    pub fn new(layout: Layout, labels: &[String]) -> Self {
        Self {
            awaits_header: layout.header.is_some() && layout.format != Format::JsonLines,
            decoder: Decoder::default(),
            lines: Lines::new(MAX_ROW_BYTES),
            records: Records::new(layout.format, MAX_ROW_BYTES).keyed(layout.header.as_deref().unwrap_or_default()),
            layout,
            labels: labels.to_vec(),
            out: VecDeque::new(),
        }
    }

    /// Reads the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { decoder, lines, records, .. } = self;
        decoder.push(bytes, &mut |text| lines.push(text, &mut |line| records.push(line)));
        self.settle();
    }

    /// The file is over: its last line may have no end.
    pub fn finish(&mut self) {
        let Self { decoder, lines, records, .. } = self;
        decoder.finish(&mut |text| lines.push(text, &mut |line| records.push(line)));
        lines.finish(&mut |line| records.push(line));
        records.finish();
        self.settle();
    }

    /// The next row that is read, in the file's order.
    pub fn take(&mut self) -> Option<Result<Row, Bad>> {
        self.out.pop_front()
    }

    fn settle(&mut self) {
        while let Some(record) = self.records.take() {
            // An empty line before the header is not the header.
            if self.awaits_header && record.fields != Err(Reason::EmptyLine) {
                self.awaits_header = false;
                continue;
            }
            let line = record.line;
            let row = row_of(record, &self.layout, &self.labels);
            self.out.push_back(row.map_err(|reason| Bad { line, reason }));
        }
    }
}

/// All of a file that lies in memory.
pub fn read_all(bytes: &[u8], layout: &Layout, labels: &[String]) -> Vec<Result<Row, Bad>> {
    let mut reader = Reader::new(layout.clone(), labels);
    // In pieces, so that rows longer than the limit cost no more here than from a stream.
    bytes.chunks(1 << 16).for_each(|chunk| reader.push(chunk));
    reader.finish();
    std::iter::from_fn(|| reader.take()).collect()
}

fn row_of(record: Record, layout: &Layout, labels: &[String]) -> Result<Row, Reason> {
    let fields = record.fields?;
    let found = fields.len();
    if found != layout.columns {
        return Err(Reason::Columns { found, expected: layout.columns });
    }
    let cell = |at: usize| {
        let field = fields.get(at).ok_or(Reason::Columns { found, expected: layout.columns })?;
        let text = std::str::from_utf8(field).map_err(|_| Reason::NotText)?;
        if text.contains('\0') { Err(Reason::NotText) } else { Ok(text.to_owned()) }
    };
    let maybe = |at: Option<usize>| at.map(cell).transpose();
    let filled = |text: String| if text.trim().is_empty() { Err(Reason::EmptyText) } else { Ok(text) };
    let label = maybe(layout.label)?;
    let class = match &label {
        Some(label) if !labels.is_empty() => {
            let told = || Reason::UnknownLabel { label: label.trim().chars().take(MAX_TOLD_CHARS).collect() };
            Some(class_of(label, labels).ok_or_else(told)?)
        }
        _ => None,
    };
    Ok(Row {
        line: record.line,
        text: filled(cell(layout.text)?)?,
        second: maybe(layout.second)?.map(filled).transpose()?,
        id: maybe(layout.id)?,
        label,
        class,
    })
}
