//! Cuts a model's tensors into the parts of a pack, and writes a part.

use super::manifest::{Field, FileEntry, Scheme, Shard, TensorEntry, sha256_hex};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};

/// Parts are cut to equal sizes near this one, well inside 8..16 MiB.
pub const PART_BYTES: usize = 12 << 20;

#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("{name}: {field:?} has {bytes} bytes")]
    Bytes { name: String, field: Field, bytes: usize },
    #[error(transparent)]
    File(#[from] SafeTensorError),
}

/// Rows of a tensor that go into one part.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    pub tensor: usize,
    pub rows: [usize; 2],
}

pub fn file_entry(file: &str, bytes: &[u8]) -> FileEntry {
    FileEntry { file: file.into(), bytes: bytes.len() as u64, sha256: sha256_hex(bytes) }
}

/// The name of the n-th part.
pub fn part_name(part: usize) -> String {
    format!("part-{part:02}.safetensors")
}

/// Bytes of one row in all its fields.
fn row_bytes(entry: &TensorEntry) -> usize {
    entry.fields().iter().map(|&field| entry.row_bytes(field)).sum()
}

/// Bytes of all tensors as they are stored.
pub fn stored_bytes(entries: &[TensorEntry]) -> u64 {
    entries.iter().map(|e| (e.rows() * row_bytes(e)) as u64).sum()
}

/// Tensors in order, cut at whole rows so that the parts come out alike.
pub fn cut(entries: &[TensorEntry], aim: usize) -> Vec<Vec<Cut>> {
    let total = stored_bytes(entries) as usize;
    let count = total.div_ceil(aim.max(1)).max(1);
    let target = total.div_ceil(count);
    let mut parts: Vec<Vec<Cut>> = vec![Vec::new()];
    let mut room = if count == 1 { usize::MAX } else { target };
    for (tensor, entry) in entries.iter().enumerate() {
        let row_bytes = row_bytes(entry);
        let mut row = 0;
        while row < entry.rows() {
            let left = entry.rows() - row;
            // Even cuts keep f16 arrays on 4-byte boundaries.
            let fit = (room / row_bytes) & !1;
            let take = if left * row_bytes <= room { left } else { fit };
            // A small remainder of a tensor is not worth a shard of its own.
            let take = if (left - take) * row_bytes < target / 48 { left } else { take };
            if take == 0 {
                parts.push(Vec::new());
                // The last part takes what rounding to whole rows has left over.
                room = if parts.len() < count { target } else { usize::MAX };
                continue;
            }
            if let Some(last) = parts.last_mut() {
                last.push(Cut { tensor, rows: [row, row + take] });
            }
            row += take;
            room = room.saturating_sub(take * row_bytes);
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

fn field_name(name: &str, field: Field) -> String {
    match field {
        Field::Data => name.to_owned(),
        Field::Q => format!("{name}.q"),
        Field::Scale => format!("{name}.scale"),
        Field::Min => format!("{name}.min"),
    }
}

/// One part's file, and in `entries` the shards that lie in it. `fields`: of each cut the bytes of its rows, field by
/// field in [`TensorEntry::fields`]' order.
pub fn write_part<B: AsRef<[u8]>>(
    entries: &mut [TensorEntry],
    cuts: &[Cut],
    part: usize,
    fields: &[Vec<B>],
) -> Result<Vec<u8>, PackError> {
    let mut views = Vec::new();
    for (c, fields) in cuts.iter().zip(fields) {
        let entry = &entries[c.tensor];
        let rows = c.rows[1] - c.rows[0];
        for (&field, bytes) in entry.fields().iter().zip(fields) {
            let (row_bytes, bytes) = (entry.row_bytes(field), bytes.as_ref());
            if bytes.len() != rows * row_bytes {
                return Err(PackError::Bytes { name: entry.name.clone(), field, bytes: bytes.len() });
            }
            let (dtype, item) = match field {
                Field::Data => (Dtype::F32, 4),
                Field::Q => (Dtype::U32, 4),
                Field::Scale | Field::Min => (Dtype::F16, 2),
            };
            let shape = if entry.shape.len() == 1 { entry.shape.clone() } else { vec![rows, row_bytes / item] };
            views.push((field_name(&entry.name, field), TensorView::new(dtype, shape, bytes)?));
        }
    }
    let bytes = safetensors::serialize(views, None)?;
    record_offsets(entries, cuts, part, &bytes)?;
    Ok(bytes)
}

/// Reads back where the serializer put each array.
fn record_offsets(entries: &mut [TensorEntry], cuts: &[Cut], part: usize, bytes: &[u8]) -> Result<(), PackError> {
    let (header, metadata) = SafeTensors::read_metadata(bytes)?;
    let data_start = header as u64 + 8;
    for c in cuts {
        let entry = &mut entries[c.tensor];
        let offset = |&field: &Field| {
            let name = field_name(&entry.name, field);
            let info = metadata.info(&name).ok_or(SafeTensorError::TensorNotFound(name))?;
            Ok(data_start + info.data_offsets.0 as u64)
        };
        let offsets = entry.fields().iter().map(offset).collect::<Result<Vec<u64>, PackError>>()?;
        entry.shards.push(Shard { part, rows: c.rows, offsets });
    }
    Ok(())
}

/// What was done to the weights, in a few words.
pub fn rounding(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::F32 => "kept in f32",
        Scheme::Q8 => "rounded to 8 bits in groups of 32 with an f16 scale",
        Scheme::Q4 => "rounded to 4 bits in groups of 32 with f16 scale and minimum, each group by least squares",
    }
}
