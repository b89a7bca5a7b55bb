//! Fine-tuning of the tiny BERT on every engine against PyTorch in f64 (`tools/train_golden.py`), and what a training
//! promises: the same bits again, the same after a restore, nothing of the base touched.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::folder::PackFolder;
use bertscope::engine::training::{MAX_PLACES, StepReport, TrainSetup, TrainStep, Truth};
use bertscope::engine::{Batch, Engine, EngineError, Row, Want};
use bertscope::model::adapter::{Adapter, Target};
use bertscope::model::whole::decays;
use bertscope::train::base::BaseBuilder;
use bertscope::train::settings::Depth;
use common::compare::{Tolerance, compare_f32};
use common::training::{Golden, OF_LARGEST, at, engines, tensors, within};
use pollster::block_on;
use sha2::{Digest as _, Sha256};

const PACK: &str = "tests/data/tiny-q4";
const FOLDER: &str = "tests/data/tiny-q4-training";
/// Losses and norms over ten steps.
const LOSSES: Tolerance = Tolerance { name: "losses", atol: 1e-3, rtol: 1e-3 };

struct Case {
    name: &'static str,
    setup: TrainSetup,
    steps: Vec<TrainStep>,
}

fn pack() -> PackFolder {
    PackFolder::open(at(PACK)).unwrap()
}

fn golden(case: &str) -> Golden {
    let file = match case {
        "whole" | "whole-span" => format!("{case}-golden"),
        _ if case.starts_with("span-") => "span-golden".into(),
        _ => "golden".into(),
    };
    Golden::open(&format!("{FOLDER}/{file}.safetensors"))
}

fn case(name: &'static str) -> Case {
    let (golden, pack) = (golden(name), pack());
    assert_eq!(golden.word("base_hash"), pack.manifest.base_hash, "made for another base");
    let bytes = std::fs::read(at(&format!("{FOLDER}/{name}.safetensors"))).unwrap();
    let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(golden.word(&format!("{name}.sha256")), hash, "{name} has changed: make the golden values anew");
    let mut adapter = Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash).unwrap();
    if name.starts_with("whole") {
        let mut base = BaseBuilder::new(&pack.manifest, &Depth::All, true).unwrap();
        pack.feed(&mut base).unwrap();
        adapter.weights = base.finish().unwrap().weights;
    }
    let setup = golden.setup(adapter, golden.number(&format!("{name}.dropout")));
    Case { name, setup, steps: golden.steps("") }
}

fn train(engine: &mut Engine, steps: &[TrainStep]) -> Vec<StepReport> {
    steps.iter().map(|s| block_on(engine.train(s)).unwrap()).collect()
}

/// Reports of all steps, the gradients of the first, the values after the last.
fn run(engine: &mut Engine, setup: &TrainSetup, steps: &[TrainStep]) -> (Vec<StepReport>, Adapter, Adapter) {
    block_on(engine.begin_training(setup)).unwrap();
    let mut reports = train(engine, &steps[..1]);
    let gradients = block_on(engine.gradients()).unwrap();
    reports.extend(train(engine, &steps[1..]));
    (reports, gradients, block_on(engine.train_state()).unwrap().adapter)
}

fn losses(reports: &[StepReport]) -> Vec<f32> {
    reports.iter().flat_map(|r| r.losses.clone()).collect()
}

fn judge(
    golden: &Golden,
    case: &str,
    reports: &[StepReport],
    gradients: &Adapter,
    last: &Adapter,
) -> Result<(), String> {
    let of = |name: &str| golden.floats(&format!("{case}.{name}"));
    let mut worst = (0.0, String::new());
    for (name, values) in tensors(gradients) {
        // All starts move by one bias, all ends by the other: no softmax sees it.
        if name == "qa_outputs.bias" {
            compare_f32(&name, values, &[0.0; 2], Tolerance { name: "nothing", atol: 1e-6, rtol: 0.0 })?;
            continue;
        }
        let golden_name = format!("gradients.{name}");
        if case == "whole-span" && !golden.has(&format!("{case}.{golden_name}")) {
            continue;
        }
        let want = of(&golden_name);
        // All scores of a query move by a key's bias; all logits of a span head by what every piece has.
        if name.ends_with("key.bias") || (case == "whole-span" && name.ends_with("1.output.LayerNorm.bias")) {
            compare_f32(&name, values, &want, Tolerance { name: "nothing", atol: 1e-6, rtol: 0.0 })?;
            continue;
        }
        let off = within(&name, values, &want, OF_LARGEST)?;
        if off >= worst.0 {
            worst = (off, name);
        }
    }
    println!("{case}: gradients off by at most {:.1e} of a tensor's largest ({})", worst.0, worst.1);
    let norms: Vec<f32> = reports.iter().map(|r| r.gradient_norm).collect();
    compare_f32("norms", &norms, &of("gradient_norms"), LOSSES)?;
    compare_f32("losses", &losses(reports), &of("losses"), LOSSES)?;
    let logits: Vec<f32> = reports.iter().flat_map(|r| r.logits.clone()).collect();
    let spans: Vec<f32> = reports.iter().flat_map(|r| r.spans.as_flattened()).map(|&at| at as f32).collect();
    if case.contains("span") {
        compare_f32("spans", &spans, &of("spans"), Tolerance { name: "spans", atol: 0.0, rtol: 0.0 })?;
    } else {
        compare_f32("logits", &logits, &of("logits"), Tolerance { name: "logits", atol: 5e-3, rtol: 1e-3 })?;
    }
    for (name, values) in tensors(last) {
        let name = format!("values.{name}");
        if golden.has(&format!("{case}.{name}")) && name != "values.qa_outputs.bias" {
            within(&name, values, &of(&name), OF_LARGEST)?;
        }
    }
    Ok(())
}

