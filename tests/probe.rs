//! Interventions and captures on both engines against PyTorch's hooks on the same dequantized bytes, rows with
//! different changes in one batch. `tools/probe_golden.py` made the values.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::folder::PackFolder;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::intervention::{Intervention, LeftOut, Sight};
use bertscope::engine::{Answer, Batch, BlankAt, Engine, EngineError, Row, Want};
use common::compare::{LOGITS, PROBABILITIES, STATES, compare_f32};
use pollster::block_on;
use safetensors::SafeTensors;

const ROWS: usize = 10;
const LAYERS: usize = 2;
const HIDDEN: usize = 64;
const HEADS: usize = 4;

/// Of one row, as PyTorch has it.
struct Expected {
    hidden_states: Vec<f32>,
    attentions: Vec<f32>,
    embedding_parts: Vec<f32>,
    /// (L, S, 3, H)
    qkv: Vec<f32>,
    logits: Vec<f32>,
}

struct Golden {
    batch: Batch,
    want: Want,
    rows: Vec<Expected>,
}

fn folder() -> String {
    format!("{}/tests/data/tiny-q4", env!("CARGO_MANIFEST_DIR"))
}

impl Golden {
    fn open() -> Self {
        let bytes = std::fs::read(format!("{}/probe.safetensors", folder())).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let ints = |r: usize, name: &str| -> Vec<usize> {
            let data = file.tensor(&format!("{r}.{name}")).unwrap().data();
            data.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as usize).collect()
        };
        let floats = |r: usize, name: &str| -> Vec<f32> {
            let data = file.tensor(&format!("{r}.{name}")).unwrap().data();
            data.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
        };
        let ids = |r, name| ints(r, name).into_iter().map(|x| x as u32).collect::<Vec<_>>();
        let batch = Batch {
            rows: (0..ROWS)
                .map(|r| Row { input_ids: ids(r, "input_ids"), token_type_ids: ids(r, "token_type_ids") })
                .collect(),
        };
        let intervention = |r| {
            let silenced = ints(r, "silenced").into_iter().enumerate().filter(|&(_, bit)| bit == 1);
            let left_out: Vec<usize> = ints(r, "left_out");
            Intervention {
                sight: [Sight::Both, Sight::Left, Sight::Right, Sight::Own][ints(r, "sight")[0]],
                silenced: silenced.map(|(i, _)| (i / HEADS, i % HEADS)).collect(),
                positions: ids(r, "positions"),
                left_out: left_out
                    .chunks_exact(3)
                    .map(|l| LeftOut { word: l[0] == 1, position: l[1] == 1, segment: l[2] == 1 })
                    .collect(),
            }
        };
        let want = Want {
            blanks: (0..ROWS).map(|row| BlankAt { row, position: 3, asked: vec![] }).collect(),
            top_k: 1,
            logits: true,
            hidden_states: true,
            attentions: true,
            interventions: (0..ROWS).map(intervention).collect(),
            embedding_parts: true,
            ..Want::default()
        };
        let expected = |r| Expected {
            hidden_states: floats(r, "hidden_states"),
            attentions: floats(r, "attentions"),
            embedding_parts: floats(r, "embedding_parts"),
            qkv: floats(r, "qkv"),
            logits: floats(r, "logits"),
        };
        Self { batch, want, rows: (0..ROWS).map(expected).collect() }
    }

    /// Of an answer to all rows with the queries, keys and values of `layer`.
    fn judge(&self, answer: &Answer, layer: usize) -> Result<(), String> {
        let (b, longest) = (ROWS, answer.tokens);
        for (r, expected) in self.rows.iter().enumerate() {
            let n = self.batch.rows[r].input_ids.len();
            // A row's part of (…, B, S, width), without what pads it.
            let part = |values: &[f32], outer: usize, width: usize| -> Vec<f32> {
                (0..outer).flat_map(|o| values[(o * b + r) * longest * width..][..n * width].iter().copied()).collect()
            };
            let what = |name: &str| format!("row {r}: {name}");
            let hidden = part(&answer.hidden_states, LAYERS + 1, HIDDEN);
            compare_f32(&what("hidden states"), &hidden, &expected.hidden_states, STATES)?;
            let attentions: Vec<f32> = (0..LAYERS * HEADS)
                .flat_map(|o| (0..n).map(move |q| (o / HEADS, o % HEADS, q)))
                .flat_map(|(l, head, q)| {
                    let at = (((l * b + r) * HEADS + head) * longest + q) * longest;
                    answer.attentions[at..at + n].iter().copied()
                })
                .collect();
            compare_f32(&what("attentions"), &attentions, &expected.attentions, PROBABILITIES)?;
            let parts = part(&answer.embedding_parts, 1, 3 * HIDDEN);
            compare_f32(&what("embedding parts"), &parts, &expected.embedding_parts, STATES)?;
            let qkv = &expected.qkv[layer * n * 3 * HIDDEN..][..n * 3 * HIDDEN];
            compare_f32(&what("qkv"), &part(&answer.qkv, 1, 3 * HIDDEN), qkv, STATES)?;
            compare_f32(&what("logits"), &answer.blanks[r].logits, &expected.logits, LOGITS)?;
        }
        Ok(())
    }
}

