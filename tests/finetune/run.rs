//! The loop: what it does in which order, on the CPU engine with the tiny BERT, whole and broken.

use super::{class_of, config, engine, settings, tiny, tokenizer, two_classes};
use bertscope::engine::training::{StepReport, TrainState};
use bertscope::engine::{AdapterId, Batch, Engine, Want};
use bertscope::model::adapter::Adapter;
use bertscope::train::base::{Base, BaseBuilder};
use bertscope::train::curves::{Curves, EvalPoint, StepPoint};
use bertscope::train::data::{Dataset, encode};
use bertscope::train::diagnose::{Diagnosis, diagnose};
use bertscope::train::drive::{Did, act};
use bertscope::train::evaluate::{Evaluation, Evaluator};
use bertscope::train::initial::initial_adapter;
use bertscope::train::run::{Action, Run, RunError};
use bertscope::train::settings::{Depth, Hyperparameters};
use pollster::block_on;

/// What the depth copies.
pub fn base(h: &Hyperparameters) -> Base {
    let pack = tiny();
    let mut builder = BaseBuilder::new(&pack.manifest, &h.depth, false).unwrap();
    pack.feed(&mut builder).unwrap();
    builder.finish().unwrap()
}

pub fn begin(engine: &mut Engine, h: &Hyperparameters, data: &Dataset) -> AdapterId {
    let adapter = initial_adapter(h, data, &config(), &tiny().manifest.base_hash, base(h));
    block_on(engine.begin_training(&h.setup(adapter, false))).unwrap()
}

/// Goes on to a step, or to the end; gives the state there.
pub fn drive(engine: &mut Engine, id: AdapterId, run: &mut Run, data: &Dataset, until: u32) -> (TrainState, Vec<Did>) {
    let (t, mut all) = (tokenizer(), Vec::new());
    loop {
        let did = block_on(act(engine, id, run, data, &t)).unwrap();
        if let Did::Checkpoint { step, .. } = did {
            run.saved();
            if step >= until {
                all.push(did);
                break;
            }
        }
        all.push(did.clone());
        if did == Did::Done {
            break;
        }
    }
    (block_on(engine.train_state()).unwrap(), all)
}

/// Times differ from run to run; nothing else does.
pub fn timeless(curves: &Curves) -> Curves {
    let mut curves = curves.clone();
    curves.steps.iter_mut().for_each(|p| p.examples_per_s = 0.0);
    curves
}

#[test]
fn a_tiny_bert_learns_two_classes() {
    let data = two_classes(120);
    let h = Hyperparameters { num_train_epochs: 12.0, ..settings() };
    let mut engine = engine();
    let id = begin(&mut engine, &h, &data);
    let mut run = Run::new(h.clone(), &data, &config()).unwrap();
    let (_, did) = drive(&mut engine, id, &mut run, &data, u32::MAX);
    let steps = h.steps(data.split.train.len());
    assert_eq!(run.steps(), (steps, steps));
    let first = did.iter().find(|d| matches!(d, Did::Evaluated(_) | Did::Trained(_)));
    assert!(matches!(first, Some(Did::Evaluated(e)) if e.step == 0), "what it was before is seen first");
    assert_eq!(did.last(), Some(&Did::Done));
    let last = run.curves().evaluations.last().unwrap();
    assert_eq!(last.step, steps);
    assert!(run.best().unwrap().accuracy >= 0.95, "{:?}", run.curves().evaluations);
    assert_eq!(run.diagnoses(), []);
    // Each best was kept, and so was each fourth step.
    let kept: Vec<u32> =
        did.iter().filter_map(|d| if let Did::Checkpoint { step, .. } = d { Some(*step) } else { None }).collect();
    assert!(kept.contains(&run.best().unwrap().step) && (4..steps).step_by(4).all(|s| kept.contains(&s)));
}