fn equals_pytorch(name: &'static str) {
    let (case, golden) = (case(name), golden(name));
    for mut engine in engines(&pack()) {
        let kind = engine.info().kind;
        let (mut reports, mut gradients, mut last) = run(&mut engine, &case.setup, &case.steps);
        let judged = |r: &[StepReport], g: &Adapter, l: &Adapter| judge(&golden, case.name, r, g, l);
        judged(&reports, &gradients, &last).unwrap_or_else(|e| panic!("{name} on {kind:?}: {e}"));
        // Each comparison goes red.
        let spoil = |values: &mut [f32], by: f32| {
            let largest = values.iter().fold(0.0f32, |m, g| m.max(g.abs()));
            values[1] += by * largest;
        };
        let bias = gradients.classifier.bias.clone();
        let spoiled: Vec<&str> = match name {
            "whole" => gradients.weights.keys().map(String::as_str).filter(|n| !n.ends_with("key.bias")).collect(),
            "whole-span" => vec!["bert.embeddings.LayerNorm.weight", "bert.encoder.layer.0.output.dense.bias"],
            _ => vec![],
        };
        for tensor in spoiled {
            let mut wrong = gradients.clone();
            spoil(wrong.weights.get_mut(tensor).unwrap(), 0.002);
            assert!(judged(&reports, &wrong, &last).is_err(), "a wrong gradient of {tensor} passes");
        }
        if name != "whole-span" {
            spoil(&mut gradients.classifier.weight, 0.002);
            assert!(judged(&reports, &gradients, &last).is_err(), "a wrong gradient passes");
            spoil(&mut gradients.classifier.weight, -0.002);
        }
        assert_eq!(gradients.classifier.bias, bias);
        reports[7].losses[2] += 0.01;
        assert!(judged(&reports, &gradients, &last).is_err(), "a wrong loss passes");
        reports[7].losses[2] -= 0.01;
        reports[7].gradient_norm *= 1.01;
        assert!(judged(&reports, &gradients, &last).is_err(), "a wrong norm passes");
        reports[7].gradient_norm /= 1.01;
        if name == "head" || name == "span-head" {
            last.classifier.weight[5] += 0.01;
            assert!(judged(&reports, &gradients, &last).is_err(), "a wrong value passes");
        }
    }
}

#[test]
fn every_linear() {
    equals_pytorch("everywhere");
}

#[test]
fn query_and_value_with_a_pooler() {
    equals_pytorch("query-value");
}

#[test]
fn the_top_layer_alone() {
    equals_pytorch("top");
}

#[test]
fn the_head_alone() {
    equals_pytorch("head");
}

#[test]
fn all_weights() {
    equals_pytorch("whole");
}

#[test]
fn all_weights_under_a_span_head_and_dropout() {
    equals_pytorch("whole-span");
}

/// With gradients cut to next to nothing, decay alone moves anything.
#[test]
fn decay_is_on_tables_and_matrices_alone() {
    let mut case = case("whole");
    case.setup.optimizer.max_grad_norm = 1e-30;
    let step = TrainStep { learning_rate: 0.5, ..case.steps[0].clone() };
    for mut engine in engines(&pack()) {
        let (_, _, last) = run(&mut engine, &case.setup, std::slice::from_ref(&step));
        let kept = 1.0 - 0.5 * case.setup.optimizer.weight_decay;
        for ((name, first), (_, last)) in tensors(&case.setup.adapter).into_iter().zip(tensors(&last)) {
            let kept = if decays(&name) { kept } else { 1.0 };
            let want: Vec<f32> = first.iter().map(|v| v * kept).collect();
            within(&name, last, &want, 1e-5).unwrap();
        }
    }
}

