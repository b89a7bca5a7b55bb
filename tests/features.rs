//! Features of lines, from text to NumPy's file, against PyTorch and against a file that NumPy itself wrote.
//! `tools/features_golden.py` made them.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::folder::PackFolder;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::{Engine, EngineError};
use bertscope::protocol::Failure;
use bertscope::protocol::features::{Features, FeaturesTask, Layers, MAX_FEATURE_TEXTS, Vectors};
use bertscope::ui::logic::features::cosines;
use bertscope::ui::logic::npy::npy;
use bertscope::ui::logic::openings::FEATURES;
use bertscope::worker::features::plan_features;
use common::compare::{STATES, compare_f32};
use pollster::block_on;

const CASES: [(&str, Layers, Vectors); 6] = [
    ("cls_1", Layers::One(1), Vectors::First),
    ("mean_sum", Layers::Sum, Vectors::Mean),
    ("mean_joined", Layers::Joined, Vectors::Mean),
    ("pooled", Layers::Sum, Vectors::Pooled),
    ("pieces_0", Layers::One(0), Vectors::Pieces),
    ("pieces_sum", Layers::Sum, Vectors::Pieces),
];

#[derive(serde::Deserialize)]
struct Golden {
    lines: Vec<String>,
    read: Vec<usize>,
}

fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn golden() -> Golden {
    serde_json::from_slice(&data("features/lines.json")).unwrap()
}

