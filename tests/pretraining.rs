//! Pre-training from first values against transformers and PyTorch in f64 (`tools/pretrain_golden.py`), and what the
//! lesson says of it on the text that ships.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::Row;
use bertscope::engine::cpu::Pretrainer;
use bertscope::engine::pretraining::{Exercise, PretrainReport, PretrainSetup, Sight};
use bertscope::engine::training::AdamW;
use bertscope::model::config::BertConfig;
use bertscope::model::whole::{self, Weights};
use bertscope::train::pretraining::{first_values, shape};
use common::compare::{Tolerance, compare_f32};
use common::training::{Golden, OF_LARGEST, within};

const GOLDEN: &str = "tests/data/pretraining/golden.safetensors";
const LOSSES: Tolerance = Tolerance { name: "losses", atol: 1e-3, rtol: 1e-3 };
const NOTHING: Tolerance = Tolerance { name: "nothing", atol: 1e-7, rtol: 0.0 };

fn golden() -> Golden {
    Golden::open(GOLDEN)
}

fn config(golden: &Golden) -> BertConfig {
    BertConfig {
        hidden_size: golden.number("hidden_size"),
        num_hidden_layers: golden.number("layers"),
        num_attention_heads: golden.number("heads"),
        intermediate_size: golden.number("intermediate_size"),
        max_position_embeddings: golden.number("positions"),
        ..shape(golden.number("vocab_size"))
    }
}

fn trainer(golden: &Golden, sight: Sight) -> Pretrainer {
    let config = config(golden);
    let weights = first_values(&config, golden.number("seed"));
    let optimizer = AdamW {
        beta1: golden.number("beta1"),
        beta2: golden.number("beta2"),
        epsilon: golden.number("epsilon"),
        weight_decay: golden.number("weight_decay"),
        max_grad_norm: golden.number("max_grad_norm"),
    };
    Pretrainer::new(PretrainSetup { config, weights, sight, optimizer }).unwrap()
}

/// Rows and rate of each step.
fn steps(golden: &Golden, case: &str) -> Vec<(Vec<Exercise>, f32)> {
    let (ids, types, lengths) = (golden.ints("input_ids"), golden.ints("token_type_ids"), golden.ints("lengths"));
    let (next, rates) = (golden.ints("next"), golden.floats("learning_rates"));
    let targets = golden.ints(&format!("{case}.targets"));
    let (width, rows) = (ids.len() / lengths.len(), lengths.len() / rates.len());
    let exercise = |step: usize, row: usize| {
        let i = step * rows + row;
        let cut = |all: &[usize]| all[i * width..][..lengths[i]].iter().map(|&x| x as u32).collect();
        let own = targets.chunks_exact(4).filter(|t| t[..2] == [step, row]);
        Exercise {
            row: Row { input_ids: cut(&ids), token_type_ids: cut(&types) },
            targets: own.map(|t| (t[2], t[3] as u32)).collect(),
            next: (case == "bert").then(|| next[i]),
        }
    };
    let step = |(step, &rate): (usize, &f32)| ((0..rows).map(|row| exercise(step, row)).collect(), rate);
    rates.iter().enumerate().map(step).collect()
}

fn judge(golden: &Golden, case: &str, reports: &[PretrainReport], gradient: &Weights) -> Result<(), String> {
    let mut worst = 0.0f64;
    for (name, values) in gradient {
        let wanted = format!("{case}.gradients.{name}");
        // What a case does not ask has no gradient; all scores of a query move by a key's bias.
        if !golden.has(&wanted) || name.ends_with("key.bias") {
            compare_f32(name, values, &vec![0.0; values.len()], NOTHING)?;
        } else {
            worst = worst.max(within(name, values, &golden.floats(&wanted), OF_LARGEST)?);
        }
    }
    println!("{case}: gradients off by at most {worst:.1e} of a tensor's largest");
    let of = |f: fn(&PretrainReport) -> f32| reports.iter().map(f).collect::<Vec<f32>>();
    compare_f32("words", &of(|r| r.words), &golden.floats(&format!("{case}.words")), LOSSES)?;
    let next = of(|r| r.next.map_or(0.0, |n| n.0));
    compare_f32("next", &next, &golden.floats(&format!("{case}.next_losses")), LOSSES)?;
    compare_f32("norms", &of(|r| r.gradient_norm), &golden.floats(&format!("{case}.gradient_norms")), LOSSES)
}

fn run(golden: &Golden, case: &str, sight: Sight) -> (Vec<PretrainReport>, Weights, Weights) {
    let mut trainer = trainer(golden, sight);
    let (mut reports, mut gradient) = (Vec::new(), Weights::new());
    for (exercises, rate) in steps(golden, case) {
        reports.push(trainer.train(&exercises, rate).unwrap());
        if reports.len() == 1 {
            gradient = trainer.gradient().clone();
        }
    }
    (reports, gradient, trainer.weights().clone())
}

