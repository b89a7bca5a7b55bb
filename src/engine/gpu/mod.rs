//! The GPU engine: our WGSL kernels through wgpu on weights that stay quantized.
//!
//! `device` asks for the adapter, `weights` fills its buffers, `plan` lists the dispatches over an
//! `arena` that all shapes share, `run` packs and unpacks a call, `recorder` counts what happens.

pub mod adapter;
pub mod arena;
pub mod device;
pub mod kernels;
pub mod plan;
pub mod recorder;
pub mod run;
pub mod step;
pub mod training;
pub mod weights;

use super::clock::Steps;
use super::{AdapterId, Answer, Batch, Builder, EngineError, EngineInfo, EngineKind, Field, Given, RunStats, Want};
use crate::model::{
    adapter::Adapter,
    config::BertConfig,
    manifest::{Manifest, TensorEntry},
};
use adapter::GpuAdapter;
use arena::{Arena, Room};
use device::Gpu;
use plan::{Parts, Plan};
use recorder::{Counts, Dispatch, Recorder, Verdict, checked, watched};
use run::Shape;
use std::collections::BTreeMap;
use training::Training;
use weights::{Receiver, Weights};

/// Which adapters may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdapterPolicy {
    HardwareOnly,
    AnyAdapter,
}

pub struct GpuEngine {
    config: BertConfig,
    scheme: &'static str,
    recorder: Recorder,
    weights: Weights,
    layer_index: wgpu::Buffer,
    scrap: wgpu::Buffer,
    arena: Arena,
    plan: Plan,
    adapters: BTreeMap<AdapterId, Held>,
    next_adapter: u32,
    training: Option<Training>,
    /// How often the arena was made.
    arena_made: u32,
}

struct Held {
    adapter: GpuAdapter,
    plan: Plan,
}

pub struct GpuBuilder {
    engine: GpuEngine,
    receiver: Receiver,
    /// On the pipelines, which compile while weights arrive.
    verdict: Verdict,
}

impl GpuBuilder {
    /// Asks for an adapter and device, makes the weight buffers, and begins to compile the pipelines.
    pub async fn new(manifest: &Manifest, policy: AdapterPolicy) -> Result<Self, EngineError> {
        let config = manifest.config.clone();
        check_config(&config)?;
        let gpu = Gpu::new(policy).await?;
        let (device, software) = (gpu.device.clone(), gpu.software);
        let mut recorder = Recorder::new(gpu);
        let (weights, receiver) = checked(&device, || Weights::new(manifest, &mut recorder)).await?;
        let (made, verdict) = watched(&device, || {
            use wgpu::BufferUsages as U;
            let layers = config.num_hidden_layers + 1;
            let layer_index = recorder.buffer("layer_index", layers as u64 * 256, U::UNIFORM | U::COPY_DST)?;
            let mut words = vec![0u32; layers * 64];
            words.iter_mut().step_by(64).zip(0..).for_each(|(word, i)| *word = i);
            recorder.write(&layer_index, 0, bytemuck::cast_slice(&words));
            let scrap = recorder.storage("scrap", 16)?;
            let arena = Arena::new(&mut recorder, &config, Room::LEAST)?;
            let parts =
                Parts { config: &config, weights: &weights, layer_index: &layer_index, scrap: &scrap, adapter: None };
            let mut plan = Plan::new(&mut recorder, &parts, &arena)?;
            // Software adapters take about a second for each: only what a blank in a sentence needs.
            let first = Shape { tokens: 16, rows: 1, longest: 16, blanks: 1, ..Shape::default() };
            plan.compile(&mut recorder, software.then_some(&first));
            Ok::<_, EngineError>((layer_index, scrap, arena, plan))
        });
        let (layer_index, scrap, arena, plan) = made?;
        let scheme = manifest.scheme_name();
        let (adapters, next_adapter) = Default::default();
        let engine = GpuEngine {
            config,
            scheme,
            recorder,
            weights,
            layer_index,
            scrap,
            arena,
            plan,
            adapters,
            next_adapter,
            training: None,
            arena_made: 0,
        };
        Ok(Self { engine, receiver, verdict })
    }