fn pack() -> PackFolder {
    PackFolder::open(format!("{}/tests/data/tiny-q4", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Everything before the numbers, and the numbers.
fn parsed(file: &[u8]) -> (&[u8], Vec<f32>) {
    let numbers = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
    (&file[..numbers], file[numbers..].as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
}

/// In forwards of at most so many pieces.
fn features(engine: &mut Engine, task: &FeaturesTask, tokens: usize) -> (Features, Vec<f32>) {
    let pack = pack();
    let mut plan = plan_features(&pack.tokenizer().unwrap(), task, &pack.manifest.config).unwrap();
    let mut done = 0;
    while done < plan.rows.len() {
        let range = plan.next(done, tokens);
        let answer = block_on(engine.run(&plan.rows.batch(range.clone()), &plan.want())).unwrap();
        plan.take(range.clone(), &answer);
        done = range.end;
    }
    let mut message = plan.finish();
    (message.body, message.arrays.remove(0))
}

fn engines() -> [(&'static str, Engine); 2] {
    let pack = pack();
    let gpu = || -> Result<Engine, EngineError> {
        let mut builder = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter))?;
        pack.feed(&mut builder).unwrap();
        Ok(Engine::Gpu(Box::new(block_on(builder.finish())?)))
    };
    [("cpu", Engine::Cpu(pack.cpu_engine().unwrap())), ("gpu", gpu().unwrap())]
}

#[test]
fn features_are_pytorchs_on_both_engines_and_files_are_numpys() {
    let golden = golden();
    for (engine_name, mut engine) in engines() {
        for (name, layers, vectors) in CASES {
            let task = FeaturesTask { texts: golden.lines.clone(), layers, vectors };
            let file = data(&format!("features/{name}.npy"));
            let (header, wanted) = parsed(&file);
            for tokens in [1, 4096] {
                let (told, values) = features(&mut engine, &task, tokens);
                let what = format!("{engine_name}, {name}, {tokens} pieces a forward");
                assert_eq!(told.texts.iter().map(|t| t.read).collect::<Vec<_>>(), golden.read, "{what}");
                assert!(told.texts[3].total > told.texts[3].read, "the last line is cut");
                let ours = npy(&told.values.shape, &values);
                assert_eq!(parsed(&ours).0, header, "{what}: the header is not NumPy's");
                compare_f32(&what, &values, &wanted, STATES).unwrap();
                assert_eq!(npy(&told.values.shape, &wanted), file, "{what}: not NumPy's bytes");
            }
        }
    }
}

/// What the lesson says of its opening, on the shipped bytes: by the mean each line's nearest is its partner, by [CLS] it
/// is not for half of them. And what is recorded of it.
#[test]
fn the_opening_shows_what_the_lesson_says() {
    let folder = format!("{}/assets/models/bert-base-uncased", env!("CARGO_MANIFEST_DIR"));
    let pack = PackFolder::open(folder).unwrap();
    let (tokenizer, mut engine) = (pack.tokenizer().unwrap(), pack.cpu_engine().unwrap());
    let recorded = include_bytes!("../assets/recorded/features.f32").as_chunks::<4>().0;
    let recorded: Vec<f32> = recorded.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let mut strays = |vectors| {
        let task = FeaturesTask { texts: FEATURES.map(String::from).into(), layers: Layers::Sum, vectors };
        let mut plan = plan_features(&tokenizer, &task, &pack.manifest.config).unwrap();
        let answer = engine.run(&plan.rows.batch(0..6), &plan.want()).unwrap();
        plan.take(0..6, &answer);
        let values = plan.finish().arrays.remove(0);
        if vectors == Vectors::Mean {
            compare_f32("what is recorded", &recorded, &values, STATES).unwrap();
            let another = [&recorded[1..], &recorded[..1]].concat();
            assert!(compare_f32("moved by one", &another, &values, STATES).is_err());
        }
        let all = cosines(&values, pack.manifest.config.hidden_size, 6);
        let nearest = |i: usize| (0..6).filter(|j| *j != i).max_by(|a, b| all[i * 6 + a].total_cmp(&all[i * 6 + b]));
        (0..6).filter(|&i| nearest(i) != Some(i ^ 1)).count()
    };
    assert_eq!(strays(Vectors::Mean), 0);
    assert_eq!(strays(Vectors::First), 3);
}

#[test]
fn another_choice_of_layers_goes_red() {
    let mut engine = Engine::Cpu(pack().cpu_engine().unwrap());
    let file = data("features/mean_sum.npy");
    let (_, wanted) = parsed(&file);
    let task = |layers| FeaturesTask { texts: golden().lines, layers, vectors: Vectors::Mean };
    let (_, last) = features(&mut engine, &task(Layers::One(2)), 4096);
    assert!(compare_f32("the last layer alone", &last, &wanted, STATES).is_err());
    let mut values = wanted.clone();
    values[7] += 0.01;
    assert!(compare_f32("one number off", &values, &wanted, STATES).is_err());
}

#[test]
fn what_cannot_be_made_is_refused() {
    let pack = pack();
    let refused = |texts: Vec<String>, vectors| {
        let task = FeaturesTask { texts, layers: Layers::Joined, vectors };
        plan_features(&pack.tokenizer().unwrap(), &task, &pack.manifest.config).err()
    };
    assert_eq!(refused(Vec::new(), Vectors::First), Some(Failure::EmptyText));
    assert_eq!(refused(vec![" \u{200b}".into()], Vectors::First), Some(Failure::EmptyText));
    let many = vec!["war".to_owned(); MAX_FEATURE_TEXTS + 1];
    assert_eq!(refused(many, Vectors::First), Some(Failure::TooManyTexts { texts: 513, limit: 512 }));
    // 512 lines of 160 pieces and 128 numbers each are 10 million numbers: few enough.
    let long = vec!["war ".repeat(400); MAX_FEATURE_TEXTS];
    assert_eq!(refused(long.clone(), Vectors::Pieces), None);
    let wide = bertscope::model::config::BertConfig { hidden_size: 4096, ..pack.manifest.config.clone() };
    let task = FeaturesTask { texts: long, layers: Layers::Joined, vectors: Vectors::Pieces };
    let failure = plan_features(&pack.tokenizer().unwrap(), &task, &wide).err();
    assert!(matches!(failure, Some(Failure::TooManyNumbers { .. })), "{failure:?}");
}
