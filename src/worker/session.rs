//! What has arrived, and the answers made from it.

mod beside;
mod features;
mod lab;
mod lessons;
mod own;
mod pretraining;
mod probe;
mod slopes;
mod spans;
mod turns;

use super::adapters::{Adapters, Held};
use super::answers::{attention_message, bench_batch, plan_attention, plan_blanks, plan_classify, tokens};
use super::download::Stop;
use super::js::{post, scope, settled, wasm_heap_bytes};
use super::lab::Lab;
use super::loader::{self, Store};
use super::own::lacks;
use super::pretraining::Pretraining;
use super::proof::Golden;
use crate::engine::classify::Pace;
use crate::engine::clock::now_ms;
use crate::engine::{AdapterId, Answer, Batch, Engine, EngineError, EngineInfo, RunStats, Want};
use crate::model::manifest::{Absent, Manifest};
use crate::protocol::own::OWN_URL;
use crate::protocol::{
    Attention, BenchTask, BlankTask, Blanks, Classified, ClassifyTask, Drill, EngineChange, EngineChoice, Event,
    Failure, Load, LoadNote, LoadPhase, Loaded, MAX_BENCH_REPEATS, Message, Proof, Request, StorageReport, Task,
    TextPair,
};
use crate::text::tokenizer::BertTokenizer;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{File, StorageEstimate};

/// One for each pack that ships.
const GOLDEN: [&str; 2] =
    [include_str!("../../assets/recorded/proof.json"), include_str!("../../assets/recorded/proof_cased.json")];

/// Shared by the load, which runs beside the requests, and the requests themselves. No borrow is
/// held across an await.
#[derive(Clone, Default)]
pub struct Session(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    tokenizer: Option<Rc<BertTokenizer>>,
    /// The same vocabulary, do_lower_case turned round.
    other_case: Option<Rc<BertTokenizer>>,
    /// Another pack's vocabulary, by its folder.
    beside: Option<(String, Rc<BertTokenizer>)>,
    model: Option<Rc<Manifest>>,
    engine: Option<Engine>,
    /// Of the engine in use, also while it is taken out to run.
    info: EngineInfo,
    /// Rises with each load: an engine taken out before it is not put back after it.
    generation: u64,
    store: Option<Store>,
    /// Of the packs that were in use before: what the browser would not cache is still there.
    parked: Vec<Store>,
    /// A GPU was already rebuilt once: the next loss goes to the CPU.
    rebuilt: bool,
    choice: EngineChoice,
    stop: Option<Stop>,
    adapters_url: String,
    /// Taken out while one is fetched.
    adapters: Option<Adapters>,
    /// Those that the engine in use holds, by name.
    adapter_ids: HashMap<String, AdapterId>,
    /// Of the engine in use, when it classifies.
    pace: Pace,
    own: own::Own,
    /// Taken out while it works.
    lab: Option<Box<Lab>>,
    /// A small BERT in training, beside whatever engine there is.
    pretraining: Option<Pretraining>,
    /// Files that came with requests not yet answered, by their ids.
    brought: BTreeMap<u64, Vec<File>>,
    /// The visitor's models, by the names they are asked for.
    kept: HashMap<String, Rc<Held>>,
}

impl State {
    fn put(&mut self, engine: Engine) -> EngineInfo {
        self.info = engine.info();
        self.engine = Some(engine);
        self.info.clone()
    }

    /// Sets a store aside. A visitor's own model is held elsewhere.
    fn park(&mut self, store: Store) {
        self.parked.retain(|p| p.folder != store.folder);
        if store.own.is_none() {
            self.parked.push(store);
        }
    }

    fn unpark(&mut self, folder: &str) -> Option<Store> {
        let at = self.parked.iter().position(|p| p.folder == folder)?;
        Some(self.parked.remove(at))
    }
}

impl Session {
    /// Stops a running load at once, without waiting for a turn.
    pub fn cancel_load(&self) {
        if let Some(stop) = &self.0.borrow().stop {
            stop.stop();
        }
    }

