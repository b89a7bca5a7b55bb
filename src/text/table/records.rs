//! Lines to records: a line each, or several where a quoted field holds line breaks.
//!
//! A quote that nothing closes would swallow the rest of the file. Here it costs one row: the lines that were
//! taken for its field are read again, each as the start of a record. (csv-core, which is the reference of the
//! tests, takes such files without a word; hence a parser of our own.)

use super::lines::Line;
use super::{Format, Reason, json};
use std::collections::VecDeque;

#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Of its first line.
    pub line: usize,
    pub fields: Result<Vec<Vec<u8>>, Reason>,
}

/// Where a reading of quoted fields stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum At {
    #[default]
    FieldStart,
    Bare,
    Quoted,
    /// After a quote in a quoted field: its end, or the first of two.
    Quote,
}

#[derive(Debug)]
pub struct Records {
    format: Format,
    limit: usize,
    /// Of JSON: its columns.
    keys: Vec<String>,
    /// Lines of a record whose quoted field is open.
    open: Vec<Line>,
    open_bytes: usize,
    fields: Vec<Vec<u8>>,
    at: At,
    out: VecDeque<Record>,
}

impl Records {
    pub fn new(format: Format, limit: usize) -> Self {
        let (keys, open, fields, out) = (Vec::new(), Vec::new(), Vec::new(), VecDeque::new());
        Self { format, limit, keys, open, open_bytes: 0, fields, at: At::default(), out }
    }

    /// With these keys of JSON objects as columns.
    pub fn keyed(self, keys: &[String]) -> Self {
        Self { keys: keys.to_vec(), ..self }
    }

    pub fn take(&mut self) -> Option<Record> {
        self.out.pop_front()
    }

    pub fn push(&mut self, line: Line) {
        let Format::Quoted(delimiter) = self.format else {
            let fields = self.whole(&line);
            return self.out.push_back(Record { line: line.number, fields });
        };
        let mut waiting = VecDeque::from([line]);
        while let Some(line) = waiting.pop_front() {
            self.quoted(line, delimiter, &mut waiting);
        }
    }

    /// An open quote at the file's end is bad too; the lines after it are read again.
    pub fn finish(&mut self) {
        while !self.open.is_empty() {
            let mut waiting = VecDeque::new();
            self.give_up(&mut waiting);
            waiting.into_iter().for_each(|line| self.push(line));
        }
    }

    /// The fields of a line that no quote can prolong.
    fn whole(&self, line: &Line) -> Result<Vec<Vec<u8>>, Reason> {
        if line.too_long {
            return Err(Reason::TooLong { limit: self.limit });
        }
        if line.bytes.trim_ascii().is_empty() {
            return Err(Reason::EmptyLine);
        }
        Ok(match self.format {
            Format::JsonLines => json::fields(&line.bytes, &self.keys)?,
            Format::Tabs => line.bytes.split(|&b| b == b'\t').map(<[u8]>::to_vec).collect(),
            _ => vec![line.bytes.clone()],
        })
    }

    /// Reads one more line; puts into `waiting` what must be read again.
    fn quoted(&mut self, line: Line, delimiter: u8, waiting: &mut VecDeque<Line>) {
        if self.open.is_empty() && (line.too_long || line.bytes.trim_ascii().is_empty()) {
            let fields = Err(if line.too_long { Reason::TooLong { limit: self.limit } } else { Reason::EmptyLine });
            return self.out.push_back(Record { line: line.number, fields });
        }
        self.open_bytes += line.bytes.len() + line.end.bytes().len();
        let sound = !line.too_long && self.open_bytes <= self.limit && self.read(&line, delimiter);
        let more = self.at == At::Quoted;
        self.open.push(line);
        if !sound {
            self.give_up(waiting);
        } else if !more {
            let line = self.open[0].number;
            let fields = Ok(std::mem::take(&mut self.fields));
            self.clear();
            self.out.push_back(Record { line, fields });
        }
    }

    /// Takes a line's bytes into the fields; false where a quote is out of place.
    fn read(&mut self, line: &Line, delimiter: u8) -> bool {
        if self.fields.is_empty() {
            self.fields.push(Vec::new());
        }
        let end = line.end.bytes();
        for &b in &line.bytes {
            self.at = match (self.at, b) {
                (At::FieldStart, b'"') => At::Quoted,
                (At::Quoted, b'"') => At::Quote,
                (At::Quote, b'"') => {
                    self.put(b);
                    At::Quoted
                }
                (At::FieldStart | At::Bare | At::Quote, b) if b == delimiter => {
                    self.fields.push(Vec::new());
                    At::FieldStart
                }
                (At::Quote, _) => return false,
                (At::Quoted, b) => {
                    self.put(b);
                    At::Quoted
                }
                (_, b) => {
                    self.put(b);
                    At::Bare
                }
            };
        }
        if self.at == At::Quoted {
            end.iter().for_each(|&b| self.put(b));
        }
        true
    }

    fn put(&mut self, byte: u8) {
        if let Some(field) = self.fields.last_mut() {
            field.push(byte);
        }
    }

    /// Tells the open record bad and gives back the lines after its first.
    fn give_up(&mut self, waiting: &mut VecDeque<Line>) {
        let mut lines = std::mem::take(&mut self.open).into_iter();
        self.clear();
        if let Some(first) = lines.next() {
            self.out.push_back(Record { line: first.number, fields: Err(Reason::OpenQuote) });
        }
        for line in lines.rev() {
            waiting.push_front(line);
        }
    }

    fn clear(&mut self) {
        self.open.clear();
        self.open_bytes = 0;
        self.fields.clear();
        self.at = At::FieldStart;
    }
}
