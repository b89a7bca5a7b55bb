//! A task adapter in GPU memory, beside the base's weights, which stay as they are.
//!
//! y += (alpha / rank) · (x·Aᵀ)·Bᵀ is two steps: A is a GEMM of its own into `low`, B joins the base's GEMM
//! as its last step. B's place is the adapter's own copy of the base's windows (see `weights`), each longer
//! by `B of query, key, value (3H, r) | of out (H, r) | of ffn1 (F, r) | of ffn2 (H, r) | zeros 3r`; the heads'
//! by the classifier's bias. r is the rank rounded up to four, with zeros.
//!
//! Of a whole model the matrices begin with all tables and Linears, in f32; its biases and LayerNorms stand in the
//! windows, in place of the base's.

use super::recorder::{Moved, Recorder};
use super::weights::{Weights, Windows};
use crate::engine::EngineError;
use crate::model::adapter::{Adapter, Dense, Head, LowRank, Target};
use crate::model::config::BertConfig;
use crate::model::whole;

/// A matrix (n, k) of f32 in [`GpuAdapter::matrices`].
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// Bytes.
    pub offset: u64,
    pub n: usize,
    pub k: usize,
}

pub struct GpuAdapter {
    pub matrices: wgpu::Buffer,
    pub vectors: wgpu::Buffer,
    pub windows: Windows,
    /// Rounded up to four.
    pub rank: usize,
    /// Float offsets of B of each GEMM in a layer's window.
    pub b_at: [usize; 4],
    /// Float offset, in a layer's window, of as many zeros as A has rows; it ends the Bs.
    pub zeros: usize,
    /// Float offset in the heads' window.
    pub classifier_bias: usize,
    /// A of each layer's GEMMs, in [`GEMMS`]' order.
    pub low: Vec<[Option<Rows>; 4]>,
    pub pooler: Option<Rows>,
    pub classifier: Rows,
    pub labels: usize,
    pub head: Head,
    pub whole: Option<Whole>,
}

/// Matrices in place of the base's.
pub struct Whole {
    /// Words, positions, segments, one behind the other.
    pub tables: [Rows; 3],
    /// Of each layer's GEMMs, in [`GEMMS`]' order.
    pub layers: Vec<[Rows; 4]>,
}

impl Whole {
    /// Bytes of the tables, from the first of the matrices on.
    pub fn table_bytes(&self) -> u64 {
        let last = self.tables[2];
        last.offset + (last.n * last.k * 4) as u64
    }
}

/// A layer's GEMMs and the Linears that each holds, below each other.
pub const GEMMS: [&[Target]; 4] = [
    &[Target::Query, Target::Key, Target::Value],
    &[Target::AttentionOutput],
    &[Target::Intermediate],
    &[Target::Output],
];

fn gemm_shape(targets: &[Target], c: &BertConfig) -> (usize, usize) {
    let (n, k) = targets[0].shape(c);
    (targets.len() * n, k)
}

/// Floats of a whole model's tables and Linears.
pub fn whole_floats(c: &BertConfig) -> usize {
    let (h, f) = (c.hidden_size, c.intermediate_size);
    let tables = c.vocab_size + c.max_position_embeddings + c.type_vocab_size;
    tables * h + c.num_hidden_layers * (4 * h * h + 2 * h * f)
}

/// Bindings begin at multiples of it.
const ALIGN: usize = 256;

/// Values of an adapter's shapes as they lie in two buffers of its layout.
pub struct Flat {
    pub matrices: Vec<f32>,
    /// Float offset in the vectors, and what is there.
    pub vectors: Vec<(usize, Vec<f32>)>,
}

