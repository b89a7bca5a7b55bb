//! A checkpoint to a pack, a few megabytes at a time: tells which bytes to read next, takes them, and gives each part
//! as soon as it is whole. It reads no file itself.

use super::checkpoint::{Checkpoint, CheckpointError, stored};
use super::manifest::{FORMAT, FileEntry, Manifest, Scheme, Source, TensorEntry, VERSION};
use super::pack::{Cut, PackError, cut, file_entry, part_name, write_part};
use std::ops::Range;

/// Of the file, read at a time.
const CHUNK_BYTES: u64 = 2 << 20;

#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Pack(#[from] PackError),
}

pub struct Maker {
    checkpoint: Checkpoint,
    entries: Vec<TensorEntry>,
    parts: Vec<Vec<Cut>>,
    /// The part under way, the cut in it, and the cut's rows that are done.
    at: (usize, usize, usize),
    /// Of the part's cuts so far, the bytes of each field.
    fields: Vec<Vec<Vec<u8>>>,
    files: Vec<FileEntry>,
}

impl Maker {
    /// `part_bytes`: the size of parts to aim for.
    pub fn new(checkpoint: Checkpoint, scheme: Scheme, part_bytes: usize) -> Self {
        let entries = checkpoint.entries(scheme);
        let parts = cut(&entries, part_bytes);
        Self { checkpoint, entries, parts, at: (0, 0, 0), fields: Vec::new(), files: Vec::new() }
    }

    /// Rows of a tensor that are next: its number and them; None when all are done.
    fn next_rows(&self) -> Option<(usize, Range<usize>)> {
        let (part, number, done) = self.at;
        let cut = self.parts.get(part)?.get(number)?;
        let fit = (CHUNK_BYTES / self.checkpoint.tensors[cut.tensor].row_bytes()).max(1) as usize;
        let first = cut.rows[0] + done;
        Some((cut.tensor, first..cut.rows[1].min(first + fit)))
    }

    /// The file's bytes that [`Self::take`] wants next: none of a tensor that the checkpoint lacks. None at the end.
    pub fn next(&self) -> Option<Range<u64>> {
        let (tensor, rows) = self.next_rows()?;
        let found = &self.checkpoint.tensors[tensor];
        let row = found.row_bytes();
        let from = |start: u64| start + rows.start as u64 * row..start + rows.end as u64 * row;
        Some(found.bytes.as_ref().map_or(0..0, |b| from(b.start)))
    }

    /// Takes them. Gives a part's file when it is whole.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>, MakeError> {
        let Some((tensor, rows)) = self.next_rows() else { return Ok(None) };
        let (found, entry) = (&self.checkpoint.tensors[tensor], &self.entries[tensor]);
        let values = match found.bytes {
            Some(_) => found.values(bytes),
            None => vec![0.0; rows.len() * entry.columns()],
        };
        let (part, number, done) = self.at;
        let fields = stored(entry, &values)?;
        match self.fields.get_mut(number) {
            Some(all) => all.iter_mut().zip(fields).for_each(|(all, more)| all.extend(more)),
            None => self.fields.push(fields),
        }
        let cuts = &self.parts[part];
        if cuts[number].rows[1] > rows.end {
            self.at.2 = done + rows.len();
            return Ok(None);
        }
        self.at = (part, number + 1, 0);
        if self.at.1 < cuts.len() {
            return Ok(None);
        }
        let file = write_part(&mut self.entries, cuts, part, &std::mem::take(&mut self.fields))?;
        self.files.push(file_entry(&part_name(part), &file));
        self.at = (part + 1, 0, 0);
        Ok(Some(file))
    }

    /// Weights done, and in all.
    pub fn progress(&self) -> (u64, u64) {
        let (part, number, done) = self.at;
        let weights = |c: &Cut, rows: usize| (rows * self.entries[c.tensor].columns()) as u64;
        let whole = |c: &Cut| weights(c, c.rows[1] - c.rows[0]);
        let before = self.parts.iter().take(part).flatten().map(whole).sum::<u64>();
        let here = self.parts.get(part).map_or(0, |cuts| {
            cuts[..number].iter().map(whole).sum::<u64>() + cuts.get(number).map_or(0, |c| weights(c, done))
        });
        (before + here, self.parts.iter().flatten().map(whole).sum())
    }

    /// The manifest of the parts that were given.
    pub fn finish(self, title: String, source: Source, vocab: FileEntry) -> Manifest {
        let mut manifest = Manifest {
            format: FORMAT.into(),
            version: VERSION,
            title,
            config: self.checkpoint.config,
            source,
            vocab,
            parts: self.files,
            tensors: self.entries,
            absent: self.checkpoint.absent,
            base_hash: String::new(),
        };
        manifest.base_hash = manifest.made_base_hash();
        manifest
    }
}
