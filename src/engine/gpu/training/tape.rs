//! What a training keeps on the GPU: activations that the way back needs, gradients, moments, and small buffers.

use super::super::adapter::GpuAdapter;
use super::super::recorder::{Bind, Recorder};
use crate::engine::EngineError;
use crate::engine::training::MAX_PLACES;
use crate::model::adapter::Head;
use crate::model::config::BertConfig;

/// Room of a micro-batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// M, a multiple of 64.
    pub tokens: usize,
    pub rows: usize,
}

impl Size {
    /// What every tape has at least.
    pub const LEAST: Self = Self { tokens: 64, rows: 16 };
}

/// What a layer's way back needs of its way there.
pub struct Kept {
    /// (M, 3H)
    pub qkv: wgpu::Buffer,
    /// (M, H)
    pub context: wgpu::Buffer,
    pub sum_mid: wgpu::Buffer,
    /// (M, F) before GELU.
    pub u: wgpu::Buffer,
    /// x·Aᵀ of the four GEMMs, one after the other: (M, 3r), (M, r), (M, r), (M, r).
    pub low: wgpu::Buffer,
    /// (M, 2)
    pub stats_mid: wgpu::Buffer,
}

pub struct Tape {
    pub size: Size,
    rank: usize,
    /// (M, H) before the LayerNorm that begins each trained layer, and after the last.
    pub sums: Vec<wgpu::Buffer>,
    /// Mean and 1 / deviation of each of them, (M, 2).
    pub stats: Vec<wgpu::Buffer>,
    /// (M, H) what frozen layers say of each row, gathered row by row; tiny where all layers are trained.
    pub features: wgpu::Buffer,
    /// One for each trained layer, or one that all share and fill anew on the way back.
    pub kept: Vec<Kept>,
    /// (M, F) GELU of u; then the gradient by u.
    pub inner: wgpu::Buffer,
    /// (M, 3H)
    pub d_qkv: wgpu::Buffer,
    /// (M, H): the gradient after a LayerNorm; before it; the same without what was dropped.
    pub d_out: wgpu::Buffer,
    pub d_sum: wgpu::Buffer,
    pub d_kept: wgpu::Buffer,
    /// (M, H)
    pub d_context: wgpu::Buffer,
    /// (M, 3r)
    pub d_low: wgpu::Buffer,
    /// (M, N, 2)
    pub told: wgpu::Buffer,
    /// (B, H): pooled; the first tokens' vectors; pooled without what was dropped; gradients of both.
    pub pooled: wgpu::Buffer,
    pub firsts: wgpu::Buffer,
    pub pooled_kept: wgpu::Buffer,
    pub d_pooled: wgpu::Buffer,
    pub d_firsts: wgpu::Buffer,
    /// (B, labels↑4); of a span head (M, 4).
    pub d_logits: wgpu::Buffer,
    /// (B) classes; of a span head (B, [`PLACES`]) words, see span_loss.wgsl.
    pub truth: wgpu::Buffer,
    /// (M, 4) of a span head: start and end logit; else tiny.
    pub span_logits: wgpu::Buffer,
}

/// Words that tell of a row's places.
pub const PLACES: usize = 2 + 2 * MAX_PLACES;

/// Sets of kept activations: one for each trained layer, or one that all share.
fn sets(layers: usize, recompute: bool) -> usize {
    if recompute { layers.min(1) } else { layers }
}

impl Tape {
    /// Bytes of it all for `layers` trained layers.
    pub fn bytes(c: &BertConfig, rank: usize, layers: usize, recompute: bool, size: Size) -> u64 {
        let (h, f, m) = (c.hidden_size, c.intermediate_size, size.tokens);
        let kept = m * (5 * h + f + 6 * rank + 2);
        let sets = sets(layers, recompute);
        let frozen = usize::from(layers < c.num_hidden_layers);
        let sums = (layers + 1) * m * (h + 2) + frozen * m * h;
        let back = m * (f + 3 * h + 4 * h + 3 * rank + 2 * c.num_attention_heads);
        ((kept * sets + sums + back + size.rows * (5 * h + 24)) * 4) as u64
    }

