//! The plan: every dispatch of a forward, with its pipelines and bind groups, made once for an arena.
//!
//! Shapes differ in workgroup counts alone, so one list serves all that fit the arena. No LayerNorm
//! has a dispatch of its own: sums are stored before it and normalised by whoever reads them. An adapter
//! has a plan of its own over the same pipelines and arena, with a step for each A and one for its head.

use super::adapter::{GpuAdapter, Rows, Whole};
use super::arena::{Arena, CHUNKS};
use super::kernels::{self, Kernel, header};
use super::recorder::{Bind, Constants, Recorder};
use super::run::Shape;
use super::step::{Extent, Step, Variant, When};
use super::training::kernels as training;
use super::weights::{Matrix, Weights, Windows};
use crate::engine::EngineError;
use crate::model::adapter::Head;
use crate::model::config::BertConfig;
use crate::model::manifest::Scheme;

pub struct Plan {
    pub steps: Vec<Step>,
}

/// A matrix as a step binds it: the base's, or an adapter's f32 rows.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    pub q: Bind<'a>,
    pub s: Bind<'a>,
    pub n: usize,
    pub k: usize,
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
pub(super) struct Gemm<'a> {
    pub name: &'static str,
    pub when: When,
    pub extent: Extent,
    pub matrix: Stored<'a>,
    pub x: Bind<'a>,
    pub residual: Option<Bind<'a>>,
    pub y: Bind<'a>,
    /// Where x·Aᵀ of an adapter lies.
    pub low: Bind<'a>,
    pub window: usize,
    pub bias_at: usize,
    pub low_at: usize,
    pub norm: Option<(u32, usize)>,
    pub act: u32,
    pub gather: usize,
    /// 0, or 1 + the stream of what is dropped.
    pub dropout: u32,
}

/// What a layer reads and writes. `inner` is what the feed-forward's second GEMM reads: GELU of `u`, which the first
/// one writes at once where nobody asks for `u`.
#[derive(Clone, Copy)]
pub(super) struct LayerIo<'a> {
    pub sum_in: Bind<'a>,
    pub qkv: Bind<'a>,
    pub context: Bind<'a>,
    pub sum_mid: Bind<'a>,
    pub u: Option<Bind<'a>>,
    pub inner: Bind<'a>,
    pub sum_out: Bind<'a>,
    /// x·Aᵀ of each of the layer's GEMMs.
    pub low: [Bind<'a>; 4],
    /// Streams of the two dropouts, each + 1; 0 for none.
    pub dropout: [u32; 2],
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
    pub fn windows(&self) -> &'a Windows {
        self.adapter.map_or(&self.weights.windows, |a| &a.windows)
    }

    /// The adapter's own pooler, or the base's.
    pub(super) fn pooler(&self) -> Option<Stored<'a>> {
        let own = self.adapter.and_then(|a| a.pooler.map(|rows| self.rows(a, rows)));
        own.or(self.weights.pooler.as_ref().map(Stored::from))
    }

    /// A layer's GEMM, in the adapter's order of them: its own, or the base's.
    pub(super) fn gemm(&self, layer: usize, gemm: usize) -> Stored<'a> {
        if let Some((adapter, whole)) = self.whole() {
            return self.rows(adapter, whole.layers[layer][gemm]);
        }
        let l = &self.weights.layers[layer];
        [&l.qkv, &l.out, &l.ffn1, &l.ffn2][gemm].into()
    }

    /// The word table, and rows of positions and of segments.
    pub(super) fn tables(&self) -> (Stored<'a>, [Bind<'a>; 2]) {
        let w = self.weights;
        match self.whole() {
            Some((a, whole)) => {
                let [words, positions, segments] = whole.tables.map(|rows| self.rows(a, rows));
                (words, [positions.q, segments.q])
            }
            None => ((&w.words).into(), [(&w.positions).into(), (&w.segments).into()]),
        }
    }

    pub(super) fn whole(&self) -> Option<(&'a GpuAdapter, &'a Whole)> {
        self.adapter.and_then(|a| Some((a, a.whole.as_ref()?)))
    }

    pub(super) fn rows(&self, adapter: &'a GpuAdapter, rows: Rows) -> Stored<'a> {
        let bytes = (rows.n * rows.k * 4) as u64;
        let q = Bind { buffer: &adapter.matrices, offset: rows.offset, bytes: Some(bytes) };
        Stored { q, s: self.scrap.into(), n: rows.n, k: rows.k, scheme: Scheme::F32, min_at: 0 }
    }
}

