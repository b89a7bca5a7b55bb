//! Rows to samples as they stream, labels found on the way.

use super::{ANSWER_KEYS, DataError, Dataset, MAX_BAD, MAX_KEPT_BYTES, MAX_SAMPLES, Sample};
use crate::model::adapter::{MAX_LABEL_BYTES, MAX_LABELS};
use crate::text::table::{Bad, Layout, Reader, Reason, Row};
use std::cmp::Ordering;

/// Takes one file's bytes and keeps its samples.
#[derive(Debug)]
pub struct Gatherer {
    reader: Reader,
    labelled: bool,
    answers: bool,
    pairs: bool,
    /// Given, not found: a row with another label is bad.
    fixed: bool,
    /// In the order in which they came.
    keys: Vec<String>,
    samples: Vec<Sample>,
    bad: Vec<Bad>,
    bad_rows: usize,
    kept_bytes: usize,
    full_at: Option<usize>,
}

/// What was read of one file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gathered {
    pub samples: Vec<Sample>,
    /// Labels as the file has them; classes are indices here. Empty for a file without labels.
    pub keys: Vec<String>,
    pub pairs: bool,
    /// Questions on texts.
    pub answers: bool,
    /// The first [`MAX_BAD`].
    pub bad: Vec<Bad>,
    pub bad_rows: usize,
    pub kept_bytes: usize,
    /// The line at which nothing more was kept: [`MAX_KEPT_BYTES`] or [`MAX_SAMPLES`] was reached.
    pub full_at: Option<usize>,
}

impl Gatherer {
    /// With `keys` ([`Dataset::keys`] of the training file) only those labels are known; without, they are found.
    pub fn new(layout: Layout, keys: Option<&[String]>) -> Self {
        Self {
            labelled: layout.label.is_some(),
            answers: layout.answers,
            pairs: layout.second.is_some(),
            fixed: keys.is_some() || layout.answers,
            keys: match (layout.answers, keys) {
                (true, _) => ANSWER_KEYS.map(String::from).into(),
                (false, keys) => keys.map(<[String]>::to_vec).unwrap_or_default(),
            },
            reader: Reader::new(layout, &[]),
            samples: Vec::new(),
            bad: Vec::new(),
            bad_rows: 0,
            kept_bytes: 0,
            full_at: None,
        }
    }

    /// Reads the next bytes. False once it is full: what follows would not be kept.
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, DataError> {
        self.reader.push(bytes);
        self.settle()
    }

    /// Rows kept and rows bad so far.
    pub fn counts(&self) -> (usize, usize) {
        (self.samples.len(), self.bad_rows)
    }

    /// The file is over, or enough was read of it.
    pub fn finish(mut self) -> Result<Gathered, DataError> {
        if self.full_at.is_none() {
            self.reader.finish();
            self.settle()?;
        }
        if !self.fixed {
            sort_keys(&mut self.keys, &mut self.samples);
        }
        let Self { samples, keys, pairs, answers, bad, bad_rows, kept_bytes, full_at, .. } = self;
        Ok(Gathered { samples, keys, pairs, answers, bad, bad_rows, kept_bytes, full_at })
    }

    fn settle(&mut self) -> Result<bool, DataError> {
        while let Some(row) = self.reader.take() {
            if self.full_at.is_some() {
                continue;
            }
            match row {
                Ok(row) => self.keep(row)?,
                Err(bad) => self.tell(bad),
            }
        }
        Ok(self.full_at.is_none())
    }

    fn tell(&mut self, bad: Bad) {
        self.bad_rows += 1;
        if self.bad.len() < MAX_BAD {
            self.bad.push(bad);
        }
    }

    fn keep(&mut self, row: Row) -> Result<(), DataError> {
        let bytes = row.text.len() + row.second.as_deref().map_or(0, str::len);
        if self.samples.len() == MAX_SAMPLES || self.kept_bytes + bytes > MAX_KEPT_BYTES {
            self.full_at = Some(row.line);
            return Ok(());
        }
        if self.answers {
            self.keep_question(row, bytes);
            return Ok(());
        }
        let class = if self.labelled {
            let label = row.label.as_deref().unwrap_or_default().trim();
            match self.class_of(label, row.line)? {
                Some(class) => Some(class),
                None => {
                    let label = label.chars().take(MAX_TOLD_CHARS).collect();
                    self.tell(Bad { line: row.line, reason: Reason::UnknownLabel { label } });
                    return Ok(());
                }
            }
        } else {
            None
        };
        self.kept_bytes += bytes;
        let line = u32::try_from(row.line).unwrap_or(u32::MAX);
        let second = row.second.map(String::into_boxed_str);
        self.samples.push(Sample { line, text: row.text.into_boxed_str(), second, class, answer: None });
        Ok(())
    }

    /// A question, its text and, where the file says so, the answer, which must stand in the text.
    fn keep_question(&mut self, row: Row, bytes: usize) {
        let answer = row.label.filter(|_| self.labelled).map(|a| a.trim().to_owned());
        let stands = |a: &String| a.is_empty() || row.text.contains(a.as_str());
        if let Some(answer) = answer.as_ref().filter(|a| !stands(a)) {
            let answer = answer.chars().take(MAX_TOLD_CHARS).collect();
            return self.tell(Bad { line: row.line, reason: Reason::NotInText { answer } });
        }
        self.kept_bytes += bytes;
        let class = answer.as_ref().map(|a| u16::from(a.is_empty()));
        self.samples.push(Sample {
            line: u32::try_from(row.line).unwrap_or(u32::MAX),
            text: row.second.unwrap_or_default().into_boxed_str(),
            second: Some(row.text.into_boxed_str()),
            class,
            answer: answer.map(String::into_boxed_str),
        });
    }

