//! Gradients by token: the trainer's layers there and back without a weight's gradient, between the heads' scores and
//! the embeddings (see `engine::token_gradients`). All buffers are made for the call and given back after it.

use super::super::kernels::header;
use super::super::plan::{Gemm, Parts, compile, stored};
use super::super::recorder::{Bind, Copy, Recorder, watched};
use super::super::run::{self, Shape};
use super::super::step::{Extent, When};
use super::super::weights::Windows;
use super::super::{GpuEngine, kernels as forward};
use super::plan::{Builder, Moments, Part, TrainParts, UNIFORM_BYTES};
use super::tape::{Size, Tape};
use super::{ONE_SUBMIT_TOKENS, kernels};
use crate::engine::clock::Steps;
use crate::engine::token_gradients::{Contrast, Scores, TokenGradients};
use crate::engine::{AdapterId, Batch, EngineError, Want};
use bytemuck::pod_collect_to_vec;

type Result<T> = std::result::Result<T, EngineError>;

/// Activations beyond it are computed again on the way back.
const KEEP_BYTES: u64 = 256 << 20;
/// In place of a second output.
const NONE: u32 = u32::MAX;

/// What one call works with.
struct Work {
    tape: Tape,
    moments: Moments,
    /// (B, 2): an output of each row and the one against it.
    contrasts: wgpu::Buffer,
    /// (B, S, H) what enters the first layer.
    inputs: wgpu::Buffer,
    staging: wgpu::Buffer,
    parts: Vec<Part>,
}

impl Work {
    fn free(&self, r: &mut Recorder) {
        self.tape.free(r);
        let m = &self.moments;
        [&m.gm, &m.micro, &m.report, &self.contrasts, &self.inputs, &self.staging].into_iter().for_each(|b| r.free(b));
    }
}

/// Nothing is trained: room for scores, and what bindings must have.
fn no_moments(r: &mut Recorder, rows: usize) -> Result<Moments> {
    use wgpu::BufferUsages as U;
    let none = r.storage("nothing", 16)?;
    let pair = || [none.clone(), none.clone()];
    let micro = r.buffer("micro", UNIFORM_BYTES, U::UNIFORM | U::COPY_DST)?;
    let report = r.storage("scores", rows as u64 * 4)?;
    let (gv, sums) = (none.clone(), none.clone());
    Ok(Moments { gv, sums, matrices: pair(), vectors: pair(), rates: micro.clone(), micro, report, gm: none })
}

impl GpuEngine {
    /// See [`crate::engine::Engine::token_gradients`].
    pub async fn token_gradients(
        &mut self,
        batch: &Batch,
        scores: &Scores,
        adapter: Option<AdapterId>,
    ) -> Result<TokenGradients> {
        let mut steps = Steps::default();
        self.recorder.gpu.health.check()?;
        let want = scores.want(adapter);
        let shape = self.shape(batch, &want)?;
        scores.check(batch, &self.config, shape.labels)?;
        self.recorder.take_counts();
        self.make_room(&shape, adapter).await?;
        let device = self.recorder.gpu.device.clone();
        let (made, verdict) = watched(&device, || self.score_work(&shape, scores, adapter));
        let work = made?;
        let found = match verdict.await {
            Ok(()) => {
                steps.done("room");
                self.score(&work, batch, &want, &shape, scores).await
            }
            Err(e) => Err(e),
        };
        work.free(&mut self.recorder);
        self.recorder.gpu.health.check()?;
        let mut found = found?;
        steps.done("gpu+read");
        let (total_ms, steps_ms) = steps.finish();
        found.stats = super::super::stats(self.recorder.take_counts(), total_ms, steps_ms);
        Ok(found)
    }

