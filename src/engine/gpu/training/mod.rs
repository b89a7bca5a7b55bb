//! Training on the GPU: forward with what backward needs, backward, AdamW (see `engine::training`).
//!
//! The adapter in training is one that the engine holds, so that `run` always sees its newest values. `tape` keeps
//! activations, `plan` lists the dispatches. Every sum has a fixed order: the same seed gives the same bits.

mod features;
pub mod kernels;
mod plan;
mod tape;
mod token_gradients;

use super::plan::Parts;
use super::recorder::{Copy, Recorder, watched};
use super::run::{self, Shape};
use super::step::Step;
use super::{GpuEngine, Held, kernels::header};
use crate::engine::clock::{Steps, now_ms};
use crate::engine::training::{
    Example, StepReport, TrainSetup, TrainState, TrainStep, Truth, dropout_threshold, first_trained,
};
use crate::engine::{AdapterId, Batch, EngineError, Want};
use crate::model::adapter::{Adapter, Head};
use bytemuck::pod_collect_to_vec;
use features::Features;
use plan::{Moments, Part, SUMS, TrainParts, UNIFORM_BYTES, micro_batch, optimizer};
use tape::{PLACES, Size, Tape};

type Result<T> = std::result::Result<T, EngineError>;

/// No submit is meant to hold the GPU much longer.
const SUBMIT_MS: f64 = 30.0;
/// Micro-batches of no more tokens are one submit. Of more, a submit has a layer until a step was measured.
const ONE_SUBMIT_TOKENS: usize = 128;

pub struct Training {
    id: AdapterId,
    setup: TrainSetup,
    first: usize,
    moments: Moments,
    tape: Tape,
    frozen: Vec<Step>,
    parts: Vec<Part>,
    optimizer: Part,
    /// Of the arena over which the parts were planned.
    arena_made: u32,
    staging: wgpu::Buffer,
    features: Features,
    step: u32,
    micro_step: u32,
    /// As measured; 0 before the first step.
    ms_per_unit: f64,
}

/// Bytes of an example in the report: its loss padded to 16, and a classifier's logits.
fn report_bytes(head: Head, labels: usize) -> u64 {
    match head {
        Head::Classifier => 16 + 4 * labels.next_multiple_of(4) as u64,
        Head::Span { .. } => 16,
    }
}

/// The words that tell the loss what is true of each row.
fn truth_words(examples: &[Example]) -> Vec<u32> {
    let mut words = Vec::new();
    for e in examples {
        match &e.truth {
            Truth::Class(class) => words.push(*class as u32),
            Truth::Spans(places) => {
                let from = words.len();
                words.push(places.len() as u32);
                words.extend(places.iter().flatten().map(|&at| at as u32));
                words.resize(from + PLACES, 0);
            }
        }
    }
    words
}

/// See micro.wgsl.
struct Micro {
    tokens: usize,
    rows: usize,
    micro_step: u32,
    seed: u32,
    threshold: u32,
    accumulate: bool,
    weight: f32,
    first: usize,
}

impl Micro {
    fn words(&self) -> [u32; 8] {
        let accumulate = u32::from(self.accumulate);
        let [tokens, rows, first] = [self.tokens, self.rows, self.first].map(|n| n as u32);
        [tokens, rows, self.micro_step, self.seed, self.threshold, accumulate, self.weight.to_bits(), first]
    }
}

impl Moments {
    fn new(r: &mut Recorder, held: &Held, examples: usize) -> Result<Self> {
        use wgpu::BufferUsages as U;
        let (matrices, vectors) = (held.adapter.matrices.size(), held.adapter.vectors.size());
        let uniform = |r: &mut Recorder, name: &str| r.buffer(name, UNIFORM_BYTES, U::UNIFORM | U::COPY_DST);
        Ok(Self {
            gm: r.storage("gradients of matrices", matrices)?,
            gv: r.storage("gradients of vectors", vectors)?,
            matrices: [r.storage("first moment", matrices)?, r.storage("second moment", matrices)?],
            vectors: [r.storage("first moment", vectors)?, r.storage("second moment", vectors)?],
            sums: r.storage("sums", SUMS as u64 * 4)?,
            micro: uniform(r, "micro")?,
            rates: uniform(r, "rates")?,
            report: r.storage("report", examples as u64 * report_bytes(held.adapter.head, held.adapter.labels))?,
        })
    }