impl GpuAdapter {
    pub fn new(r: &mut Recorder, c: &BertConfig, base: &Weights, adapter: &Adapter) -> Result<Self, EngineError> {
        let (h, f, layers) = (c.hidden_size, c.intermediate_size, c.num_hidden_layers);
        let rank = adapter.rank.next_multiple_of(4);
        // Where B of each GEMM begins in a window, and where zeros do.
        let first = base.windows.low(GEMMS.len());
        let [b_qkv, b_out, b_ffn1, b_ffn2, zeros] =
            [0, 3 * h, 4 * h, 4 * h + f, 5 * h + f].map(|rows| first + rows * rank);
        let classifier_bias = base.windows.head_len;
        let windows = Windows {
            stride: (zeros + 3 * rank).next_multiple_of(64),
            head_len: classifier_bias + adapter.labels.len().next_multiple_of(4),
            ..base.windows
        };
        let mut floats = 0usize;
        let mut place = |n: usize, k: usize| {
            let at = floats.next_multiple_of(ALIGN / 4);
            floats = at + n * k;
            Rows { offset: at as u64 * 4, n, k }
        };
        let whole = adapter.is_whole().then(|| Whole {
            tables: [c.vocab_size, c.max_position_embeddings, c.type_vocab_size].map(|rows| place(rows, h)),
            layers: (0..layers)
                .map(|_| GEMMS.map(|targets| gemm_shape(targets, c)))
                .map(|g| g.map(|(n, k)| place(n, k)))
                .collect(),
        });
        let low = (0..layers).map(|layer| {
            GEMMS.map(|targets| {
                let changed = targets.iter().any(|&t| adapter.low_rank.contains_key(&(layer, t)));
                changed.then(|| place(targets.len() * rank, targets[0].shape(c).1))
            })
        });
        let low = low.collect();
        let pooler = adapter.pooler.as_ref().map(|_| place(h, h));
        let classifier = place(adapter.labels.len(), h);
        let made = Self {
            matrices: r.storage("adapter matrices", floats as u64 * 4)?,
            vectors: r.storage("adapter vectors", ((layers * windows.stride + windows.head_len) * 4) as u64)?,
            windows,
            rank,
            b_at: [b_qkv, b_out, b_ffn1, b_ffn2],
            zeros,
            classifier_bias,
            low,
            pooler,
            classifier,
            labels: adapter.labels.len(),
            head: adapter.head,
            whole,
        };
        // The base's part of each window, then what tells of B.
        let own_at = base.windows.low(0);
        let stretch = |layer: usize, floats: usize| Moved {
            from_offset: (layer * base.windows.stride * 4) as u64,
            to_offset: (layer * windows.stride * 4) as u64,
            bytes: (floats * 4) as u64,
        };
        let of_layers = (0..layers).map(|i| stretch(i, own_at));
        r.copy(&base.vectors, &made.vectors, of_layers.chain([stretch(layers, base.windows.head_len)]));
        for (layer, of_layer) in made.low.iter().enumerate() {
            let mut told = [0.0; 16];
            for (gemm, targets) in GEMMS.iter().enumerate().filter(|(gemm, _)| of_layer[*gemm].is_some()) {
                let (n, _) = targets[0].shape(c);
                let words = [rank as f32 / 4.0, n as f32 / 4.0, made.b_at[gemm] as f32 / 4.0, adapter.scale()];
                told[4 * gemm..4 * gemm + 4].copy_from_slice(&words);
            }
            r.write(&made.vectors, ((layer * windows.stride + own_at) * 4) as u64, bytemuck::cast_slice(&told));
        }
        made.write(r, c, adapter, &made.matrices, &made.vectors);
        Ok(made)
    }

    /// Floats of the two buffers that such an adapter takes, but for gaps between matrices.
    pub fn floats(c: &BertConfig, base: &Weights, adapter: &Adapter) -> [usize; 2] {
        let (h, f, layers) = (c.hidden_size, c.intermediate_size, c.num_hidden_layers);
        let rank = adapter.rank.next_multiple_of(4);
        let a: usize = (0..layers)
            .flat_map(|layer| GEMMS.map(|targets| (layer, targets)))
            .filter(|(layer, targets)| targets.iter().any(|&t| adapter.low_rank.contains_key(&(*layer, t))))
            .map(|(_, targets)| targets.len() * rank * targets[0].shape(c).1)
            .sum();
        let pooler = if adapter.pooler.is_some() { h * h } else { 0 };
        let window = base.windows.stride + (5 * h + f + 3) * rank;
        let whole = if adapter.is_whole() { whole_floats(c) } else { 0 };
        [whole + a + pooler + adapter.labels.len() * h, layers * window + base.windows.head_len]
    }

    /// Where each tensor of a whole model lies: float offset in the matrices (true) or the vectors, and how many floats.
    fn places(&self, c: &BertConfig) -> Vec<(String, bool, usize, usize)> {
        let Some(whole) = &self.whole else { return Vec::new() };
        let (h, win) = (c.hidden_size, self.windows);
        let mut all = Vec::new();
        for (table, rows) in ["word", "position", "token_type"].iter().zip(whole.tables) {
            let name = format!("{}.{table}_embeddings.weight", whole::EMBEDDINGS);
            all.push((name, true, (rows.offset / 4) as usize, rows.n * rows.k));
        }
        let norm = |all: &mut Vec<_>, name: &str, at: usize| {
            all.push((format!("{name}.weight"), false, at, h));
            all.push((format!("{name}.bias"), false, at + h, h));
        };
        norm(&mut all, &format!("{}.LayerNorm", whole::EMBEDDINGS), Windows::NORM_IN);
        for (layer, gemms) in whole.layers.iter().enumerate() {
            let base = layer * win.stride;
            let biases = [win.qkv_bias(), win.out_bias(), win.ffn1_bias(), win.ffn2_bias()];
            for ((targets, rows), bias) in GEMMS.iter().zip(gemms).zip(biases) {
                for (part, target) in targets.iter().enumerate() {
                    let ((n, k), name) = (target.shape(c), target.linear(layer));
                    all.push((format!("{name}.weight"), true, (rows.offset / 4) as usize + part * n * k, n * k));
                    all.push((format!("{name}.bias"), false, base + bias + part * n, n));
                }
            }
            let [middle, end] = whole::norms_of(layer);
            norm(&mut all, &middle, base + win.norm1());
            norm(&mut all, &end, base + win.stride + Windows::NORM_IN);
        }
        all
    }