    /// Answers one request with exactly one event, unless a newer one made it stale.
    pub async fn answer(&self, request: Request, is_stale: impl Fn() -> bool) {
        let id = request.id;
        let result = match request.task {
            Task::Load(load) => self.load(load).await.map(|l| Message::from(Event::Loaded(l))),
            Task::CancelLoad => return,
            Task::Tokenize(text) => self
                .tokenizer()
                .and_then(|t| Ok(tokens(&t, &text, self.max_tokens())?.1))
                .map(|tokens| Event::Tokens { id, tokens }.into()),
            Task::OtherCase(text) => self
                .other_case()
                .and_then(|t| Ok(tokens(&t, &text, self.max_tokens())?.1))
                .map(|tokens| Event::Tokens { id, tokens }.into()),
            Task::Beside(task) => self.beside(&task).await.map(|tokens| Event::Tokens { id, tokens }.into()),
            Task::Blank(task) => self.blanks(&task).await.map(|m| m.map(|answer| Event::Blanks { id, answer })),
            Task::Attend(text) => self.attention(&text).await.map(|m| m.map(|answer| Event::Attention { id, answer })),
            Task::Classify(task) => self.classify(id, &task, &is_stale).await.map(|answer| {
                answer.map_or(Event::Superseded { id }, |answer| Event::Classified { id, answer }).into()
            }),
            Task::Answer(asked) => self
                .answer_question(id, &asked, &is_stale)
                .await
                .map(|answer| answer.map_or(Event::Superseded { id }, |answer| Event::Answered { id, answer }).into()),
            Task::WorkOut(task) => self.work_out(&task).await.map(|m| m.map(|answer| Event::WorkedOut { id, answer })),
            Task::Mask(task) => self
                .masked(&task, &is_stale)
                .await
                .map(|answer| answer.map_or(Event::Superseded { id }, |answer| Event::Masked { id, answer }).into()),
            Task::Head(task) => self.head(&task).await.map(|m| m.map(|answer| Event::HeadVectors { id, answer })),
            Task::Knock(task) => self.knock(&task).await.map(|answer| Event::Knocked { id, answer }.into()),
            Task::Against(task) => self.against(&task).await.map(|m| m.map(|answer| Event::Against { id, answer })),
            Task::Context(task) => self.context(&task).await.map(|answer| Event::Contexts { id, answer }.into()),
            Task::Features(task) => self.features(id, &task, &is_stale).await.map(|answer| {
                answer.map_or(Event::Superseded { id }.into(), |m| m.map(|answer| Event::Features { id, answer }))
            }),
            Task::Slopes(task) => self
                .slopes(&task, &is_stale)
                .await
                .map(|answer| answer.map_or(Event::Superseded { id }, |answer| Event::Slopes { id, answer }).into()),
            Task::Probe(task) => self.probe(id, &task, &is_stale).await.map(|answer| {
                answer.map_or(Event::Superseded { id }.into(), |m| m.map(|answer| Event::Probed { id, answer }))
            }),
            Task::Prove => self.prove().await.map(|proof| Event::Proof { id, proof }.into()),
            Task::Bench(task) => self.bench(&task).await.map(|runs| Event::Bench { id, task, runs }.into()),
            Task::RemoveModel => {
                self.remove_model().await;
                Ok(Event::Storage { id, storage: self.storage().await }.into())
            }
            Task::Storage => Ok(Event::Storage { id, storage: self.storage().await }.into()),
            // Answered beside the rest, by `serve`.
            Task::Own(_) => return,
            Task::Lab(task) => return self.answer_lab(id, task, &is_stale).await,
            Task::Pretrain(task) => {
                self.answer_pretraining(task).map(|event| Event::Pretrain { id: Some(id), event }.into())
            }
            Task::Drill(Drill::Panic) => panic!("a drill: this panic was asked for"),
            Task::Drill(Drill::LoseGpu) => {
                if let Some(Engine::Gpu(gpu)) = &self.0.borrow().engine {
                    gpu.lose();
                }
                Ok(Event::Storage { id, storage: self.storage().await }.into())
            }
        };
        match result {
            Ok(_) if is_stale() => post(Event::Superseded { id }),
            Ok(message) => post(message),
            Err(failure) => post(Event::Failed { id: Some(id), failure }),
        }
    }

