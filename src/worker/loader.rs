//! Brings a model in, part by part, from what is kept or from the network, into an engine.

mod progress;

use super::cache::ModelCache;
use super::download::{self, Stop};
use super::js::post;
use super::own::OwnPack;
use crate::engine::cpu::CpuBuilder;
use crate::engine::gpu::{AdapterPolicy, GpuBuilder};
use crate::engine::{Builder, Engine, EngineError, feed_part};
use crate::model::adapter::Adapter;
use crate::model::manifest::{FileEntry, Manifest};
use crate::protocol::own::OwnFailure;
use crate::protocol::probe::{Stored, StoredTask};
use crate::protocol::{CASED_URL, EngineChoice, Event, Failure, LoadNote, LoadPhase, Loading};
use crate::text::tokenizer::BertTokenizer;
use crate::train::base::{Base, BaseBuilder};
use crate::train::changed::Squares;
use crate::train::settings::Depth;
use crate::worker::stored::StoredPlan;
use js_sys::Uint8Array;
use progress::Progress;
use std::collections::HashMap;
use std::rc::Rc;

/// Changes when the manifest that this page was built with changes: the manifest's cache key.
const MANIFEST_VERSION: &str = env!("BERTSCOPE_MANIFEST_VERSION");
/// The same of the second pack.
const CASED_VERSION: &str = env!("BERTSCOPE_CASED_VERSION");
const MANIFEST: &str = "manifest.json";

/// What a depth begins with a copy of, from the parts that hold it: kept ones, where there are any.
pub async fn base(store: &mut Store, manifest: &Manifest, depth: &Depth, answers: bool) -> Result<Base, Failure> {
    let fault = |e: EngineError| Failure::Engine { reason: e.to_string() };
    let mut builder = BaseBuilder::new(manifest, depth, answers).map_err(fault)?;
    for (i, entry) in manifest.parts.iter().enumerate() {
        if builder.wants(manifest, i) {
            let bytes = store.file(entry, &Stop::default(), &mut |_, _| ()).await?;
            feed_part(manifest, i, &bytes, &mut builder).map_err(fault)?;
        }
    }
    builder.finish().map_err(fault)
}

/// ‖W‖ of the Linears that an adapter changes, from the parts that hold them.
pub async fn squares(store: &mut Store, manifest: &Manifest, adapter: &Adapter) -> Result<Squares, Failure> {
    let mut squares = Squares::new(manifest, adapter);
    for (i, entry) in manifest.parts.iter().enumerate().filter(|(i, _)| squares.wants(*i)).collect::<Vec<_>>() {
        let bytes = store.file(entry, &Stop::default(), &mut |_, _| ()).await?;
        squares.take(i, &bytes).map_err(|e| Failure::Engine { reason: e.to_string() })?;
    }
    Ok(squares)
}

/// A group of a matrix as it is stored, from the parts that hold the matrix.
pub async fn stored(store: &mut Store, manifest: &Manifest, task: &StoredTask) -> Result<Stored, Failure> {
    let missing = || Failure::Engine { reason: format!("{} has no such group", task.tensor) };
    let mut plan = StoredPlan::new(manifest, task).ok_or_else(missing)?;
    for (i, entry) in manifest.parts.iter().enumerate() {
        if manifest.shards_of_part(i).any(|(tensor, _)| plan.wants(tensor)) {
            let bytes = store.file(entry, &Stop::default(), &mut |_, _| ()).await?;
            feed_part(manifest, i, &bytes, &mut plan).map_err(|e| Failure::Engine { reason: e.to_string() })?;
        }
    }
    plan.finish().ok_or_else(missing)
}

/// Where a model's files come from, and what is kept of them.
pub struct Store {
    pub folder: String,
    cache: ModelCache,
    /// A visitor's model: all its files are here.
    pub own: Option<Rc<OwnPack>>,
    /// Parts that the browser would not cache, outside WebAssembly's memory, by hash.
    kept: HashMap<String, Uint8Array>,
    /// Why the cache keeps nothing.
    pub not_cached: Option<String>,
    pub refetched: Vec<String>,
    pub downloaded_bytes: u64,
    pub cached_bytes: u64,
}

