//! Task adapters on both engines against PyTorch on the same base bytes: `tools/adapter_golden.py` made the values.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::folder::{PackFolder, adapter_bytes, adapter_names};
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::{Batch, Engine, Row, Want};
use bertscope::model::adapter::{Adapter, Head};
use common::compare::{ADAPTER_LOGITS, STATES, compare_f32};
use pollster::block_on;
use safetensors::SafeTensors;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

struct Golden {
    bytes: Vec<u8>,
}

struct Sentence {
    row: Row,
    pooled: Vec<f32>,
    logits: Vec<f32>,
}

impl Golden {
    fn open(file: &str) -> Self {
        Self { bytes: std::fs::read(at(file)).unwrap() }
    }

    fn word(&self, key: &str) -> String {
        SafeTensors::read_metadata(&self.bytes).unwrap().1.metadata().as_ref().unwrap()[key].clone()
    }

    fn sentences(&self, adapter: &str) -> Vec<Sentence> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let data = |name: &str| file.tensor(name).map(|t| t.data().to_vec());
        let ids = |name: &str| -> Vec<u32> {
            data(name).unwrap().chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as u32).collect()
        };
        let floats = |name: &str| -> Vec<f32> {
            data(name).unwrap().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
        };
        (0..)
            .map(|i| format!("{adapter}.{i}"))
            .take_while(|at| data(&format!("{at}.input_ids")).is_ok())
            .map(|at| Sentence {
                row: Row {
                    input_ids: ids(&format!("{at}.input_ids")),
                    token_type_ids: ids(&format!("{at}.token_type_ids")),
                },
                pooled: floats(&format!("{at}.pooler_output")),
                logits: floats(&format!("{at}.logits")),
            })
            .collect()
    }
}

/// Err names the first sentence that is off.
fn judge(engine: &mut Engine, adapter: &Adapter, sentences: &[Sentence]) -> Result<(), String> {
    let id = block_on(engine.add_adapter(adapter)).unwrap();
    let span = adapter.head != Head::Classifier;
    let want = Want { adapter: Some(id), class_logits: !span, span_logits: span, pooled: true, ..Want::default() };
    let batch = Batch { rows: sentences.iter().map(|s| s.row.clone()).collect() };
    let answer = block_on(engine.run(&batch, &want)).unwrap();
    engine.remove_adapter(id);
    // Of a span head every piece has logits, and rows are padded to the longest.
    let each = if span { answer.tokens * 2 } else { adapter.labels.len() };
    let logits = if span { &answer.span_logits } else { &answer.class_logits };
    let width = answer.pooled.len() / sentences.len();
    for (i, s) in sentences.iter().enumerate() {
        compare_f32(&format!("{i} pooled"), &answer.pooled[i * width..][..width], &s.pooled, STATES)?;
        let (own, padding) = logits[i * each..][..each].split_at(s.logits.len());
        compare_f32(&format!("{i} logits"), own, &s.logits, ADAPTER_LOGITS)?;
        if padding.iter().any(|&p| p != 0.0) {
            return Err(format!("{i}: logits beyond the row's end"));
        }
    }
    Ok(())
}

fn equals_pytorch(pack: &str, adapters: &str, golden: &str) {
    let (pack, golden, adapters) = (PackFolder::open(at(pack)).unwrap(), Golden::open(golden), at(adapters));
    let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut gpu).unwrap();
    let mut engines = [Engine::Cpu(pack.cpu_engine().unwrap()), Engine::Gpu(Box::new(block_on(gpu.finish()).unwrap()))];
    assert_eq!(golden.word("base_hash"), pack.manifest.base_hash, "made for another base");
    let names = adapter_names(&adapters).unwrap();
    assert!(!names.is_empty());
    for name in names {
        let bytes = adapter_bytes(&adapters, &name).unwrap();
        let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(golden.word(&format!("{name}.sha256")), hash, "{name} has changed: make the golden values anew");
        let adapter = Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash).unwrap();
        let sentences = golden.sentences(&name);
        assert!(sentences.len() >= 3, "{name} has {} sentences", sentences.len());
        for engine in &mut engines {
            let kind = engine.info().kind;
            judge(engine, &adapter, &sentences).unwrap_or_else(|e| panic!("{name} on {kind:?}: {e}"));
            // One value of a matrix that the adapter has, or of its classifier, a little off: both engines show it.
            let mut spoiled = adapter.clone();
            match spoiled.low_rank.values_mut().next() {
                Some(m) => m.b.iter_mut().take(64).for_each(|b| *b += 0.5),
                None => spoiled.classifier.weight[3] += 0.2,
            }
            assert!(judge(engine, &spoiled, &sentences).is_err(), "{name} on {kind:?}: a spoiled adapter passes");
        }
    }
}

#[test]
fn tiny() {
    equals_pytorch(
        "tests/data/tiny-q4",
        "tests/data/tiny-q4-adapters",
        "tests/data/tiny-q4-adapters/golden.safetensors",
    );
}

#[test]
fn shipped() {
    equals_pytorch("assets/models/bert-base-uncased", "assets/adapters", "tests/data/adapter_golden.safetensors");
}
