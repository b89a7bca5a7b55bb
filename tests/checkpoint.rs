//! A Hugging Face folder as the page reads it: the shipped packs come out byte for byte, whatever the file's names and
//! types, and what is no BERT is refused by name.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::cpu::CpuBuilder;
use bertscope::engine::{Batch, BlankAt, Row, Want, feed_part};
use bertscope::model::checkpoint::{Checkpoint, CheckpointError, LENGTH_BYTES, config, header_bytes};
use bertscope::model::maker::Maker;
use bertscope::model::manifest::{Absent, FileEntry, Manifest, Scheme, Source};
use common::Random;
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;

fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn json() -> String {
    String::from_utf8(data("tiny/config.json")).unwrap()
}

fn open(json: &str, file: &[u8]) -> Result<Checkpoint, CheckpointError> {
    let (config, tied) = config(json.as_bytes())?;
    let bytes = file.len() as u64;
    let header = header_bytes(&file[..file.len().min(8)], bytes)?;
    Checkpoint::read(config, tied, &file[LENGTH_BYTES as usize..(LENGTH_BYTES + header) as usize], bytes)
}

fn make(checkpoint: Checkpoint, file: &[u8], scheme: Scheme, part_bytes: usize) -> (Manifest, Vec<Vec<u8>>) {
    let mut maker = Maker::new(checkpoint, scheme, part_bytes);
    let mut parts = Vec::new();
    while let Some(range) = maker.next() {
        let (done, total) = maker.progress();
        assert!(done < total);
        parts.extend(maker.take(&file[range.start as usize..range.end as usize]).unwrap());
    }
    let (done, total) = maker.progress();
    assert_eq!(done, total);
    let nothing =
        Source { origin: String::new(), sha256: String::new(), license: String::new(), changes: String::new() };
    let vocab = FileEntry { file: "vocab.txt".into(), bytes: 0, sha256: String::new() };
    (maker.finish("tiny".into(), nothing, vocab), parts)
}

type Tensors = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

fn tensors() -> Tensors {
    let file = data("tiny/model.safetensors");
    let file = SafeTensors::deserialize(&file).unwrap();
    let all = file.tensors().into_iter();
    all.map(|(name, t)| (name, (t.dtype(), t.shape().to_vec(), t.data().to_vec()))).collect()
}

fn written(tensors: &Tensors) -> Vec<u8> {
    let views = tensors
        .iter()
        .map(|(name, (dtype, shape, bytes))| (name.clone(), TensorView::new(*dtype, shape.clone(), bytes).unwrap()));
    safetensors::serialize(views, None).unwrap()
}

fn f32s(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b))
}

#[test]
fn the_tiny_packs_come_out_byte_for_byte() {
    let file = data("tiny/model.safetensors");
    for (name, scheme) in [("tiny-q4", Scheme::Q4), ("tiny-q8", Scheme::Q8)] {
        let shipped = Manifest::parse(&data(&format!("{name}/manifest.json"))).unwrap();
        let (manifest, parts) = make(open(&json(), &file).unwrap(), &file, scheme, 50_000);
        assert_eq!(manifest.base_hash, shipped.base_hash, "{name}");
        assert_eq!((&manifest.parts, &manifest.tensors), (&shipped.parts, &shipped.tensors), "{name}");
        assert!(manifest.parts.iter().zip(&parts).all(|(entry, bytes)| entry.holds(bytes)));
        let whole = make(open(&json(), &file).unwrap(), &file, scheme, usize::MAX);
        assert_eq!(whole.1.len(), 1);
        assert_ne!(whole.0.base_hash, shipped.base_hash, "another cut, another hash");
    }
}

#[test]
fn older_names_and_bare_ones_are_read() {
    let file = data("tiny/model.safetensors");
    let wanted = make(open(&json(), &file).unwrap(), &file, Scheme::Q4, 50_000);
    let renamed = |name: &dyn Fn(&str) -> String| {
        let file = written(&tensors().into_iter().map(|(n, t)| (name(&n), t)).collect());
        make(open(&json(), &file).unwrap(), &file, Scheme::Q4, 50_000)
    };
    let gamma = |n: &str| n.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
    assert_eq!(renamed(&gamma), wanted);
    assert_eq!(renamed(&|n| n.trim_start_matches("bert.").to_owned()), wanted);
    assert_eq!(renamed(&|n| gamma(n.trim_start_matches("bert."))), wanted);
    assert_eq!(renamed(&|n| n.replace("cls.predictions.bias", "cls.predictions.decoder.bias")), wanted);
}