impl Store {
    pub async fn open(folder: &str) -> Self {
        let cache = ModelCache::open().await;
        let not_cached = cache.refused().map(str::to_owned);
        Self {
            folder: folder.to_owned(),
            cache,
            own: None,
            kept: HashMap::new(),
            not_cached,
            refetched: Vec::new(),
            downloaded_bytes: 0,
            cached_bytes: 0,
        }
    }

    fn url(&self, file: &str) -> String {
        format!("{}{file}", self.folder)
    }

    /// The manifest's cache key.
    fn version(&self) -> &'static str {
        if self.folder == CASED_URL { CASED_VERSION } else { MANIFEST_VERSION }
    }

    pub async fn manifest(&mut self, stop: &Stop) -> Result<Manifest, Failure> {
        if let Some(own) = &self.own {
            return Ok(own.manifest.clone());
        }
        let fault = |e: crate::model::manifest::ManifestError| Failure::Manifest { reason: e.to_string() };
        let (url, version) = (self.url(MANIFEST), self.version());
        if let Some(bytes) = self.cache.get(&url, version).await {
            match Manifest::parse(&bytes.to_vec()) {
                Ok(manifest) => return Ok(manifest),
                Err(_) => self.cache.forget(&url, version).await,
            }
        }
        let bytes = download::small(&self.folder, MANIFEST, stop).await?;
        let manifest = Manifest::parse(&bytes).map_err(fault)?;
        self.keep(MANIFEST, version, &bytes).await;
        Ok(manifest)
    }

    /// How the model reads text.
    pub async fn tokenizer(&mut self, manifest: &Manifest, stop: &Stop) -> Result<BertTokenizer, Failure> {
        let vocab = self.file(&manifest.vocab, stop, &mut |_, _| ()).await?;
        let text = String::from_utf8(vocab).map_err(|e| Failure::Vocabulary { reason: e.to_string() })?;
        let config = &manifest.config;
        let tokenizer = BertTokenizer::with_accents(&text, config.do_lower_case, config.strip_accents)?;
        if tokenizer.vocab_size() != config.vocab_size {
            let reason = format!("{} pieces, the model has {}", tokenizer.vocab_size(), config.vocab_size);
            return Err(Failure::Vocabulary { reason });
        }
        Ok(tokenizer)
    }

    /// The folder's manifest.json as something else than a model's, kept under a version.
    pub async fn list<T: serde::de::DeserializeOwned>(&mut self, version: &str, stop: &Stop) -> Result<T, Failure> {
        let url = self.url(MANIFEST);
        if let Some(bytes) = self.cache.get(&url, version).await {
            match serde_json::from_slice(&bytes.to_vec()) {
                Ok(list) => return Ok(list),
                Err(_) => self.cache.forget(&url, version).await,
            }
        }
        let bytes = download::small(&self.folder, MANIFEST, stop).await?;
        let list = serde_json::from_slice(&bytes).map_err(|e| Failure::Manifest { reason: e.to_string() })?;
        self.keep(MANIFEST, version, &bytes).await;
        Ok(list)
    }

    async fn keep(&mut self, file: &str, version: &str, bytes: &[u8]) {
        if let Err(reason) = self.cache.put(&self.url(file), version, bytes).await {
            self.not_cached.get_or_insert(reason);
            self.kept.insert(version.to_owned(), Uint8Array::from(bytes));
        }
    }

    /// A hash-checked file: from memory, cache or network, in that order.
    pub async fn file(
        &mut self,
        entry: &FileEntry,
        stop: &Stop,
        progress: &mut dyn FnMut(u64, bool),
    ) -> Result<Vec<u8>, Failure> {
        stop.check()?;
        if let Some(own) = &self.own {
            let bytes = own.files.get(&entry.sha256).map(Uint8Array::to_vec).filter(|bytes| entry.holds(bytes));
            let bytes = bytes.ok_or(Failure::Own(OwnFailure::Gone))?;
            self.cached_bytes += entry.bytes;
            progress(entry.bytes, true);
            return Ok(bytes);
        }
        let kept = match self.kept.get(&entry.sha256) {
            Some(bytes) => Some(bytes.clone()),
            None => self.cache.get(&self.url(&entry.file), &entry.sha256).await,
        };
        if let Some(bytes) = kept.map(|k| k.to_vec()) {
            if entry.holds(&bytes) {
                self.cached_bytes += entry.bytes;
                progress(entry.bytes, true);
                return Ok(bytes);
            }
            self.cache.forget(&self.url(&entry.file), &entry.sha256).await;
            self.kept.remove(&entry.sha256);
        }
        let fetched = download::file(&self.folder, entry, stop, &mut |n| progress(n, false)).await?;
        if fetched.refetched {
            self.refetched.push(entry.file.clone());
        }
        self.downloaded_bytes += entry.bytes;
        self.keep(&entry.file, &entry.sha256, &fetched.bytes).await;
        Ok(fetched.bytes)
    }

    /// Forgets files of this folder that the manifest no longer names.
    pub async fn tidy(&self, manifest: &Manifest) {
        if self.own.is_some() {
            return;
        }
        let mut keep = vec![(self.url(MANIFEST), self.version().to_owned())];
        let files = manifest.parts.iter().chain(std::iter::once(&manifest.vocab));
        keep.extend(files.map(|f| (self.url(&f.file), f.sha256.clone())));
        self.cache.forget_others(self.folder.trim_start_matches("./"), &keep).await;
    }

    pub async fn clear(&mut self) {
        self.cache.clear().await;
        self.kept.clear();
    }

    pub fn notes(&self) -> Vec<LoadNote> {
        let refetched = self.refetched.iter().map(|file| LoadNote::PartRefetched { file: file.clone() });
        let not_cached = self.not_cached.iter().map(|reason| LoadNote::NotCached { reason: reason.clone() });
        refetched.chain(not_cached).collect()
    }
}