    /// Checks that all weights came; a GPU runs once over two tokens, so that nothing compiles later.
    pub async fn finish(self) -> Result<GpuEngine, EngineError> {
        let Self { mut engine, receiver, verdict } = self;
        receiver.finish()?;
        verdict.await?;
        engine.recorder.gpu.health.check()?;
        if !engine.recorder.gpu.software {
            let row = super::Row { input_ids: vec![0, 0], token_type_ids: vec![0, 0] };
            let blanks = vec![super::BlankAt::default()];
            engine.run(&Batch::one(row), &Want { blanks, top_k: 1, ..Want::default() }).await?;
        }
        engine.recorder.take_counts();
        Ok(engine)
    }
}

impl Builder for GpuBuilder {
    fn shard(&mut self, entry: &TensorEntry, field: Field, row_start: usize, bytes: &[u8]) -> Result<(), EngineError> {
        self.receiver.shard(&mut self.engine.recorder, entry, field, row_start, bytes)
    }
}

/// What the kernels take for granted.
pub fn check_config(c: &BertConfig) -> Result<(), EngineError> {
    let divides = c.num_attention_heads > 0 && c.hidden_size.is_multiple_of(c.num_attention_heads);
    let fits = divides && c.head_size() <= 64 && c.head_size().is_multiple_of(4);
    let groups = c.hidden_size.is_multiple_of(32) && c.intermediate_size.is_multiple_of(32);
    let places = c.max_position_embeddings <= 1 << 16 && c.type_vocab_size <= 1 << 12;
    let vocabulary = c.vocab_size > 0 && plan::chunk_each(c.vocab_size) <= 32;
    if !(fits && groups && vocabulary && c.hidden_act == "gelu" && places) {
        return Err(EngineError::Compute(
            "the GPU kernels take GELU, widths in multiples of 32, heads up to 64 wide and 131072 pieces".into(),
        ));
    }
    Ok(())
}

impl GpuEngine {
    pub async fn run(&mut self, batch: &Batch, want: &Want) -> Result<Answer, EngineError> {
        let mut steps = Steps::default();
        self.recorder.gpu.health.check()?;
        let shape = self.shape(batch, want)?;
        self.recorder.take_counts();
        self.make_room(&shape, want.adapter).await?;
        let words = run::pack(&self.config, &shape, batch, want);
        self.recorder.write(&self.arena.call, 0, bytemuck::cast_slice(&words));
        steps.done("write");
        let read_bytes = self.submit(&shape, want.adapter);
        steps.done("encode");
        let unpack = |bytes: &[u8]| run::unpack(&shape, &self.config, batch, want, bytes);
        let answer = match read_bytes {
            // Nothing to wait for.
            0 => Ok(unpack(&[])),
            n => self.recorder.read(&self.arena.staging, n, unpack).await,
        };
        // Why it failed, if it did, is best known to the device.
        self.recorder.gpu.health.check()?;
        let mut answer = answer?;
        steps.done("gpu+read");
        let (total_ms, steps_ms) = steps.finish();
        answer.stats = stats(self.recorder.take_counts(), total_ms, steps_ms);
        Ok(answer)
    }

    /// The masked-word head on given vectors. See [`super::Engine::words_of`].
    pub async fn words_of(&mut self, given: &Given<'_>) -> Result<Answer, EngineError> {
        let mut steps = Steps::default();
        self.recorder.gpu.health.check()?;
        let shape = Shape::of_given(&self.config, given);
        self.recorder.take_counts();
        self.make_room(&shape, None).await?;
        self.recorder.write(&self.arena.call, 0, bytemuck::cast_slice(&run::pack_given(&shape, given)));
        self.recorder.write(&self.arena.sum_out, 0, bytemuck::cast_slice(given.vectors));
        steps.done("write");
        let read_bytes = self.submit(&shape, None);
        steps.done("encode");
        let take = |bytes: &[u8]| {
            let words = bytemuck::pod_collect_to_vec::<u8, u32>(bytes);
            run::named_blanks(&shape, &words, |_| given.asked).collect()
        };
        let blanks = self.recorder.read(&self.arena.staging, read_bytes, take).await;
        self.recorder.gpu.health.check()?;
        let blanks = blanks?;
        steps.done("gpu+read");
        let (total_ms, steps_ms) = steps.finish();
        Ok(Answer { blanks, stats: stats(self.recorder.take_counts(), total_ms, steps_ms), ..Answer::default() })
    }

