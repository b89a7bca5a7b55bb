//! The dispatches of a micro-batch there and back, and of the optimizer, in parts that may be submitted apart.

use super::super::adapter::{GpuAdapter, Whole};
use super::super::arena::Arena;
use super::super::kernels::{Kernel, header};
use super::super::plan::{LayerIo, Parts, Planner, Stored, stored};
use super::super::recorder::{Bind, Constants, Recorder};
use super::super::step::{Extent, Step, When};
use super::super::weights::Windows;
use super::kernels;
use super::tape::{Kept, PLACES, Tape};
use crate::engine::EngineError;
use crate::engine::training::DropoutAt;
use crate::model::adapter::Head;

/// Dispatches between which a submit may end.
pub struct Part {
    pub steps: Vec<Step>,
    /// What it costs a token, a layer's forward being 1.
    pub units: f64,
}

/// Gradients and moments, laid out as the adapter's two buffers.
pub struct Moments {
    pub gm: wgpu::Buffer,
    pub gv: wgpu::Buffer,
    /// First and second of the matrices, then of the vectors.
    pub matrices: [wgpu::Buffer; 2],
    pub vectors: [wgpu::Buffer; 2],
    /// Partial sums of g²: 64 of the matrices, 64 of the vectors.
    pub sums: wgpu::Buffer,
    /// See micro.wgsl and adamw.wgsl.
    pub micro: wgpu::Buffer,
    pub rates: wgpu::Buffer,
    pub report: wgpu::Buffer,
}

pub const SUMS: usize = 128;
/// Of a micro-batch, and of an optimizer step.
pub const UNIFORM_BYTES: u64 = 32;

/// What a training's plan is made from.
pub struct TrainParts<'a> {
    pub parts: &'a Parts<'a>,
    pub tape: &'a Tape,
    pub moments: &'a Moments,
    /// The lowest trained layer.
    pub first: usize,
    pub dropout: bool,
    pub recompute: bool,
    /// No weight's gradient; in its place that of what enters the lowest layer, into `d_out`.
    pub inputs: bool,
}

pub(super) struct Builder<'r, 'a> {
    pub p: Planner<'r, 'a>,
    pub t: &'a TrainParts<'a>,
    pub done: Vec<Part>,
}

/// A Linear on the way back: what it read, and where its gradients go.
struct Back<'a> {
    gemm: usize,
    name: &'static str,
    matrix: Stored<'a>,
    dy: Bind<'a>,
    x: Bind<'a>,
    /// 0 as it is, 1 LayerNorm (its statistics and place follow), 2 GELU.
    read: u32,
    stats: Option<Bind<'a>>,
    norm_at: usize,
    /// 1 times GELU's slope at it, 2 plus it.
    extra: Option<(u32, Bind<'a>)>,
    /// None where nothing below is trained.
    y: Option<Bind<'a>>,
}

/// Embeddings and frozen layers, into the tape's first sums; then the parts of a micro-batch, in order. Where no
/// layer is frozen, the embeddings belong to the first part.
pub fn micro_batch<'a>(
    r: &mut Recorder,
    t: &'a TrainParts<'a>,
    arena: &'a Arena,
) -> Result<(Vec<Step>, Vec<Part>), EngineError> {
    let layers = t.parts.config.num_hidden_layers;
    let mut b = Builder { p: Planner::new(r, t.parts, arena), t, done: Vec::new() };
    let io = b.p.arena_io();
    let into = |i: usize| if i + 1 >= t.first { Bind::from(&t.tape.sums[0]) } else { io.sum_out };
    b.p.embed(if t.first == 0 { (&t.tape.sums[0]).into() } else { io.sum_out });
    for i in 0..t.first {
        b.p.encoder_layer(i, &LayerIo { sum_out: into(i), ..io });
    }
    let frozen = if t.first == 0 { Vec::new() } else { std::mem::take(&mut b.p.steps) };
    for i in t.first..layers {
        b.forward(i);
        b.cut(1.1);
    }
    let adapter = t.parts.adapter.ok_or(EngineError::NoTraining)?;
    match adapter.head {
        Head::Classifier => b.class_head(adapter)?,
        Head::Span { .. } => b.span_head(adapter),
    }
    b.cut(0.1);
    b.layers_back();
    Ok((frozen, b.done))
}

const LAST_OF_LAYER: &str = "feed-forward out";