#[test]
fn half_width_values_are_read() {
    type Round = fn(f32) -> ([u8; 2], f32);
    let kinds: [(Dtype, Round); 2] = [
        (Dtype::F16, |v| (f16::from_f32(v).to_le_bytes(), f16::from_f32(v).to_f32())),
        (Dtype::BF16, |v| (bf16::from_f32(v).to_le_bytes(), bf16::from_f32(v).to_f32())),
    ];
    for (dtype, round) in kinds {
        let (mut halves, mut rounded) = (tensors(), tensors());
        for (_, t) in halves.iter_mut() {
            *t = (dtype, t.1.clone(), f32s(&t.2).flat_map(|v| round(v).0).collect());
        }
        for (_, t) in rounded.iter_mut() {
            t.2 = f32s(&t.2).flat_map(|v| round(v).1.to_le_bytes()).collect();
        }
        let (halves, rounded) = (written(&halves), written(&rounded));
        let of = |file: &[u8]| make(open(&json(), file).unwrap(), file, Scheme::Q8, 50_000);
        assert_eq!(of(&halves).1, of(&rounded).1, "{dtype:?}");
        assert_ne!(of(&halves).1, of(&data("tiny/model.safetensors")).1, "{dtype:?} rounds");
    }
}

/// A bare encoder runs; what it lacks is named, and its tensors are 0.
#[test]
fn heads_may_be_missing() {
    let mut bare = tensors();
    bare.retain(|name, _| !name.starts_with("cls.") && !name.contains("pooler"));
    let file = written(&bare);
    let checkpoint = open(&json(), &file).unwrap();
    assert_eq!(checkpoint.absent, [Absent::Pooler, Absent::MaskedWords]);
    let all: u64 = tensors().values().map(|t| t.1.iter().product::<usize>() as u64).sum();
    assert!(
        checkpoint.parameters() < all && open(&json(), &data("tiny/model.safetensors")).unwrap().parameters() == all
    );
    let (manifest, parts) = make(checkpoint, &file, Scheme::Q4, 50_000);
    assert_eq!(Manifest::parse(&serde_json::to_vec(&manifest).unwrap()).unwrap(), manifest);
    let mut builder = CpuBuilder::new(&manifest).unwrap();
    parts.iter().enumerate().for_each(|(i, part)| feed_part(&manifest, i, part, &mut builder).unwrap());
    let batch = Batch::one(Row { input_ids: vec![2, 40, 3], token_type_ids: vec![0; 3] });
    let want =
        Want { hidden_states: true, pooled: true, blanks: vec![BlankAt::default()], top_k: 1, ..Want::default() };
    let answer = builder.finish().unwrap().run(&batch, &want).unwrap();
    assert!(answer.hidden_states.iter().any(|v| *v != 0.0) && answer.pooled.iter().all(|v| *v == 0.0));
    assert_eq!(answer.blanks[0].top[0].logit, 0.0);

    let mut half = tensors();
    half.remove("cls.predictions.transform.dense.bias");
    let missing = open(&json(), &written(&half)).unwrap_err();
    assert_eq!(missing, CheckpointError::Missing { name: "cls.predictions.transform.dense.bias".into() });
    let untied = json().replace("\"vocab_size\"", "\"tie_word_embeddings\": false, \"vocab_size\"");
    assert_eq!(open(&untied, &data("tiny/model.safetensors")).unwrap().absent, [Absent::MaskedWords]);
}

#[test]
fn a_next_sentence_head_is_found() {
    let mut more = tensors();
    let values = |n: usize| (0..n).flat_map(|i| (i as f32).to_le_bytes()).collect::<Vec<u8>>();
    more.insert("cls.seq_relationship.weight".into(), (Dtype::F32, vec![2, 64], values(128)));
    more.insert("cls.seq_relationship.bias".into(), (Dtype::F32, vec![2], values(2)));
    let file = written(&more);
    let [weight, bias] = open(&json(), &file).unwrap().next_sentence.unwrap();
    let read = |t: &bertscope::model::checkpoint::Found| {
        let range = t.bytes.clone().unwrap();
        t.values(&file[range.start as usize..range.end as usize])
    };
    assert_eq!((read(&weight)[5], read(&bias)), (5.0, vec![0.0, 1.0]));
    assert!(open(&json(), &data("tiny/model.safetensors")).unwrap().next_sentence.is_none());
}