fn equals_pytorch(case: &str, sight: Sight, other: Sight) {
    let golden = golden();
    let (mut reports, gradient, _) = run(&golden, case, sight);
    judge(&golden, case, &reports, &gradient).unwrap_or_else(|e| panic!("{case}: {e}"));
    // Each comparison goes red.
    for (name, values) in &gradient {
        let mut wrong = gradient.clone();
        let largest = values.iter().fold(0.0f32, |m, g| m.max(g.abs()));
        wrong.get_mut(name).unwrap()[0] += (0.002 * largest).max(1e-6);
        assert!(judge(&golden, case, &reports, &wrong).is_err(), "a wrong gradient of {name} passes");
    }
    reports[7].words += 0.01;
    assert!(judge(&golden, case, &reports, &gradient).is_err(), "a wrong loss passes");
    reports[7].words -= 0.01;
    reports[3].gradient_norm *= 1.01;
    assert!(judge(&golden, case, &reports, &gradient).is_err(), "a wrong norm passes");
    let (seen, gradient, _) = run(&golden, case, other);
    assert!(judge(&golden, case, &seen, &gradient).is_err(), "another sight passes");
}

#[test]
fn masked_words_and_next_sentences() {
    equals_pytorch("bert", Sight::Both, Sight::Left);
}

#[test]
fn every_next_piece_from_the_left() {
    equals_pytorch("left", Sight::Left, Sight::Both);
}

#[test]
fn first_values_are_those_of_the_formula() {
    let golden = golden();
    let (config, seed) = (config(&golden), golden.number("seed"));
    let same = |seed| {
        let values = first_values(&config, seed);
        assert!(values.keys().eq(whole::pretraining_shapes(&config).keys()));
        let close = |(name, values): (&String, &Vec<f32>)| {
            let near = Tolerance { name: "first values", atol: 1e-7, rtol: 1e-6 };
            compare_f32(name, values, &golden.floats(&format!("first.{name}")), near).is_ok()
        };
        values.iter().all(close)
    };
    assert!(same(seed) && !same(seed + 1));
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let golden = golden();
    for (case, sight) in [("bert", Sight::Both), ("left", Sight::Left)] {
        let bits = || {
            let (reports, _, last) = run(&golden, case, sight);
            let told = reports.iter().flat_map(|r| [r.words, r.next.map_or(0.0, |n| n.0), r.gradient_norm]);
            told.chain(last.into_values().flatten()).map(f32::to_bits).collect::<Vec<u32>>()
        };
        assert!(bits() == bits(), "{case}");
    }
}

/// What an answer asks of the newest values is what the next step's loss says of them.
#[test]
fn answers_are_of_the_newest_values() {
    use bertscope::engine::{Batch, BlankAt, Want};
    let golden = golden();
    for (case, sight) in [("bert", Sight::Both), ("left", Sight::Left)] {
        let mut trainer = trainer(&golden, sight);
        for (exercises, rate) in steps(&golden, case).into_iter().take(3) {
            let batch = Batch { rows: exercises.iter().map(|e| e.row.clone()).collect() };
            let targets = exercises.iter().enumerate().flat_map(|(row, e)| e.targets.iter().map(move |t| (row, t)));
            let blanks = targets.map(|(row, &(position, id))| BlankAt { row, position, asked: vec![id] }).collect();
            let answer = trainer.run(&batch, &Want { blanks, ..Want::default() }).unwrap();
            let losses: Vec<f64> = answer.blanks.iter().map(|b| f64::from(b.logsumexp - b.asked[0].logit)).collect();
            let report = trainer.train(&exercises, rate).unwrap();
            let mean = losses.iter().sum::<f64>() / losses.len() as f64;
            assert_eq!(report.targets, losses.len());
            assert!((mean - f64::from(report.words)).abs() < 1e-5, "{mean} and {}", report.words);
        }
    }
}

#[test]
fn what_has_no_sense_is_refused() {
    let golden = golden();
    let mut trainer = trainer(&golden, Sight::Both);
    let (exercises, _) = steps(&golden, "bert").remove(0);
    let refused = |trainer: &mut Pretrainer, change: &dyn Fn(&mut Exercise)| {
        let mut some = exercises.clone();
        change(&mut some[1]);
        trainer.train(&some, 1e-3).is_err()
    };
    assert!(refused(&mut trainer, &|e| e.targets[0].0 = e.row.input_ids.len()));
    assert!(refused(&mut trainer, &|e| e.targets[0].1 = 40));
    assert!(refused(&mut trainer, &|e| e.row.input_ids[1] = 40));
    assert!(refused(&mut trainer, &|e| e.next = Some(2)));
    assert!(trainer.train(&[], 1e-3).is_err());
    let nothing: Vec<Exercise> =
        exercises.iter().map(|e| Exercise { targets: Vec::new(), next: None, ..e.clone() }).collect();
    assert!(trainer.train(&nothing, 1e-3).is_err());
    // Nothing of it moved the values.
    assert_eq!(*trainer.weights(), first_values(&config(&golden), golden.number("seed")));
    let mut setup = PretrainSetup {
        config: config(&golden),
        weights: trainer.weights().clone(),
        sight: Sight::Both,
        optimizer: AdamW::default(),
    };
    setup.weights.remove(whole::WORDS_BIAS);
    assert!(Pretrainer::new(setup).is_err());
}
