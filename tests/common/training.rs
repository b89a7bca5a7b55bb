//! Golden values of fine-tuning (`tools/train_golden.py`), and a trainer set to them.

use bertscope::engine::folder::PackFolder;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::training::{AdamW, Example, TrainSetup, TrainStep, Truth};
use bertscope::engine::{Engine, Row};
use bertscope::model::adapter::{Adapter, Head, Target};
use bertscope::model::config::BertConfig;
use pollster::block_on;
use safetensors::SafeTensors;
use std::path::{Path, PathBuf};

/// Whether the GPU engine is among those that these tests run on.
pub const GPU_TRAINS: bool = true;

pub fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn cpu(pack: &PackFolder) -> Engine {
    Engine::Cpu(pack.cpu_engine().unwrap())
}

/// Every engine that trains.
pub fn engines(pack: &PackFolder) -> Vec<Engine> {
    let mut engines = vec![cpu(pack)];
    if GPU_TRAINS {
        let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
        pack.feed(&mut gpu).unwrap();
        engines.push(Engine::Gpu(Box::new(block_on(gpu.finish()).unwrap())));
    }
    engines
}

pub struct Golden {
    bytes: Vec<u8>,
}

impl Golden {
    pub fn open(file: &str) -> Self {
        Self { bytes: std::fs::read(at(file)).unwrap() }
    }

    pub fn word(&self, key: &str) -> String {
        SafeTensors::read_metadata(&self.bytes).unwrap().1.metadata().as_ref().unwrap()[key].clone()
    }

    pub fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, key: &str) -> T {
        self.word(key).parse().unwrap()
    }

    pub fn has(&self, name: &str) -> bool {
        SafeTensors::deserialize(&self.bytes).unwrap().tensor(name).is_ok()
    }

    pub fn floats(&self, name: &str) -> Vec<f32> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let data = file.tensor(name).unwrap_or_else(|e| panic!("{name}: {e}")).data().to_vec();
        data.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
    }

    pub fn ints(&self, name: &str) -> Vec<usize> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let data = file.tensor(name).unwrap_or_else(|e| panic!("{name}: {e}")).data().to_vec();
        data.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as usize).collect()
    }

    /// Steps of one micro-batch each; the tensors' names begin with `run`.
    pub fn steps(&self, run: &str) -> Vec<TrainStep> {
        let of = |name: &str| self.ints(&format!("{run}{name}"));
        let (ids, types, lengths) = (of("input_ids"), of("token_type_ids"), of("lengths"));
        let spans = self.has(&format!("{run}places"));
        let truths = if spans { of("places") } else { of("classes") };
        let rates = self.floats(&format!("{run}learning_rates"));
        let (width, n) = (ids.len() / lengths.len(), lengths.len() / rates.len());
        let cut = |all: &[usize], i: usize| all[i * width..][..lengths[i]].iter().map(|&x| x as u32).collect();
        let pair = |p: &[usize]| [p[0], p[1]];
        let example = |i: usize| Example {
            row: Row { input_ids: cut(&ids, i), token_type_ids: cut(&types, i) },
            truth: match spans {
                false => Truth::Class(truths[i]),
                true => Truth::Spans(truths[6 * i..][..6].chunks_exact(2).filter(|p| p[0] < width).map(pair).collect()),
            },
        };
        let step = |(step, &learning_rate): (usize, &f32)| TrainStep {
            micro_batches: vec![(step * n..(step + 1) * n).map(example).collect()],
            learning_rate,
        };
        rates.iter().enumerate().map(step).collect()
    }

    pub fn setup(&self, adapter: Adapter, dropout: f32) -> TrainSetup {
        let optimizer = AdamW {
            beta1: self.number("beta1"),
            beta2: self.number("beta2"),
            epsilon: self.number("epsilon"),
            weight_decay: self.number("weight_decay"),
            max_grad_norm: self.number("max_grad_norm"),
        };
        TrainSetup { adapter, optimizer, dropout, seed: self.number("seed"), recompute: false }
    }
}

/// Every array of an adapter under its tensor's name.
pub fn tensors(adapter: &Adapter) -> Vec<(String, &[f32])> {
    let mut all: Vec<(String, &[f32])> = Vec::new();
    for (&(layer, target), m) in &adapter.low_rank {
        let linear = Target::linear(target, layer);
        all.push((format!("{linear}.lora_A.weight"), &m.a));
        all.push((format!("{linear}.lora_B.weight"), &m.b));
    }
    let head = if adapter.head == Head::Classifier { "classifier" } else { "qa_outputs" };
    for (name, dense) in adapter.pooler.iter().map(|p| ("bert.pooler.dense", p)).chain([(head, &adapter.classifier)]) {
        all.push((format!("{name}.weight"), &dense.weight));
        all.push((format!("{name}.bias"), &dense.bias));
    }
    all.extend(adapter.weights.iter().map(|(name, values)| (name.clone(), values.as_slice())));
    all
}

/// Most that a trained tensor may be off, as a share of its own largest value.
pub const OF_LARGEST: f64 = 1e-3;

/// max |a − b| ≤ share · max |b| over one tensor, b the reference. Gives the share it is off.
pub fn within(what: &str, got: &[f32], want: &[f32], share: f64) -> Result<f64, String> {
    if got.len() != want.len() || want.is_empty() {
        return Err(format!("{what}: {} values, {} expected", got.len(), want.len()));
    }
    let largest = want.iter().fold(0.0f64, |m, &w| m.max(f64::from(w).abs()));
    let off = |(i, (&g, &w)): (usize, (&f32, &f32))| {
        let d = (f64::from(g) - f64::from(w)).abs();
        (i, if d.is_nan() { f64::INFINITY } else { d })
    };
    let (i, worst) = got.iter().zip(want).enumerate().map(off).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    if worst <= share * largest {
        return Ok(worst / largest.max(f64::MIN_POSITIVE));
    }
    Err(format!("{what}: {} for {} at {i}, {} of the largest, {largest}", got[i], want[i], worst / largest))
}

/// `config.num_hidden_layers`·6 Linears of rank 8 and a classifier by the formula of `tools/train_golden.py`.
pub fn wave_adapter(config: &BertConfig, base_hash: &str, rank: usize, alpha: f32) -> Adapter {
    let wave = |n: usize, at: usize, scale: f64| -> Vec<f32> {
        (0..n).map(|i| ((12.9898 * i as f64 + 78.233 * at as f64).sin() * scale) as f32).collect()
    };
    let places = super::adapter::everywhere(config);
    let mut adapter = super::adapter::adapter(config, rank, &places, false, 3, 0);
    for (at, (&(_, target), m)) in adapter.low_rank.iter_mut().enumerate() {
        let (_, k) = target.shape(config);
        m.a = wave(rank * k, at, (k as f64).powf(-0.5));
        m.b.fill(0.0);
    }
    adapter.classifier.weight = wave(3 * config.hidden_size, places.len(), 0.05);
    adapter.classifier.bias.fill(0.0);
    adapter.base_hash = base_hash.into();
    adapter.alpha = alpha;
    adapter
}