impl<'a> Builder<'_, 'a> {
    /// Whether the Linears, LayerNorms and tables themselves are trained.
    fn whole(&self) -> Option<&'a Whole> {
        self.t.parts.whole().map(|(_, whole)| whole).filter(|_| !self.t.inputs)
    }

    /// From `d_out` after the last layer to what enters the lowest, and to the tables where they are trained.
    pub fn layers_back(&mut self) {
        for i in (self.t.first..self.t.parts.config.num_hidden_layers).rev() {
            if self.t.recompute {
                self.forward(i);
                // What the layer gives is kept.
                self.p.steps.retain(|s| s.name != LAST_OF_LAYER);
                self.cut(0.8);
            }
            self.backward(i);
            self.cut(if self.whole().is_some() { 2.8 } else { 1.7 });
        }
        if let Some(whole) = self.whole() {
            self.tables_back(whole);
            self.cut(0.2);
        }
    }

    /// From `d_out` through the embeddings' LayerNorm to the three tables.
    fn tables_back(&mut self, whole: &'a Whole) {
        let (tape, moments) = (self.t.tape, self.t.moments);
        self.norm_back(0, Windows::NORM_IN, (&tape.sums[0], &tape.stats[0]), 0);
        // The tables lie before all other matrices.
        let bytes = whole.table_bytes();
        let gm = Bind { buffer: &moments.gm, offset: 0, bytes: Some(bytes) };
        let count4 = bytes / 16;
        let groups = (count4 as u32).div_ceil(64);
        let extent = Extent::Fixed([groups.min(1024), groups.div_ceil(1024), 1]);
        let constants = vec![("COUNT4", count4 as f64)];
        self.push("tables' gradients", extent, &kernels::ZERO, constants, &[(&moments.micro).into(), gm]);
        for (table, rows) in whole.tables.iter().enumerate() {
            let constants = vec![self.width4(), ("GM_AT4", (rows.offset / 16) as f64), ("TABLE", table as f64)];
            let binds = [(&self.p.arena.call).into(), (&tape.d_sum).into(), gm];
            self.push("tables' gradients", Extent::EachToken, &kernels::EMBED_BACK, constants, &binds);
        }
    }

    /// Ends a part.
    pub fn cut(&mut self, units: f64) {
        let steps = std::mem::take(&mut self.p.steps);
        self.done.push(Part { steps, units });
    }

    fn kept(&self, i: usize) -> &'a Kept {
        let sets = &self.t.tape.kept;
        if self.t.recompute { &sets[0] } else { &sets[i - self.t.first] }
    }

    fn stream(&self, at: DropoutAt) -> u32 {
        if self.t.dropout { at.stream() + 1 } else { 0 }
    }

    pub fn width4(&self) -> (&'static str, f64) {
        ("WIDTH4", self.t.parts.config.hidden_size as f64 / 4.0)
    }

    pub fn push(&mut self, name: &'static str, extent: Extent, k: &'static Kernel, c: Constants, b: &[Bind<'_>]) {
        self.p.push(name, When::Always, extent, k, c, b);
    }

    pub fn row_stats(&mut self, x: Bind<'a>, stats: Bind<'a>) {
        let constants = vec![self.width4(), ("EPS", self.t.parts.config.layer_norm_eps)];
        self.push("LayerNorm statistics", Extent::EachToken, &kernels::ROW_STATS, constants, &[x, stats]);
    }

    pub fn forward(&mut self, i: usize) {
        let (tape, kept, j) = (self.t.tape, self.kept(i), i - self.t.first);
        let io = LayerIo {
            sum_in: (&tape.sums[j]).into(),
            qkv: (&kept.qkv).into(),
            context: (&kept.context).into(),
            sum_mid: (&kept.sum_mid).into(),
            u: Some((&kept.u).into()),
            inner: (&tape.inner).into(),
            sum_out: (&tape.sums[j + 1]).into(),
            low: [0, 1, 2, 3].map(|gemm| tape.low(kept, gemm)),
            dropout: [
                self.stream(DropoutAt::AttentionOutput { layer: i }),
                self.stream(DropoutAt::Output { layer: i }),
            ],
        };
        self.p.encoder_layer(i, &io);
        self.row_stats((&tape.sums[j]).into(), (&tape.stats[j]).into());
        self.row_stats((&kept.sum_mid).into(), (&kept.stats_mid).into());
    }

    /// From the pooler to the loss and back to the last layer's vectors.
    fn class_head(&mut self, adapter: &'a GpuAdapter) -> Result<(), EngineError> {
        let Self { t, .. } = *self;
        let (tape, moments, c) = (t.tape, t.moments, t.parts.config);
        let (h, layers) = (c.hidden_size, c.num_hidden_layers);
        let no_pooler = || EngineError::BadTensor { name: "bert.pooler.dense.weight".into() };
        let pooler = t.parts.pooler().ok_or_else(no_pooler)?;
        let (last, window) = ((&tape.sums[layers - t.first]).into(), self.p.window(layers));
        let heads = layers * adapter.windows.stride;
        self.p.pooler(last, (&tape.pooled).into());
        let firsts = |forward: bool| {
            vec![
                self.width4(),
                ("NORM_AT4", (Windows::NORM_IN / 4) as f64),
                ("EPS", c.layer_norm_eps),
                ("FORWARD", f64::from(u8::from(forward))),
                ("LIST", header::FIRSTS_AT as f64),
            ]
        };
        let (there, back) = (firsts(true), firsts(false));
        let call = Bind::from(&self.p.arena.call);
        if adapter.pooler.is_some() {
            let binds = [call, last, window, (&tape.firsts).into()];
            self.push("first tokens", Extent::EachRow, &kernels::FIRST_ROWS, there, &binds);
        }
        let constants = vec![
            self.width4(),
            ("LABELS", adapter.labels as f64),
            ("W_AT4", (adapter.classifier.offset / 16) as f64),
            ("BIAS_AT4", adapter.classifier_bias as f64 / 4.0),
            ("DROPOUT", f64::from(self.stream(DropoutAt::Pooled { layers }))),
        ];
        let binds = [
            (&moments.micro).into(),
            (&tape.truth).into(),
            (&tape.pooled).into(),
            (&adapter.matrices).into(),
            window,
            (&tape.pooled_kept).into(),
            (&tape.d_logits).into(),
            (&tape.d_pooled).into(),
            (&moments.report).into(),
        ];
        self.push("loss", Extent::EachRow, &kernels::CLASS_LOSS, constants, &binds);
        let labels4 = adapter.labels.next_multiple_of(4);
        let dense = |rows: usize, columns: usize, gm_at: u64, bias_at: usize| {
            let constants: Constants = vec![
                ("P", rows as f64),
                ("K", h as f64),
                ("N", columns as f64),
                ("READ", 0.0),
                ("NORM_AT4", 0.0),
                ("LOW_AT4", 0.0),
                ("GM_AT4", (gm_at / 16) as f64),
                ("GV_AT4", ((heads + bias_at) / 4) as f64),
                ("BY_ROW", 1.0),
            ];
            (constants, Extent::Fixed([h.max(columns) as u32, rows as u32, 2]))
        };
        let scrap: Bind<'_> = t.parts.scrap.into();
        let grads = |dy: &'a wgpu::Buffer, x: &'a wgpu::Buffer| -> [Bind<'a>; 9] {
            let (gm, gv) = ((&moments.gm).into(), (&moments.gv).into());
            [(&moments.micro).into(), dy.into(), x.into(), scrap, window, scrap, dy.into(), gm, gv]
        };
        let (constants, extent) = dense(adapter.labels, labels4, adapter.classifier.offset, adapter.classifier_bias);
        let binds = grads(&tape.d_logits, &tape.pooled_kept);
        self.push("classifier's gradients", extent, &kernels::WEIGHT_GRAD, constants, &binds);
        if let Some(rows) = adapter.pooler {
            let (constants, extent) = dense(h, h, rows.offset, adapter.windows.pooler_bias());
            let binds = grads(&tape.d_pooled, &tape.firsts);
            self.push("pooler's gradients", extent, &kernels::WEIGHT_GRAD, constants, &binds);
        }
        if t.first < layers {
            self.row_stats(last, (&tape.stats[layers - t.first]).into());
            let extent = Extent::Rows { columns: h as u32 };
            self.gemm_back(
                "pooler, back",
                extent,
                pooler,
                (&tape.d_pooled).into(),
                None,
                None,
                (&tape.d_firsts).into(),
            );
            let binds = [call, (&tape.d_firsts).into(), window, (&tape.d_out).into()];
            self.push("first tokens, back", Extent::EachToken, &kernels::FIRST_ROWS, back, &binds);
        }
        Ok(())
    }

    /// From every token's vector to the loss and back.
    fn span_head(&mut self, adapter: &'a GpuAdapter) {
        let Self { t, .. } = *self;
        let (tape, moments, layers) = (t.tape, t.moments, t.parts.config.num_hidden_layers);
        let (h, top) = (t.parts.config.hidden_size, layers - t.first);
        let (last, stats) = (Bind::from(&tape.sums[top]), Bind::from(&tape.stats[top]));
        let (d_logits, window) = (Bind::from(&tape.d_logits), self.p.window(layers));
        self.p.span_head(When::Always, adapter, last, (&tape.span_logits).into());
        let logits = Bind::from(&tape.span_logits);
        let (call, micro) = (Bind::from(&self.p.arena.call), Bind::from(&moments.micro));
        let binds = [micro, call, (&tape.truth).into(), logits, d_logits, (&moments.report).into()];
        self.push("loss", Extent::EachRow, &kernels::SPAN_LOSS, vec![("PLACES", PLACES as f64)], &binds);
        self.row_stats(last, stats);
        let bias_at = layers * adapter.windows.stride + adapter.classifier_bias;
        let constants = vec![
            ("P", adapter.labels as f64),
            ("K", h as f64),
            ("N", adapter.labels.next_multiple_of(4) as f64),
            ("READ", 1.0),
            ("NORM_AT4", (Windows::NORM_IN / 4) as f64),
            ("LOW_AT4", 0.0),
            ("GM_AT4", (adapter.classifier.offset / 16) as f64),
            ("GV_AT4", (bias_at / 4) as f64),
            ("BY_ROW", 0.0),
        ];
        let scrap: Bind<'_> = t.parts.scrap.into();
        let (gm, gv) = ((&moments.gm).into(), (&moments.gv).into());
        let binds = [micro, d_logits, last, stats, window, scrap, d_logits, gm, gv];
        let extent = Extent::Fixed([h as u32, adapter.labels as u32, 2]);
        self.push("span head's gradients", extent, &kernels::WEIGHT_GRAD, constants, &binds);
        if top > 0 {
            let constants = vec![self.width4(), ("W_AT4", (adapter.classifier.offset / 16) as f64)];
            let binds = [d_logits, (&adapter.matrices).into(), (&tape.d_out).into()];
            self.push("span head, back", Extent::EachToken, &kernels::SPAN_BACK, constants, &binds);
        }
    }

    fn backward(&mut self, i: usize) {
        let (tape, kept, j) = (self.t.tape, self.kept(i), i - self.t.first);
        let (win, parts) = (self.p.parts.windows(), self.t.parts);
        let [d_out, d_sum, inner, u] = [&tape.d_out, &tape.d_sum, &tape.inner, &kept.u].map(Bind::from);
        let after = (&tape.sums[j + 1], &tape.stats[j + 1]);
        let stream = self.stream(DropoutAt::Output { layer: i });
        let dropped = self.norm_back(i + 1, Windows::NORM_IN, after, stream);
        self.linear_back(
            i,
            Back {
                gemm: 3,
                name: "feed-forward out, back",
                matrix: parts.gemm(i, 3),
                dy: dropped,
                x: u,
                read: 2,
                stats: None,
                norm_at: 0,
                extra: Some((1, u)),
                y: Some(inner),
            },
        );
        self.linear_back(
            i,
            Back {
                gemm: 2,
                name: "feed-forward in, back",
                matrix: parts.gemm(i, 2),
                dy: inner,
                x: (&kept.sum_mid).into(),
                read: 1,
                stats: Some((&kept.stats_mid).into()),
                norm_at: win.norm1(),
                extra: Some((2, d_sum)),
                y: Some(d_out),
            },
        );
        let mid = (&kept.sum_mid, &kept.stats_mid);
        let stream = self.stream(DropoutAt::AttentionOutput { layer: i });
        let dropped = self.norm_back(i, win.norm1(), mid, stream);
        self.linear_back(
            i,
            Back {
                gemm: 1,
                name: "attention output, back",
                matrix: parts.gemm(i, 1),
                dy: dropped,
                x: (&kept.context).into(),
                read: 0,
                stats: None,
                norm_at: 0,
                extra: None,
                y: Some((&tape.d_context).into()),
            },
        );
        let extent = Extent::Heads { heads: self.t.parts.config.num_attention_heads as u32 };
        let call = Bind::from(&self.p.arena.call);
        let [qkv, context, d_context] = [&kept.qkv, &kept.context, &tape.d_context].map(Bind::from);
        let [told, d_qkv] = [&tape.told, &tape.d_qkv].map(Bind::from);
        let binds = [call, qkv, context, d_context, told, d_qkv];
        let constants = self.p.heads();
        self.push("attention, back", extent, &kernels::ATTENTION_BACK_Q, constants.clone(), &binds);
        let binds = [call, qkv, d_context, told, d_qkv];
        self.push("attention, back", extent, &kernels::ATTENTION_BACK_KV, constants, &binds);
        self.linear_back(
            i,
            Back {
                gemm: 0,
                name: "query, key, value, back",
                matrix: parts.gemm(i, 0),
                dy: d_qkv,
                x: (&tape.sums[j]).into(),
                read: 1,
                stats: Some((&tape.stats[j]).into()),
                norm_at: Windows::NORM_IN,
                extra: Some((2, d_sum)),
                y: (j > 0 || self.t.inputs || self.whole().is_some()).then_some(d_out),
            },
        );
    }

    /// From `d_out` to `d_sum`; gives back the gradient of what was added to the residual, which `stream` dropped from.
    fn norm_back(
        &mut self,
        window: usize,
        at: usize,
        x: (&'a wgpu::Buffer, &'a wgpu::Buffer),
        stream: u32,
    ) -> Bind<'a> {
        let tape = self.t.tape;
        if self.whole().is_some() {
            let constants = vec![self.width4(), ("GV_AT4", (at / 4) as f64)];
            let extent = Extent::Fixed([self.t.parts.config.hidden_size as u32, 1, 1]);
            let gv = Bind { buffer: &self.t.moments.gv, ..self.p.window(window) };
            let binds = [(&self.t.moments.micro).into(), (&tape.d_out).into(), x.0.into(), x.1.into(), gv];
            self.push("LayerNorm's gradients", extent, &kernels::NORM_GRAD, constants, &binds);
        }
        let constants = vec![self.width4(), ("NORM_AT4", (at / 4) as f64), ("DROPOUT", f64::from(stream))];
        let window = self.p.window(window);
        let (d_sum, d_kept) = ((&tape.d_sum).into(), (&tape.d_kept).into());
        let binds =
            [(&self.t.moments.micro).into(), (&tape.d_out).into(), x.0.into(), x.1.into(), window, d_sum, d_kept];
        self.push("LayerNorm, back", Extent::EachToken, &kernels::NORM_BACK, constants, &binds);
        if stream == 0 { d_sum } else { d_kept }
    }

    fn linear_back(&mut self, i: usize, b: Back<'a>) {
        let (t, win) = (self.t, self.p.parts.windows());
        let (n, k) = (b.matrix.n, b.matrix.k);
        if let Some(whole) = self.whole() {
            let biases = [win.qkv_bias(), win.out_bias(), win.ffn1_bias(), win.ffn2_bias()];
            let constants = vec![
                ("P", n as f64),
                ("K", k as f64),
                ("N", n as f64),
                ("READ", f64::from(b.read)),
                ("NORM_AT4", (b.norm_at / 4) as f64),
                ("LOW_AT4", 0.0),
                ("GM_AT4", 0.0),
                ("GV_AT4", (biases[b.gemm] / 4) as f64),
                ("BY_ROW", 0.0),
            ];
            // Bound where they begin, so that all layers share one pipeline.
            let (rows, window) = (whole.layers[i][b.gemm], self.p.window(i));
            let gm = Bind { buffer: &t.moments.gm, offset: rows.offset, bytes: Some((n * k * 4) as u64) };
            let gv = Bind { buffer: &t.moments.gv, ..window };
            let scrap: Bind<'_> = t.parts.scrap.into();
            let stats = b.stats.unwrap_or(scrap);
            let binds = [(&t.moments.micro).into(), b.dy, b.x, stats, window, scrap, b.dy, gm, gv];
            let extent = Extent::Fixed([n.max(k) as u32, n as u32, 2]);
            self.push("Linear's gradients", extent, &kernels::WEIGHT_GRAD, constants, &binds);
        }
        let low = t.parts.adapter.and_then(|a| Some((a, a.low[i][b.gemm]?)));
        if let Some((adapter, rows)) = low {
            let (window, d_low) = (self.p.window(i), Bind::from(&t.tape.d_low));
            let low_at4 = ("LOW_AT4", (win.low(b.gemm) / 4) as f64);
            let parts = rows.n / adapter.rank;
            let extent = Extent::Tokens { columns: (parts * adapter.rank.div_ceil(8)) as u32 };
            let constants = vec![("N", n as f64), low_at4];
            self.push("low rank, back", extent, &kernels::LOW_BACK, constants, &[b.dy, window, d_low]);
            if !t.inputs {
                let b_at = i * win.stride + adapter.b_at[b.gemm];
                let constants = vec![
                    ("P", rows.n as f64),
                    ("K", k as f64),
                    ("N", n as f64),
                    ("READ", f64::from(b.read)),
                    ("NORM_AT4", (b.norm_at / 4) as f64),
                    low_at4,
                    ("GM_AT4", (rows.offset / 16) as f64),
                    ("GV_AT4", (b_at / 4) as f64),
                    ("BY_ROW", 0.0),
                ];
                let scrap: Bind<'_> = t.parts.scrap.into();
                let binds = [
                    (&t.moments.micro).into(),
                    d_low,
                    b.x,
                    b.stats.unwrap_or(scrap),
                    window,
                    t.tape.low(self.kept(i), b.gemm),
                    b.dy,
                    (&t.moments.gm).into(),
                    (&t.moments.gv).into(),
                ];
                let extent = Extent::Fixed([n.max(k) as u32, rows.n as u32, 2]);
                self.push("low rank's gradients", extent, &kernels::WEIGHT_GRAD, constants, &binds);
            }
        }
        if let Some(y) = b.y {
            let extent = Extent::Tokens { columns: k as u32 };
            let low = low.map(|(a, rows)| t.parts.rows(a, rows));
            self.gemm_back(b.name, extent, b.matrix, b.dy, low, b.extra, y);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a dispatch's parts")]
    pub fn gemm_back(
        &mut self,
        name: &'static str,
        extent: Extent,
        matrix: Stored<'a>,
        dy: Bind<'a>,
        low: Option<Stored<'a>>,
        extra: Option<(u32, Bind<'a>)>,
        y: Bind<'a>,
    ) {
        let mut constants = stored(matrix);
        constants.extend([
            ("N", matrix.n as f64),
            ("P", low.map_or(0.0, |l| l.n as f64)),
            ("EXTRA", f64::from(extra.map_or(0, |e| e.0))),
        ]);
        let scrap: Bind<'_> = self.t.parts.scrap.into();
        let (a, d_low) = low.map_or((scrap, scrap), |l| (l.q, (&self.t.tape.d_low).into()));
        let binds = [dy, matrix.q, matrix.s, d_low, a, extra.map_or(scrap, |e| e.1), y];
        self.push(name, extent, &kernels::GEMM_BACK, constants, &binds);
    }
}

/// The gradient's norm, then both buffers' step.
pub fn optimizer<'a>(r: &mut Recorder, t: &'a TrainParts<'a>, arena: &'a Arena) -> Result<Part, EngineError> {
    let adapter = t.parts.adapter.ok_or(EngineError::NoTraining)?;
    let (m, windows) = (t.moments, adapter.windows);
    let count4 = |b: &wgpu::Buffer| (b.size() / 16) as f64;
    let mut p = Planner::new(r, t.parts, arena);
    for (g, at) in [(&m.gm, 0.0), (&m.gv, 64.0)] {
        let constants = vec![("COUNT4", count4(g)), ("AT", at)];
        let binds = [g.into(), (&m.sums).into()];
        p.push("gradient norm", When::Always, Extent::Fixed([64, 1, 1]), &kernels::SQUARE_SUM, constants, &binds);
    }
    // All matrices decay; of the vectors B alone, in each layer's window.
    let whole = count4(&m.gm);
    let b = [adapter.b_at[0], adapter.zeros].map(|at| (at / 4) as f64);
    let limit = (t.parts.config.num_hidden_layers * windows.stride / 4) as f64;
    for (values, g, moments, decay) in [
        (&adapter.matrices, &m.gm, &m.matrices, [whole, 0.0, whole, whole]),
        (&adapter.vectors, &m.gv, &m.vectors, [windows.stride as f64 / 4.0, b[0], b[1], limit]),
    ] {
        let n = count4(g);
        let constants = vec![
            ("COUNT4", n),
            ("SUMS", SUMS as f64),
            ("STRIDE4", decay[0]),
            ("DECAY_FROM4", decay[1]),
            ("DECAY_TO4", decay[2]),
            ("LIMIT4", decay[3]),
        ];
        let groups = (n as u32).div_ceil(64);
        let extent = Extent::Fixed([groups.min(1024), groups.div_ceil(1024), 1]);
        let (sums, rates) = ((&m.sums).into(), (&m.rates).into());
        let binds = [rates, g.into(), sums, values.into(), (&moments[0]).into(), (&moments[1]).into()];
        p.push("AdamW", When::Always, extent, &kernels::ADAMW, constants, &binds);
    }
    Ok(Part { steps: p.steps, units: 0.0 })
}