    pub(super) fn tokenizer(&self) -> Result<Rc<BertTokenizer>, Failure> {
        self.0.borrow().tokenizer.clone().ok_or(Failure::NotLoaded)
    }

    /// Made when it is first asked for.
    fn other_case(&self) -> Result<Rc<BertTokenizer>, Failure> {
        let known = self.0.borrow().other_case.clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let other = Rc::new(self.tokenizer()?.other_case()?);
        self.0.borrow_mut().other_case = Some(other.clone());
        Ok(other)
    }

    pub(super) fn model(&self) -> Result<Rc<Manifest>, Failure> {
        self.0.borrow().model.clone().ok_or(Failure::NotLoaded)
    }

    fn max_tokens(&self) -> usize {
        self.0.borrow().model.as_ref().map_or(512, |m| m.config.max_position_embeddings)
    }

    async fn load(&self, load: Load) -> Result<Loaded, Failure> {
        let started_ms = now_ms();
        let stop = Stop::default();
        let (found, generation) = {
            let mut state = self.0.borrow_mut();
            if let Some(running) = state.stop.replace(stop.clone()) {
                running.stop();
            }
            state.choice = load.engine;
            state.rebuilt = false;
            state.adapters_url.clone_from(&load.adapters_url);
            state.adapter_ids.clear();
            state.pace = Pace::default();
            state.engine = None;
            state.info = EngineInfo::default();
            state.generation += 1;
            let old = state.store.take();
            old.into_iter().for_each(|store| state.park(store));
            (state.unpark(&load.model_url), state.generation)
        };
        let mut store = match found {
            // Another of the visitor's may have been made since.
            _ if load.model_url == OWN_URL => self.own_store().await?,
            Some(store) => store,
            None => Store::open(&load.model_url).await,
        };
        (store.downloaded_bytes, store.cached_bytes) = (0, 0);
        let loaded = self.load_from(&mut store, &load, &stop).await;
        let notes = store.notes();
        let (downloaded_bytes, cached_bytes) = (store.downloaded_bytes, store.cached_bytes);
        let mut state = self.0.borrow_mut();
        if state.generation != generation {
            // A load of another model may have begun meanwhile, and brought its own.
            state.park(store);
            return Err(Failure::Cancelled);
        }
        // What has arrived stays, so that a retry goes on from there.
        state.store = Some(store);
        let (manifest, engine, no_gpu) = loaded?;
        stop.check()?;
        let info = state.put(engine);
        state.stop = None;
        let mut notes = notes;
        notes.extend(no_gpu.map(|reason| LoadNote::NoGpu { reason }));
        Ok(Loaded {
            info,
            title: manifest.title.clone(),
            base_hash: manifest.base_hash.clone(),
            source: manifest.source.clone(),
            vocab_size: manifest.config.vocab_size,
            layers: manifest.config.num_hidden_layers,
            heads: manifest.config.num_attention_heads,
            max_tokens: manifest.config.max_position_embeddings,
            lower_case: manifest.config.do_lower_case,
            downloaded_bytes,
            cached_bytes,
            load_ms: now_ms() - started_ms,
            notes,
        })
    }

    async fn load_from(
        &self,
        store: &mut Store,
        load: &Load,
        stop: &Stop,
    ) -> Result<(Rc<Manifest>, Engine, Option<String>), Failure> {
        loader::phase(LoadPhase::Manifest, 0);
        let manifest = Rc::new(store.manifest(stop).await?);
        loader::phase(LoadPhase::Vocabulary, manifest.total_bytes());
        let tokenizer = store.tokenizer(&manifest, stop).await?;
        stop.check()?;
        {
            let mut state = self.0.borrow_mut();
            if state.model.as_ref().is_some_and(|m| m.base_hash != manifest.base_hash) {
                // Its data are another vocabulary's, its run another model's.
                state.lab = None;
                state.pretraining = None;
                state.kept.clear();
            }
            state.tokenizer = Some(Rc::new(tokenizer));
            state.other_case = None;
            state.model = Some(manifest.clone());
        }
        post(Event::TokenizerReady);
        let (engine, no_gpu) = loader::engine(store, &manifest, load.engine, stop, false).await?;
        store.tidy(&manifest).await;
        Ok((manifest, engine, no_gpu))
    }