fn cpu() -> Engine {
    Engine::Cpu(PackFolder::open(folder()).unwrap().cpu_engine().unwrap())
}

fn gpu() -> Engine {
    let pack = PackFolder::open(folder()).unwrap();
    let mut builder = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut builder).unwrap();
    Engine::Gpu(Box::new(block_on(builder.finish()).unwrap()))
}

fn equals_pytorch(mut engine: Engine) {
    let golden = Golden::open();
    for layer in 0..LAYERS {
        let want = Want { qkv_of: Some(layer), ..golden.want.clone() };
        golden.judge(&block_on(engine.run(&golden.batch, &want)).unwrap(), layer).unwrap();
    }
    // What a row answers is its own affair, whatever is changed in the rows beside it.
    let whole = block_on(engine.run(&golden.batch, &golden.want)).unwrap();
    for (row, changed) in golden.want.interventions.iter().enumerate() {
        let alone = Want {
            blanks: vec![BlankAt { row: 0, position: 3, asked: vec![] }],
            logits: true,
            interventions: vec![changed.clone()],
            ..Want::default()
        };
        let alone = block_on(engine.run(&Batch::one(golden.batch.rows[row].clone()), &alone)).unwrap();
        compare_f32("alone", &alone.blanks[0].logits, &whole.blanks[row].logits, LOGITS).unwrap();
    }
}

#[test]
fn cpu_equals_pytorch() {
    equals_pytorch(cpu());
}

#[test]
fn gpu_equals_pytorch() {
    equals_pytorch(gpu());
}

/// The judge goes red for one value off in any of its parts, and for a row whose change was forgotten.
#[test]
fn one_wrong_value_or_change_goes_red() {
    let (mut engine, golden) = (cpu(), Golden::open());
    let want = Want { qkv_of: Some(1), ..golden.want.clone() };
    let answer = block_on(engine.run(&golden.batch, &want)).unwrap();
    golden.judge(&answer, 1).unwrap();
    let off = |part: fn(&mut Answer) -> &mut f32| {
        let mut wrong = answer.clone();
        *part(&mut wrong) += 0.01;
        golden.judge(&wrong, 1)
    };
    assert!(off(|a| &mut a.hidden_states[70]).unwrap_err().contains("hidden states"));
    assert!(off(|a| &mut a.attentions[3]).unwrap_err().contains("attentions"));
    assert!(off(|a| &mut a.embedding_parts[7]).unwrap_err().contains("embedding parts"));
    assert!(off(|a| &mut a.qkv[9]).unwrap_err().contains("qkv"));
    assert!(off(|a| &mut a.blanks[9].logits[7]).unwrap_err().contains("row 9: logits"));
    assert!(golden.judge(&answer, 0).is_err(), "another layer's");
    for row in 1..ROWS {
        let mut forgotten = want.clone();
        forgotten.interventions[row] = Intervention::default();
        let answer = block_on(engine.run(&golden.batch, &forgotten)).unwrap();
        assert!(golden.judge(&answer, 1).unwrap_err().starts_with(&format!("row {row}")), "row {row}");
    }
}