pub fn phase(phase: LoadPhase, total_bytes: u64) {
    let received_bytes = if phase == LoadPhase::WarmUp { total_bytes } else { 0 };
    post(Event::Loading(Loading { phase, received_bytes, total_bytes, bytes_per_s: 0.0, from_cache: false }));
}

enum AnyBuilder {
    Cpu(CpuBuilder),
    Gpu(Box<GpuBuilder>),
}

/// Builds an engine from the store's parts. Auto and Gpu fall back to the CPU and tell why.
pub async fn engine(
    store: &mut Store,
    manifest: &Manifest,
    choice: EngineChoice,
    stop: &Stop,
    quiet: bool,
) -> Result<(Engine, Option<String>), Failure> {
    let fault = |e: EngineError| Failure::Engine { reason: e.to_string() };
    let policy = match choice {
        EngineChoice::Cpu => None,
        EngineChoice::Auto => Some(AdapterPolicy::HardwareOnly),
        EngineChoice::Gpu => Some(AdapterPolicy::AnyAdapter),
    };
    let mut no_gpu = None;
    let mut builder = None;
    if let Some(policy) = policy {
        match GpuBuilder::new(manifest, policy).await {
            Ok(b) => builder = Some(AnyBuilder::Gpu(Box::new(b))),
            Err(e) => no_gpu = Some(e.to_string()),
        }
    }
    let mut builder = match builder {
        Some(b) => b,
        None => AnyBuilder::Cpu(CpuBuilder::new(manifest).map_err(fault)?),
    };
    let mut progress = Progress::new(manifest.total_bytes(), quiet);
    for (i, entry) in manifest.parts.iter().enumerate() {
        let mut cached = false;
        let bytes = store
            .file(entry, stop, &mut |n, from_cache| {
                cached = from_cache;
                progress.part(n, from_cache);
            })
            .await?;
        let sink: &mut dyn Builder = match &mut builder {
            AnyBuilder::Cpu(b) => b,
            AnyBuilder::Gpu(b) => &mut **b,
        };
        feed_part(manifest, i, &bytes, sink).map_err(fault)?;
        progress.part_done(entry.bytes, cached);
    }
    stop.check()?;
    if !quiet {
        phase(LoadPhase::WarmUp, manifest.total_bytes());
    }
    match builder {
        AnyBuilder::Cpu(b) => Ok((Engine::Cpu(b.finish().map_err(fault)?), no_gpu)),
        AnyBuilder::Gpu(b) => match b.finish().await {
            Ok(e) => Ok((Engine::Gpu(Box::new(e)), no_gpu)),
            // A GPU that fails while it is being set up is no reason for a dead end.
            Err(e) => {
                let (engine, _) = Box::pin(engine(store, manifest, EngineChoice::Cpu, stop, quiet)).await?;
                Ok((engine, Some(e.to_string())))
            }
        },
    }
}