    async fn run(&self, batch: &Batch, want: &Want) -> Result<Answer, Failure> {
        self.run_with(None, batch, want).await
    }

    /// One forward, with an adapter of that name or none.
    async fn run_with(&self, adapter: Option<(&str, &Held)>, batch: &Batch, want: &Want) -> Result<Answer, Failure> {
        if !want.blanks.is_empty() {
            lacks(&*self.model()?, Absent::MaskedWords)?;
        }
        if want.pooled {
            lacks(&*self.model()?, Absent::Pooler)?;
        }
        let run = async |engine: &mut Engine| {
            let id = self.hold(engine, adapter).await?;
            engine.run(batch, &Want { adapter: id, ..want.clone() }).await
        };
        self.with_any_engine(run).await
    }

    /// Works with the engine, and again where the work lost the GPU: it is rebuilt once, then replaced by the CPU.
    async fn with_any_engine<T>(
        &self,
        work: impl AsyncFn(&mut Engine) -> Result<T, EngineError>,
    ) -> Result<T, Failure> {
        loop {
            match self.with_engine(&work).await? {
                Err(EngineError::GpuLost { .. }) => {}
                other => return other.map_err(Failure::from),
            }
        }
    }

    /// Works with the engine, which is out of reach of others meanwhile. A GPU lost by the work is replaced before
    /// this returns, with all that it held gone.
    pub async fn with_engine<T>(
        &self,
        work: impl AsyncFnOnce(&mut Engine) -> Result<T, EngineError>,
    ) -> Result<Result<T, EngineError>, Failure> {
        // Taken out while it runs: a borrow may not be held across an await.
        let (mut engine, generation) = {
            let mut state = self.0.borrow_mut();
            (state.engine.take().ok_or(Failure::NotLoaded)?, state.generation)
        };
        let result = work(&mut engine).await;
        if self.0.borrow().generation == generation {
            if let Err(EngineError::GpuLost { reason }) = &result {
                drop(engine);
                self.replace_lost(reason.clone()).await?;
            } else {
                self.0.borrow_mut().put(engine);
            }
        }
        Ok(result)
    }

    /// The adapter's id in this engine, to which it is added when it is not there yet.
    async fn hold(
        &self,
        engine: &mut Engine,
        adapter: Option<(&str, &Held)>,
    ) -> Result<Option<AdapterId>, EngineError> {
        let Some((name, held)) = adapter else { return Ok(None) };
        let known = self.0.borrow().adapter_ids.get(name).copied();
        if known.is_some() {
            return Ok(known);
        }
        let id = engine.add_adapter(&held.adapter).await?;
        self.0.borrow_mut().adapter_ids.insert(name.to_owned(), id);
        Ok(Some(id))
    }

    async fn adapter(&self, name: &str) -> Result<Rc<Held>, Failure> {
        if let Some(kept) = self.kept_adapter(name).await? {
            return Ok(kept);
        }
        if let Some(own) = self.own_adapter(name)? {
            return Ok(Rc::new(own));
        }
        let model = self.model()?;
        let (mut adapters, folder) = {
            let mut state = self.0.borrow_mut();
            (state.adapters.take().unwrap_or_default(), state.adapters_url.clone())
        };
        let held = adapters.get(&folder, name, &model).await;
        self.0.borrow_mut().adapters = Some(adapters);
        held
    }

