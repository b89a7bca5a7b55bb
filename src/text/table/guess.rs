//! What a table's first lines say of its format and columns. A guess: the visitor may say otherwise.

use super::decode::Decoder;
use super::lines::{Line, Lines};
use super::records::Records;
use super::{Format, Layout, MAX_ROW_BYTES, json};

/// What a guess looks at.
pub const SAMPLE_BYTES: usize = 1 << 16;
const SAMPLE_ROWS: usize = 100;
/// Of the sample's rows that have as many columns as most.
const AGREEING: f64 = 0.8;

const TEXT_NAMES: [&str; 12] = [
    "text",
    "sentence",
    "review",
    "comment",
    "content",
    "body",
    "review_text",
    "review text",
    "text_a",
    "sentence1",
    "sentence_a",
    "question1",
];
const SECOND_NAMES: [&str; 4] = ["text_b", "sentence2", "sentence_b", "question2"];
const LABEL_NAMES: [&str; 6] = ["label", "labels", "sentiment", "class", "polarity", "gold_label"];
const CONTEXT_NAMES: [&str; 3] = ["context", "passage", "paragraph"];
const QUESTION_NAMES: [&str; 2] = ["question", "query"];
const ANSWER_NAMES: [&str; 4] = ["answer", "answers", "answer_text", "answer text"];
const ID_NAMES: [&str; 5] = ["id", "index", "idx", "guid", "row"];
/// Labels that speak for themselves in a table without a header.
const PLAIN_LABELS: [&str; 6] = ["0", "1", "negative", "positive", "neg", "pos"];

/// Labels of a table to learn from, and how long one may be.
const MAX_LABELS: usize = 20;
const MAX_LABEL_CHARS: usize = 40;

type Fields = Vec<String>;

/// The layout of a table from its first bytes ([`SAMPLE_BYTES`] are enough) and its file's name.
pub fn guess(bytes: &[u8], name: Option<&str>) -> Layout {
    let lines = lines_of(bytes);
    if let Some(keys) = json_keys(&lines, name) {
        let rows = split(&lines, Format::JsonLines, &keys).1;
        let named = layout_of(Format::JsonLines, &rows);
        let layout = if named.header.is_some() { named } else { layout_of(Format::JsonLines, &rows[1..]) };
        return Layout { columns: keys.len(), header: Some(keys), ..layout };
    }
    let extension = name.and_then(|n| n.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    let (format, rows) = match extension.as_deref() {
        Some("tsv" | "tab") => split(&lines, Format::Tabs, &[]),
        Some("csv") => [b',', b';', b'\t'].map(|d| split(&lines, Format::Quoted(d), &[])).into_iter().fold(
            split(&lines, Format::Quoted(b','), &[]),
            |best, next| if most(&next.1) > most(&best.1) { next } else { best },
        ),
        _ => by_content(&lines),
    };
    let layout = layout_of(format, &rows);
    if layout.header.is_none() && format == Format::Lines { Layout { columns: 1, ..layout } } else { layout }
}

/// The cells of the first rows, as they would be read by a format; for people to look at.
pub fn preview(bytes: &[u8], format: Format, rows: usize) -> Vec<Vec<String>> {
    let lines = lines_of(bytes);
    let keys = if format == Format::JsonLines { json::keys(lines.iter().map(|l| &*l.bytes)) } else { Vec::new() };
    let mut all = split(&lines, format, &keys).1;
    all.truncate(rows);
    all
}

/// The layout of a table to learn from: as [`guess`] has it, with a column of labels where there may be one,
/// whatever the labels are called.
pub fn guess_labelled(bytes: &[u8], name: Option<&str>) -> Layout {
    let layout = guess(bytes, name);
    if layout.label.is_some() || layout.answers {
        return layout;
    }
    let keys = layout.header.clone().unwrap_or_default();
    let all = split(&lines_of(bytes), layout.format, &keys).1;
    let mut rows: Vec<&Fields> = all.iter().filter(|r| r.len() == layout.columns).collect();
    let first = (!rows.is_empty()).then(|| rows.remove(0));
    let few = |column: usize| {
        let mut seen: Vec<&str> = rows.iter().map(|r| r[column].trim()).collect();
        let longest = seen.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
        seen.sort_unstable();
        seen.dedup();
        // A label comes back: twice each at least, on the average.
        (2..=MAX_LABELS).contains(&seen.len()) && 2 * seen.len() <= rows.len() && longest <= MAX_LABEL_CHARS
    };
    let taken = |column: usize| column == layout.text || Some(column) == layout.second || Some(column) == layout.id;
    let Some(label) = (0..layout.columns).find(|&c| !taken(c) && few(c)) else { return layout };
    // Names stand above labels where the first row's is none of them.
    let is_header = |row: &Fields| rows.iter().all(|r| r[label].trim() != row[label].trim());
    let header = layout.header.clone().or_else(|| first.filter(|row| is_header(row)).cloned());
    Layout { label: Some(label), header, ..layout }
}

/// The keys of lines of JSON objects; None where it is something else.
fn json_keys(lines: &[Line], name: Option<&str>) -> Option<Vec<String>> {
    let named = name.is_some_and(|n| {
        let name = n.to_ascii_lowercase();
        name.ends_with(".jsonl") || name.ends_with(".ndjson")
    });
    let mut full = lines.iter().map(|l| l.bytes.trim_ascii()).filter(|l| !l.is_empty());
    let looks = full.clone().next().is_some_and(|l| l.starts_with(b"{") && l.ends_with(b"}"));
    let keys = json::keys(full.by_ref().take(SAMPLE_ROWS));
    (named || looks && !keys.is_empty()).then_some(keys)
}

/// Whole lines of the sample, decoded.
fn lines_of(bytes: &[u8]) -> Vec<Line> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let (mut out, mut decoder, mut lines) = (Vec::new(), Decoder::default(), Lines::new(MAX_ROW_BYTES));
    decoder.push(sample, &mut |text| lines.push(text, &mut |line| out.push(line)));
    // Of a longer file the last line is cut: it counts only when it is all there is.
    if bytes.len() < SAMPLE_BYTES || out.is_empty() {
        decoder.finish(&mut |text| lines.push(text, &mut |line| out.push(line)));
        lines.finish(&mut |line| out.push(line));
    }
    out
}

