//! The gate on the shipped bytes: masked words of text that calibration never saw, against the
//! golden figures of f32 BERT-Base on the same masks (`tools/masked_words_golden.py`).
#![allow(clippy::unwrap_used)]

use bertscope::engine::cpu::{CpuBuilder, CpuEngine};
use bertscope::engine::folder::PackFolder;
use bertscope::engine::masked_words::{Score, masked_rows, score};
use bertscope::engine::{Builder, EngineError, Field};
use bertscope::model::manifest::TensorEntry;
use bertscope::text::masking::MaskedRow;
use serde::Deserialize;
use std::path::Path;

const SHIPPED: &str = "assets/models/bert-base-uncased";
const SEED: u64 = 9;
/// Above f32's loss.
const LOSS_MARGIN: f64 = 0.01;
/// Below f32's share, at five thousand words.
const TOP_1_MARGIN: f64 = 0.008;

#[derive(Deserialize)]
struct Golden {
    loss: f64,
    top_1: f64,
    n: usize,
}

fn at(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn golden() -> Golden {
    serde_json::from_slice(&std::fs::read(at("tests/data/masked_words.json")).unwrap()).unwrap()
}

fn rows(pack: &PackFolder) -> Vec<MaskedRow> {
    let text = std::fs::read_to_string(at("tests/data/masked_words.txt")).unwrap();
    masked_rows(&text, &pack.tokenizer().unwrap(), SEED, usize::MAX).unwrap()
}

/// What fails, in words; None inside the margins. NaN fails.
fn verdict(score: &Score, golden: &Golden) -> Option<String> {
    let loss_ok = score.loss() <= golden.loss + LOSS_MARGIN;
    let top_1_ok = score.top_1() >= golden.top_1 - TOP_1_MARGIN;
    (!loss_ok || !top_1_ok).then(|| format!("{score}, f32 has loss {:.4} top-1 {:.4}", golden.loss, golden.top_1))
}

#[test]
fn shipped_weights_are_near_f32() {
    let pack = PackFolder::open(at(SHIPPED)).unwrap();
    let rows = rows(&pack);
    let words: usize = rows.iter().map(|r| r.labels.len()).sum();
    let golden = golden();
    assert!(words >= 5000 && words == golden.n, "{words} words, the golden figures are of {}", golden.n);
    let score = score(&mut pack.cpu_engine().unwrap(), &rows, |_| ()).unwrap();
    println!("{score}");
    assert_eq!(score.words, words);
    assert_eq!(verdict(&score, &golden), None);
}

/// Passes shards on, the scales of one layer's output matrix 1.5 times as large.
struct Spoiled(CpuBuilder);

impl Builder for Spoiled {
    fn shard(&mut self, entry: &TensorEntry, field: Field, row_start: usize, bytes: &[u8]) -> Result<(), EngineError> {
        if field == Field::Scale && entry.name == "bert.encoder.layer.5.output.dense.weight" {
            let wider = |b: &[u8]| half::f16::from_f32(1.5 * half::f16::from_le_bytes([b[0], b[1]]).to_f32());
            let spoiled: Vec<u8> = bytes.chunks(2).flat_map(|b| wider(b).to_le_bytes()).collect();
            return self.0.shard(entry, field, row_start, &spoiled);
        }
        self.0.shard(entry, field, row_start, bytes)
    }
}

#[test]
fn the_gate_goes_red_on_spoiled_weights() {
    const ROWS: usize = 12;
    let pack = PackFolder::open(at(SHIPPED)).unwrap();
    let rows = &rows(&pack)[..ROWS];
    let of = |engine: &mut CpuEngine| score(engine, rows, |_| ()).unwrap();
    let shipped = of(&mut pack.cpu_engine().unwrap());
    let mut spoiled = Spoiled(CpuBuilder::new(&pack.manifest).unwrap());
    pack.feed(&mut spoiled).unwrap();
    let spoiled = of(&mut spoiled.0.finish().unwrap());
    let same = Golden { loss: shipped.loss(), top_1: shipped.top_1(), n: shipped.words };
    assert_eq!(verdict(&shipped, &same), None);
    assert!(verdict(&spoiled, &same).is_some(), "{spoiled} passes for {shipped}");
}

#[test]
fn the_gate_knows_its_margins() {
    let golden = Golden { loss: 2.0, top_1: 0.6, n: 1000 };
    let of = |loss: f64, first| Score { words: 1000, loss_sum: 1000.0 * loss, first, among_five: 800 };
    assert_eq!(verdict(&of(2.009, 593), &golden), None);
    assert!(verdict(&of(2.011, 600), &golden).is_some());
    assert!(verdict(&of(2.0, 591), &golden).is_some());
    assert!(verdict(&of(f64::NAN, 600), &golden).is_some());
}
