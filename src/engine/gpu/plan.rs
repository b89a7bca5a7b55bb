//! The plan: every dispatch of a forward, with its pipelines and bind groups, made once for an arena.
//!
//! Shapes differ in workgroup counts alone, so one list serves all that fit the arena. No LayerNorm
//! has a dispatch of its own: sums are stored before it and normalised by whoever reads them. An adapter
//! has a plan of its own over the same pipelines and arena, with a step for each A and one for its classifier.

use super::adapter::{GpuAdapter, Rows};
use super::arena::{Arena, CHUNKS};
use super::kernels::{self, Kernel, header};
use super::recorder::{Bind, Constants, Recorder};
use super::run::Shape;
use super::step::{Extent, Step, Variant, When};
use super::weights::{Matrix, Weights, Windows};
use crate::engine::EngineError;
use crate::model::config::BertConfig;
use crate::model::manifest::Scheme;

pub struct Plan {
    pub steps: Vec<Step>,
}

/// A matrix as a step binds it: the base's, or an adapter's f32 rows.
#[derive(Clone, Copy)]
struct Stored<'a> {
    q: Bind<'a>,
    s: Bind<'a>,
    n: usize,
    k: usize,
    scheme: Scheme,
    min_at: usize,
}

impl<'a> From<&'a Matrix> for Stored<'a> {
    fn from(m: &'a Matrix) -> Self {
        Self { q: (&m.q).into(), s: (&m.s).into(), n: m.n, k: m.k, scheme: m.scheme, min_at: m.min_at }
    }
}

/// `norm`: 0 none, 1 of x while read, 2 of the residual.
#[derive(Clone, Copy)]
struct Gemm<'a> {
    name: &'static str,
    when: When,
    extent: Extent,
    matrix: Stored<'a>,
    x: &'a wgpu::Buffer,
    residual: Option<&'a wgpu::Buffer>,
    y: &'a wgpu::Buffer,
    window: usize,
    bias_at: usize,
    low_at: usize,
    norm: Option<(u32, usize)>,
    act: u32,
    gather: usize,
}

/// Up to so many rows an adapter's A, of few columns, is read by the kernel for few rows.
const FEW_FOR_A: u32 = 4096;

const GELU: u32 = 1;
const TANH: u32 = 2;

/// What a plan is made from.
pub struct Parts<'a> {
    pub config: &'a BertConfig,
    pub weights: &'a Weights,
    /// 256 bytes a layer, its index in the first word.
    pub layer_index: &'a wgpu::Buffer,
    /// 16 bytes that a kernel may bind and never touches.
    pub scrap: &'a wgpu::Buffer,
    pub adapter: Option<&'a GpuAdapter>,
}

impl<'a> Parts<'a> {
    /// The adapter's own, or the base's.
    fn windows(&self) -> &'a Windows {
        self.adapter.map_or(&self.weights.windows, |a| &a.windows)
    }

    fn rows(&self, adapter: &'a GpuAdapter, rows: Rows) -> Stored<'a> {
        let bytes = (rows.n * rows.k * 4) as u64;
        let q = Bind { buffer: &adapter.matrices, offset: rows.offset, bytes: Some(bytes) };
        Stored { q, s: self.scrap.into(), n: rows.n, k: rows.k, scheme: Scheme::F32, min_at: 0 }
    }
}