/// The cells of the first rows; of JSON, the keys before them, as a header would stand.
fn split(lines: &[Line], format: Format, keys: &[String]) -> (Format, Vec<Fields>) {
    let mut records = Records::new(format, MAX_ROW_BYTES).keyed(keys);
    lines.iter().for_each(|line| records.push(line.clone()));
    records.finish();
    let text = |field: &Vec<u8>| String::from_utf8_lossy(field).into_owned();
    let rows = std::iter::from_fn(|| records.take()).filter_map(|r| r.fields.ok());
    let header = (format == Format::JsonLines).then(|| keys.to_vec());
    let cells = rows.take(SAMPLE_ROWS).map(|fields| fields.iter().map(text).collect());
    (format, header.into_iter().chain(cells).collect())
}

/// Columns of most rows, and their share.
fn columns(rows: &[Fields]) -> (usize, f64) {
    let counts = rows.iter().map(Vec::len);
    let of = |n: usize| rows.iter().filter(|r| r.len() == n).count();
    let best = counts.max_by_key(|&n| (of(n), n)).unwrap_or(1);
    (best, of(best) as f64 / rows.len().max(1) as f64)
}

/// Orders formats by how well rows agree on several columns.
fn most(rows: &[Fields]) -> (bool, usize) {
    let (n, share) = columns(rows);
    (n > 1 && share >= AGREEING, n)
}

fn by_content(lines: &[Line]) -> (Format, Vec<Fields>) {
    let tabs = split(lines, Format::Tabs, &[]);
    let header = layout_of(tabs.0, &tabs.1).header;
    if most(&tabs.1).0 || header.is_some_and(|h| h.len() > 1) {
        return tabs;
    }
    // Prose is full of commas: a comma parts columns only where a header or a column of labels says so.
    for delimiter in [b',', b';'] {
        let quoted = split(lines, Format::Quoted(delimiter), &[]);
        let layout = layout_of(quoted.0, &quoted.1);
        if most(&quoted.1).0 && (layout.header.is_some() || layout.label.is_some() && quoted.1.len() > 1) {
            return quoted;
        }
    }
    split(lines, Format::Lines, &[])
}

fn layout_of(format: Format, rows: &[Fields]) -> Layout {
    let named = |names: &[&str], row: &Fields| {
        row.iter().position(|cell| names.iter().any(|name| cell.trim().eq_ignore_ascii_case(name)))
    };
    if let Some(header) = rows.first()
        && let Some(second) = named(&QUESTION_NAMES, header)
        && let (context, label) = (named(&CONTEXT_NAMES, header), named(&ANSWER_NAMES, header))
        && let Some(text) = context.or_else(|| label.and(named(&TEXT_NAMES, header)))
    {
        return Layout {
            format,
            columns: header.len(),
            text,
            second: Some(second),
            label,
            id: named(&ID_NAMES, header),
            header: Some(header.clone()),
            answers: true,
        };
    }
    if let Some(header) = rows.first()
        && let Some(text) = named(&TEXT_NAMES, header)
    {
        return Layout {
            format,
            columns: header.len(),
            text,
            second: named(&SECOND_NAMES, header),
            label: named(&LABEL_NAMES, header),
            id: named(&ID_NAMES, header),
            header: Some(header.clone()),
            answers: false,
        };
    }
    let (columns, _) = columns(rows);
    let rows: Vec<&Fields> = rows.iter().filter(|r| r.len() == columns).collect();
    let all =
        |column: usize, holds: &dyn Fn(&str) -> bool| !rows.is_empty() && rows.iter().all(|r| holds(r[column].trim()));
    let is_label = |cell: &str| PLAIN_LABELS.iter().any(|l| cell.eq_ignore_ascii_case(l));
    let is_letter = |cell: &str| cell.len() == 1 && cell.bytes().all(|b| b.is_ascii_alphabetic());
    // The article's own: id, label, a letter to throw away, text.
    if columns == 4 && all(1, &is_label) && all(2, &is_letter) {
        return Layout { format, columns, id: Some(0), label: Some(1), text: 3, ..Layout::default() };
    }
    let length = |column: usize| rows.iter().map(|r| r[column].len()).sum::<usize>();
    let text = (0..columns).max_by_key(|&c| (length(c), std::cmp::Reverse(c))).unwrap_or(0);
    let label = (0..columns).find(|&c| c != text && all(c, &is_label));
    Layout { format, columns, text, label, ..Layout::default() }
}
