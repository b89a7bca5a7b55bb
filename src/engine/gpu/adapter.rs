//! A task adapter in GPU memory, beside the base's weights, which stay as they are.
//!
//! y += (alpha / rank) · (x·Aᵀ)·Bᵀ is two steps: A is a GEMM of its own into `low`, B joins the base's GEMM
//! as its last step. B's place is the adapter's own copy of the base's windows (see `weights`), each longer
//! by `B of query, key, value (3H, r) | of out (H, r) | of ffn1 (F, r) | of ffn2 (H, r) | zeros 3r`; the heads'
//! by the classifier's bias. r is the rank rounded up to four, with zeros. alpha / rank is in B.

use super::recorder::{Moved, Recorder};
use super::weights::{Weights, Windows};
use crate::engine::EngineError;
use crate::model::adapter::{Adapter, Target};
use crate::model::config::BertConfig;

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
    /// Float offset, in a layer's window, of as many zeros as A has rows.
    pub zeros: usize,
    /// Float offset in the heads' window.
    pub classifier_bias: usize,
    /// A of each layer's GEMMs, in [`GEMMS`]' order.
    pub low: Vec<[Option<Rows>; 4]>,
    pub pooler: Option<Rows>,
    pub classifier: Rows,
    pub labels: usize,
}

/// A layer's GEMMs and the Linears that each holds, below each other.
const GEMMS: [&[Target]; 4] = [
    &[Target::Query, Target::Key, Target::Value],
    &[Target::AttentionOutput],
    &[Target::Intermediate],
    &[Target::Output],
];

/// Bindings begin at multiples of it.
const ALIGN: usize = 256;

/// Matrices as they will lie in one buffer.
#[derive(Default)]
struct Packed(Vec<f32>);

impl Packed {
    /// (n, k) at a place where a binding may begin; `fill` writes it.
    fn put(&mut self, n: usize, k: usize, fill: impl FnOnce(&mut [f32])) -> Rows {
        let at = self.0.len().next_multiple_of(ALIGN / 4);
        self.0.resize(at + n * k, 0.0);
        fill(&mut self.0[at..]);
        Rows { offset: at as u64 * 4, n, k }
    }
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
        let mut matrices = Packed::default();
        let mut low = Vec::with_capacity(layers);
        // Of each layer, what follows the base's part of its window: the four headers, B, zeros.
        let tail_at = base.windows.low(0);
        let mut tails = Vec::with_capacity(layers);
        for layer in 0..layers {
            let mut tail = vec![0.0; windows.stride - tail_at];
            let mut of_layer = [None; 4];
            for (gemm, (targets, b_at)) in GEMMS.iter().zip([b_qkv, b_out, b_ffn1, b_ffn2]).enumerate() {
                if !targets.iter().any(|&t| adapter.low_rank.contains_key(&(layer, t))) {
                    continue;
                }
                let (n, k) = targets[0].shape(c);
                let header = [rank as f32 / 4.0, n as f32 / 4.0, b_at as f32 / 4.0, 0.0];
                tail[4 * gemm..4 * gemm + 4].copy_from_slice(&header);
                for (part, &target) in targets.iter().enumerate() {
                    let Some(m) = adapter.low_rank.get(&(layer, target)) else { continue };
                    let to = &mut tail[b_at - tail_at + part * n * rank..][..n * rank];
                    for (to, from) in to.chunks_exact_mut(rank).zip(m.b.chunks_exact(adapter.rank)) {
                        to.iter_mut().zip(from).for_each(|(to, b)| *to = b * adapter.scale());
                    }
                }
                let rows = matrices.put(targets.len() * rank, k, |to| {
                    for (to, target) in to.chunks_exact_mut(rank * k).zip(*targets) {
                        if let Some(m) = adapter.low_rank.get(&(layer, *target)) {
                            to[..m.a.len()].copy_from_slice(&m.a);
                        }
                    }
                });
                of_layer[gemm] = Some(rows);
            }
            tails.push(tail);
            low.push(of_layer);
        }
        let labels = adapter.labels.len();
        let pooler = adapter.pooler.as_ref().map(|p| matrices.put(h, h, |to| to.copy_from_slice(&p.weight)));
        let classifier = matrices.put(labels, h, |to| to.copy_from_slice(&adapter.classifier.weight));

        let matrix_buffer = r.storage("adapter matrices", matrices.0.len() as u64 * 4)?;
        let vectors = r.storage("adapter vectors", ((layers * windows.stride + windows.head_len) * 4) as u64)?;
        r.write(&matrix_buffer, 0, bytemuck::cast_slice(&matrices.0));
        let stretch = |layer: usize, floats: usize| Moved {
            from_offset: (layer * base.windows.stride * 4) as u64,
            to_offset: (layer * windows.stride * 4) as u64,
            bytes: (floats * 4) as u64,
        };
        let of_layers = (0..layers).map(|i| stretch(i, tail_at));
        r.copy(&base.vectors, &vectors, of_layers.chain([stretch(layers, base.windows.head_len)]));
        for (layer, tail) in tails.iter().enumerate() {
            r.write(&vectors, ((layer * windows.stride + tail_at) * 4) as u64, bytemuck::cast_slice(tail));
        }
        let mut head = |at: usize, values: &[f32]| {
            r.write(&vectors, ((layers * windows.stride + at) * 4) as u64, bytemuck::cast_slice(values));
        };
        head(classifier_bias, &adapter.classifier.bias);
        if let Some(p) = &adapter.pooler {
            head(windows.pooler_bias(), &p.bias);
        }
        Ok(Self { matrices: matrix_buffer, vectors, windows, zeros, classifier_bias, low, pooler, classifier, labels })
    }

    pub fn free(&self, r: &mut Recorder) {
        r.free(&self.matrices);
        r.free(&self.vectors);
    }
}
