//! Settings within their limits, and what a run is said to cost.

use super::run::base;
use super::{config, settings, two_classes};
use bertscope::train::base::Base;
use bertscope::train::data::LengthHistogram;
use bertscope::train::estimate::{Measured, Plan, estimate, trained_values};
use bertscope::train::initial::initial_adapter;
use bertscope::train::settings::{Depth, Hyperparameters, SettingError};

#[test]
fn the_rate_rises_and_falls_as_in_the_articles_bert() {
    let h = Hyperparameters { learning_rate: 1.0, warmup_proportion: 0.25, ..settings() };
    let rates: Vec<f32> = (1..=8).map(|step| h.learning_rate_at(step, 8)).collect();
    assert_eq!(rates, [0.0, 0.5, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]);
    let flat = Hyperparameters { warmup_proportion: 0.0, ..h };
    assert_eq!((flat.learning_rate_at(1, 8), flat.learning_rate_at(9, 8)), (1.0, 0.0));
}

#[test]
fn each_setting_has_its_limits_by_name() {
    type Change = fn(&mut Hyperparameters);
    let changes: [(&str, Change); 12] = [
        ("train_batch_size", |h| h.train_batch_size = 0),
        ("eval_batch_size", |h| h.eval_batch_size = 5000),
        ("learning_rate", |h| h.learning_rate = f32::NAN),
        ("num_train_epochs", |h| h.num_train_epochs = 0.0),
        ("max_seq_length", |h| h.max_seq_length = 513),
        ("warmup_proportion", |h| h.warmup_proportion = 1.5),
        ("save_checkpoints_steps", |h| h.save_checkpoints_steps = 0),
        ("eval_every_steps", |h| h.eval_every_steps = 0),
        ("dropout", |h| h.dropout = 1.0),
        ("weight_decay", |h| h.weight_decay = -1.0),
        ("max_grad_norm", |h| h.max_grad_norm = f32::INFINITY),
        ("micro_batch_tokens", |h| h.micro_batch_tokens = 0),
    ];
    let c = config();
    assert_eq!(settings().check(10, &c), Ok(()));
    for (name, change) in changes {
        let mut h = settings();
        change(&mut h);
        let error = h.check(10, &c).unwrap_err();
        assert!(matches!(&error, SettingError::Range { name: n, .. } if n == name), "{name}: {error}");
    }
    let lora = |rank, first_layer, targets| Depth::Lora { rank, alpha: 1.0, first_layer, targets };
    let check = |depth| Hyperparameters { depth, ..settings() }.check(10, &c);
    let all = bertscope::model::adapter::Target::ALL.to_vec();
    assert!(matches!(check(lora(65, 0, all.clone())), Err(SettingError::Range { .. })));
    assert!(matches!(check(lora(4, 2, all)), Err(SettingError::Range { .. })));
    assert_eq!(check(lora(4, 0, vec![])), Err(SettingError::NoTargets));
    assert!(settings().check(0, &c).is_err());
    for n in [1, 20, 500, 100_000] {
        for depth in [Depth::lora(), Depth::Head] {
            assert_eq!(Hyperparameters::for_examples(n, 60, depth, &c).check(n, &c), Ok(()));
        }
    }
}

#[test]
fn what_is_trained_is_counted() {
    let (c, data) = (config(), two_classes(20));
    for depth in [Depth::Head, settings().depth, Depth::lora(), Depth::All] {
        let h = Hyperparameters { depth, ..settings() };
        let weights = if h.depth == Depth::All { base(&h).weights } else { Default::default() };
        let adapter = initial_adapter(&h, &data, &c, "", Base { pooler: None, weights });
        let held: usize = adapter.values().iter().map(|v| v.len()).sum();
        assert_eq!(trained_values(&h, 2, false, &c), held as u64);
    }
}

#[test]
fn steps_and_times_are_those_of_a_run() {
    let h = settings();
    let mut lengths = LengthHistogram::default();
    (0..60).for_each(|_| lengths.add(10));
    let plan = Plan::new(45, 15, &lengths, 24);
    let m = Measured { step_ms: 70.0, step_tokens: 70.0, forward_ms: 10.0, forward_tokens: 50.0 };
    let e = estimate(&h, &plan, 1000, 200, Some(&m));
    // 7 steps an epoch; looked at after steps 0, 5, 10, 15, 20 and 21.
    assert_eq!((e.steps_per_epoch, e.steps, e.evaluations), (7, 21, 6));
    assert_eq!((e.trained_bytes, e.kept_bytes), (16_000, 60 * 200));
    assert_eq!(e.step_ms, Some(70.0));
    assert!((e.total_ms.unwrap() - (21.0 * 70.0 + 6.0 * 150.0 * 0.2)).abs() < 1e-6, "{e:?}");
    assert_eq!(estimate(&h, &plan, 1000, 200, None).total_ms, None);
}