    fn score_work(&mut self, shape: &Shape, scores: &Scores, adapter: Option<AdapterId>) -> Result<Work> {
        use wgpu::BufferUsages as U;
        let Self { recorder: r, config, weights, layer_index, scrap, arena, adapters, .. } = self;
        let adapter = adapter.and_then(|id| adapters.get(&id)).map(|held| &held.adapter);
        let (h, layers) = (config.hidden_size, config.num_hidden_layers);
        let size = Size { tokens: shape.tokens.next_multiple_of(64), rows: shape.rows };
        Tape::check(r, config, size)?;
        let rank = adapter.map_or(0, |a| a.rank);
        let recompute = Tape::bytes(config, rank, layers, false, size) > KEEP_BYTES;
        let tape = Tape::new(r, config, adapter, layers, recompute, size)?;
        let moments = no_moments(r, shape.rows)?;
        let contrasts = r.storage("contrasts", shape.rows as u64 * 8)?;
        let inputs = r.storage("inputs", (shape.rows * shape.longest * h * 4) as u64)?;
        let [a, b, c] = read_bytes(shape, h);
        let staging = r.buffer("scores staging", a + b + c, U::MAP_READ | U::COPY_DST)?;
        let parts = Parts { config, weights, layer_index, scrap, adapter };
        let plan = TrainParts {
            parts: &parts,
            tape: &tape,
            moments: &moments,
            first: 0,
            dropout: false,
            recompute,
            inputs: true,
        };
        let mut b = Builder { p: super::super::plan::Planner::new(r, &parts, arena), t: &plan, done: Vec::new() };
        b.p.embed((&tape.sums[0]).into());
        b.inputs((&inputs).into());
        for i in 0..layers {
            b.forward(i);
            b.cut(1.1);
        }
        match scores {
            Scores::Classes(_) => b.class_score((&contrasts).into())?,
            Scores::Words(_) => b.word_score((&contrasts).into()),
        }
        b.cut(0.1);
        b.layers_back();
        let mut parts = b.done;
        parts.iter_mut().for_each(|part| compile(&mut part.steps, r, Some(shape)));
        Ok(Work { tape, moments, contrasts, inputs, staging, parts })
    }

    async fn score(
        &mut self,
        work: &Work,
        batch: &Batch,
        want: &Want,
        shape: &Shape,
        scores: &Scores,
    ) -> Result<TokenGradients> {
        let words = run::pack(&self.config, shape, batch, want);
        let pair = |c: Contrast| [c.of, c.less.unwrap_or(NONE)];
        let contrasts: Vec<u32> = scores.contrasts().into_iter().flat_map(pair).collect();
        let r = &mut self.recorder;
        r.write(&self.arena.call, 0, bytemuck::cast_slice(&words));
        r.write(&work.contrasts, 0, bytemuck::cast_slice(&contrasts));
        let software = r.gpu.software;
        let mut gathered = Vec::new();
        for part in &work.parts {
            if shape.tokens > ONE_SUBMIT_TOKENS && !gathered.is_empty() {
                r.submit(&gathered, &[], &work.staging);
                gathered.clear();
            }
            gathered.extend(super::super::dispatches_of(&part.steps, shape, software));
        }
        let h = self.config.hidden_size;
        let sizes = read_bytes(shape, h);
        let from = [&work.moments.report, &work.tape.d_out, &work.inputs];
        let copies = from.into_iter().zip(sizes).map(|(from, bytes)| Copy { from, offset: 0, bytes });
        let bytes = r.submit(&gathered, &copies.collect::<Vec<_>>(), &work.staging);
        let read = r.read(&work.staging, bytes, pod_collect_to_vec::<u8, f32>).await?;
        let (scores, rest) = read.split_at(shape.rows);
        let (gradients, padded) = rest.split_at(shape.tokens * h);
        // Rows end to end, as the gradients lie.
        let own = padded.chunks_exact(shape.longest * h).zip(&batch.rows);
        let inputs: Vec<f32> = own.flat_map(|(all, row)| &all[..row.input_ids.len() * h]).copied().collect();
        Ok(TokenGradients::new(batch, h, scores.to_vec(), gradients, &inputs))
    }
}

/// Bytes read back: scores (B), gradients (M, H), inputs (B, S, H).
fn read_bytes(shape: &Shape, h: usize) -> [u64; 3] {
    [shape.rows, shape.tokens * h, shape.rows * shape.longest * h].map(|floats| floats as u64 * 4)
}

