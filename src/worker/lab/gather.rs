//! Files to labelled data: read in slices, so that neither size nor a newer request waits.

use super::data::Held;
use crate::protocol::lab::{Columns, FileAs, LabEvent, LabFailure, ReadFile};
use crate::protocol::{self, Failure};
use crate::text::table::{Layout, SAMPLE_BYTES, guess, guess_labelled, preview};
use crate::train::data::{DataError, Dataset, Gathered, Gatherer, TrioPart, trio_part};
use crate::worker::js::{post, settled};
use js_sys::Uint8Array;
use web_sys::File;

/// Read at a time.
const SLICE_BYTES: usize = 1 << 20;
const PREVIEW_ROWS: usize = 5;
/// Bad rows that the page hears of.
const TOLD_BAD: usize = 200;

/// The part a file is: by the article's names, else by what its name says.
fn part_of(name: &str) -> TrioPart {
    let lower = name.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    match trio_part(name) {
        Some(part) => part,
        None if says(&["test"]) => TrioPart::Test,
        None if says(&["dev", "valid"]) => TrioPart::Dev,
        None => TrioPart::Train,
    }
}

fn role(part: TrioPart) -> &'static str {
    match part {
        TrioPart::Train => "train",
        TrioPart::Dev => "dev",
        TrioPart::Test => "test",
    }
}

async fn slice(file: &File, from: usize, to: usize) -> Result<Vec<u8>, Failure> {
    let unreadable = || Failure::Lab(LabFailure::Unreadable { file: file.name() });
    let blob = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(|_| unreadable())?;
    let buffer = settled(blob.array_buffer()).await.map_err(|_| unreadable())?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// What is known of a file before it is read.
struct Opened {
    file: File,
    part: TrioPart,
    layout: Layout,
    first_rows: Vec<Vec<String>>,
}

async fn open(file: File, as_: &FileAs, train: Option<&Layout>) -> Result<Opened, Failure> {
    let sample = slice(&file, 0, SAMPLE_BYTES).await?;
    let name = Some(as_.name.as_str());
    let part = part_of(&as_.name);
    let mut layout = match train {
        // A test file may have no labels: none is looked for.
        Some(_) if part == TrioPart::Test => guess(&sample, name),
        _ => guess_labelled(&sample, name),
    };
    if let Some(train) = train.filter(|t| t.format == layout.format && t.columns == layout.columns) {
        layout = Layout { header: layout.header, ..train.clone() };
    }
    let mut first_rows = preview(&sample, layout.format, PREVIEW_ROWS);
    if let Some(c) = as_.columns {
        let names = layout.header.take().or_else(|| first_rows.first().cloned());
        layout.header = names.filter(|_| c.header);
        (layout.text, layout.second, layout.label) = (c.text, c.second, c.label);
        layout.answers = c.answers && c.second.is_some();
        layout.id = layout.id.filter(|id| *id != c.text && c.label != Some(*id));
    }
    if layout.header.as_ref().is_some_and(|h| first_rows.first() == Some(h)) {
        first_rows.remove(0);
    }
    first_rows.truncate(PREVIEW_ROWS - 1);
    Ok(Opened { file, part, layout, first_rows })
}

/// Reads all files; None when a newer request came.
pub async fn gather(files: Vec<File>, named: &[FileAs], is_stale: &impl Fn() -> bool) -> Result<Option<Held>, Failure> {
    let total_bytes: u64 = files.iter().map(|f| f.size() as u64).sum();
    let mut parts: Vec<(File, &FileAs)> = files.into_iter().zip(named).collect();
    // Training rows first: they say which labels there are. A lone file is trained on, whatever its name.
    let alone = parts.len() == 1;
    parts.sort_by_key(|(_, as_)| part_of(&as_.name) as u8);
    let mut gathered: [Option<Gathered>; 3] = Default::default();
    let mut reports: Vec<ReadFile> = Vec::new();
    let mut train_layout: Option<Layout> = None;
    let mut refused = None;
    let mut read_bytes = 0;
    for (file, as_) in parts {
        let opened = open(file, as_, train_layout.as_ref()).await?;
        let part = if alone { TrioPart::Train } else { opened.part };
        if let Some(first) = reports.iter().find(|r| r.role == role(part)) {
            return Err(Failure::Lab(LabFailure::OtherFile { first: first.name.clone(), other: as_.name.clone() }));
        }
        let keys = gathered[0].as_ref().map(|g| g.keys.clone());
        let mut gatherer = Gatherer::new(opened.layout.clone(), keys.as_deref());
        let size = opened.file.size() as usize;
        let (mut at, mut told_ms) = (0, 0.0);
        let mut fault: Option<DataError> = None;
        while at < size {
            let bytes = slice(&opened.file, at, at + SLICE_BYTES).await?;
            if is_stale() {
                return Ok(None);
            }
            if bytes.is_empty() {
                break;
            }
            at += bytes.len();
            match gatherer.push(&bytes) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => {
                    fault = Some(e);
                    break;
                }
            }
            let now_ms = crate::engine::clock::now_ms();
            if now_ms - told_ms > 100.0 {
                told_ms = now_ms;
                let (rows, bad) = gatherer.counts();
                let event = LabEvent::Gathering { read_bytes: read_bytes + at as u64, total_bytes, rows: rows + bad };
                post(protocol::Event::Lab { id: None, event });
            }
        }
        read_bytes += size as u64;
        let (rows, _) = gatherer.counts();
        let done = match fault {
            Some(e) => Err(e),
            None => gatherer.finish(),
        };
        let done = done.unwrap_or_else(|e| {
            refused.get_or_insert(e);
            Gathered::default()
        });
        reports.push(report(&opened, as_, part, alone, rows, &done));
        if part == TrioPart::Train {
            train_layout = Some(opened.layout);
        }
        gathered[part as usize] = Some(done);
    }
    let [train, dev, test] = gathered;
    let fixed = [dev.is_some(), test.is_some()];
    let made = match refused {
        Some(e) => Err(e),
        None => Dataset::of_files(train.unwrap_or_default(), dev, test),
    };
    let (data, refused) = match made {
        Ok(data) => (data, None),
        Err(e) => (Dataset::default(), Some(LabFailure::Data(e))),
    };
    Ok(Some(Held::new(reports, data, fixed, refused)))
}

fn report(o: &Opened, as_: &FileAs, part: TrioPart, alone: bool, rows: usize, done: &Gathered) -> ReadFile {
    let l = &o.layout;
    ReadFile {
        name: as_.name.clone(),
        bytes: o.file.size() as u64,
        role: if alone { String::new() } else { role(part).into() },
        columns: Columns {
            text: l.text,
            second: l.second,
            label: l.label,
            header: l.header.is_some(),
            answers: l.answers,
        },
        column_count: l.columns,
        header: l.header.clone(),
        first_rows: o.first_rows.clone(),
        rows: if done.samples.is_empty() { rows } else { done.samples.len() },
        bad: done.bad_rows,
        bad_rows: done.bad.iter().take(TOLD_BAD).cloned().collect(),
        full_at: done.full_at,
    }
}