    /// Whether the GPU allows buffers of such a size.
    pub fn check(r: &Recorder, c: &BertConfig, size: Size) -> Result<(), EngineError> {
        let widest = c.intermediate_size.max(3 * c.hidden_size);
        r.check((size.tokens * widest * 4) as u64, wgpu::BufferUsages::STORAGE)
    }

    pub fn new(
        r: &mut Recorder,
        c: &BertConfig,
        adapter: Option<&GpuAdapter>,
        layers: usize,
        recompute: bool,
        size: Size,
    ) -> Result<Self, EngineError> {
        let (h, f, m, b) = (c.hidden_size, c.intermediate_size, size.tokens, size.rows);
        let rank = adapter.map_or(0, |a| a.rank);
        let mut floats = |name: &str, n: usize| r.storage(name, n as u64 * 4);
        let sets = sets(layers, recompute);
        let mut many = |name: &str, count: usize, n: usize| -> Result<Vec<wgpu::Buffer>, EngineError> {
            (0..count).map(|_| floats(name, n)).collect()
        };
        let sums = many("sums", layers + 1, m * h)?;
        let stats = many("stats", layers + 1, m * 2)?;
        let mut kept = Vec::with_capacity(sets);
        for _ in 0..sets {
            kept.push(Kept {
                qkv: floats("kept qkv", m * 3 * h)?,
                context: floats("kept context", m * h)?,
                sum_mid: floats("kept sum", m * h)?,
                u: floats("kept u", m * f)?,
                low: floats("kept low", m * 6 * rank)?,
                stats_mid: floats("kept stats", m * 2)?,
            });
        }
        // Kernels over rows do whole tiles of 64.
        let rows = b.next_multiple_of(64);
        let [d_logits, truth, span_logits] = match adapter.map(|a| (a.head, a.labels)) {
            Some((Head::Classifier, labels)) => [rows * labels.next_multiple_of(4), rows, 4],
            Some((Head::Span { .. }, _)) => [4 * m, rows * PLACES, 4 * m],
            None => [4; 3],
        };
        Ok(Self {
            size,
            rank,
            sums,
            stats,
            features: floats("features", if layers < c.num_hidden_layers { m * h } else { 4 })?,
            kept,
            inner: floats("inner", m * f)?,
            d_qkv: floats("d qkv", m * 3 * h)?,
            d_out: floats("d out", m * h)?,
            d_sum: floats("d sum", m * h)?,
            d_kept: floats("d kept", m * h)?,
            d_context: floats("d context", m * h)?,
            d_low: floats("d low", m * 3 * rank)?,
            told: floats("told", m * c.num_attention_heads * 2)?,
            pooled: floats("pooled", rows * h)?,
            firsts: floats("firsts", rows * h)?,
            pooled_kept: floats("pooled kept", rows * h)?,
            d_pooled: floats("d pooled", rows * h)?,
            d_firsts: floats("d firsts", rows * h)?,
            d_logits: floats("d logits", d_logits)?,
            truth: floats("truth", truth)?,
            span_logits: floats("span logits", span_logits)?,
        })
    }

    /// x·Aᵀ of a GEMM of a set.
    pub fn low<'a>(&self, kept: &'a Kept, gemm: usize) -> Bind<'a> {
        let (m, r) = (self.size.tokens, self.rank);
        if r == 0 {
            return (&kept.low).into();
        }
        let from = [0, 3, 4, 5][gemm] * m * r;
        let floats = if gemm == 0 { 3 * m * r } else { m * r };
        Bind { buffer: &kept.low, offset: from as u64 * 4, bytes: Some(floats as u64 * 4) }
    }

    pub fn free(&self, r: &mut Recorder) {
        let kept = self.kept.iter().flat_map(|k| [&k.qkv, &k.context, &k.sum_mid, &k.u, &k.low, &k.stats_mid]);
        let back = [&self.inner, &self.d_qkv, &self.d_out, &self.d_sum, &self.d_kept, &self.d_context, &self.d_low];
        let head = [&self.told, &self.pooled, &self.firsts, &self.pooled_kept, &self.d_pooled, &self.d_firsts];
        let small = [&self.d_logits, &self.truth, &self.span_logits, &self.features];
        let all = kept.chain(&self.sums).chain(&self.stats).chain(back).chain(head).chain(small);
        all.for_each(|b| r.free(b));
    }
}