#[test]
fn spans_with_every_linear_and_dropout() {
    equals_pytorch("span-everywhere");
}

#[test]
fn spans_with_the_top_layer_alone() {
    equals_pytorch("span-top");
}

#[test]
fn spans_with_the_head_alone() {
    equals_pytorch("span-head");
}

#[test]
fn with_dropout() {
    equals_pytorch("dropout");
}

#[test]
fn places_outside_a_row_are_refused() {
    let case = case("span-head");
    for mut engine in engines(&pack()) {
        block_on(engine.begin_training(&case.setup)).unwrap();
        for places in [vec![], vec![[0, 99]], vec![[2, 1]], vec![[0, 0]; MAX_PLACES + 1]] {
            let mut step = case.steps[0].clone();
            step.micro_batches[0][1].truth = Truth::Spans(places);
            assert_eq!(block_on(engine.train(&step)), Err(EngineError::BadSpan { example: 1 }));
        }
        let mut step = case.steps[0].clone();
        step.micro_batches[0][0].truth = Truth::Class(0);
        assert_eq!(block_on(engine.train(&step)), Err(EngineError::WrongHead));
    }
}

/// What two runs have in common, bit for bit.
fn bits(reports: &[StepReport], last: &Adapter) -> Vec<u32> {
    let reported = reports.iter().flat_map(|r| r.losses.iter().chain(&r.logits).chain([&r.gradient_norm]));
    reported.chain(tensors(last).into_iter().flat_map(|(_, v)| v)).map(|v| v.to_bits()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_does_not() {
    for name in ["dropout", "top", "head", "span-top", "whole"] {
        let case = case(name);
        for mut engine in engines(&pack()) {
            let (reports, _, last) = run(&mut engine, &case.setup, &case.steps);
            let first = bits(&reports, &last);
            let (reports, _, last) = run(&mut engine, &case.setup, &case.steps);
            assert!(first == bits(&reports, &last), "{name}");
            let other = TrainSetup { dropout: 0.1, seed: case.setup.seed + 1, ..case.setup.clone() };
            let (reports, _, last) = run(&mut engine, &other, &case.steps);
            assert!(first != bits(&reports, &last), "{name}: another seed drops the same");
        }
    }
}

#[test]
fn recomputing_changes_no_bit() {
    for case in [case("dropout"), case("span-everywhere"), case("whole-span")] {
        recomputed(&case);
    }
}

fn recomputed(case: &Case) {
    for mut engine in engines(&pack()) {
        let (reports, _, last) = run(&mut engine, &case.setup, &case.steps);
        let kept = bits(&reports, &last);
        let setup = TrainSetup { recompute: true, ..case.setup.clone() };
        let (reports, _, last) = run(&mut engine, &setup, &case.steps);
        assert!(kept == bits(&reports, &last));
    }
}

#[test]
fn a_restored_training_goes_on_bit_for_bit() {
    for name in ["dropout", "head", "span-everywhere", "span-head", "whole-span"] {
        let case = case(name);
        for (mut engine, mut other) in engines(&pack()).into_iter().zip(engines(&pack())) {
            block_on(engine.begin_training(&case.setup)).unwrap();
            train(&mut engine, &case.steps[..5]);
            let state = block_on(engine.train_state()).unwrap();
            assert_eq!((state.step, state.micro_step), (5, 5));
            let unbroken = train(&mut engine, &case.steps[5..]);
            let last = block_on(engine.train_state()).unwrap().adapter;
            block_on(other.begin_training(&case.setup)).unwrap();
            block_on(other.restore_training(&state)).unwrap();
            let resumed = train(&mut other, &case.steps[5..]);
            let resumed_last = block_on(other.train_state()).unwrap().adapter;
            assert!(bits(&unbroken, &last) == bits(&resumed, &resumed_last), "{name}");
            assert_eq!(resumed.last().map(|r| r.step), Some(10));
        }
    }
}

/// The second time, what frozen layers say comes from memory.
#[test]
fn frozen_layers_say_the_same_again() {
    for name in ["top", "head", "span-top", "span-head"] {
        let case = case(name);
        let still = TrainStep { learning_rate: 0.0, ..case.steps[0].clone() };
        for mut engine in engines(&pack()) {
            let (reports, _, last) = run(&mut engine, &case.setup, &[still.clone(), still.clone()]);
            assert!(bits(&reports[..1], &last) == bits(&reports[1..], &last), "{name}");
            assert!(last == case.setup.adapter, "{name}: a rate of 0 moves something");
        }
    }
}

#[test]
fn micro_batches_of_1_and_3_equal_one_of_4() {
    parted("everywhere");
    parted("whole");
}

fn parted(name: &'static str) {
    let (case, golden) = (case(name), golden(name));
    let parted: Vec<TrainStep> = case
        .steps
        .iter()
        .map(|s| {
            let (one, three) = s.micro_batches[0].split_at(1);
            TrainStep { micro_batches: vec![one.to_vec(), three.to_vec()], ..s.clone() }
        })
        .collect();
    for mut engine in engines(&pack()) {
        let (reports, gradients, last) = run(&mut engine, &case.setup, &parted);
        assert_eq!(judge(&golden, name, &reports, &gradients, &last), Ok(()));
        assert_eq!(block_on(engine.train_state()).unwrap().micro_step, 20);
    }
}

#[test]
fn the_adapter_in_training_answers_with_its_newest_values_and_the_base_stays() {
    newest("everywhere");
    newest("whole");
}

fn newest(name: &'static str) {
    let case = case(name);
    let rows: Vec<Row> = case.steps[0].micro_batches[0].iter().map(|e| e.row.clone()).collect();
    let batch = Batch { rows };
    for mut engine in engines(&pack()) {
        let base = Want { pooled: true, hidden_states: true, ..Want::default() };
        let before = block_on(engine.run(&batch, &base)).unwrap();
        let id = block_on(engine.begin_training(&case.setup)).unwrap();
        let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
        for step in &case.steps[..3] {
            // Before a step, the answer is the logits that the step reports.
            let asked = block_on(engine.run(&batch, &want)).unwrap().class_logits;
            let same = TrainStep { micro_batches: case.steps[0].micro_batches.clone(), ..step.clone() };
            let report = block_on(engine.train(&same)).unwrap();
            let near = Tolerance { name: "logits", atol: 1e-4, rtol: 1e-4 };
            assert_eq!(compare_f32("logits", &asked, &report.logits, near), Ok(()));
        }
        let newest = block_on(engine.train_state()).unwrap().adapter;
        let asked = block_on(engine.run(&batch, &want)).unwrap().class_logits;
        let copy = block_on(engine.add_adapter(&newest)).unwrap();
        let copied = block_on(engine.run(&batch, &Want { adapter: Some(copy), ..want.clone() })).unwrap();
        assert_eq!(asked, copied.class_logits);
        let after = block_on(engine.run(&batch, &base)).unwrap();
        assert!(before.hidden_states == after.hidden_states && before.pooled == after.pooled);
        engine.end_training();
        assert_eq!(block_on(engine.run(&batch, &want)).unwrap_err(), EngineError::NoSuchAdapter);
    }
}

#[test]
fn what_cannot_be_trained_is_refused_and_changes_nothing() {
    let case = case("everywhere");
    for mut engine in engines(&pack()) {
        let step = &case.steps[0];
        assert_eq!(block_on(engine.train(step)), Err(EngineError::NoTraining));
        assert_eq!(block_on(engine.gradients()), Err(EngineError::NoTraining));
        assert_eq!(block_on(engine.train_state()), Err(EngineError::NoTraining));
        block_on(engine.begin_training(&case.setup)).unwrap();
        let before = block_on(engine.train_state()).unwrap();
        let spoiled = |spoil: &dyn Fn(&mut TrainStep)| {
            let mut step = step.clone();
            spoil(&mut step);
            step
        };
        let bad_class = spoiled(&|s| s.micro_batches[0][2].truth = Truth::Class(3));
        let refused = block_on(engine.train(&bad_class));
        assert_eq!(refused, Err(EngineError::BadClass { example: 2, class: 3, labels: 3 }));
        let spans = spoiled(&|s| s.micro_batches[0][2].truth = Truth::Spans(vec![[0, 0]]));
        assert_eq!(block_on(engine.train(&spans)), Err(EngineError::WrongHead));
        let bad_row = spoiled(&|s| s.micro_batches[0][1].row.input_ids[0] = 99_999);
        assert_eq!(block_on(engine.train(&bad_row)), Err(EngineError::BadRow { row: 1 }));
        for empty in [vec![], vec![vec![]]] {
            let step = TrainStep { micro_batches: empty, learning_rate: 0.1 };
            assert_eq!(block_on(engine.train(&step)), Err(EngineError::EmptyBatch));
        }
        assert_eq!(block_on(engine.train_state()).unwrap(), before);
        let mut state = before.clone();
        state.first_moment = self::case("head").setup.adapter;
        assert!(block_on(engine.restore_training(&state)).is_err(), "a state of another shape is taken");
        let mut beyond = case.setup.clone();
        let matrices = beyond.adapter.low_rank.values().next().unwrap().clone();
        beyond.adapter.low_rank.insert((2, Target::Query), matrices);
        assert!(block_on(engine.begin_training(&beyond)).is_err(), "a layer that the model lacks is taken");
        engine.end_training();
        assert_eq!(block_on(engine.train(step)), Err(EngineError::NoTraining));
    }
}
