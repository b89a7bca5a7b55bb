//! The gate on the answers adapter: a committed sample of held-out paragraphs (`tools/answers.py`) through the shipped
//! bytes on the CPU engine. `cargo xtask quality answers` judges the articles whole.
#![allow(clippy::unwrap_used)]

use bertscope::engine::Engine;
use bertscope::engine::folder::{PackFolder, adapter_bytes};
use bertscope::engine::spans::squad::Score;
use bertscope::engine::spans::{Asked, SpanPlan, answer};
use bertscope::model::adapter::Adapter;
use bertscope::text::characters::slice_utf16;
use pollster::block_on;
use std::path::{Path, PathBuf};

/// Pieces of a forward.
const TOKENS: usize = 1024;
/// Three standard errors of the sample below what the articles were judged at: chance of the choice of questions never
/// fails it, an adapter that fits the base no more does.
const LEAST_EXACT: f64 = 0.42;
const LEAST_F1: f64 = 0.55;
const LEAST_NO_ANSWER: f64 = 0.46;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn sample() -> Vec<(Asked, Vec<String>)> {
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(at("tests/data/answers_sample.json")).unwrap()).unwrap();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let list = |v: &serde_json::Value| v.as_array().unwrap().clone();
    let mut rows = Vec::new();
    for paragraph in list(&json).iter().flat_map(|a| list(&a["paragraphs"])) {
        for qa in list(&paragraph["qas"]) {
            let asked = Asked { text: text(&paragraph["context"]), question: text(&qa["question"]) };
            rows.push((asked, list(&qa["answers"]).iter().map(text).collect()));
        }
    }
    rows
}

fn judge(pack: &PackFolder, engine: &mut Engine, adapter: &Adapter, rows: &[(Asked, Vec<String>)]) -> Score {
    let asked: Vec<Asked> = rows.iter().map(|(asked, _)| asked.clone()).collect();
    let plan = SpanPlan::new(&pack.tokenizer().unwrap(), &asked, 512).unwrap();
    let id = block_on(engine.add_adapter(adapter)).unwrap();
    let (said, _) = block_on(answer(engine, plan, (adapter, id), TOKENS)).unwrap();
    engine.remove_adapter(id);
    let mut score = Score::default();
    for ((asked, answers), said) in rows.iter().zip(said) {
        score.add(said.best.first().map_or("", |b| slice_utf16(&asked.text, b.span)), said.no_answer, answers);
    }
    score
}

/// What fails, in words; None where the gate is passed. NaN fails.
fn verdict(score: &Score, rows: usize) -> Option<String> {
    let n = score.n as f64;
    let good = score.exact / n >= LEAST_EXACT
        && score.f1 / n >= LEAST_F1
        && score.no_answer_accuracy() >= LEAST_NO_ANSWER
        && score.questions() == rows;
    (!good).then(|| format!("{score} of {rows} questions"))
}

#[test]
fn the_shipped_adapter_answers_as_it_was_judged() {
    let pack = PackFolder::open(at("assets/models/bert-base-uncased")).unwrap();
    let bytes = adapter_bytes(&at("assets/adapters"), "answers").unwrap();
    let adapter = Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash).unwrap();
    let mut engine = Engine::Cpu(pack.cpu_engine().unwrap());
    let rows = sample();
    let score = judge(&pack, &mut engine, &adapter, &rows);
    println!("{score}");
    assert_eq!(verdict(&score, rows.len()), None);
    // A head that points the other way, on questions that are soon read.
    let few = &rows[..12];
    let mut opposite = adapter.clone();
    opposite.classifier.weight.iter_mut().for_each(|w| *w = -*w);
    let spoiled = judge(&pack, &mut engine, &opposite, few);
    assert!(verdict(&spoiled, few.len()).is_some(), "{spoiled} passes");
}

#[test]
fn the_gate_knows_its_floors() {
    let of = |exact: f64, f1: f64, told: usize| Score { n: 100, exact, f1, told: [(100, told), (100, told)] };
    assert_eq!(verdict(&of(70.0, 80.0, 70), 200), None);
    assert!(verdict(&of(30.0, 80.0, 70), 200).is_some(), "exact match");
    assert!(verdict(&of(70.0, 40.0, 70), 200).is_some(), "F1");
    assert!(verdict(&of(70.0, 80.0, 40), 200).is_some(), "no answer");
    assert!(verdict(&of(70.0, 80.0, 70), 201).is_some(), "a question is missing");
    assert!(verdict(&of(f64::NAN, 80.0, 70), 200).is_some());
}
