//! BERT-Base as shipped learns as PyTorch says: losses of `tools/train_golden.py` on the same dequantized bytes.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::EngineKind;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::training::StepReport;
use common::compare::{Tolerance, compare_f32};
use common::training::{Golden, at, engines, wave_adapter};
use pollster::block_on;

const LOSSES: Tolerance = Tolerance { name: "losses", atol: 1e-3, rtol: 1e-3 };

fn judge(golden: &Golden, run: &str, reports: &[StepReport]) -> Result<(), String> {
    let losses: Vec<f32> = reports.iter().flat_map(|r| r.losses.clone()).collect();
    let want = golden.floats(&format!("{run}.losses"));
    let off = losses.iter().zip(&want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("{run}: losses off by at most {off:.1e}");
    compare_f32("losses", &losses, &want, LOSSES)?;
    let norms: Vec<f32> = reports.iter().map(|r| r.gradient_norm).collect();
    compare_f32("norms", &norms, &golden.floats(&format!("{run}.gradient_norms")), LOSSES)
}

#[test]
fn three_wide_steps_and_ten_long_equal_pytorch() {
    let pack = PackFolder::open(at("assets/models/bert-base-uncased")).unwrap();
    let golden = Golden::open("tests/data/base_training.safetensors");
    assert_eq!(golden.word("base_hash"), pack.manifest.base_hash, "made for another base");
    let first =
        wave_adapter(&pack.manifest.config, &pack.manifest.base_hash, golden.number("rank"), golden.number("alpha"));
    for mut engine in engines(&pack) {
        let kind = engine.info().kind;
        // A software GPU takes seconds a step: three are enough.
        let runs = if kind == EngineKind::Gpu { &[("wide", 3)][..] } else { &[("wide", 3), ("long", 10)] };
        for &(run, steps) in runs {
            block_on(engine.begin_training(&golden.setup(first.clone(), 0.0))).unwrap();
            let all = golden.steps(&format!("{run}."));
            assert_eq!(all.len(), steps);
            let mut reports: Vec<StepReport> = all.iter().map(|s| block_on(engine.train(s)).unwrap()).collect();
            println!("{kind:?}: {:?}", reports.last().map(|r| &r.stats.steps_ms));
            judge(&golden, run, &reports).unwrap_or_else(|e| panic!("{run} on {kind:?}: {e}"));
            reports[steps - 1].losses[1] += 0.01;
            assert!(judge(&golden, run, &reports).is_err(), "a wrong loss passes");
        }
    }
}