    /// Writes an adapter's values into two buffers of this layout.
    pub fn write(
        &self,
        r: &mut Recorder,
        c: &BertConfig,
        values: &Adapter,
        matrices: &wgpu::Buffer,
        to: &wgpu::Buffer,
    ) {
        let flat = self.flat(c, values);
        r.write(matrices, 0, bytemuck::cast_slice(&flat.matrices));
        for (at, values) in &flat.vectors {
            r.write(to, *at as u64 * 4, bytemuck::cast_slice(values));
        }
    }

    fn flat(&self, c: &BertConfig, adapter: &Adapter) -> Flat {
        let (end, k) = ((self.classifier.offset / 4) as usize, c.hidden_size);
        let mut matrices = vec![0.0; end + self.labels * k];
        let mut vectors = Vec::new();
        for (layer, of_layer) in self.low.iter().enumerate() {
            for (gemm, targets) in GEMMS.iter().enumerate() {
                let Some(rows) = of_layer[gemm] else { continue };
                let (n, k) = targets[0].shape(c);
                let mut b = vec![0.0; targets.len() * n * self.rank];
                for (part, &target) in targets.iter().enumerate() {
                    let Some(m) = adapter.low_rank.get(&(layer, target)) else { continue };
                    let at = (rows.offset / 4) as usize + part * self.rank * k;
                    matrices[at..at + m.a.len()].copy_from_slice(&m.a);
                    let b = b[part * n * self.rank..].chunks_exact_mut(self.rank);
                    for (to, from) in b.zip(m.b.chunks_exact(adapter.rank)) {
                        to[..from.len()].copy_from_slice(from);
                    }
                }
                vectors.push((layer * self.windows.stride + self.b_at[gemm], b));
            }
        }
        let heads = self.low.len() * self.windows.stride;
        let mut dense = |rows: Rows, bias_at: usize, d: &Dense| {
            let at = (rows.offset / 4) as usize;
            matrices[at..at + d.weight.len()].copy_from_slice(&d.weight);
            vectors.push((heads + bias_at, d.bias.clone()));
        };
        dense(self.classifier, self.classifier_bias, &adapter.classifier);
        if let (Some(rows), Some(d)) = (self.pooler, &adapter.pooler) {
            dense(rows, self.windows.pooler_bias(), d);
        }
        for (name, in_matrices, at, floats) in self.places(c) {
            let Some(values) = adapter.weights.get(&name).filter(|v| v.len() == floats) else { continue };
            match in_matrices {
                true => matrices[at..at + floats].copy_from_slice(values),
                false => vectors.push((at, values.clone())),
            }
        }
        Flat { matrices, vectors }
    }

    /// The values that two buffers of this layout hold, in the shapes of `like`.
    pub fn gather(&self, c: &BertConfig, like: &Adapter, matrices: &[f32], vectors: &[f32]) -> Adapter {
        let mut out = like.clone();
        for (&(layer, target), m) in &mut out.low_rank {
            let found = GEMMS.iter().enumerate().find_map(|(gemm, targets)| {
                Some((gemm, targets.iter().position(|&t| t == target)?, self.low[layer][gemm]?))
            });
            let Some((gemm, part, rows)) = found else { continue };
            let (n, k) = target.shape(c);
            let at = (rows.offset / 4) as usize + part * self.rank * k;
            let a = matrices[at..at + like.rank * k].to_vec();
            let b_at = layer * self.windows.stride + self.b_at[gemm] + part * n * self.rank;
            let b = vectors[b_at..b_at + n * self.rank].chunks_exact(self.rank);
            *m = LowRank { a, b: b.flat_map(|row| &row[..like.rank]).copied().collect() };
        }
        let heads = self.low.len() * self.windows.stride;
        let dense = |rows: Rows, bias_at: usize| {
            let at = (rows.offset / 4) as usize;
            let bias = vectors[heads + bias_at..heads + bias_at + rows.n].to_vec();
            Dense { weight: matrices[at..at + rows.n * rows.k].to_vec(), bias }
        };
        out.classifier = dense(self.classifier, self.classifier_bias);
        out.pooler = self.pooler.map(|rows| dense(rows, self.windows.pooler_bias()));
        for (name, in_matrices, at, floats) in self.places(c) {
            let from = if in_matrices { matrices } else { vectors };
            out.weights.insert(name, from[at..at + floats].to_vec());
        }
        out
    }

    pub fn free(&self, r: &mut Recorder) {
        r.free(&self.matrices);
        r.free(&self.vectors);
    }
}