impl Plan {
    pub fn new<'a>(r: &mut Recorder, parts: &'a Parts<'a>, arena: &'a Arena) -> Result<Self, EngineError> {
        let Parts { config: c, weights: w, .. } = parts;
        let mut p = Planner { r, parts, arena, steps: Vec::new() };
        let (h, f, v) = (c.hidden_size, c.intermediate_size, c.vocab_size);
        let tokens = |columns: usize| Extent::Tokens { columns: columns as u32 };
        let win = parts.windows();
        p.embed();
        for (i, layer) in w.layers.iter().enumerate() {
            p.hidden(i);
            let a = p.arena;
            // The layer's GEMM of that number, and its low-rank step before it.
            let always = |gemm: usize, name, extent, matrix: &'a Matrix, x, y, bias_at| Gemm {
                name,
                when: When::Always,
                extent,
                matrix: matrix.into(),
                x,
                residual: None,
                y,
                window: i,
                bias_at,
                low_at: win.low(gemm),
                norm: None,
                act: 0,
                gather: 0,
            };
            p.layer_gemm(
                0,
                Gemm {
                    norm: Some((1, Windows::NORM_IN)),
                    ..always(0, "query, key, value", tokens(3 * h), &layer.qkv, &a.sum_out, &a.wide, win.qkv_bias())
                },
            );
            p.attention(i);
            p.layer_gemm(
                1,
                Gemm {
                    residual: Some(&a.sum_out),
                    norm: Some((2, Windows::NORM_IN)),
                    ..always(1, "attention output", tokens(h), &layer.out, &a.context, &a.sum_mid, win.out_bias())
                },
            );
            p.layer_gemm(
                2,
                Gemm {
                    norm: Some((1, win.norm1())),
                    act: GELU,
                    ..always(2, "feed-forward in", tokens(f), &layer.ffn1, &a.sum_mid, &a.wide, win.ffn1_bias())
                },
            );
            p.layer_gemm(
                3,
                Gemm {
                    residual: Some(&a.sum_mid),
                    norm: Some((2, win.norm1())),
                    ..always(3, "feed-forward out", tokens(h), &layer.ffn2, &a.wide, &a.sum_out, win.ffn2_bias())
                },
            );
        }
        let head = w.layers.len();
        p.hidden(head);
        let a = p.arena;
        let on_head = |name, when, extent, matrix: Stored<'a>, x, y, bias_at, norm_at| Gemm {
            name,
            when,
            extent,
            matrix,
            x,
            residual: None,
            y,
            window: head,
            bias_at,
            low_at: win.head_low,
            norm: Some((1, norm_at)),
            act: 0,
            gather: 0,
        };
        let own_pooler = parts.adapter.and_then(|a| a.pooler.map(|rows| parts.rows(a, rows)));
        if let Some(pooler) = own_pooler.or(w.pooler.as_ref().map(Stored::from)) {
            let rows = Extent::Rows { columns: h as u32 };
            let at = (win.pooler_bias(), Windows::NORM_IN);
            p.gemm(Gemm {
                act: TANH,
                gather: header::FIRSTS_AT,
                ..on_head("pooler", When::PooledNeeded, rows, pooler, &a.sum_out, &a.pooled, at.0, at.1)
            });
        }
        if let Some(adapter) = parts.adapter {
            let rows = Extent::Rows { columns: adapter.labels as u32 };
            let classifier = parts.rows(adapter, adapter.classifier);
            let at = adapter.classifier_bias;
            p.gemm(Gemm {
                norm: None,
                ..on_head("classifier", When::ClassesWanted, rows, classifier, &a.pooled, &a.classes, at, 0)
            });
        }
        let blanks = |columns: usize| Extent::Blanks { columns: columns as u32 };
        let at = (win.transform_bias(), Windows::NORM_IN);
        let transform = (&w.transform).into();
        p.gemm(Gemm {
            act: GELU,
            gather: header::BLANKS_AT,
            ..on_head("blank transform", When::Blanks, blanks(h), transform, &a.sum_out, &a.transformed, at.0, at.1)
        });
        let at = (win.vocab_bias(), win.transform_norm());
        let words = (&w.words).into();
        p.gemm(on_head("vocabulary", When::Blanks, blanks(v), words, &a.transformed, &a.logits, at.0, at.1));
        p.vocabulary(v);
        Ok(Self { steps: p.steps })
    }

    /// Whether every pipeline that a call of this shape needs is made.
    pub fn ready(&self, shape: &Shape, software: bool) -> bool {
        let made = |s: &Step| s.variants[shape.choose(s, software).0].pipeline.is_some();
        self.steps.iter().filter(|s| shape.runs(s.when)).all(made)
    }

    /// Makes the pipelines that calls of this shape lack; of every shape, when none is given.
    pub fn compile(&mut self, r: &mut Recorder, shape: Option<&Shape>) {
        let software = r.gpu.software;
        for step in &mut self.steps {
            let wanted = match shape {
                None => 0..step.variants.len(),
                Some(shape) if shape.runs(step.when) => {
                    let (i, _) = shape.choose(step, software);
                    i..i + 1
                }
                Some(_) => 0..0,
            };
            for variant in &mut step.variants[wanted] {
                if variant.pipeline.is_none() {
                    variant.pipeline = Some(r.pipeline(variant.kernel, &step.constants));
                }
            }
        }
    }
}