/// A copy of the base's pooler answers as the base's own does, until it is trained.
#[test]
fn the_head_alone_begins_with_the_bases_pooler() {
    let (data, pack) = (two_classes(24), tiny());
    let h = Hyperparameters { depth: Depth::Head, num_train_epochs: 1.0, ..settings() };
    let mut engine = engine();
    let sample = encode(&tokenizer(), &data.samples[0], 24).unwrap().0;
    let mut pooled = |adapter: &Adapter| {
        let id = block_on(engine.add_adapter(adapter)).unwrap();
        let want = Want { adapter: Some(id), pooled: true, ..Want::default() };
        block_on(engine.run(&Batch::one(sample.clone()), &want)).unwrap().pooled
    };
    let own = initial_adapter(&h, &data, &config(), &pack.manifest.base_hash, Base::default());
    let copied = Adapter { pooler: base(&h).pooler, ..own.clone() };
    // The two lie in memory in other orders: the last bit may differ.
    let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-5);
    assert!(near(&pooled(&own), &pooled(&copied)));
    let mut changed = copied.clone();
    changed.pooler.as_mut().unwrap().bias[0] += 0.1;
    assert!(!near(&pooled(&own), &pooled(&changed)), "the comparison sees one value");
    let id = block_on(engine.begin_training(&h.setup(copied.clone(), false))).unwrap();
    let mut run = Run::new(h, &data, &config()).unwrap();
    let (state, _) = drive(&mut engine, id, &mut run, &data, u32::MAX);
    assert_ne!(state.adapter.pooler, copied.pooler);
}

#[test]
fn what_follows_a_checkpoint_is_what_would_have_followed() {
    let data = two_classes(60);
    let h = settings();
    let mut unbroken = engine();
    let id = begin(&mut unbroken, &h, &data);
    let mut run = Run::new(h.clone(), &data, &config()).unwrap();
    let (whole, _) = drive(&mut unbroken, id, &mut run, &data, u32::MAX);
    for stop in [1, 4, 5, 9, 16] {
        let mut first = engine();
        let id = begin(&mut first, &h, &data);
        let mut before = Run::new(h.clone(), &data, &config()).unwrap();
        let (state, _) = drive(&mut first, id, &mut before, &data, stop);
        let mut second = engine();
        let id = begin(&mut second, &h, &data);
        block_on(second.restore_training(&state)).unwrap();
        let mut after = Run::resume(h.clone(), &data, &config(), before.progress().clone()).unwrap();
        let (end, _) = drive(&mut second, id, &mut after, &data, u32::MAX);
        assert_eq!(timeless(after.curves()), timeless(run.curves()), "from {stop}");
        assert!(end == whole, "from {stop}");
    }
    // The comparison sees another seed.
    let other = Hyperparameters { seed: 6, ..h };
    let mut third = engine();
    let id = begin(&mut third, &other, &data);
    let mut run_of_other = Run::new(other, &data, &config()).unwrap();
    let (end, _) = drive(&mut third, id, &mut run_of_other, &data, u32::MAX);
    assert!(end != whole && timeless(run_of_other.curves()) != timeless(run.curves()));
}

/// A report for a step that nobody ran.
fn made_up(step: &bertscope::engine::training::TrainStep) -> StepReport {
    let n = step.micro_batches.iter().map(Vec::len).sum();
    StepReport { losses: vec![0.5; n], logits: vec![0.0; 2 * n], gradient_norm: 1.0, ..StepReport::default() }
}

