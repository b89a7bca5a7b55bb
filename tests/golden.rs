//! Both engines against PyTorch on the same dequantized bytes: every layer, attention, pooled vector
//! and logit of the tiny random BERT. `tools/tiny_golden.py` made the values.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::folder::PackFolder;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::{Answer, Batch, BlankAt, Engine, Row, Want};
use common::compare::{LOGITS, PROBABILITIES, STATES, compare_f32};
use pollster::block_on;
use safetensors::{Dtype, SafeTensors};

struct Golden {
    batch: Batch,
    want: Want,
    hidden_states: Vec<f32>,
    attentions: Vec<f32>,
    pooled: Vec<f32>,
    /// (B, S, V)
    logits: Vec<f32>,
}

fn floats(file: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let t = file.tensor(name).unwrap();
    assert_eq!(t.dtype(), Dtype::F32, "{name}");
    t.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
}

fn ints(file: &SafeTensors<'_>, name: &str) -> Vec<usize> {
    let t = file.tensor(name).unwrap();
    t.data().chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as usize).collect()
}

impl Golden {
    fn open(folder: &str, layers: usize) -> Self {
        let bytes = std::fs::read(format!("{folder}/golden.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let (ids, types, lengths) = (ints(&file, "input_ids"), ints(&file, "token_type_ids"), ints(&file, "lengths"));
        let longest = ids.len() / lengths.len();
        let row = |(r, &n): (usize, &usize)| {
            let column = |v: &[usize]| v[r * longest..][..n].iter().map(|&x| x as u32).collect();
            Row { input_ids: column(&ids), token_type_ids: column(&types) }
        };
        let batch = Batch { rows: lengths.iter().enumerate().map(row).collect() };
        let at = |(row, &n): (usize, &usize)| (0..n).map(move |position| BlankAt { row, position, asked: vec![] });
        let blanks = lengths.iter().enumerate().flat_map(at).collect();
        let want = Want {
            blanks,
            top_k: 1,
            logits: true,
            pooled: true,
            hidden_states: true,
            attentions: true,
            ..Want::default()
        };
        let stacked = |name: &str, n| (0..n).flat_map(|i| floats(&file, &format!("{name}.{i}"))).collect();
        Self {
            batch,
            want,
            hidden_states: stacked("hidden_states", layers + 1),
            attentions: stacked("attentions", layers),
            pooled: floats(&file, "pooler_output"),
            logits: floats(&file, "logits"),
        }
    }

    fn judge(&self, answer: &Answer) -> Result<(), String> {
        compare_f32("hidden states", &answer.hidden_states, &self.hidden_states, STATES)?;
        compare_f32("attentions", &answer.attentions, &self.attentions, PROBABILITIES)?;
        compare_f32("pooled", &answer.pooled, &self.pooled, STATES)?;
        let vocab = answer.blanks[0].logits.len();
        for (blank, at) in answer.blanks.iter().zip(&self.want.blanks) {
            let golden = &self.logits[(at.row * answer.tokens + at.position) * vocab..][..vocab];
            compare_f32(&format!("logits at {} of row {}", at.position, at.row), &blank.logits, golden, LOGITS)?;
        }
        Ok(())
    }
}

fn folder(scheme: &str) -> String {
    format!("{}/tests/data/tiny-{scheme}", env!("CARGO_MANIFEST_DIR"))
}

fn cpu(scheme: &str) -> (Engine, Golden) {
    let pack = PackFolder::open(folder(scheme)).unwrap();
    let golden = Golden::open(&folder(scheme), pack.manifest.config.num_hidden_layers);
    (Engine::Cpu(pack.cpu_engine().unwrap()), golden)
}

fn gpu(scheme: &str) -> (Engine, Golden) {
    let pack = PackFolder::open(folder(scheme)).unwrap();
    let golden = Golden::open(&folder(scheme), pack.manifest.config.num_hidden_layers);
    let mut builder = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut builder).unwrap();
    (Engine::Gpu(Box::new(block_on(builder.finish()).unwrap())), golden)
}

fn equals_pytorch((mut engine, golden): (Engine, Golden)) {
    let answer = block_on(engine.run(&golden.batch, &golden.want)).unwrap();
    golden.judge(&answer).unwrap();
}

#[test]
fn cpu_q4() {
    equals_pytorch(cpu("q4"));
}

#[test]
fn cpu_q8() {
    equals_pytorch(cpu("q8"));
}

#[test]
fn gpu_q4() {
    equals_pytorch(gpu("q4"));
}

#[test]
fn gpu_q8() {
    equals_pytorch(gpu("q8"));
}

/// The judge goes red for one value off in any of its four parts.
#[test]
fn one_wrong_value_goes_red() {
    let (mut engine, golden) = cpu("q4");
    let answer = block_on(engine.run(&golden.batch, &golden.want)).unwrap();
    golden.judge(&answer).unwrap();
    let off = |part: fn(&mut Answer) -> &mut f32| {
        let mut wrong = answer.clone();
        *part(&mut wrong) += 0.01;
        golden.judge(&wrong)
    };
    assert!(off(|a| &mut a.hidden_states[700]).unwrap_err().contains("hidden states"));
    assert!(off(|a| &mut a.attentions[70]).unwrap_err().contains("attentions"));
    assert!(off(|a| &mut a.pooled[7]).unwrap_err().contains("pooled"));
    assert!(off(|a| &mut a.blanks[9].logits[7]).unwrap_err().contains("logits"));
}
