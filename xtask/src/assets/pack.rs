//! Writes a pack: parts of 8 to 16 MiB and `manifest.json`.

use anyhow::{Context as _, ensure};
use bertscope::engine::Field;
use bertscope::model::manifest::{FileEntry, Manifest, Scheme, Shard, TensorEntry, sha256_hex};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::path::Path;

/// Parts are cut to equal sizes near this one, well inside 8..16 MiB.
pub const PART_BYTES: usize = 12 << 20;

/// A tensor as stored: its fields in [`TensorEntry::fields`]' order.
pub struct Packed {
    pub name: String,
    pub shape: Vec<usize>,
    pub scheme: Scheme,
    pub fields: Vec<Vec<u8>>,
}

/// Rows of a tensor that go into one part.
struct Cut {
    tensor: usize,
    rows: [usize; 2],
}

pub fn file_entry(file: &str, bytes: &[u8]) -> FileEntry {
    FileEntry { file: file.into(), bytes: bytes.len() as u64, sha256: sha256_hex(bytes) }
}

/// Fills in `manifest` and writes it beside its parts and the vocabulary. Stale parts are removed.
pub fn write(
    out: &Path,
    mut manifest: Manifest,
    tensors: &[Packed],
    vocab: &[u8],
    part_bytes_aim: usize,
) -> anyhow::Result<Manifest> {
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    for old in std::fs::read_dir(out)? {
        let path = old?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("part-") && name.ends_with(".safetensors") {
            std::fs::remove_file(path)?;
        }
    }
    manifest.tensors = tensors
        .iter()
        .map(|t| TensorEntry { name: t.name.clone(), shape: t.shape.clone(), scheme: t.scheme, shards: Vec::new() })
        .collect();
    for (part, cuts) in cut(tensors, &manifest.tensors, part_bytes_aim).iter().enumerate() {
        let file = format!("part-{part:02}.safetensors");
        let bytes = part_bytes(tensors, &manifest.tensors, cuts)?;
        record_offsets(&mut manifest.tensors, cuts, part, &bytes)?;
        std::fs::write(out.join(&file), &bytes)?;
        manifest.parts.push(file_entry(&file, &bytes));
    }
    manifest.base_hash = manifest.made_base_hash();
    let json = json(&manifest)?;
    let manifest = Manifest::parse(&json)?;
    std::fs::write(out.join("manifest.json"), json)?;
    std::fs::write(out.join("vocab.txt"), vocab)?;
    Ok(manifest)
}

/// Tensors in order, cut at whole rows so that the parts come out alike.
fn cut(tensors: &[Packed], entries: &[TensorEntry], aim: usize) -> Vec<Vec<Cut>> {
    let total: usize = tensors.iter().flat_map(|t| &t.fields).map(Vec::len).sum();
    let count = total.div_ceil(aim.max(1)).max(1);
    let target = total.div_ceil(count);
    let mut parts: Vec<Vec<Cut>> = vec![Vec::new()];
    let mut room = if count == 1 { usize::MAX } else { target };
    for (tensor, (t, entry)) in tensors.iter().zip(entries).enumerate() {
        let row_bytes = t.fields.iter().map(Vec::len).sum::<usize>() / entry.rows();
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

fn part_bytes(tensors: &[Packed], entries: &[TensorEntry], cuts: &[Cut]) -> anyhow::Result<Vec<u8>> {
    let mut views = Vec::new();
    for c in cuts {
        let (t, entry) = (&tensors[c.tensor], &entries[c.tensor]);
        for (&field, bytes) in entry.fields().iter().zip(&t.fields) {
            let row_bytes = entry.row_bytes(field);
            ensure!(bytes.len() == entry.rows() * row_bytes, "{}: {field:?} has {} bytes", t.name, bytes.len());
            let slice = &bytes[c.rows[0] * row_bytes..c.rows[1] * row_bytes];
            let (dtype, item) = match field {
                Field::Data => (Dtype::F32, 4),
                Field::Q => (Dtype::U32, 4),
                Field::Scale | Field::Min => (Dtype::F16, 2),
            };
            let rows = c.rows[1] - c.rows[0];
            let shape = if t.shape.len() == 1 { t.shape.clone() } else { vec![rows, row_bytes / item] };
            views.push((field_name(&t.name, field), TensorView::new(dtype, shape, slice)?));
        }
    }
    Ok(safetensors::serialize(views, None)?)
}

/// Reads back where the serializer put each array.
fn record_offsets(entries: &mut [TensorEntry], cuts: &[Cut], part: usize, bytes: &[u8]) -> anyhow::Result<()> {
    let (header, metadata) = SafeTensors::read_metadata(bytes)?;
    let data_start = header as u64 + 8;
    for c in cuts {
        let entry = &mut entries[c.tensor];
        let offset = |&field: &Field| {
            let name = field_name(&entry.name, field);
            let info = metadata.info(&name).with_context(|| format!("{name} was not written"))?;
            Ok(data_start + info.data_offsets.0 as u64)
        };
        let offsets = entry.fields().iter().map(offset).collect::<anyhow::Result<Vec<u64>>>()?;
        entry.shards.push(Shard { part, rows: c.rows, offsets });
    }
    Ok(())
}

/// Indented down to the lists, one tensor or part a line: readable, and diffs stay small.
fn json(manifest: &Manifest) -> anyhow::Result<Vec<u8>> {
    let mut text = String::from("{\n");
    let serde_json::Value::Object(fields) = serde_json::to_value(manifest)? else {
        anyhow::bail!("a manifest is an object");
    };
    let order = ["format", "version", "title", "config", "source", "vocab", "base_hash", "parts", "tensors"];
    for (i, name) in order.iter().enumerate() {
        let value = fields.get(*name).with_context(|| format!("a manifest has {name}"))?;
        let body = match value {
            serde_json::Value::Array(items) => {
                let lines: Vec<String> = items.iter().map(|v| format!("    {v}")).collect();
                format!("[\n{}\n  ]", lines.join(",\n"))
            }
            other => other.to_string(),
        };
        let end = if i + 1 == order.len() { "\n" } else { ",\n" };
        text.push_str(&format!("  \"{name}\": {body}{end}"));
    }
    text.push_str("}\n");
    Ok(text.into_bytes())
}