#[test]
fn an_epoch_sees_each_row_once_in_micro_batches_that_fit() {
    let mut data = two_classes(60);
    data.split.validation.clear();
    let (h, t) = (settings(), tokenizer());
    let mut run = Run::new(h.clone(), &data, &config()).unwrap();
    let mut epochs: Vec<Vec<u32>> = Vec::new();
    let an_epoch = h.steps_per_epoch(data.split.train.len());
    loop {
        let (done, all) = run.steps();
        let rows = if done < all { run.next_rows() } else { Vec::new() };
        match run.next(&data, &t).unwrap() {
            Action::Train(step) => {
                if done.is_multiple_of(an_epoch) {
                    epochs.push(Vec::new());
                }
                assert_eq!(run.next(&data, &t).unwrap(), Action::Train(step.clone()), "the same until answered");
                let classes: Vec<usize> = step.micro_batches.iter().flatten().map(|e| class_of(&e.truth)).collect();
                let expected: Vec<usize> =
                    rows.iter().map(|&r| usize::from(data.samples[r as usize].class.unwrap())).collect();
                assert_eq!(classes, expected);
                for m in &step.micro_batches {
                    let tokens: usize = m.iter().map(|e| e.row.input_ids.len()).sum();
                    assert!(tokens <= h.micro_batch_tokens || m.len() == 1);
                }
                let last_of_epoch = (done + 1).is_multiple_of(an_epoch);
                let expected = if last_of_epoch { data.split.train.len() % 7 } else { 7 };
                assert_eq!(classes.len(), if expected == 0 { 7 } else { expected });
                epochs.last_mut().unwrap().extend(rows);
                run.trained(&step, &made_up(&step), 1.0).unwrap();
            }
            Action::Checkpoint { .. } => run.saved(),
            Action::Done => break,
            Action::Evaluate(_) => panic!("there is nothing to validate with"),
        }
    }
    assert_eq!(epochs.len(), 3);
    assert_ne!(epochs[0], epochs[1]);
    for mut rows in epochs {
        rows.sort_unstable();
        assert_eq!(rows, data.split.train);
    }
}

#[test]
fn where_memory_is_short_micro_batches_are_halved_to_one_example() {
    let mut data = two_classes(60);
    data.split.validation.clear();
    let (h, t) = (Hyperparameters { micro_batch_tokens: 4096, ..settings() }, tokenizer());
    let mut run = Run::new(h, &data, &config()).unwrap();
    let mut sizes = Vec::new();
    loop {
        let Action::Train(step) = run.next(&data, &t).unwrap() else { panic!() };
        sizes.push(step.micro_batches.len());
        match run.out_of_memory(&step) {
            Ok(tokens) => assert_eq!(tokens, run.progress().micro_batch_tokens),
            Err(e) => {
                assert!(matches!(e, RunError::NoRoom { tokens } if tokens > 3));
                break;
            }
        }
    }
    assert_eq!((sizes[0], sizes[sizes.len() - 1]), (1, 7), "{sizes:?}");
    assert!(sizes.is_sorted() && sizes.len() <= 6, "{sizes:?}");
}

#[test]
fn what_was_not_asked_is_refused_and_what_is_no_number_stops() {
    let (data, t) = (two_classes(60), tokenizer());
    let mut run = Run::new(settings(), &data, &config()).unwrap();
    let mut step = Default::default();
    assert_eq!(run.trained(&step, &StepReport::default(), 1.0), Err(RunError::NotAsked));
    assert_eq!(run.evaluated(&data, &[]), Err(RunError::NotAsked));
    loop {
        match run.next(&data, &t).unwrap() {
            Action::Evaluate(b) => drop(run.evaluated(&data, &vec![vec![0.0; 2]; b.rows.len()]).unwrap()),
            Action::Train(s) => {
                step = s;
                break;
            }
            _ => run.saved(),
        }
    }
    let bad = StepReport { gradient_norm: f32::NAN, ..made_up(&step) };
    assert_eq!(run.trained(&step, &bad, 1.0), Err(RunError::Diverged { step: 1 }));
    assert!(matches!(run.diagnoses()[..], [Diagnosis::TooHighRate { .. }]));
}

fn evaluated(logits: &[[f32; 2]]) -> Evaluation {
    let mut data = two_classes(logits.len());
    data.unpart();
    let mut e = Evaluator::new((0..logits.len() as u32).collect(), 3, 2);
    while e.next(&data, &tokenizer(), 24).unwrap().is_some() {
        let (done, all) = e.progress();
        e.take(&data, &logits[done..all.min(done + 3)].iter().map(|l| l.to_vec()).collect::<Vec<_>>());
    }
    e.finish()
}