/// The head on the last layer's vectors says what it says at the blanks themselves.
fn words_of_the_last_layer(mut engine: Engine) {
    let golden = Golden::open();
    let mut want = Want { hidden_states: true, ..golden.want.clone() };
    for blank in &mut want.blanks {
        blank.asked = vec![7, 400];
    }
    want.top_k = 5;
    let answer = block_on(engine.run(&golden.batch, &want)).unwrap();
    let at = |row: usize| ((LAYERS * ROWS + row) * answer.tokens + 3) * HIDDEN;
    let vectors: Vec<f32> = (0..ROWS).flat_map(|r| answer.hidden_states[at(r)..at(r) + HIDDEN].to_vec()).collect();
    let words = block_on(engine.words_of(&vectors, &[7, 400], 5)).unwrap();
    assert_eq!(words.blanks.len(), ROWS);
    for (given, own) in words.blanks.iter().zip(&answer.blanks) {
        let all = |b: &bertscope::engine::BlankAnswer| -> Vec<f32> {
            b.top.iter().chain(&b.asked).map(|c| c.logit).chain([b.logsumexp]).collect()
        };
        compare_f32("words", &all(given), &all(own), LOGITS).unwrap();
        assert_eq!((given.top[0].id, given.asked[1].rank), (own.top[0].id, own.asked[1].rank));
    }
    // A call that came before leaves nothing behind.
    let again = block_on(engine.run(&golden.batch, &want)).unwrap();
    assert_eq!(again.blanks, answer.blanks);
}

#[test]
fn cpu_words_of_vectors() {
    words_of_the_last_layer(cpu());
}

#[test]
fn gpu_words_of_vectors() {
    words_of_the_last_layer(gpu());
}

#[test]
fn what_does_not_fit_is_refused_by_both() {
    let golden = Golden::open();
    for mut engine in [cpu(), gpu()] {
        let mut refused = |want: Want| block_on(engine.run(&golden.batch, &want)).unwrap_err();
        let with = |f: fn(&mut Want)| {
            let mut want = golden.want.clone();
            f(&mut want);
            want
        };
        let bad = |row| EngineError::BadIntervention { row };
        assert_eq!(refused(with(|w| w.interventions.truncate(4))), bad(4));
        assert_eq!(refused(with(|w| w.interventions[2].positions = vec![0])), bad(2));
        assert_eq!(refused(with(|w| w.interventions[3].positions[0] = 160)), bad(3));
        assert_eq!(refused(with(|w| w.interventions[5].left_out.truncate(1))), bad(5));
        assert_eq!(refused(with(|w| w.interventions[6].silenced = vec![(1, 4)])), bad(6));
        assert_eq!(refused(with(|w| w.qkv_of = Some(2))), EngineError::NoSuchLayer { layer: 2 });
        let mut given = |n: usize, asked: &[u32], k| block_on(engine.words_of(&vec![0.5; n], asked, k)).unwrap_err();
        assert_eq!(given(0, &[], 1), EngineError::EmptyBatch);
        assert_eq!(given(HIDDEN + 1, &[], 1), EngineError::EmptyBatch);
        assert_eq!(given(161 * HIDDEN, &[], 1), EngineError::TooManyBlanks { blanks: 161, limit: 160 });
        assert_eq!(given(HIDDEN, &[416], 1), EngineError::BadRow { row: 0 });
        assert_eq!(given(HIDDEN, &[], 17), EngineError::TooManyCandidates { top_k: 17, limit: 16 });
    }
}
