//! BERT-Base as shipped, on the CPU engine, against PyTorch on the same dequantized bytes:
//! `tools/base_golden.py` made the values. The GPU engine is held to the CPU one.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::{Answer, Batch, BlankAt, Row, Want};
use common::compare::{LOGITS, PROBABILITIES, STATES, compare_f32};
use safetensors::SafeTensors;

/// Pack, golden values, and how many sentences they are of.
const SHIPPED: [(&str, &str, usize); 2] = [
    ("assets/models/bert-base-uncased", "tests/data/base_golden.safetensors", 5),
    ("assets/models/bert-base-cased", "tests/data/cased_golden.safetensors", 3),
];

struct Golden<'a>(SafeTensors<'a>);

impl Golden<'_> {
    fn floats(&self, name: &str) -> Vec<f32> {
        let data = self.0.tensor(name).unwrap().data().to_vec();
        data.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
    }

    fn ints(&self, name: &str) -> Vec<usize> {
        let data = self.0.tensor(name).unwrap().data().to_vec();
        data.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as usize).collect()
    }

    fn sentences(&self) -> usize {
        (0..).take_while(|i| self.0.tensor(&format!("s{i}.input_ids")).is_ok()).count()
    }

    fn ask(&self, i: usize, engine: &mut CpuEngine) -> Answer {
        let ids = |name: &str| self.ints(&format!("s{i}.{name}")).iter().map(|&x| x as u32).collect::<Vec<_>>();
        let row = Row { input_ids: ids("input_ids"), token_type_ids: ids("token_type_ids") };
        let blanks = match self.0.tensor(&format!("s{i}.blank")) {
            Ok(_) => vec![BlankAt { row: 0, position: self.ints(&format!("s{i}.blank"))[0], asked: vec![] }],
            Err(_) => Vec::new(),
        };
        let want = Want {
            blanks,
            top_k: 1,
            logits: true,
            pooled: true,
            hidden_states: true,
            attentions: true,
            ..Want::default()
        };
        engine.run(&Batch::one(row), &want).unwrap()
    }

    fn judge(&self, i: usize, answer: &Answer) -> Result<(), String> {
        let of = |name: &str| format!("s{i}.{name}");
        let (s, h, heads) = (answer.tokens, answer.pooled.len(), 12);
        let mut states = Vec::new();
        for layer in 0..answer.hidden_states.len() / (s * h) {
            for position in self.ints(&of("positions")) {
                states.extend(&answer.hidden_states[(layer * s + position) * h..][..h]);
            }
        }
        compare_f32("hidden states", &states, &self.floats(&of("hidden_states")), STATES)?;
        let attentions: Vec<f32> = self
            .ints(&of("heads"))
            .chunks(2)
            .flat_map(|at| answer.attentions[(at[0] * heads + at[1]) * s * s..][..s * s].iter().copied())
            .collect();
        compare_f32("attention", &attentions, &self.floats(&of("attentions")), PROBABILITIES)?;
        compare_f32("pooled", &answer.pooled, &self.floats(&of("pooler_output")), STATES)?;
        match answer.blanks.first() {
            Some(blank) => compare_f32("logits", &blank.logits, &self.floats(&of("logits")), LOGITS),
            None => Ok(()),
        }
    }
}

#[test]
fn cpu_base_equals_pytorch() {
    for (pack, golden, sentences) in SHIPPED {
        equals_pytorch(pack, golden, sentences);
    }
}

fn equals_pytorch(pack: &str, golden: &str, sentences: usize) {
    let pack = PackFolder::open(pack).unwrap();
    let bytes = std::fs::read(golden).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let made_for = header.metadata().as_ref().and_then(|m| m.get("base_hash")).cloned();
    assert_eq!(made_for, Some(pack.manifest.base_hash.clone()), "the golden values are of other bytes");
    let golden = Golden(SafeTensors::deserialize(&bytes).unwrap());
    assert_eq!(golden.sentences(), sentences);
    let mut engine = pack.cpu_engine().unwrap();
    for i in 0..golden.sentences() {
        let mut answer = golden.ask(i, &mut engine);
        assert_eq!(golden.judge(i, &answer), Ok(()), "sentence {i}");
        if i == 0 {
            answer.hidden_states[0] += 0.01;
            assert!(golden.judge(i, &answer).is_err(), "a wrong state passes");
            answer.hidden_states[0] -= 0.01;
            answer.blanks[0].logits[7] += 0.01;
            assert!(golden.judge(i, &answer).is_err(), "a wrong logit passes");
        }
    }
}
