//! The gate on the shipped adapters: committed samples of held-out sets (`tools/samples.py`) through the shipped
//! bytes on the CPU engine. `cargo xtask quality` judges the sets whole.
#![allow(clippy::unwrap_used)]

use bertscope::engine::Engine;
use bertscope::engine::classify::{ClassifyPlan, classify};
use bertscope::engine::folder::{PackFolder, adapter_bytes, adapter_names};
use bertscope::engine::judge::Judged;
use bertscope::model::adapter::Adapter;
use bertscope::text::table::{Row, guess, read_all};
use bertscope::text::tokens::TextPair;
use std::path::{Path, PathBuf};

/// Pieces of a forward.
const TOKENS: usize = 1024;

/// What a sample is held to.
struct Gate {
    adapter: &'static str,
    sample: &'static str,
    /// What `label` 0 and 1 mean in the adapter's order of labels.
    classes: [usize; 2],
    /// Three standard errors of the sample below what the sets were judged at: chance of the choice of rows never
    /// fails it, an adapter that fits the base no more does.
    accuracy: f64,
    /// Loose for the same reason: so few rows in 15 bins are 0.03 to 0.05 apart by chance alone.
    calibration_error: f64,
}

const SENTIMENT: Gate = Gate {
    adapter: "sentiment",
    sample: "tests/data/sentiment_sample.tsv",
    classes: [0, 1],
    accuracy: 0.88,
    calibration_error: 0.08,
};
const NEXT_SENTENCE: Gate = Gate {
    adapter: "next-sentence",
    sample: "tests/data/next_sentence_sample.tsv",
    classes: [1, 0],
    accuracy: 0.93,
    calibration_error: 0.06,
};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Gate {
    fn rows(&self) -> Vec<Row> {
        let bytes = std::fs::read(at(self.sample)).unwrap();
        let labels = ["0".to_owned(), "1".to_owned()];
        let rows = read_all(&bytes, &guess(&bytes, Some(self.sample)), &labels);
        rows.into_iter().collect::<Result<_, _>>().expect("a sample has no bad rows")
    }

    fn adapter(&self, pack: &PackFolder) -> Adapter {
        let bytes = adapter_bytes(&at("assets/adapters"), self.adapter).unwrap();
        Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash).unwrap()
    }

    fn judge(&self, pack: &PackFolder, engine: &mut Engine, adapter: &Adapter, rows: &[Row]) -> Judged {
        let texts: Vec<TextPair> = rows.iter().map(|r| TextPair { a: r.text.clone(), b: r.second.clone() }).collect();
        let tokenizer = pack.tokenizer().unwrap();
        let plan = ClassifyPlan::new(&tokenizer, &texts, adapter.input, 512, false).unwrap();
        let id = pollster::block_on(engine.add_adapter(adapter)).unwrap();
        let (answers, _) = pollster::block_on(classify(engine, plan, (adapter, id), TOKENS)).unwrap();
        engine.remove_adapter(id);
        let mut judged = Judged::new(adapter.labels.len());
        for (row, answer) in rows.iter().zip(&answers) {
            judged.add(self.classes[row.class.unwrap()], &answer.probabilities);
        }
        judged
    }

    /// What fails, in words; None where the gate is passed. NaN fails.
    fn verdict(&self, judged: &Judged, rows: usize) -> Option<String> {
        let accurate = judged.accuracy() >= self.accuracy;
        let calibrated = judged.calibration_error() <= self.calibration_error;
        (!accurate || !calibrated || judged.n != rows).then(|| format!("{}: {judged} of {rows} rows", self.adapter))
    }

    fn holds(&self) {
        let pack = PackFolder::open(at("assets/models/bert-base-uncased")).unwrap();
        let (rows, adapter) = (self.rows(), self.adapter(&pack));
        let mut engine = Engine::Cpu(pack.cpu_engine().unwrap());
        let judged = self.judge(&pack, &mut engine, &adapter, &rows);
        println!("{}: {judged}", self.adapter);
        assert_eq!(self.verdict(&judged, rows.len()), None);
        // A classifier that says the opposite, and one that is too sure, on rows that are soon read.
        let few = &rows[..24];
        let mut opposite = adapter.clone();
        opposite.classifier.weight.iter_mut().chain(&mut opposite.classifier.bias).for_each(|w| *w = -*w);
        let spoiled = self.judge(&pack, &mut engine, &opposite, few);
        assert!(self.verdict(&spoiled, few.len()).is_some(), "{spoiled} passes");
    }
}

/// One that ships without a gate or a sample fails too.
#[test]
fn every_shipped_adapter_is_as_good_as_it_was_judged() {
    let shipped = adapter_names(&at("assets/adapters")).unwrap();
    assert!(shipped.iter().any(|name| name == SENTIMENT.adapter));
    // The answers' head is no classifier: tests/answers_quality.rs judges it.
    for name in shipped.into_iter().filter(|name| name != "answers") {
        let gate = [SENTIMENT, NEXT_SENTENCE].into_iter().find(|g| g.adapter == name);
        gate.unwrap_or_else(|| panic!("the adapter {name} has no gate")).holds();
    }
}

#[test]
fn the_gate_knows_its_floors() {
    let of = |right: usize, confidence: f32| {
        let mut judged = Judged::new(2);
        (0..200).for_each(|i| judged.add(usize::from(i < right), &[1.0 - confidence, confidence]));
        judged
    };
    assert_eq!(SENTIMENT.verdict(&of(186, 0.93), 200), None);
    assert!(SENTIMENT.verdict(&of(170, 0.85), 200).is_some(), "accuracy");
    assert!(SENTIMENT.verdict(&of(182, 0.999), 200).is_some(), "calibration");
    assert!(SENTIMENT.verdict(&of(186, 0.93), 201).is_some(), "a row is missing");
    assert!(SENTIMENT.verdict(&of(200, f32::NAN), 200).is_some());
}