    fn shape(&self, batch: &Batch, want: &Want) -> Result<Shape, EngineError> {
        let adapter = match want.adapter {
            Some(id) => Some(&self.adapters.get(&id).ok_or(EngineError::NoSuchAdapter)?.adapter),
            None => None,
        };
        want.check_head(adapter.map(|a| a.head))?;
        let shape = Shape::new(&self.config, batch, want, adapter.map_or(0, |a| a.labels))?;
        let has_pooler = self.weights.pooler.is_some() || adapter.is_some_and(|a| a.pooler.is_some());
        if (want.pooled || want.class_logits) && !has_pooler {
            return Err(EngineError::BadTensor { name: "bert.pooler.dense.weight".into() });
        }
        Ok(shape)
    }

    /// The adapter's, if it is held, or the base's.
    fn plan(&self, adapter: Option<AdapterId>) -> &Plan {
        adapter.and_then(|id| self.adapters.get(&id)).map_or(&self.plan, |held| &held.plan)
    }

    /// Grows the arena when a call needs more than it has; compiles what it is the first to need.
    async fn make_room(&mut self, shape: &Shape, adapter: Option<AdapterId>) -> Result<(), EngineError> {
        let room = self.arena.room.grown(shape.room(&self.config));
        let grows = room != self.arena.room;
        if !grows && self.plan(adapter).ready(shape, self.recorder.gpu.software) {
            return Ok(());
        }
        let device = self.recorder.gpu.device.clone();
        let (made, verdict) = watched(&device, || {
            if grows {
                self.remake(room)?;
            }
            let software = self.recorder.gpu.software;
            let plan = match adapter.and_then(|id| self.adapters.get_mut(&id)) {
                Some(held) => &mut held.plan,
                None => &mut self.plan,
            };
            plan.compile(&mut self.recorder, software.then_some(shape));
            Ok(())
        });
        let result = match made {
            Ok(()) => verdict.await,
            Err(e) => Err(e),
        };
        if result.is_err() && grows && self.lost().is_none() {
            // Too large for this GPU: smaller calls must go on. They compile what they lack.
            self.remake(Room::LEAST)?;
        }
        result
    }

    fn remake(&mut self, room: Room) -> Result<(), EngineError> {
        let Self { recorder, config, weights, layer_index, scrap, arena, plan, adapters, arena_made, .. } = self;
        Arena::check(recorder, config, room)?;
        *arena_made += 1;
        // The old arena goes first, so that both never lie in memory at once.
        arena.free(recorder);
        *arena = Arena::new(recorder, config, room)?;
        *plan = Plan::new(recorder, &Parts { config, weights, layer_index, scrap, adapter: None }, arena)?;
        for Held { adapter, plan } in adapters.values_mut() {
            let parts = Parts { config, weights, layer_index, scrap, adapter: Some(adapter) };
            *plan = Plan::new(recorder, &parts, arena)?;
        }
        Ok(())
    }

    fn submit(&mut self, shape: &Shape, adapter: Option<AdapterId>) -> u64 {
        // Not by `plan()`, which would borrow the recorder too.
        let plan = adapter.and_then(|id| self.adapters.get(&id)).map_or(&self.plan, |held| &held.plan);
        let dispatches = dispatches(plan, shape, self.recorder.gpu.software);
        let copies = run::copies(shape, &self.config, &self.arena);
        self.recorder.submit(&dispatches, &copies, &self.arena.staging)
    }

    /// Grows the arena for such a call, so that the call itself makes nothing.
    pub async fn prepare(&mut self, batch: &Batch, want: &Want) -> Result<(), EngineError> {
        self.recorder.gpu.health.check()?;
        let shape = self.shape(batch, want)?;
        self.make_room(&shape, want.adapter).await
    }

    /// Kernel and workgroups of every dispatch of such a call, as [`Self::run`] encodes them.
    pub fn schedule(&self, batch: &Batch, want: &Want) -> Result<Vec<(&'static str, [u32; 3])>, EngineError> {
        let shape = self.shape(batch, want)?;
        let all = dispatches(self.plan(want.adapter), &shape, self.recorder.gpu.software);
        Ok(all.iter().map(|d| (d.kernel.name, d.workgroups)).collect())
    }