/// Classes 0, 1, 0, 1; said 0, 1, 1, 0.
#[test]
fn figures_by_hand() {
    let e = evaluated(&[[2.0, 0.0], [0.0, 2.0], [0.0, 3.0], [1.0, 0.0]]);
    assert_eq!(e.judged.confusion, [[1, 1], [1, 1]]);
    assert!((e.macro_f1() - 0.5).abs() < 1e-9);
    let right = (1.0 + (-2.0f64).exp()).ln();
    let wrong = [(1.0 + 3.0f64.exp()).ln(), (1.0 + 1.0f64.exp()).ln()];
    assert!((e.loss - (2.0 * right + wrong[0] + wrong[1]) / 4.0).abs() < 1e-6, "{}", e.loss);
    assert!((e.batch_loss - ((2.0 * right + wrong[0]) / 3.0 + wrong[1]) / 2.0).abs() < 1e-6);
    assert_eq!(e.surest_wrong(9).iter().map(|r| r.row).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(e.cell(0, 1).iter().map(|r| r.row).collect::<Vec<_>>(), [2]);
    assert_eq!((e.point(3).said, e.point(3).truth), (vec![2, 2], vec![2, 2]));
}

// -------------------------------------------------------------------------------------- diagnoses

/// Curves from losses of 100 steps and of looks after each twentieth.
fn curves(train: impl Fn(f32) -> f32, looks: &[(f32, [u32; 2])]) -> Curves {
    let step = |step: u32| StepPoint { step, loss: train(step as f32 / 100.0), ..StepPoint::default() };
    let look = |(i, &(loss, said)): (usize, &(f32, [u32; 2]))| EvalPoint {
        step: 20 * i as u32,
        loss,
        said: said.to_vec(),
        truth: vec![50, 50],
        ..EvalPoint::default()
    };
    let evaluations = looks.iter().enumerate().map(look).collect();
    Curves { steps: (1..=100).map(step).collect(), evaluations }
}

#[test]
fn each_ailment_has_its_curve_and_a_good_one_has_none() {
    let falls = |x: f32| 0.7 - 0.6 * x;
    let even = [50, 50];
    let good = [(0.7, [0, 100]), (0.5, [70, 30]), (0.4, even), (0.35, even), (0.36, even), (0.34, even)];
    assert_eq!(diagnose(&curves(falls, &good), 2), []);
    let noisy = [(0.7, even), (0.5, even), (0.4, even), (0.6, even), (0.41, even), (0.39, even)];
    assert_eq!(diagnose(&curves(falls, &noisy), 2), [], "one bad look is chance");
    let worse = [(0.7, even), (0.5, even), (0.4, even), (0.45, even), (0.6, even), (0.8, even)];
    let found = diagnose(&curves(falls, &worse), 2);
    assert!(
        matches!(found[..], [Diagnosis::Overfitting { best_step: 40, best_loss: 0.4, now_loss: 0.8, .. }]),
        "{found:?}"
    );
    let rises = |x: f32| 0.7 + 0.8 * x;
    let found = diagnose(&curves(rises, &good), 2);
    assert!(matches!(found[..], [Diagnosis::TooHighRate { step: 100, .. }]), "{found:?}");
    let one = [(0.7, [0, 100]), (0.69, [0, 100]), (0.69, [1, 99]), (0.69, [0, 100]), (0.69, [1, 99]), (0.69, [0, 100])];
    let found = diagnose(&curves(|_| 0.69, &one), 2);
    assert!(matches!(found[..], [Diagnosis::OneClassCollapse { class: 1, said_share: 1.0, .. }]), "{found:?}");
    assert_eq!(diagnose(&Curves::default(), 2), []);
}
