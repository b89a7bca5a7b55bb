//! Random packs in memory, of any shape and scheme.

use super::Random;
use bertscope::engine::{Batch, Builder, Field, Row, feed_part};
use bertscope::model::config::BertConfig;
use bertscope::model::manifest::{FORMAT, FileEntry, GROUP, Manifest, Scheme, Shard, Source, TensorEntry, VERSION};
use half::f16;

pub struct Pack {
    pub manifest: Manifest,
    pub parts: Vec<Vec<u8>>,
}

impl Pack {
    pub fn feed(&self, builder: &mut dyn Builder) {
        for (i, part) in self.parts.iter().enumerate() {
            feed_part(&self.manifest, i, part, builder).unwrap();
        }
    }
}

/// Smaller than anything real, with odd sizes: V no multiple of 4, 3 layers.
pub fn tiny() -> BertConfig {
    BertConfig {
        vocab_size: 1003,
        hidden_size: 64,
        num_hidden_layers: 3,
        num_attention_heads: 4,
        intermediate_size: 160,
        max_position_embeddings: 160,
        type_vocab_size: 2,
        layer_norm_eps: 1e-12,
        hidden_act: "gelu".into(),
        do_lower_case: true,
        strip_accents: None,
    }
}

pub fn bert_base() -> BertConfig {
    BertConfig {
        vocab_size: 30522,
        hidden_size: 768,
        num_hidden_layers: 12,
        num_attention_heads: 12,
        intermediate_size: 3072,
        max_position_embeddings: 512,
        ..tiny()
    }
}

type Tensor = (String, Vec<usize>, bool, (f32, f32));

/// Name, shape, whether it is a matrix that is quantized, and (centre, spread) of its values.
fn tensors(c: &BertConfig) -> Vec<Tensor> {
    let (h, f, v) = (c.hidden_size, c.intermediate_size, c.vocab_size);
    let mut all = Vec::new();
    let linear_spread = |k: usize| 2.0 / (k as f32).sqrt();
    let mut linear = |name: &str, n: usize, k: usize| {
        all.push((format!("{name}.weight"), vec![n, k], true, (0.0, linear_spread(k))));
        all.push((format!("{name}.bias"), vec![n], false, (0.0, 0.2)));
    };
    for i in 0..c.num_hidden_layers {
        let p = format!("bert.encoder.layer.{i}");
        for x in ["query", "key", "value"] {
            linear(&format!("{p}.attention.self.{x}"), h, h);
        }
        linear(&format!("{p}.attention.output.dense"), h, h);
        linear(&format!("{p}.intermediate.dense"), f, h);
        linear(&format!("{p}.output.dense"), h, f);
    }
    linear("bert.pooler.dense", h, h);
    linear("cls.predictions.transform.dense", h, h);
    let mut norm = |name: &str| {
        all.push((format!("{name}.weight"), vec![h], false, (1.0, 0.3)));
        all.push((format!("{name}.bias"), vec![h], false, (0.0, 0.3)));
    };
    norm("bert.embeddings.LayerNorm");
    for i in 0..c.num_hidden_layers {
        norm(&format!("bert.encoder.layer.{i}.attention.output.LayerNorm"));
        norm(&format!("bert.encoder.layer.{i}.output.LayerNorm"));
    }
    norm("cls.predictions.transform.LayerNorm");
    let e = "bert.embeddings";
    all.push((format!("{e}.word_embeddings.weight"), vec![v, h], true, (0.0, 0.1)));
    all.push((format!("{e}.position_embeddings.weight"), vec![c.max_position_embeddings, h], false, (0.0, 0.1)));
    all.push((format!("{e}.token_type_embeddings.weight"), vec![c.type_vocab_size, h], false, (0.0, 0.1)));
    all.push(("cls.predictions.bias".into(), vec![v], false, (0.0, 0.5)));
    all
}

/// Rows of one field with values of the given spread.
pub fn field_bytes(
    entry: &TensorEntry,
    field: Field,
    rows: usize,
    (centre, spread): (f32, f32),
    r: &mut Random,
) -> Vec<u8> {
    let bytes = rows * entry.row_bytes(field);
    let half = |x: f32| f16::from_f32(x).to_le_bytes();
    match (entry.scheme, field) {
        (_, Field::Data) => (0..bytes / 4).flat_map(|_| (centre + spread * r.unit()).to_le_bytes()).collect(),
        (_, Field::Q) => (0..bytes.div_ceil(8)).flat_map(|_| r.bits().to_le_bytes()).take(bytes).collect(),
        (Scheme::Q8, _) => (0..bytes / 2).flat_map(|_| half(spread / 127.0 * (1.0 + 0.3 * r.unit()))).collect(),
        (_, Field::Scale) => (0..bytes / 2).flat_map(|_| half(spread / 7.5 * (1.0 + 0.3 * r.unit()))).collect(),
        (_, Field::Min) => (0..bytes / 2).flat_map(|_| half(-spread * (1.0 + 0.1 * r.unit()))).collect(),
    }
}

/// Every matrix in two shards, in two parts.
pub fn pack(config: BertConfig, scheme: Scheme, seed: u64) -> Pack {
    let mut r = Random(seed);
    let mut parts = vec![Vec::new(), Vec::new()];
    let mut entries = Vec::new();
    for (name, shape, quantized, values) in tensors(&config) {
        let scheme = if quantized { scheme } else { Scheme::F32 };
        let mut entry = TensorEntry { name, shape, scheme, shards: Vec::new() };
        let rows = entry.rows();
        let cut = if rows > 1 { rows / 3 } else { rows };
        for (part, rows) in [[0, cut], [cut, rows]].into_iter().enumerate().filter(|(_, r)| r[0] < r[1]) {
            let mut offsets = Vec::new();
            for &field in entry.fields() {
                let bytes = field_bytes(&entry, field, rows[1] - rows[0], values, &mut r);
                let to: &mut Vec<u8> = &mut parts[part];
                to.resize(to.len().next_multiple_of(8), 0);
                offsets.push(to.len() as u64);
                to.extend(bytes);
            }
            entry.shards.push(Shard { part, rows, offsets });
        }
        entries.push(entry);
    }
    let file = |i: usize| FileEntry { file: format!("part{i}"), bytes: parts[i].len() as u64, sha256: format!("{i}") };
    let source =
        Source { origin: String::new(), sha256: String::new(), license: String::new(), changes: String::new() };
    let manifest = Manifest {
        format: FORMAT.into(),
        version: VERSION,
        title: "random".into(),
        config,
        source,
        vocab: FileEntry { file: "vocab.txt".into(), bytes: 0, sha256: String::new() },
        parts: vec![file(0), file(1)],
        tensors: entries,
        absent: Vec::new(),
        base_hash: String::new(),
    };
    const { assert!(GROUP == 32) };
    Pack { manifest, parts }
}

/// Rows of random ids with these lengths; a second segment begins in the middle.
pub fn batch(config: &BertConfig, lengths: &[usize], seed: u64) -> Batch {
    let mut r = Random(seed);
    let row = |&n: &usize| Row {
        input_ids: (0..n).map(|_| r.below(config.vocab_size) as u32).collect(),
        token_type_ids: (0..n).map(|i| u32::from(i > n / 2)).collect(),
    };
    Batch { rows: lengths.iter().map(row).collect() }
}