    fn free(&self, r: &mut Recorder) {
        let moments = self.matrices.iter().chain(&self.vectors);
        let others = [&self.gm, &self.gv, &self.sums, &self.micro, &self.rates, &self.report];
        moments.chain(others).for_each(|b| r.free(b));
    }
}

impl Training {
    fn free(&self, r: &mut Recorder) {
        self.moments.free(r);
        self.tape.free(r);
        r.free(&self.staging);
    }
}

impl GpuEngine {
    /// Examples that a step's report has room for at first.
    const FIRST_EXAMPLES: usize = 64;

    pub async fn begin_training(&mut self, setup: &TrainSetup) -> Result<AdapterId> {
        self.end_training();
        let id = self.add_adapter(&setup.adapter).await?;
        let first = first_trained(&setup.adapter, &self.config);
        let made = self.make_training(id, setup, first).await;
        match made {
            Ok(training) => {
                self.training = Some(training);
                Ok(id)
            }
            Err(e) => {
                self.remove_adapter(id);
                Err(e)
            }
        }
    }

    /// Bytes that a training holds beside what the engine holds already, for micro-batches of at most so many tokens
    /// and rows: activations, gradients, moments, and the arena's growth.
    pub fn training_bytes(&self, setup: &TrainSetup, tokens: usize, rows: usize) -> u64 {
        let c = &self.config;
        let first = first_trained(&setup.adapter, c);
        let rank = setup.adapter.rank.next_multiple_of(4);
        let size = Size { tokens: tokens.next_multiple_of(64), rows };
        let [matrices, vectors] = super::adapter::GpuAdapter::floats(c, &self.weights, &setup.adapter);
        // Values, gradients and two moments.
        let values = 4 * 4 * (matrices + vectors) as u64;
        let room = self.arena.room.grown(Shape { tokens, rows, longest: tokens, ..Shape::default() }.room(c));
        let arena = super::arena::Arena::bytes(c, room) - super::arena::Arena::bytes(c, self.arena.room);
        values + arena + Tape::bytes(c, rank, c.num_hidden_layers - first, setup.recompute, size)
    }

    async fn make_training(&mut self, id: AdapterId, setup: &TrainSetup, first: usize) -> Result<Training> {
        let device = self.recorder.gpu.device.clone();
        let (made, verdict) = watched(&device, || {
            let held = self.adapters.get(&id).ok_or(EngineError::NoSuchAdapter)?;
            let moments = Moments::new(&mut self.recorder, held, Self::FIRST_EXAMPLES)?;
            let layers = self.config.num_hidden_layers - first;
            let tape =
                Tape::new(&mut self.recorder, &self.config, Some(&held.adapter), layers, setup.recompute, Size::LEAST)?;
            let bytes = report_bytes(held.adapter.head, held.adapter.labels);
            let staging = staging(&mut self.recorder, Self::FIRST_EXAMPLES as u64 * bytes)?;
            Ok::<_, EngineError>(Training {
                id,
                setup: setup.clone(),
                first,
                moments,
                tape,
                frozen: Vec::new(),
                parts: Vec::new(),
                optimizer: Part { steps: Vec::new(), units: 0.0 },
                arena_made: u32::MAX,
                staging,
                features: Features::default(),
                step: 0,
                micro_step: 0,
                ms_per_unit: 0.0,
            })
        });
        let training = made?;
        if let Err(e) = verdict.await {
            training.free(&mut self.recorder);
            return Err(e);
        }
        Ok(training)
    }

    pub async fn train(&mut self, step: &TrainStep) -> Result<StepReport> {
        self.recorder.gpu.health.check()?;
        let mut training = self.training.take().ok_or(EngineError::NoTraining)?;
        let report = self.train_with(&mut training, step).await;
        self.training = Some(training);
        report
    }