    /// Milliseconds of each named step of such a call, all its layers together. Each dispatch is
    /// submitted and waited for by itself, so that their sum is more than [`Self::run`] takes.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn profile(&mut self, batch: &Batch, want: &Want) -> Result<Vec<(&'static str, f64)>, EngineError> {
        use super::clock::now_ms;
        let shape = self.shape(batch, want)?;
        let Self { recorder, plan, arena, adapters, .. } = self;
        let plan = want.adapter.and_then(|id| adapters.get(&id)).map_or(&*plan, |held| &held.plan);
        let mut spans: Vec<(&'static str, f64)> = Vec::new();
        for dispatch in dispatches(plan, &shape, recorder.gpu.software) {
            let (name, start) = (dispatch.name, now_ms());
            recorder.submit(&[dispatch], &[], &arena.staging);
            let waited = recorder.gpu.device.poll(wgpu::PollType::wait_indefinitely());
            waited.map_err(|e| EngineError::Compute(e.to_string()))?;
            let ms = now_ms() - start;
            match spans.iter_mut().find(|s| s.0 == name) {
                Some(span) => span.1 += ms,
                None => spans.push((name, ms)),
            }
        }
        recorder.gpu.health.check()?;
        Ok(spans)
    }

    pub fn info(&self) -> EngineInfo {
        EngineInfo {
            kind: EngineKind::Gpu,
            adapter: self.recorder.gpu.name.clone(),
            software: self.recorder.gpu.software,
            tier: "baseline".into(),
            scheme: self.scheme.into(),
            weight_bytes: self.weights.bytes,
            memory_bytes: self.recorder.memory_bytes,
        }
    }

    pub fn config(&self) -> &BertConfig {
        &self.config
    }

    pub async fn add_adapter(&mut self, adapter: &Adapter) -> Result<AdapterId, EngineError> {
        self.recorder.gpu.health.check()?;
        let device = self.recorder.gpu.device.clone();
        let Self { recorder, config, weights, layer_index, scrap, arena, .. } = self;
        let (made, verdict) = watched(&device, || {
            let adapter = GpuAdapter::new(recorder, config, weights, adapter)?;
            let parts = Parts { config, weights, layer_index, scrap, adapter: Some(&adapter) };
            let plan = Plan::new(recorder, &parts, arena)?;
            Ok::<_, EngineError>(Held { adapter, plan })
        });
        let held = made?;
        if let Err(e) = verdict.await {
            held.adapter.free(&mut self.recorder);
            return Err(e);
        }
        let id = AdapterId(self.next_adapter);
        self.next_adapter += 1;
        self.adapters.insert(id, held);
        Ok(id)
    }

    pub fn remove_adapter(&mut self, id: AdapterId) {
        if let Some(held) = self.adapters.remove(&id) {
            held.adapter.free(&mut self.recorder);
        }
    }

    /// Destroys the device, as a driver reset would.
    pub fn lose(&self) {
        self.recorder.gpu.health.set_lost("the device was destroyed".into());
        self.recorder.gpu.device.destroy();
    }

    /// Whether the device was lost, and why.
    pub fn lost(&self) -> Option<String> {
        self.recorder.gpu.health.lost()
    }
}

impl Drop for GpuEngine {
    /// Gives the memory back now: a browser frees buffers only when it collects their handles.
    fn drop(&mut self) {
        self.recorder.gpu.device.destroy();
    }
}

fn dispatches<'a>(plan: &'a Plan, shape: &Shape, software: bool) -> Vec<Dispatch<'a>> {
    dispatches_of(&plan.steps, shape, software)
}

fn dispatches_of<'a>(steps: &'a [step::Step], shape: &Shape, software: bool) -> Vec<Dispatch<'a>> {
    let one = |step: &'a step::Step| {
        let (variant, workgroups) = shape.choose(step, software);
        let variant = &step.variants[variant];
        Some(Dispatch {
            name: step.name,
            kernel: variant.kernel,
            pipeline: variant.pipeline.as_ref()?,
            group: &step.group,
            workgroups,
        })
    };
    steps.iter().filter(|s| shape.runs(s.when)).filter_map(one).collect()
}

fn stats(c: Counts, total_ms: f64, steps_ms: Vec<(String, f64)>) -> RunStats {
    RunStats {
        total_ms,
        steps_ms,
        dispatches: c.dispatches,
        passes: c.passes,
        submits: c.submits,
        maps: c.maps,
        bytes_written: c.bytes_written,
        bytes_read: c.bytes_read,
        buffers_created: c.buffers_created,
        bind_groups_created: c.bind_groups_created,
        pipelines_created: c.pipelines_created,
    }
}