impl<'a> Builder<'_, 'a> {
    /// LayerNorm of the embeddings' sum, padded.
    fn inputs(&mut self, y: Bind<'a>) {
        let constants = vec![
            self.width4(),
            ("NORM_AT4", (Windows::NORM_IN / 4) as f64),
            ("EPS", self.t.parts.config.layer_norm_eps),
        ];
        let call = Bind::from(&self.p.arena.call);
        let binds = [call, (&self.t.tape.sums[0]).into(), self.p.window(0), self.p.layer(0), y];
        self.push("inputs", Extent::Places, &forward::HIDDEN, constants, &binds);
    }

    /// Pooler, classes, and back to the last layer's vectors.
    fn class_score(&mut self, contrasts: Bind<'a>) -> Result<()> {
        let (tape, layers) = (self.t.tape, self.t.parts.config.num_hidden_layers);
        let no_pooler = || EngineError::BadTensor { name: "bert.pooler.dense.weight".into() };
        let pooler = self.t.parts.pooler().ok_or_else(no_pooler)?;
        let adapter = self.t.parts.adapter.ok_or(EngineError::NoSuchAdapter)?;
        self.p.pooler((&tape.sums[layers]).into(), (&tape.pooled).into());
        let constants = vec![
            self.width4(),
            ("W_AT4", (adapter.classifier.offset / 16) as f64),
            ("BIAS_AT", adapter.classifier_bias as f64),
        ];
        let (window, scores) = (self.p.window(layers), (&self.t.moments.report).into());
        let binds =
            [contrasts, (&tape.pooled).into(), (&adapter.matrices).into(), window, (&tape.d_pooled).into(), scores];
        self.push("score", Extent::EachRow, &kernels::CLASS_SCORE, constants, &binds);
        self.head_back(pooler, header::FIRSTS_AT);
        Ok(())
    }

    /// The masked-word head at one token of each row, and back to the last layer's vectors.
    fn word_score(&mut self, contrasts: Bind<'a>) {
        let (t, win) = (self.t, self.t.parts.windows());
        let (tape, c) = (t.tape, t.parts.config);
        let (layers, transform) = (c.num_hidden_layers, (&t.parts.weights.transform).into());
        let u = Bind::from(&tape.pooled);
        self.p.gemm(Gemm {
            name: "blank transform",
            when: When::Always,
            extent: Extent::Rows { columns: c.hidden_size as u32 },
            matrix: transform,
            x: (&tape.sums[layers]).into(),
            residual: None,
            y: u,
            low: (&self.p.arena.low).into(),
            window: layers,
            bias_at: win.transform_bias(),
            low_at: win.head_low,
            norm: Some((1, Windows::NORM_IN)),
            act: 0,
            gather: header::BLANKS_AT,
            dropout: 0,
        });
        let words = &t.parts.weights.words;
        let mut constants = stored(words.into());
        constants.extend([
            ("NORM_AT4", (win.transform_norm() / 4) as f64),
            ("BIAS_AT", win.vocab_bias() as f64),
            ("EPS", c.layer_norm_eps),
        ]);
        let (window, scores) = (self.p.window(layers), (&t.moments.report).into());
        let binds = [contrasts, u, (&words.q).into(), (&words.s).into(), window, (&tape.d_pooled).into(), scores];
        self.push("score", Extent::EachRow, &kernels::WORD_SCORE, constants, &binds);
        self.head_back(transform, header::BLANKS_AT);
    }

    /// From the gradient by a head's Linear, (B, H) in `d_pooled`, to that by every token, in `d_out`. `list`: the
    /// header's word of the tokens that the head reads.
    fn head_back(&mut self, matrix: super::super::plan::Stored<'a>, list: usize) {
        let (tape, c) = (self.t.tape, self.t.parts.config);
        let layers = c.num_hidden_layers;
        let (d_pre, d_read) = (Bind::from(&tape.d_pooled), Bind::from(&tape.d_firsts));
        let extent = Extent::Rows { columns: c.hidden_size as u32 };
        self.gemm_back("head, back", extent, matrix, d_pre, None, None, d_read);
        let constants = vec![
            self.width4(),
            ("NORM_AT4", (Windows::NORM_IN / 4) as f64),
            ("EPS", c.layer_norm_eps),
            ("FORWARD", 0.0),
            ("LIST", list as f64),
        ];
        let binds = [(&self.p.arena.call).into(), d_read, self.p.window(layers), (&tape.d_out).into()];
        self.push("head's tokens, back", Extent::EachToken, &kernels::FIRST_ROWS, constants, &binds);
        self.row_stats((&tape.sums[layers]).into(), (&tape.stats[layers]).into());
    }
}
