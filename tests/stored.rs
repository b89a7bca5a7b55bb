//! A matrix as its parts hold it: the codes that the page shows against the dequantized weights that the engines run on,
//! and the recorded originals against the shipped codes.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::cpu::CpuBuilder;
use bertscope::engine::folder::PackFolder;
use bertscope::protocol::probe::{Stored, StoredTask};
use bertscope::ui::logic::stored::{rounding, span, weight};
use bertscope::worker::stored::StoredPlan;
use common::compare::{KERNEL, compare_f32};
use common::training::at;

fn stored(pack: &PackFolder, tensor: &str, row: usize, group: usize) -> Option<Stored> {
    let task = StoredTask { tensor: tensor.into(), row, group };
    let mut plan = StoredPlan::new(&pack.manifest, &task)?;
    pack.feed(&mut plan).unwrap();
    plan.finish()
}

fn weights(stored: &Stored) -> Vec<f32> {
    stored.codes.iter().map(|&c| weight(stored, c)).collect()
}

#[test]
fn codes_stand_for_the_weights_that_the_engines_run_on() {
    for folder in ["tests/data/tiny-q4", "tests/data/tiny-q8"] {
        let pack = PackFolder::open(at(folder)).unwrap();
        let mut whole = CpuBuilder::new(&pack.manifest).unwrap();
        pack.feed(&mut whole).unwrap();
        for (name, values) in whole.values() {
            let entry = pack.manifest.tensor(name).unwrap();
            let k = entry.columns();
            let last = (entry.rows() - 1, k / 32 - usize::from(k >= 32));
            for (row, group) in [(0, 0), last] {
                let Some(found) = stored(&pack, name, row, group) else {
                    assert!(
                        entry.shape.len() == 1 || name.contains("position") || name.contains("token_type"),
                        "{name}"
                    );
                    continue;
                };
                let want = &values[row * k + group * 32..][..32];
                let mut got = weights(&found);
                assert_eq!(compare_f32(name, &got, want, KERNEL), Ok(()), "{folder}");
                let [low, high] = span(&found);
                assert!(got.iter().all(|w| (low..=high).contains(w)), "{folder} {name}");
                assert_eq!(found.counts.iter().sum::<u64>() as usize, values.len(), "{folder} {name}");
                got[3] += 0.01;
                assert!(compare_f32(name, &got, want, KERNEL).is_err());
            }
        }
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let pack = PackFolder::open(at("tests/data/tiny-q4")).unwrap();
    let name = "bert.pooler.dense.weight";
    assert!(stored(&pack, name, 63, 1).is_some());
    for (name, row, group) in [(name, 64, 0), (name, 0, 2), ("bert.pooler.dense.bias", 0, 0), ("nothing", 0, 0)] {
        assert!(stored(&pack, name, row, group).is_none(), "{name} {row} {group}");
    }
}

/// Mean distance between stored weights and originals, in steps of the grid.
fn distance(stored: &Stored, originals: &[f32]) -> f32 {
    let off = weights(stored).iter().zip(originals).map(|(w, o)| (w - o).abs()).sum::<f32>();
    off / originals.len() as f32 / stored.scale
}

#[test]
fn the_recorded_originals_are_those_of_the_shipped_codes() {
    let pack = PackFolder::open(at("assets/models/bert-base-uncased")).unwrap();
    let recorded = rounding(&pack.manifest.base_hash).unwrap();
    for name in ["bert.encoder.layer.0.attention.self.query.weight", "bert.encoder.layer.11.output.dense.weight"] {
        let found = stored(&pack, name, 0, 0).unwrap();
        let mut originals = recorded.matrix(name).unwrap().originals(0, 0).unwrap();
        let near = distance(&found, &originals);
        assert!(near < 0.35, "{name}: {near} of a step");
        originals.reverse();
        assert!(distance(&found, &originals) > 1.0, "{name}");
        assert_eq!(recorded.matrix(name).unwrap().originals(1, 0), None);
    }
}
