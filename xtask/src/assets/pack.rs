//! Writes a pack: parts of 8 to 16 MiB and `manifest.json`.

use anyhow::Context as _;
use bertscope::model::manifest::Manifest;
use bertscope::model::pack::{cut, file_entry, part_name, write_part};
use std::path::Path;

/// Fills in `manifest`, whose tensors have no shards yet, and writes it beside its parts and the vocabulary. `fields`:
/// of each tensor the stored arrays. Stale parts are removed.
pub fn write(
    out: &Path,
    mut manifest: Manifest,
    fields: &[Vec<Vec<u8>>],
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
    for (part, cuts) in cut(&manifest.tensors, part_bytes_aim).iter().enumerate() {
        let mut of_cuts = Vec::with_capacity(cuts.len());
        for c in cuts {
            let entry = &manifest.tensors[c.tensor];
            let rows = entry.fields().iter().zip(&fields[c.tensor]).map(|(&field, bytes)| {
                let row = entry.row_bytes(field);
                bytes.get(c.rows[0] * row..c.rows[1] * row).with_context(|| format!("{}: {field:?}", entry.name))
            });
            of_cuts.push(rows.collect::<anyhow::Result<Vec<_>>>()?);
        }
        let bytes = write_part(&mut manifest.tensors, cuts, part, &of_cuts)?;
        let file = part_name(part);
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