struct Planner<'r, 'a> {
    r: &'r mut Recorder,
    parts: &'a Parts<'a>,
    arena: &'a Arena,
    steps: Vec<Step>,
}

impl<'a> Planner<'_, 'a> {
    fn push(
        &mut self,
        name: &'static str,
        when: When,
        extent: Extent,
        kernel: &'static Kernel,
        constants: Constants,
        binds: &[Bind<'_>],
    ) {
        let group = self.r.bind_group(kernel, binds);
        let variants = vec![Variant { kernel, pipeline: None }];
        self.steps.push(Step { name, when, extent, constants, few: kernels::GEMM_FEW.tile[1], variants, group });
    }

    /// The vectors that layer `i` (or the heads) reads.
    fn window(&self, i: usize) -> Bind<'a> {
        let (windows, c) = (self.parts.windows(), self.parts.config);
        let buffer = self.parts.adapter.map_or(&self.parts.weights.vectors, |a| &a.vectors);
        // A layer's window runs to the norm that ends it, which begins the next.
        let floats = if i < c.num_hidden_layers { windows.stride } else { windows.head_len };
        Bind { buffer, offset: (i * windows.stride * 4) as u64, bytes: Some(floats as u64 * 4) }
    }

    fn layer(&self, i: usize) -> Bind<'a> {
        Bind { buffer: self.parts.layer_index, offset: i as u64 * 256, bytes: Some(16) }
    }

    fn embed(&mut self) {
        let (w, a, c) = (self.parts.weights, self.arena, self.parts.config);
        let constants = stored((&w.words).into());
        let binds = [
            (&a.call).into(),
            (&w.words.q).into(),
            (&w.words.s).into(),
            (&w.positions).into(),
            (&w.segments).into(),
            (&a.sum_out).into(),
        ];
        let extent = Extent::Tokens { columns: c.hidden_size as u32 / 4 };
        self.push("embeddings", When::Always, extent, &kernels::EMBED, constants, &binds);
    }

    /// A layer's GEMM; before it x·Aᵀ, where the adapter changes it.
    fn layer_gemm(&mut self, gemm: usize, g: Gemm<'a>) {
        let low = self.parts.adapter.and_then(|a| Some((a, a.low[g.window][gemm]?)));
        if let Some((adapter, rows)) = low {
            self.gemm(Gemm {
                name: "low rank",
                extent: Extent::Tokens { columns: rows.n as u32 },
                matrix: self.parts.rows(adapter, rows),
                residual: None,
                y: &self.arena.low,
                bias_at: adapter.zeros,
                low_at: adapter.zeros,
                norm: g.norm.filter(|&(kind, _)| kind == 1),
                act: 0,
                ..g
            });
            if let Some(step) = self.steps.last_mut() {
                step.variants
                    .retain(|v| v.kernel.name == kernels::GEMM_FEW.name || v.kernel.name == kernels::GEMM_SMALL.name);
                step.few = FEW_FOR_A;
            }
        }
        self.gemm(g);
    }

    fn gemm(&mut self, g: Gemm<'a>) {
        let m = g.matrix;
        let (norm, norm_at) = g.norm.unwrap_or((0, 0));
        let mut constants = stored(m);
        constants.extend([
            ("N", m.n as f64),
            ("STRIDE4", m.n.div_ceil(4) as f64),
            ("NORM", f64::from(norm)),
            ("ACT", f64::from(g.act)),
            ("GATHER", g.gather as f64),
            ("BIAS_AT4", (g.bias_at / 4) as f64),
            ("NORM_AT4", (norm_at / 4) as f64),
            ("LOW_AT4", (g.low_at / 4) as f64),
            ("EPS", self.parts.config.layer_norm_eps),
        ]);
        // No buffer may be read and written in one dispatch.
        let low = if g.y == &self.arena.low { self.parts.scrap } else { &self.arena.low };
        let binds = [
            (&self.arena.call).into(),
            g.x.into(),
            m.q,
            m.s,
            self.window(g.window),
            g.residual.unwrap_or(g.x).into(),
            g.y.into(),
            low.into(),
        ];
        self.push(g.name, g.when, g.extent, &kernels::GEMM_SMALL, constants, &binds);
        // All have the same bindings, so one group serves them.
        let others: &[&'static Kernel] = match g.extent {
            Extent::Tokens { .. } => &[&kernels::GEMM_LARGE],
            Extent::Rows { .. } => &[&kernels::GEMM_FEW],
            _ => &[&kernels::GEMM_FEW, &kernels::GEMM_LARGE],
        };
        if let Some(step) = self.steps.last_mut() {
            step.variants.extend(others.iter().map(|kernel| Variant { kernel, pipeline: None }));
        }
    }

    fn attention(&mut self, i: usize) {
        let (a, c, scrap) = (self.arena, self.parts.config, self.parts.scrap);
        let extent = Extent::Heads { heads: c.num_attention_heads as u32 };
        for capture in [false, true] {
            let constants = vec![
                ("D", c.head_size() as f64),
                ("HEADS", c.num_attention_heads as f64),
                ("SCALE", 1.0 / (c.head_size() as f64).sqrt()),
                ("CAPTURE", f64::from(u8::from(capture))),
            ];
            let (when, out) =
                if capture { (When::AttentionsWanted, &a.attention) } else { (When::NoAttentions, scrap) };
            let binds = [(&a.call).into(), (&a.wide).into(), (&a.context).into(), self.layer(i), out.into()];
            self.push("attention", when, extent, &kernels::ATTENTION, constants, &binds);
        }
    }

    fn hidden(&mut self, i: usize) {
        let (a, c) = (self.arena, self.parts.config);
        let constants = vec![
            ("WIDTH4", c.hidden_size as f64 / 4.0),
            ("NORM_AT4", (Windows::NORM_IN / 4) as f64),
            ("EPS", c.layer_norm_eps),
        ];
        let binds = [(&a.call).into(), (&a.sum_out).into(), self.window(i), self.layer(i), (&a.hidden).into()];
        self.push("hidden states", When::HiddenWanted, Extent::Places, &kernels::HIDDEN, constants, &binds);
    }

    fn vocabulary(&mut self, v: usize) {
        let a = self.arena;
        let each = chunk_each(v);
        let chunks = v.div_ceil(each * 64);
        let stride = v.next_multiple_of(4) as f64;
        let constants = vec![("N", v as f64), ("STRIDE", stride), ("EACH", each as f64)];
        let binds = [(&a.call).into(), (&a.logits).into(), (&a.parts).into()];
        let extent = Extent::Blanks { columns: chunks as u32 };
        self.push("softmax and top", When::Blanks, extent, &kernels::VOCAB_CHUNK, constants, &binds);
        let constants = vec![("N", v as f64), ("STRIDE", stride), ("CHUNKS", chunks as f64)];
        let binds = [(&a.call).into(), (&a.logits).into(), (&a.parts).into(), (&a.answers).into()];
        self.push("softmax and top", When::Blanks, Extent::EachBlank, &kernels::VOCAB_MERGE, constants, &binds);
    }
}

/// Logits each thread of `vocab_chunk` takes, so that 64 threads and at most [`CHUNKS`] chunks suffice.
pub fn chunk_each(vocab: usize) -> usize {
    vocab.div_ceil(64 * CHUNKS)
}

fn stored(m: Stored<'_>) -> Constants {
    let scheme = match m.scheme {
        Scheme::F32 => 0.0,
        Scheme::Q4 => 4.0,
        Scheme::Q8 => 8.0,
    };
    vec![("SCHEME", scheme), ("K", m.k as f64), ("MIN_AT", m.min_at as f64)]
}
