//! The shipped pack: every byte accounted for, hashes true, nothing missing, sizes as promised.
#![allow(clippy::unwrap_used)]

use bertscope::engine::Field;
use bertscope::model::manifest::{Manifest, Scheme, TensorEntry, sha256_hex};
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const SHIPPED: [&str; 2] = ["assets/models/bert-base-uncased", "assets/models/bert-base-cased"];
const TINY: [&str; 2] = ["tests/data/tiny-q4", "tests/data/tiny-q8"];
const MIB: u64 = 1 << 20;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn manifest(name: &str) -> Manifest {
    Manifest::parse(&std::fs::read(folder(name).join("manifest.json")).unwrap()).unwrap()
}

fn stored_name(t: &TensorEntry, field: Field) -> String {
    match field {
        Field::Data => t.name.clone(),
        Field::Q => format!("{}.q", t.name),
        Field::Scale => format!("{}.scale", t.name),
        Field::Min => format!("{}.min", t.name),
    }
}

/// What is wrong between a manifest and a part's own header: nothing, if all is well.
fn faults(m: &Manifest, part: usize, bytes: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    let entry = &m.parts[part];
    if bytes.len() as u64 != entry.bytes || sha256_hex(bytes) != entry.sha256 {
        faults.push(format!("{}: not the bytes of the manifest", entry.file));
    }
    let Ok((header, metadata)) = SafeTensors::read_metadata(bytes) else {
        faults.push(format!("{}: no safetensors file", entry.file));
        return faults;
    };
    let mut listed = BTreeSet::new();
    for (t, shard) in m.shards_of_part(part) {
        for (field, range) in t.field_ranges(shard) {
            let name = stored_name(t, field);
            let Some(info) = metadata.info(&name) else {
                faults.push(format!("{name}: not in {}", entry.file));
                continue;
            };
            let data = header + 8;
            if range != (info.data_offsets.0 + data..info.data_offsets.1 + data) {
                faults.push(format!("{name}: manifest says {range:?}, header {:?} after {data}", info.data_offsets));
            }
            let dtype = match field {
                Field::Data => Dtype::F32,
                Field::Q => Dtype::U32,
                Field::Scale | Field::Min => Dtype::F16,
            };
            if info.dtype != dtype || (t.shape.len() == 2 && info.shape[0] != shard.rows[1] - shard.rows[0]) {
                faults.push(format!("{name}: {:?} {:?}", info.dtype, info.shape));
            }
            listed.insert(name);
        }
    }
    for name in metadata.tensors().keys().filter(|&n| !listed.contains(n)) {
        faults.push(format!("{name}: in {} but not in the manifest", entry.file));
    }
    faults
}

/// Every tensor the engines read, by Hugging Face's name.
fn names(layers: usize) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for table in ["word", "position", "token_type"] {
        names.insert(format!("bert.embeddings.{table}_embeddings.weight"));
    }
    names.insert("cls.predictions.bias".into());
    let mut pairs = vec![
        "bert.embeddings.LayerNorm".to_owned(),
        "bert.pooler.dense".into(),
        "cls.predictions.transform.dense".into(),
        "cls.predictions.transform.LayerNorm".into(),
    ];
    for layer in 0..layers {
        for inner in [
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm",
        ] {
            pairs.push(format!("bert.encoder.layer.{layer}.{inner}"));
        }
    }
    names.extend(pairs.iter().flat_map(|p| [format!("{p}.weight"), format!("{p}.bias")]));
    names
}

fn check(name: &str) -> Manifest {
    let m = manifest(name);
    for (i, part) in m.parts.iter().enumerate() {
        let bytes = std::fs::read(folder(name).join(&part.file)).unwrap();
        assert_eq!(faults(&m, i, &bytes), Vec::<String>::new(), "{name}");
    }
    let found: BTreeSet<String> = m.tensors.iter().map(|t| t.name.clone()).collect();
    assert_eq!(found, names(m.config.num_hidden_layers), "{name}");
    assert_eq!(found.len(), m.tensors.len(), "a name twice in {name}");
    let vocab = std::fs::read(folder(name).join(&m.vocab.file)).unwrap();
    assert_eq!((vocab.len() as u64, sha256_hex(&vocab)), (m.vocab.bytes, m.vocab.sha256.clone()));
    assert_eq!(vocab.iter().filter(|&&b| b == b'\n').count(), m.config.vocab_size);
    m
}

#[test]
fn tiny_packs_are_whole() {
    for name in TINY {
        let m = check(name);
        assert!(m.parts.len() > 1, "{name}: one part shows nothing of loading");
        assert!(m.tensors.iter().any(|t| t.shards.len() > 1), "{name}: no tensor spans parts");
    }
}

#[test]
fn shipped_packs_are_whole_and_of_the_promised_size() {
    for name in SHIPPED {
        let m = check(name);
        for part in &m.parts {
            assert!((8 * MIB..=16 * MIB).contains(&part.bytes), "{} has {} bytes", part.file, part.bytes);
        }
        assert!(m.total_bytes() <= 75_000_000, "{} bytes", m.total_bytes());
        let quantized = m.tensors.iter().filter(|t| t.scheme == Scheme::Q4).count();
        assert_eq!(quantized, 12 * 6 + 3, "six matrices a layer, word table, pooler, head");
        assert!(m.source.license.contains("Apache-2.0") && m.source.origin.contains("Google"));
        let names_the_artifact = m.source.sha256.len() == 64 && m.source.changes.contains("4 bits");
        assert!(names_the_artifact, "{:?}", m.source);
        let case = if m.config.do_lower_case { "uncased" } else { "cased" };
        assert_eq!((m.title, name.ends_with(&format!("-{case}"))), (format!("BERT-Base, {case}"), true));
    }
}

#[test]
fn a_damaged_part_is_seen() {
    let m = manifest(TINY[0]);
    let mut bytes = std::fs::read(folder(TINY[0]).join(&m.parts[0].file)).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert_eq!(faults(&m, 0, &bytes).len(), 1);
    bytes.truncate(last);
    assert!(!faults(&m, 0, &bytes).is_empty());

    let bytes = std::fs::read(folder(TINY[0]).join(&m.parts[0].file)).unwrap();
    let mut moved = m.clone();
    moved.tensors[0].shards[0].offsets[0] += 4;
    assert_eq!(faults(&moved, 0, &bytes).len(), 1);
    let mut lacking = m.clone();
    lacking.tensors.remove(0);
    assert!(!faults(&lacking, 0, &bytes).is_empty());
}

#[test]
fn a_wrong_manifest_is_refused() {
    let json = std::fs::read_to_string(folder(TINY[0]).join("manifest.json")).unwrap();
    let part = manifest(TINY[0]).parts[0].sha256.clone();
    let refused = |from: &str, to: &str| {
        let changed = json.replace(from, to);
        assert_ne!(changed, json, "{from} is not in the manifest");
        Manifest::parse(changed.as_bytes()).is_err()
    };
    assert!(refused("bertscope-pack", "some-other-pack"));
    assert!(refused("\"version\": 1", "\"version\": 2"));
    assert!(refused(&part, &"0".repeat(64)), "base hash");
    assert!(refused("[416,64]", "[417,64]"), "rows missing");
    assert!(refused("\"part\":0", "\"part\":9"), "no such part");
    assert!(refused("\"format\"", "\"fromat\""), "a field missing");
}