#[test]
fn other_models_and_wrong_files_are_refused_by_name() {
    let file = data("tiny/model.safetensors");
    let refused = |from: &str, to: &str| {
        let changed = json().replace(from, to);
        assert_ne!(changed, json(), "{from}");
        open(&changed, &file).unwrap_err()
    };
    use CheckpointError as E;
    assert_eq!(refused("\"bert\"", "\"roberta\""), E::Architecture { found: "roberta".into() });
    assert!(matches!(refused("\"gelu\"", "\"gelu_new\""), E::Setting { key, .. } if key == "hidden_act"));
    assert!(matches!(refused("\"num_attention_heads\": 4", "\"num_attention_heads\": 5"), E::Setting { .. }));
    assert!(matches!(refused("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 0"), E::Size { .. }));
    assert!(matches!(refused("\"hidden_size\": 64", "\"hidden_size\": 18446744073709551615"), E::Size { .. }));
    assert!(matches!(refused("\"hidden_size\": 64", "\"hidden_size\": -1"), E::Config(_)));
    assert!(matches!(refused("\"hidden_size\": 64,", ""), E::Config(_)));
    let relative = "\"position_embedding_type\": \"relative_key\", \"vocab_size\"";
    assert!(matches!(refused("\"vocab_size\"", relative), E::Setting { .. }));
    assert!(
        matches!(refused("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"), E::Missing { name } if name.contains("layer.2"))
    );
    assert!(matches!(refused("\"vocab_size\": 416", "\"vocab_size\": 417"), E::Shape { .. }));

    let wrong = |file: &[u8]| open(&json(), file).unwrap_err();
    assert!(matches!(wrong(&file[..file.len() - 1]), E::Cut { .. }));
    assert!(matches!(wrong(&[file.as_slice(), b"more"].concat()), E::Cut { .. }));
    assert!(matches!(wrong(b""), E::NotSafetensors(_)));
    assert!(matches!(wrong(b"PK\x03\x04zip!zip!"), E::NotSafetensors(_)));
    assert!(matches!(wrong(&[&1000u64.to_le_bytes()[..], b"{}"].concat()), E::Cut { .. }));
    let mut ints = tensors();
    let (dtype, ..) = ints.get_mut("bert.pooler.dense.weight").unwrap();
    *dtype = Dtype::I32;
    assert!(matches!(wrong(&written(&ints)), E::Values { found, .. } if found == "I32"));
    let mut infinite = tensors();
    let (.., bytes) = infinite.get_mut("bert.pooler.dense.weight").unwrap();
    bytes[..4].copy_from_slice(&f32::INFINITY.to_le_bytes());
    let file = written(&infinite);
    let mut maker = Maker::new(open(&json(), &file).unwrap(), Scheme::Q4, 50_000);
    let mut failed = None;
    while let Some(range) = maker.next().filter(|_| failed.is_none()) {
        failed = maker.take(&file[range.start as usize..range.end as usize]).err();
    }
    assert!(failed.unwrap().to_string().contains("bert.pooler.dense.weight"));
}

/// Random bytes changed in the header: refused or read, never a panic, and what is read lies in the file.
#[test]
fn broken_headers_never_panic() {
    let file = data("tiny/model.safetensors");
    let header = header_bytes(&file, file.len() as u64).unwrap() as usize;
    let mut r = Random(7);
    let mut read = 0;
    for _ in 0..3000 {
        let mut broken = file.clone();
        for _ in 0..1 + r.below(3) {
            let at = r.below(header + 8);
            broken[at] = b"0123456789{}[]\",:x\xff\0"[r.below(20)];
        }
        if let Ok(checkpoint) = open(&json(), &broken) {
            read += 1;
            for t in &checkpoint.tensors {
                assert!(t.bytes.as_ref().is_none_or(|b| b.end <= broken.len() as u64));
            }
        }
    }
    assert!(read < 2000, "{read} of 3000 broken headers were read");
}