impl Plan {
    pub fn new<'a>(r: &mut Recorder, parts: &'a Parts<'a>, arena: &'a Arena) -> Result<Self, EngineError> {
        let Parts { config: c, weights: w, .. } = parts;
        let mut p = Planner::new(r, parts, arena);
        let (h, v) = (c.hidden_size, c.vocab_size);
        let win = parts.windows();
        p.embedding_parts();
        p.embed((&arena.sum_out).into());
        for i in 0..w.layers.len() {
            p.hidden(i);
            let io = p.arena_io();
            p.encoder_layer(i, &io);
        }
        let head = w.layers.len();
        p.hidden(head);
        let a = p.arena;
        let on_head =
            |name, when, extent, matrix: Stored<'a>, x: &'a wgpu::Buffer, y: &'a wgpu::Buffer, at, norm_at| Gemm {
                name,
                when,
                extent,
                matrix,
                x: x.into(),
                residual: None,
                y: y.into(),
                low: (&a.low).into(),
                window: head,
                bias_at: at,
                low_at: win.head_low,
                norm: Some((1, norm_at)),
                act: 0,
                gather: 0,
                dropout: 0,
            };
        p.pooler((&a.sum_out).into(), (&a.pooled).into());
        if let Some(adapter) = parts.adapter {
            let columns = adapter.labels as u32;
            let rows = Extent::Rows { columns };
            let (matrix, at) = (parts.rows(adapter, adapter.classifier), adapter.classifier_bias);
            match adapter.head {
                Head::Classifier => p.gemm(Gemm {
                    norm: None,
                    ..on_head("classifier", When::ClassesWanted, rows, matrix, &a.pooled, &a.classes, at, 0)
                }),
                // Where x·Aᵀ lay: nobody reads that after the last layer.
                Head::Span { .. } => {
                    p.span_head(When::SpansWanted, adapter, (&a.sum_out).into(), (&a.low).into());
                }
            }
        }
        let blanks = |columns: usize| Extent::Blanks { columns: columns as u32 };
        let at = (win.transform_bias(), Windows::NORM_IN);
        let transform = (&w.transform).into();
        p.gemm(Gemm {
            act: GELU,
            gather: header::BLANKS_AT,
            ..on_head("blank transform", When::Blanks, blanks(h), transform, &a.sum_out, &a.transformed, at.0, at.1)
        });
        // Vectors given lie where the last layer's sums do; their LayerNorm is behind them.
        p.gemm(Gemm {
            act: GELU,
            norm: None,
            ..on_head("given transform", When::Given, blanks(h), transform, &a.sum_out, &a.transformed, at.0, 0)
        });
        let at = (win.vocab_bias(), win.transform_norm());
        let words = (&w.words).into();
        p.gemm(on_head("vocabulary", When::Words, blanks(v), words, &a.transformed, &a.logits, at.0, at.1));
        p.vocabulary(v);
        Ok(Self { steps: p.steps })
    }

    /// Whether every pipeline that a call of this shape needs is made.
    pub fn ready(&self, shape: &Shape, software: bool) -> bool {
        ready(&self.steps, shape, software)
    }

    /// Makes the pipelines that calls of this shape lack; of every shape, when none is given.
    pub fn compile(&mut self, r: &mut Recorder, shape: Option<&Shape>) {
        compile(&mut self.steps, r, shape);
    }
}

/// See [`Plan::ready`].
pub(super) fn ready(steps: &[Step], shape: &Shape, software: bool) -> bool {
    let made = |s: &Step| s.variants[shape.choose(s, software).0].pipeline.is_some();
    steps.iter().filter(|s| shape.runs(s.when)).all(made)
}