    async fn train_with(&mut self, t: &mut Training, step: &TrainStep) -> Result<StepReport> {
        let mut steps = Steps::default();
        let (labels, head) = (t.setup.adapter.labels.len(), t.setup.adapter.head);
        let of_example = report_bytes(head, labels);
        step.check(&t.setup.adapter)?;
        let want = Want { pooled: head == Head::Classifier, adapter: Some(t.id), ..Want::default() };
        let mut work = Vec::with_capacity(step.micro_batches.len());
        let mut examples = 0;
        for micro in &step.micro_batches {
            let batch = Batch { rows: micro.iter().map(|e| e.row.clone()).collect() };
            let shape = self.shape(&batch, &want)?;
            examples += micro.len();
            work.push((batch, shape, truth_words(micro)));
        }
        if work.is_empty() {
            return Err(EngineError::EmptyBatch);
        }
        self.recorder.take_counts();
        for (_, shape, _) in &work {
            self.make_room(shape, Some(t.id)).await?;
        }
        let mut shapes: Vec<Shape> = work.iter().map(|w| w.1).collect();
        if t.first > 0 {
            // Rows run alone through frozen layers; without trained ones their first tokens go on.
            let rows = work.iter().flat_map(|w| &w.0.rows).map(|row| row.input_ids.len());
            shapes.extend(rows.map(|n| Shape {
                tokens: n,
                rows: 1,
                longest: n,
                pooled: want.pooled,
                ..Shape::default()
            }));
            shapes.extend(work.iter().map(|w| Shape { tokens: w.1.rows, longest: 1, ..w.1 }));
        }
        self.make_tape(t, &shapes, examples).await?;
        steps.done("room");
        let start_ms = now_ms();
        let software = self.recorder.gpu.software;
        let (mut first, mut units) = (0, 0.0);
        let threshold = dropout_threshold(t.setup.dropout);
        for (batch, shape, truth) in &work {
            let rows = batch.rows.len();
            // Nothing but the first token of a row matters where no layer is trained.
            let (batch, shape) = &self.freeze(t, batch, *shape).await?;
            let micro = Micro {
                tokens: shape.tokens,
                rows: shape.rows,
                micro_step: t.micro_step,
                seed: t.setup.seed,
                threshold,
                accumulate: first > 0,
                weight: 1.0 / examples as f32,
                first,
            };
            let mut words = run::pack(&self.config, shape, batch, &want);
            words[header::MICRO_STEP] = micro.micro_step;
            words[header::SEED] = micro.seed;
            words[header::THRESHOLD] = micro.threshold;
            self.recorder.write(&self.arena.call, 0, bytemuck::cast_slice(&words));
            self.recorder.write(&t.moments.micro, 0, bytemuck::cast_slice(&micro.words()));
            self.recorder.write(&t.tape.truth, 0, bytemuck::cast_slice(truth));
            // Parts gather until they would take too long.
            let limit = match t.ms_per_unit {
                _ if shape.tokens <= ONE_SUBMIT_TOKENS => f64::INFINITY,
                0.0 => 0.0,
                ms => SUBMIT_MS / ms,
            };
            let mut gathered = Vec::new();
            let mut cost = 0.0;
            for part in &t.parts {
                let own = part.units * shape.tokens as f64;
                if !gathered.is_empty() && cost + own > limit {
                    self.recorder.submit(&gathered, &[], &t.staging);
                    gathered.clear();
                    cost = 0.0;
                }
                gathered.extend(super::dispatches_of(&part.steps, shape, software));
                cost += own;
                units += own;
            }
            if first + rows == examples {
                // The optimizer goes with the last part.
                self.recorder.write(&t.moments.rates, 0, bytemuck::cast_slice(&rates(t, step.learning_rate)));
                gathered.extend(super::dispatches_of(&t.optimizer.steps, shape, software));
                let whole = |from, bytes| Copy { from, offset: 0, bytes };
                let report = whole(&t.moments.report, examples as u64 * of_example);
                self.recorder.submit(&gathered, &[whole(&t.moments.sums, SUMS as u64 * 4), report], &t.staging);
            } else {
                self.recorder.submit(&gathered, &[], &t.staging);
            }
            first += rows;
            t.micro_step += 1;
        }
        steps.done("encode");
        let bytes = SUMS as u64 * 4 + examples as u64 * of_example;
        let read = self.recorder.read(&t.staging, bytes, pod_collect_to_vec::<u8, f32>).await;
        self.recorder.gpu.health.check()?;
        let read = read?;
        t.ms_per_unit = (now_ms() - start_ms) / units.max(1.0);
        t.step += 1;
        steps.done("gpu+read");
        let (sums, rows) = read.split_at(SUMS);
        let rows = rows.chunks_exact(of_example as usize / 4);
        let (logits, spans) = match head {
            Head::Classifier => (rows.clone().flat_map(|row| &row[4..4 + labels]).copied().collect(), Vec::new()),
            // Places are exact in f32.
            Head::Span { .. } => (Vec::new(), rows.clone().map(|row| [row[1] as usize, row[2] as usize]).collect()),
        };
        let (total_ms, steps_ms) = steps.finish();
        Ok(StepReport {
            step: t.step,
            losses: rows.map(|row| row[0]).collect(),
            logits,
            spans,
            gradient_norm: sums.iter().map(|&s| f64::from(s)).sum::<f64>().sqrt() as f32,
            stats: super::stats(self.recorder.take_counts(), total_ms, steps_ms),
        })
    }

