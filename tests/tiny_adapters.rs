//! The task adapters of the tiny model, which the page's tests load: random values in the public format.
//! `cargo test --test tiny_adapters -- --ignored` makes them anew when the tiny model's bytes have moved.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::model::adapter::{Adapter, Dense, Head, Input, LowRank, SPAN_LABELS, Target};
use bertscope::model::manifest::{FileEntry, Manifest};
use common::Random;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

const RANK: usize = 4;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

fn tiny() -> Manifest {
    Manifest::parse(&std::fs::read(at("tiny-q4/manifest.json")).unwrap()).unwrap()
}

fn adapter(title: &str, (input, head): (Input, Head), labels: [&str; 2], seed: u64) -> Vec<u8> {
    let base = tiny();
    let mut r = Random(seed);
    let h = base.config.hidden_size;
    let mut low_rank = std::collections::BTreeMap::new();
    for layer in 0..base.config.num_hidden_layers {
        for target in [Target::Query, Target::Value, Target::Output] {
            let (n, k) = target.shape(&base.config);
            let (a, b) = (r.floats(RANK * k, 0.0, 0.4), r.floats(n * RANK, 0.0, 0.4));
            low_rank.insert((layer, target), LowRank { a, b });
        }
    }
    // Wide enough that texts get different answers, some of them unsure.
    let classifier = Dense { weight: r.floats(2 * h, 0.0, 1.5), bias: vec![0.0; 2] };
    let labels = labels.map(String::from).into();
    let (title, base_hash) = (title.to_owned(), base.base_hash.clone());
    let (rank, alpha, temperature, pooler) = (RANK, 8.0, 1.25, None);
    let shape = Adapter {
        title,
        base_hash,
        input,
        head,
        rank,
        alpha,
        labels,
        temperature,
        temperature_slope: 0.0,
        low_rank,
        pooler,
        classifier,
        weights: Default::default(),
    };
    shape.to_bytes(&base.config).unwrap()
}

/// Name of each and its file's bytes.
fn all() -> [(&'static str, Vec<u8>); 3] {
    let (text, pair) = ((Input::Text, Head::Classifier), (Input::Pair, Head::Classifier));
    let span = (Input::Pair, Head::Span { null_threshold: 0.25 });
    [
        ("answers", adapter("Random, in the place of answers", span, SPAN_LABELS, 23)),
        ("sentiment", adapter("Random, in the place of sentiment", text, ["negative", "positive"], 21)),
        ("next-sentence", adapter("Random, in the place of next sentence", pair, ["IsNext", "NotNext"], 22)),
    ]
}

#[derive(Deserialize)]
struct List {
    adapters: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(flatten)]
    file: FileEntry,
}

/// None of it is fixed but what the files say: the keys of a header come in any order.
#[test]
fn what_is_committed_is_what_is_made_here() {
    let list: List = serde_json::from_slice(&std::fs::read(at("tiny-q4-adapters/manifest.json")).unwrap()).unwrap();
    let read = |bytes: &[u8]| Adapter::parse(bytes, &tiny().config, &tiny().base_hash).unwrap();
    for (name, bytes) in all() {
        let entry = list.adapters.iter().find(|a| a.name == name).unwrap();
        let file = std::fs::read(at("tiny-q4-adapters").join(&entry.file.file)).unwrap();
        assert!(entry.file.holds(&file), "{name} is not what its manifest says");
        assert_eq!(read(&file), read(&bytes), "{name}");
    }
    assert_ne!(read(&all()[0].1).classifier, read(&all()[1].1).classifier, "the comparison sees a difference");
}

#[test]
#[ignore = "writes tests/data/tiny-q4-adapters"]
fn make() {
    std::fs::create_dir_all(at("tiny-q4-adapters")).unwrap();
    let entries = all().map(|(name, bytes)| {
        let file = format!("{name}.safetensors");
        std::fs::write(at("tiny-q4-adapters").join(&file), &bytes).unwrap();
        let sha256: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        serde_json::json!({ "name": name, "file": file, "bytes": bytes.len(), "sha256": sha256 })
    });
    let manifest = serde_json::to_string_pretty(&serde_json::json!({ "adapters": entries })).unwrap() + "\n";
    std::fs::write(at("tiny-q4-adapters/manifest.json"), manifest).unwrap();
}