/// See [`Plan::compile`].
pub(super) fn compile(steps: &mut [Step], r: &mut Recorder, shape: Option<&Shape>) {
    let software = r.gpu.software;
    for step in steps {
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

pub(super) struct Planner<'r, 'a> {
    pub r: &'r mut Recorder,
    pub parts: &'a Parts<'a>,
    pub arena: &'a Arena,
    pub steps: Vec<Step>,
}

impl<'r, 'a> Planner<'r, 'a> {
    pub fn new(r: &'r mut Recorder, parts: &'a Parts<'a>, arena: &'a Arena) -> Self {
        Self { r, parts, arena, steps: Vec::new() }
    }

    /// A layer over the arena alone, where each overwrites the one before.
    pub fn arena_io(&self) -> LayerIo<'a> {
        let a = self.arena;
        LayerIo {
            sum_in: (&a.sum_out).into(),
            qkv: (&a.wide).into(),
            context: (&a.context).into(),
            sum_mid: (&a.sum_mid).into(),
            u: None,
            inner: (&a.wide).into(),
            sum_out: (&a.sum_out).into(),
            low: [(&a.low).into(); 4],
            dropout: [0; 2],
        }
    }

    /// Layer `i`, from the sum before its first LayerNorm to the sum before the next layer's.
    pub fn encoder_layer(&mut self, i: usize, io: &LayerIo<'a>) {
        let (parts, win, c) = (self.parts, self.parts.windows(), self.parts.config);
        let (h, f) = (c.hidden_size, c.intermediate_size);
        // The layer's GEMM of that number.
        let gemm = |gemm: usize, name, columns: usize, x, y, bias_at| Gemm {
            name,
            when: When::Always,
            extent: Extent::Tokens { columns: columns as u32 },
            matrix: parts.gemm(i, gemm),
            x,
            residual: None,
            y,
            low: io.low[gemm],
            window: i,
            bias_at,
            low_at: win.low(gemm),
            norm: None,
            act: 0,
            gather: 0,
            dropout: 0,
        };
        self.layer_gemm(
            0,
            Gemm {
                norm: Some((1, Windows::NORM_IN)),
                ..gemm(0, "query, key, value", 3 * h, io.sum_in, io.qkv, win.qkv_bias())
            },
        );
        self.keep_qkv(i, io);
        self.attention(i, io);
        self.layer_gemm(
            1,
            Gemm {
                residual: Some(io.sum_in),
                norm: Some((2, Windows::NORM_IN)),
                dropout: io.dropout[0],
                ..gemm(1, "attention output", h, io.context, io.sum_mid, win.out_bias())
            },
        );
        let (act, to) = io.u.map_or((GELU, io.inner), |u| (0, u));
        self.layer_gemm(
            2,
            Gemm {
                norm: Some((1, win.norm1())),
                act,
                ..gemm(2, "feed-forward in", f, io.sum_mid, to, win.ffn1_bias())
            },
        );
        if let Some(u) = io.u {
            let constants = vec![("WIDTH4", f as f64 / 4.0)];
            let extent = Extent::Tokens { columns: f as u32 / 4 };
            self.push("GELU", When::Always, extent, &training::GELU, constants, &[u, io.inner]);
        }
        self.layer_gemm(
            3,
            Gemm {
                residual: Some(io.sum_mid),
                norm: Some((2, win.norm1())),
                dropout: io.dropout[1],
                ..gemm(3, "feed-forward out", h, io.inner, io.sum_out, win.ffn2_bias())
            },
        );
    }

    /// tanh of the pooler on each row's first token, the adapter's own or the base's, if there is one.
    pub fn pooler(&mut self, x: Bind<'a>, y: Bind<'a>) {
        let win = self.parts.windows();
        let Some(matrix) = self.parts.pooler() else { return };
        self.gemm(Gemm {
            name: "pooler",
            when: When::PooledNeeded,
            extent: Extent::Rows { columns: matrix.n as u32 },
            matrix,
            x,
            residual: None,
            y,
            low: (&self.arena.low).into(),
            window: self.parts.config.num_hidden_layers,
            bias_at: win.pooler_bias(),
            low_at: win.head_low,
            norm: Some((1, Windows::NORM_IN)),
            act: TANH,
            gather: header::FIRSTS_AT,
            dropout: 0,
        });
    }

    pub fn push(
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
    pub fn window(&self, i: usize) -> Bind<'a> {
        let (windows, c) = (self.parts.windows(), self.parts.config);
        let buffer = self.parts.adapter.map_or(&self.parts.weights.vectors, |a| &a.vectors);
        // A layer's window runs to the norm that ends it, which begins the next.
        let floats = if i < c.num_hidden_layers { windows.stride } else { windows.head_len };
        Bind { buffer, offset: (i * windows.stride * 4) as u64, bytes: Some(floats as u64 * 4) }
    }

    pub fn layer(&self, i: usize) -> Bind<'a> {
        Bind { buffer: self.parts.layer_index, offset: i as u64 * 256, bytes: Some(16) }
    }

    /// The embeddings' sum, before its LayerNorm.
    pub fn embed(&mut self, y: Bind<'a>) {
        let (words, [positions, segments]) = self.parts.tables();
        let binds = [(&self.arena.call).into(), words.q, words.s, positions, segments, y];
        let extent = Extent::Tokens { columns: self.parts.config.hidden_size as u32 / 4 };
        self.push("embeddings", When::Always, extent, &kernels::EMBED, stored(words), &binds);
    }

    /// What [`Self::embed`] adds up.
    fn embedding_parts(&mut self) {
        let (a, (words, [positions, segments])) = (self.arena, self.parts.tables());
        let binds = [(&a.call).into(), words.q, words.s, positions, segments, (&a.embedding_parts).into()];
        let extent = Extent::Tokens { columns: 3 * self.parts.config.hidden_size as u32 / 4 };
        let kernel = &kernels::EMBED_PARTS;
        self.push("parts of the embedding", When::PartsWanted, extent, kernel, stored(words), &binds);
    }

    fn keep_qkv(&mut self, i: usize, io: &LayerIo<'a>) {
        let columns = 3 * self.parts.config.hidden_size as u32 / 4;
        let (call, to) = ((&self.arena.call).into(), (&self.arena.qkv).into());
        let (when, extent) = (When::QkvWanted { layer: i }, Extent::Tokens { columns });
        let constants = vec![("WIDTH4", f64::from(columns))];
        self.push("keep query, key, value", when, extent, &kernels::KEEP, constants, &[call, io.qkv, to]);
    }

    /// A layer's GEMM; before it x·Aᵀ, where the adapter changes it.
    fn layer_gemm(&mut self, gemm: usize, g: Gemm<'a>) {
        let low = self.parts.adapter.and_then(|a| Some((a, a.low[g.window][gemm]?)));
        if let Some((adapter, rows)) = low {
            self.gemm_few_columns(Gemm {
                name: "low rank",
                extent: Extent::Tokens { columns: rows.n as u32 },
                matrix: self.parts.rows(adapter, rows),
                residual: None,
                y: g.low,
                low: self.parts.scrap.into(),
                bias_at: adapter.zeros,
                low_at: adapter.zeros,
                norm: g.norm.filter(|&(kind, _)| kind == 1),
                act: 0,
                dropout: 0,
                ..g
            });
        }
        self.gemm(g);
    }

    /// Start and end logit of every token, (M, 4), from the sum before the last LayerNorm.
    pub fn span_head(&mut self, when: When, adapter: &'a GpuAdapter, x: Bind<'a>, y: Bind<'a>) {
        let win = self.parts.windows();
        self.gemm_few_columns(Gemm {
            name: "span head",
            when,
            extent: Extent::Tokens { columns: adapter.labels as u32 },
            matrix: self.parts.rows(adapter, adapter.classifier),
            x,
            residual: None,
            y,
            low: self.parts.scrap.into(),
            window: self.parts.weights.layers.len(),
            bias_at: adapter.classifier_bias,
            low_at: win.head_low,
            norm: Some((1, Windows::NORM_IN)),
            act: 0,
            gather: 0,
            dropout: 0,
        });
    }

    /// Of few columns, for which large tiles are a waste.
    fn gemm_few_columns(&mut self, g: Gemm<'a>) {
        self.gemm(g);
        if let Some(step) = self.steps.last_mut() {
            step.variants
                .retain(|v| v.kernel.name == kernels::GEMM_FEW.name || v.kernel.name == kernels::GEMM_SMALL.name);
            step.few = FEW_FOR_A;
        }
    }

    pub fn gemm(&mut self, g: Gemm<'a>) {
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
            ("DROPOUT", f64::from(g.dropout)),
        ]);
        let call = (&self.arena.call).into();
        let binds = [call, g.x, m.q, m.s, self.window(g.window), g.residual.unwrap_or(g.x), g.y, g.low];
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

    /// Of every attention kernel.
    pub fn heads(&self) -> Constants {
        let c = self.parts.config;
        let size = c.head_size() as f64;
        vec![("D", size), ("HEADS", c.num_attention_heads as f64), ("SCALE", 1.0 / size.sqrt())]
    }

    fn attention(&mut self, i: usize, io: &LayerIo<'a>) {
        let (a, c, scrap) = (self.arena, self.parts.config, self.parts.scrap);
        let extent = Extent::Heads { heads: c.num_attention_heads as u32 };
        for (capture, probe) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut constants = self.heads();
            constants.extend([("CAPTURE", f64::from(u8::from(capture))), ("PROBE", f64::from(u8::from(probe)))]);
            let out = if capture { &a.attention } else { scrap };
            let binds = [(&a.call).into(), io.qkv, io.context, self.layer(i), out.into()];
            let when = When::Attention { capture, probe };
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
        self.push("softmax and top", When::Words, extent, &kernels::VOCAB_CHUNK, constants, &binds);
        let constants = vec![("N", v as f64), ("STRIDE", stride), ("CHUNKS", chunks as f64)];
        let binds = [(&a.call).into(), (&a.logits).into(), (&a.parts).into(), (&a.answers).into()];
        self.push("softmax and top", When::Words, Extent::EachBlank, &kernels::VOCAB_MERGE, constants, &binds);
    }
}

/// Logits each thread of `vocab_chunk` takes, so that 64 threads and at most [`CHUNKS`] chunks suffice.
pub fn chunk_each(vocab: usize) -> usize {
    vocab.div_ceil(64 * CHUNKS)
}

pub(super) fn stored(m: Stored<'_>) -> Constants {
    let scheme = match m.scheme {
        Scheme::F32 => 0.0,
        Scheme::Q4 => 4.0,
        Scheme::Q8 => 8.0,
    };
    vec![("SCHEME", scheme), ("K", m.k as f64), ("MIN_AT", m.min_at as f64)]
}