    /// Grows the tape and the report where a step needs more, and plans anew where a buffer has changed.
    async fn make_tape(&mut self, t: &mut Training, shapes: &[Shape], examples: usize) -> Result<()> {
        let most = |of: fn(&Shape) -> usize| shapes.iter().map(of).max().unwrap_or(0);
        let size = Size {
            tokens: most(|s| s.tokens).next_multiple_of(64).max(t.tape.size.tokens),
            rows: most(|s| s.rows).max(t.tape.size.rows),
        };
        let report = examples as u64 * report_bytes(t.setup.adapter.head, t.setup.adapter.labels.len());
        let (grows, more) = (size != t.tape.size, report > t.moments.report.size());
        if !grows && !more && t.arena_made == self.arena_made && self.ready(t, shapes) {
            return Ok(());
        }
        let device = self.recorder.gpu.device.clone();
        let (made, verdict) = watched(&device, || {
            let Self { recorder: r, config, weights, layer_index, scrap, arena, adapters, .. } = self;
            let Held { adapter, .. } = adapters.get(&t.id).ok_or(EngineError::NoSuchAdapter)?;
            if grows {
                Tape::check(r, config, size)?;
                // The old tape goes first, so that both never lie in memory at once.
                t.tape.free(r);
                let layers = config.num_hidden_layers - t.first;
                t.tape = Tape::new(r, config, Some(adapter), layers, t.setup.recompute, size)?;
            }
            if more {
                r.free(&t.moments.report);
                r.free(&t.staging);
                t.moments.report = r.storage("report", report)?;
                t.staging = staging(r, report)?;
            }
            if grows || more || t.arena_made != self.arena_made {
                let parts = Parts { config, weights, layer_index, scrap, adapter: Some(adapter) };
                let plan = TrainParts {
                    parts: &parts,
                    tape: &t.tape,
                    moments: &t.moments,
                    first: t.first,
                    dropout: t.setup.dropout > 0.0,
                    recompute: t.setup.recompute,
                    inputs: false,
                };
                (t.frozen, t.parts) = micro_batch(r, &plan, arena)?;
                t.optimizer = optimizer(r, &plan, arena)?;
                t.arena_made = self.arena_made;
            }
            // A GPU compiles for every shape at once, a software one for these alone.
            let asked = if r.gpu.software { shapes.iter().map(Some).collect() } else { vec![None] };
            let parts = t.parts.iter_mut().chain([&mut t.optimizer]).map(|part| &mut part.steps);
            for steps in parts.chain([&mut t.frozen]) {
                asked.iter().for_each(|shape| super::plan::compile(steps, r, *shape));
            }
            Ok(())
        });
        let result = match made {
            Ok(()) => verdict.await,
            Err(e) => Err(e),
        };
        if result.is_err() && grows && t.tape.size == size && self.lost().is_none() {
            // Too large for this GPU: smaller steps must go on.
            let Self { recorder: r, config, adapters, .. } = self;
            let Held { adapter, .. } = adapters.get(&t.id).ok_or(EngineError::NoSuchAdapter)?;
            t.tape.free(r);
            let layers = config.num_hidden_layers - t.first;
            t.tape = Tape::new(r, config, Some(adapter), layers, t.setup.recompute, Size::LEAST)?;
            t.arena_made = u32::MAX;
        }
        result
    }