    /// None where a label is missing, too long, or not among the given.
    fn class_of(&mut self, label: &str, line: usize) -> Result<Option<u16>, DataError> {
        if label.is_empty() || label.len() > MAX_LABEL_BYTES || label.contains(char::is_control) {
            return Ok(None);
        }
        if let Some(known) = self.keys.iter().position(|k| k.eq_ignore_ascii_case(label)) {
            return Ok(Some(known as u16));
        }
        if self.fixed {
            return Ok(None);
        }
        if self.keys.len() == MAX_LABELS {
            return Err(DataError::TooManyLabels { line, some: self.keys[..3].to_vec() });
        }
        self.keys.push(label.to_owned());
        Ok(Some(self.keys.len() as u16 - 1))
    }
}

/// Longest piece of an unknown label that is told.
const MAX_TOLD_CHARS: usize = 40;

/// Numbers by size, else by the alphabet: the same classes whatever the order of rows.
fn sort_keys(keys: &mut Vec<String>, samples: &mut [Sample]) {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    let numbers: Option<Vec<f64>> = keys.iter().map(|k| k.parse().ok().filter(|n: &f64| n.is_finite())).collect();
    order.sort_by(|&a, &b| {
        let by_size = numbers.as_ref().map_or(Ordering::Equal, |n| n[a].total_cmp(&n[b]));
        by_size.then_with(|| keys[a].cmp(&keys[b]))
    });
    let mut place = vec![0; keys.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new as u16;
    }
    for class in samples.iter_mut().filter_map(|s| s.class.as_mut()) {
        *class = place[usize::from(*class)];
    }
    *keys = order.into_iter().map(|old| std::mem::take(&mut keys[old])).collect();
}

impl Dataset {
    /// Of one labelled file, not yet split.
    pub fn new(gathered: Gathered) -> Result<Self, DataError> {
        Self::of_files(gathered, None, None)
    }

    /// Of files that are parts already: what is given is that part, and nothing else is. Samples stand in the
    /// order training, validation, test. A test file may have no labels.
    pub fn of_files(train: Gathered, validation: Option<Gathered>, test: Option<Gathered>) -> Result<Self, DataError> {
        let (keys, pairs, answers) = (train.keys.clone(), train.pairs, train.answers);
        if train.samples.is_empty() {
            return Err(DataError::NoSamples);
        }
        if answers && train.samples.iter().all(|s| s.answer.is_none()) {
            return Err(DataError::NoLabelColumn);
        }
        match keys.as_slice() {
            [] => return Err(DataError::NoLabelColumn),
            [label] => return Err(DataError::OneLabel { label: label.clone() }),
            _ => {}
        }
        let mut all = Self { labels: keys.clone(), keys, pairs, answers, ..Self::default() };
        let parts = [Some(train), validation, test];
        for (i, part) in parts.into_iter().enumerate() {
            let Some(part) = part else { continue };
            if (part.pairs, part.answers) != (pairs, answers) {
                return Err(DataError::Mixed);
            }
            let from = all.samples.len() as u32;
            all.samples.extend(part.samples);
            let rows = (from..all.samples.len() as u32).collect();
            match i {
                0 => all.split.train = rows,
                1 => all.split.validation = rows,
                _ => all.split.test = rows,
            }
        }
        Ok(all)
    }

    /// Names the labels for people, in the order of [`Self::keys`].
    pub fn rename(&mut self, labels: &[String]) -> Result<(), DataError> {
        if labels.len() != self.keys.len() {
            return Err(DataError::Names { found: labels.len(), expected: self.keys.len() });
        }
        let labels: Vec<String> = labels.iter().map(|l| l.trim().to_owned()).collect();
        for (i, label) in labels.iter().enumerate() {
            let fits = !label.is_empty() && label.len() <= MAX_LABEL_BYTES && !label.contains(char::is_control);
            if !fits || labels[..i].contains(label) {
                return Err(DataError::BadName { label: label.clone() });
            }
        }
        self.labels = labels;
        Ok(())
    }

    /// Samples of each label among these rows.
    pub fn label_counts(&self, rows: &[u32]) -> Vec<usize> {
        let mut counts = vec![0; self.keys.len()];
        for class in rows.iter().filter_map(|&r| self.samples.get(r as usize)?.class) {
            if let Some(count) = counts.get_mut(usize::from(class)) {
                *count += 1;
            }
        }
        counts
    }

    /// sha-256 over labels, samples and split, as hexadecimal: what a checkpoint was trained on.
    pub fn hash(&self) -> String {
        use sha2::{Digest as _, Sha256};
        let mut sha = Sha256::new();
        // Each text after its length, so that no two lists of texts have the same bytes.
        let mut text = |t: &str| {
            sha.update((t.len() as u64).to_le_bytes());
            sha.update(t.as_bytes());
        };
        self.keys.iter().for_each(|k| text(k));
        for s in &self.samples {
            text(&s.text);
            text(s.second.as_deref().unwrap_or_default());
            if let Some(answer) = &s.answer {
                text(answer);
            }
        }
        let flag = |s: &Sample| [s.class.unwrap_or(u16::MAX), u16::from(s.second.is_some())];
        self.samples.iter().flat_map(flag).for_each(|v| sha.update(v.to_le_bytes()));
        for rows in [&self.split.train, &self.split.validation, &self.split.test] {
            sha.update((rows.len() as u64).to_le_bytes());
            rows.iter().for_each(|r| sha.update(r.to_le_bytes()));
        }
        sha.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}