    /// None when a newer request came meanwhile.
    async fn classify(
        &self,
        id: u64,
        task: &ClassifyTask,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<Classified>, Failure> {
        let tokenizer = self.tokenizer()?;
        let held = self.adapter(&task.adapter).await?;
        let mut plan = plan_classify(&tokenizer, task, held.adapter.input, self.max_tokens())?;
        let stats = self.in_turns(id, &mut plan, Some((&task.adapter, &held)), is_stale).await?;
        Ok(stats.map(|stats| Classified { adapter: held.info(), rows: plan.finish(&held.adapter), stats }))
    }

    async fn replace_lost(&self, reason: String) -> Result<(), Failure> {
        let manifest = self.model()?;
        let (mut store, rebuilt, choice, generation) = {
            let mut state = self.0.borrow_mut();
            let store = state.store.take().ok_or(Failure::NotLoaded)?;
            state.adapter_ids.clear();
            state.pace = Pace::default();
            (store, std::mem::replace(&mut state.rebuilt, true), state.choice, state.generation)
        };
        let choice = if rebuilt { EngineChoice::Cpu } else { choice };
        let built = loader::engine(&mut store, &manifest, choice, &Stop::default(), true).await;
        let mut state = self.0.borrow_mut();
        if state.generation != generation {
            // A load has begun meanwhile and brings its own.
            return Err(Failure::NotLoaded);
        }
        state.store = Some(store);
        let (engine, _) = built?;
        let why = match &engine {
            Engine::Gpu(_) => EngineChange::RebuiltAfterLoss { reason },
            Engine::Cpu(_) => EngineChange::CpuAfterLoss { reason },
        };
        let info = state.put(engine);
        post(Event::EngineChanged { info, why });
        Ok(())
    }

    async fn blanks(&self, task: &BlankTask) -> Result<Message<Blanks>, Failure> {
        let tokenizer = self.tokenizer()?;
        let plan = plan_blanks(&tokenizer, task, self.max_tokens())?;
        let answer = self.run(&plan.batch, &plan.want).await?;
        Ok(plan.message(&tokenizer, answer))
    }

    async fn attention(&self, text: &TextPair) -> Result<Message<Attention>, Failure> {
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let (batch, want, tokens) = plan_attention(&tokenizer, text, self.max_tokens())?;
        let answer = self.run(&batch, &want).await?;
        Ok(attention_message(tokens, answer, model.config.num_hidden_layers, model.config.num_attention_heads))
    }

    async fn prove(&self) -> Result<Proof, Failure> {
        let model = self.model()?;
        let missing = || Failure::Engine { reason: format!("no reference for the model {}", model.title) };
        let mut references = GOLDEN.into_iter().filter_map(Golden::parse);
        let golden = references.find(|g| g.base_hash == model.base_hash).ok_or_else(missing)?;
        let (batch, want) = golden.batch();
        let answer = self.run(&batch, &want).await?;
        let info = self.0.borrow().info.clone();
        golden.judge(answer, info).ok_or_else(missing)
    }

    async fn bench(&self, task: &BenchTask) -> Result<Vec<RunStats>, Failure> {
        let model = self.model()?;
        let held = match &task.adapter {
            Some(name) => Some(self.adapter(name).await?),
            None => None,
        };
        let adapter = task.adapter.as_deref().zip(held.as_deref());
        let (batch, want) = bench_batch(task, &model.config, held.as_ref().map(|h| h.adapter.head));
        let mut runs = Vec::new();
        for _ in 0..=task.repeats.clamp(1, MAX_BENCH_REPEATS) {
            runs.push(self.run_with(adapter, &batch, &want).await?.stats);
        }
        runs.remove(0);
        Ok(runs)
    }

    async fn remove_model(&self) {
        let store = {
            let mut state = self.0.borrow_mut();
            state.parked.clear();
            state.store.take()
        };
        if let Some(mut store) = store {
            store.clear().await;
            self.0.borrow_mut().store = Some(store);
        }
    }

    async fn storage(&self) -> StorageReport {
        let mut report = StorageReport { wasm_heap_bytes: wasm_heap_bytes(), ..StorageReport::default() };
        {
            let state = self.0.borrow();
            report.model_bytes = state.model.as_ref().map_or(0, |m| m.total_bytes());
            report.engine_bytes = state.info.memory_bytes;
        }
        let storage = scope().navigator().storage();
        if storage.is_undefined() {
            return report;
        }
        if let Ok(estimate) = storage.estimate()
            && let Ok(e) = settled(estimate).await
        {
            let e: StorageEstimate = e.unchecked_into();
            report.usage_bytes = e.get_usage().map(|b| b as u64);
            report.quota_bytes = e.get_quota().map(|b| b as u64);
        }
        if let Ok(persisted) = storage.persisted() {
            report.persistent = settled(persisted).await.is_ok_and(|p| p.is_truthy());
        }
        report
    }
}