    fn ready(&self, t: &Training, shapes: &[Shape]) -> bool {
        let software = self.recorder.gpu.software;
        let parts = || t.parts.iter().chain([&t.optimizer]).map(|part| &part.steps).chain([&t.frozen]);
        shapes.iter().all(|shape| parts().all(|steps| super::plan::ready(steps, shape, software)))
    }

    /// What two buffers of the trained adapter's layout hold.
    async fn gathered(&mut self, pick: impl Fn(&Training, &Held) -> [wgpu::Buffer; 2]) -> Result<Adapter> {
        let training = self.training.as_ref().ok_or(EngineError::NoTraining)?;
        let (id, like) = (training.id, training.setup.adapter.clone());
        let held = self.adapters.get(&id).ok_or(EngineError::NoSuchAdapter)?;
        let [matrices, vectors] = pick(training, held);
        let floats = |b: &wgpu::Buffer| (b.size() / 4) as usize;
        let matrices = self.read_floats(&matrices, floats(&matrices)).await?;
        let vectors = self.read_floats(&vectors, floats(&vectors)).await?;
        let held = self.adapters.get(&id).ok_or(EngineError::NoSuchAdapter)?;
        Ok(held.adapter.gather(&self.config, &like, &matrices, &vectors))
    }

    pub async fn gradients(&mut self) -> Result<Adapter> {
        self.gathered(|t, _| [t.moments.gm.clone(), t.moments.gv.clone()]).await
    }

    pub async fn train_state(&mut self) -> Result<TrainState> {
        let adapter = self.gathered(|_, held| [held.adapter.matrices.clone(), held.adapter.vectors.clone()]).await?;
        let moment =
            |i: usize| move |t: &Training, _: &Held| [t.moments.matrices[i].clone(), t.moments.vectors[i].clone()];
        let first_moment = self.gathered(moment(0)).await?;
        let second_moment = self.gathered(moment(1)).await?;
        let t = self.training.as_ref().ok_or(EngineError::NoTraining)?;
        Ok(TrainState { adapter, first_moment, second_moment, step: t.step, micro_step: t.micro_step })
    }

    pub fn restore_training(&mut self, state: &TrainState) -> Result<()> {
        let t = self.training.as_mut().ok_or(EngineError::NoTraining)?;
        state.check(&t.setup.adapter)?;
        let Held { adapter, .. } = self.adapters.get(&t.id).ok_or(EngineError::NoSuchAdapter)?;
        let (r, c) = (&mut self.recorder, &self.config);
        adapter.write(r, c, &state.adapter, &adapter.matrices, &adapter.vectors);
        adapter.write(r, c, &state.first_moment, &t.moments.matrices[0], &t.moments.vectors[0]);
        adapter.write(r, c, &state.second_moment, &t.moments.matrices[1], &t.moments.vectors[1]);
        (t.step, t.micro_step) = (state.step, state.micro_step);
        Ok(())
    }

    pub fn end_training(&mut self) {
        if let Some(training) = self.training.take() {
            training.free(&mut self.recorder);
            self.remove_adapter(training.id);
        }
    }
}

fn staging(r: &mut Recorder, report_bytes: u64) -> Result<wgpu::Buffer> {
    use wgpu::BufferUsages as U;
    r.buffer("training staging", SUMS as u64 * 4 + report_bytes, U::MAP_READ | U::COPY_DST)
}

/// See adamw.wgsl.
fn rates(t: &Training, learning_rate: f32) -> [f32; 8] {
    let o = &t.setup.optimizer;
    let correct = |beta: f32| (1.0 / (1.0 - f64::from(beta).powi(t.step as i32 + 1))) as f32;
    let decay = learning_rate * o.weight_decay;
    let max_norm = o.max_grad_norm.min(f32::MAX);
    [learning_rate, decay, correct(o.beta1), correct(o.beta2), o.beta1, o.beta2, o.epsilon, max_norm]
}
