//! One seam, two engines: the same calls, the same types, the same answers.
//!
//! A [`Batch`] and a [`Want`] go in, an [`Answer`] comes out. `cpu` is candle (reference and
//! fallback), `gpu` is our WGSL through wgpu. Nothing here names the DOM or the page.

pub mod classify;
pub mod clock;
pub mod cpu;
#[cfg(not(target_arch = "wasm32"))]
pub mod folder;
pub mod gpu;
pub mod intervention;
pub mod judge;
pub mod masked_words;
pub mod predictions;
pub mod pretraining;
pub mod rows;
pub mod slopes;
pub mod spans;
pub mod token_gradients;
pub mod training;
pub mod vocabulary;

use crate::model::adapter::{Adapter, Head};
use crate::model::config::BertConfig;
pub use crate::model::manifest::Field;
use crate::model::manifest::{Manifest, TensorEntry};
pub use crate::text::tokens::Row;
use intervention::Intervention;
use serde::{Deserialize, Serialize};
use token_gradients::{Scores, TokenGradients};
use training::{StepReport, TrainSetup, TrainState, TrainStep};

/// Rows of differing lengths. Each row attends over its own length: padding is the engine's affair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    pub rows: Vec<Row>,
}

impl Batch {
    pub fn one(row: Row) -> Self {
        Self { rows: vec![row] }
    }

    /// The longest row's length: S of every array in the [`Answer`].
    pub fn longest(&self) -> usize {
        self.rows.iter().map(|r| r.input_ids.len()).max().unwrap_or(0)
    }

    /// Refuses what neither engine can run: no rows, an empty row, a row beyond the positions the
    /// model learned, ids outside the vocabulary, segments outside the table, ragged columns.
    pub fn check(&self, config: &BertConfig) -> Result<(), EngineError> {
        if self.rows.is_empty() {
            return Err(EngineError::EmptyBatch);
        }
        for (row, r) in self.rows.iter().enumerate() {
            let tokens = r.input_ids.len();
            if tokens == 0 || r.token_type_ids.len() != tokens {
                return Err(EngineError::BadRow { row });
            }
            if tokens > config.max_position_embeddings {
                return Err(EngineError::TooLong { row, tokens, limit: config.max_position_embeddings });
            }
            let id_ok = r.input_ids.iter().all(|&id| (id as usize) < config.vocab_size);
            let type_ok = r.token_type_ids.iter().all(|&t| (t as usize) < config.type_vocab_size);
            if !id_ok || !type_ok {
                return Err(EngineError::BadRow { row });
            }
        }
        Ok(())
    }
}

/// A position whose vocabulary distribution is wanted (the masked-word head runs only there).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlankAt {
    pub row: usize,
    pub position: usize,
    /// Ids whose exact probability and rank are asked for; at most [`MAX_ASKED`].
    pub asked: Vec<u32>,
}

/// Most positions one call sends through the masked-word head, on either engine.
pub const MAX_BLANKS: usize = 160;
/// Most candidates listed for a blank.
pub const MAX_TOP_K: usize = 16;
/// Longest row whose attention is captured: (L, N, S, S) of BERT-Base is 9.4 MB there.
pub const MAX_ATTENTION_TOKENS: usize = 128;
/// Most words asked about at one blank.
pub const MAX_ASKED: usize = 16;

/// What is to be computed beside the encoder itself. What is not wanted costs nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Want {
    pub blanks: Vec<BlankAt>,
    /// Candidates listed for each blank, at most [`MAX_TOP_K`].
    pub top_k: usize,
    /// All V logits of each blank.
    pub logits: bool,
    /// tanh pooler over [CLS].
    pub pooled: bool,
    /// The vectors of every layer, the embeddings' sum after LayerNorm first.
    pub hidden_states: bool,
    /// Attention probabilities of every layer and head.
    pub attentions: bool,
    /// Run with this adapter beside the base; None is the base alone, bit for bit.
    pub adapter: Option<AdapterId>,
    /// The adapter's classifier on the pooled vector.
    pub class_logits: bool,
    /// The adapter's span head on every piece's vector.
    pub span_logits: bool,
    /// What is changed in the forward: nothing, or one a row.
    pub interventions: Vec<Intervention>,
    /// Word, position and segment rows as they go into the embedding's sum.
    pub embedding_parts: bool,
    /// Queries, keys and values of this layer, bias included.
    pub qkv_of: Option<usize>,
}

/// An adapter that an engine holds, as [`Engine::add_adapter`] named it. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AdapterId(pub u32);

impl Want {
    pub fn check(&self, batch: &Batch) -> Result<(), EngineError> {
        if self.blanks.len() > MAX_BLANKS {
            return Err(EngineError::TooManyBlanks { blanks: self.blanks.len(), limit: MAX_BLANKS });
        }
        for b in &self.blanks {
            let inside = batch.rows.get(b.row).is_some_and(|r| b.position < r.input_ids.len());
            if !inside || b.asked.len() > MAX_ASKED {
                return Err(EngineError::BadRow { row: b.row });
            }
        }
        if (self.class_logits || self.span_logits) && self.adapter.is_none() {
            return Err(EngineError::NoSuchAdapter);
        }
        if self.top_k > MAX_TOP_K {
            return Err(EngineError::TooManyCandidates { top_k: self.top_k, limit: MAX_TOP_K });
        }
        Ok(())
    }

    /// Refuses interventions and captures of what the model does not have, or of other rows than the batch's.
    pub fn check_probe(&self, batch: &Batch, config: &BertConfig) -> Result<(), EngineError> {
        let (changed, rows) = (self.interventions.len(), batch.rows.len());
        if changed != 0 && changed != rows {
            return Err(EngineError::BadIntervention { row: changed.min(rows) });
        }
        for (i, (intervention, row)) in self.interventions.iter().zip(&batch.rows).enumerate() {
            intervention.check(i, row, config)?;
        }
        match self.qkv_of {
            Some(layer) if layer >= config.num_hidden_layers => Err(EngineError::NoSuchLayer { layer }),
            _ => Ok(()),
        }
    }

    /// Refuses logits that the adapter's head does not have.
    pub fn check_head(&self, head: Option<Head>) -> Result<(), EngineError> {
        let wrong = match head {
            Some(Head::Classifier) => self.span_logits,
            Some(Head::Span { .. }) => self.class_logits,
            None => false,
        };
        if wrong { Err(EngineError::WrongHead) } else { Ok(()) }
    }
}

/// What [`Engine::words_of`] asks.
pub struct Given<'a> {
    /// (R, H)
    pub vectors: &'a [f32],
    pub rows: usize,
    pub asked: &'a [u32],
    pub top_k: usize,
}

impl<'a> Given<'a> {
    fn new(config: &BertConfig, vectors: &'a [f32], asked: &'a [u32], top_k: usize) -> Result<Self, EngineError> {
        let rows = vectors.len() / config.hidden_size;
        if rows > MAX_BLANKS {
            return Err(EngineError::TooManyBlanks { blanks: rows, limit: MAX_BLANKS });
        }
        if rows == 0 || rows * config.hidden_size != vectors.len() {
            return Err(EngineError::EmptyBatch);
        }
        let known = asked.iter().all(|&id| (id as usize) < config.vocab_size);
        if asked.len() > MAX_ASKED || !known {
            return Err(EngineError::BadRow { row: 0 });
        }
        if top_k > MAX_TOP_K {
            return Err(EngineError::TooManyCandidates { top_k, limit: MAX_TOP_K });
        }
        Ok(Self { vectors, rows, asked, top_k })
    }
}

/// A vocabulary piece and what the model gives it at one blank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub id: u32,
    pub logit: f32,
    /// Softmax over the whole vocabulary.
    pub probability: f32,
    /// 1 for the likeliest; equal logits are ordered by id.
    pub rank: u32,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BlankAnswer {
    /// The `top_k` likeliest, best first.
    pub top: Vec<Candidate>,
    /// One for each id in [`BlankAt::asked`], in that order.
    pub asked: Vec<Candidate>,
    /// ln Σ exp(logit) over the vocabulary: probability = exp(logit − logsumexp).
    pub logsumexp: f32,
    /// (V,) when [`Want::logits`], else empty.
    pub logits: Vec<f32>,
}

/// What one call measured of itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunStats {
    /// From the call to the values in memory, milliseconds.
    pub total_ms: f64,
    /// Named steps in order, milliseconds; host-side spans unless the engine can time inside.
    pub steps_ms: Vec<(String, f64)>,
    pub dispatches: u32,
    pub passes: u32,
    pub submits: u32,
    pub maps: u32,
    pub bytes_written: u64,
    pub bytes_read: u64,
    /// Buffers, bind groups and pipelines made by this call: 0 on a warm plan.
    pub buffers_created: u32,
    pub bind_groups_created: u32,
    pub pipelines_created: u32,
}

impl RunStats {
    /// Adds another call's, step by step of the same name.
    pub fn add(&mut self, other: &Self) {
        self.total_ms += other.total_ms;
        for (name, ms) in &other.steps_ms {
            match self.steps_ms.iter_mut().find(|(n, _)| n == name) {
                Some((_, sum)) => *sum += ms,
                None => self.steps_ms.push((name.clone(), *ms)),
            }
        }
        self.dispatches += other.dispatches;
        self.passes += other.passes;
        self.submits += other.submits;
        self.maps += other.maps;
        self.bytes_written += other.bytes_written;
        self.bytes_read += other.bytes_read;
        self.buffers_created += other.buffers_created;
        self.bind_groups_created += other.bind_groups_created;
        self.pipelines_created += other.pipelines_created;
    }
}

/// Arrays are dense, row-major; positions beyond a row's own length hold 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// S of the arrays below: the longest row.
    pub tokens: usize,
    /// One for each of [`Want::blanks`], in that order.
    pub blanks: Vec<BlankAnswer>,
    /// (B, H)
    pub pooled: Vec<f32>,
    /// (L+1, B, S, H)
    pub hidden_states: Vec<f32>,
    /// (L, B, N, S, S), each row a distribution over the pieces looked at.
    pub attentions: Vec<f32>,
    /// (B, labels), before the temperature.
    pub class_logits: Vec<f32>,
    /// (B, S, 2): of each piece as the start and as the end of an answer, before the temperature.
    pub span_logits: Vec<f32>,
    /// (B, S, 3, H): word, position, segment; 0 where an intervention leaves a part out.
    pub embedding_parts: Vec<f32>,
    /// (B, S, 3, H): query, key, value of the layer asked for.
    pub qkv: Vec<f32>,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum EngineError {
    #[error("the batch has no rows")]
    EmptyBatch,
    #[error("row {row} is empty, ragged or holds an id the model does not know")]
    BadRow { row: usize },
    #[error("row {row} has {tokens} pieces, the model reads at most {limit}")]
    TooLong { row: usize, tokens: usize, limit: usize },
    #[error("{blanks} blanks in one call, at most {limit}")]
    TooManyBlanks { blanks: usize, limit: usize },
    #[error("{top_k} candidates asked for, at most {limit}")]
    TooManyCandidates { top_k: usize, limit: usize },
    #[error("the intervention on row {row} does not fit the row or the model")]
    BadIntervention { row: usize },
    #[error("the model has no layer {layer}")]
    NoSuchLayer { layer: usize },
    #[error("attention of {tokens} pieces is too large to show, at most {limit}")]
    CaptureTooLarge { tokens: usize, limit: usize },
    #[error("tensor {name} is missing, repeated or of the wrong size")]
    BadTensor { name: String },
    #[error("the engine holds no such adapter")]
    NoSuchAdapter,
    #[error("the adapter has another head")]
    WrongHead,
    #[error("no training has begun")]
    NoTraining,
    #[error("example {example} has class {class}, there are {labels} labels")]
    BadClass { example: usize, class: usize, labels: usize },
    #[error("example {example} has no place of its answer in its row, or too many")]
    BadSpan { example: usize },
    #[error("no usable GPU: {reason}")]
    NoAdapter { reason: String },
    #[error("the GPU allows {available} for {limit}, {needed} are needed")]
    GpuLimit { limit: String, needed: u64, available: u64 },
    #[error("the GPU is out of memory: {reason}")]
    OutOfMemory { reason: String },
    #[error("the GPU was lost: {reason}")]
    GpuLost { reason: String },
    #[error("{0}")]
    Compute(String),
}

impl From<candle_core::Error> for EngineError {
    fn from(e: candle_core::Error) -> Self {
        Self::Compute(e.to_string())
    }
}

/// Where an engine runs and what it holds: the engine chip's words.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EngineInfo {
    pub kind: EngineKind,
    /// The GPU adapter as it names itself; "WebAssembly" or "native" for the CPU.
    pub adapter: String,
    /// A GPU that is the processor in disguise (SwiftShader, lavapipe).
    pub software: bool,
    /// Kernel tier in use ("baseline", …).
    pub tier: String,
    /// "4-bit" and the like, as held by this engine.
    pub scheme: String,
    pub weight_bytes: u64,
    /// All that this engine holds, weights included.
    pub memory_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum EngineKind {
    Gpu,
    #[default]
    Cpu,
}

/// Takes a model shard by shard, so that no more than one part lies in memory at a time.
/// Call order: `new` for the config, [`Builder::shard`] for each, then `finish`.
pub trait Builder {
    /// `bytes` is one field of some rows of one tensor, as stored (see [`Field`]).
    fn shard(&mut self, entry: &TensorEntry, field: Field, row_start: usize, bytes: &[u8]) -> Result<(), EngineError>;
}

/// The engine in use. An enum, not a trait object: two engines are all there are, and both are async.
pub enum Engine {
    Cpu(cpu::CpuEngine),
    Gpu(Box<gpu::GpuEngine>),
}

impl Engine {
    /// Runs the encoder once over the batch and reads back only what is wanted.
    pub async fn run(&mut self, batch: &Batch, want: &Want) -> Result<Answer, EngineError> {
        match self {
            Self::Cpu(e) => e.run(batch, want),
            Self::Gpu(e) => e.run(batch, want).await,
        }
    }

    /// Gradients of one score a row by what enters the first layer, see [`token_gradients`]: one forward and backward,
    /// with nothing kept between calls.
    pub async fn token_gradients(
        &mut self,
        batch: &Batch,
        scores: &Scores,
        adapter: Option<AdapterId>,
    ) -> Result<TokenGradients, EngineError> {
        match self {
            Self::Cpu(e) => e.token_gradients(batch, scores, adapter),
            Self::Gpu(e) => e.token_gradients(batch, scores, adapter).await,
        }
    }

    /// The masked-word head on given vectors, (R, H), such as [`Answer::hidden_states`] holds: what the model would
    /// say if its last layer ended with them. Gives [`Answer::blanks`], one a vector; at most [`MAX_BLANKS`].
    pub async fn words_of(&mut self, vectors: &[f32], asked: &[u32], top_k: usize) -> Result<Answer, EngineError> {
        let given = Given::new(self.config(), vectors, asked, top_k)?;
        match self {
            Self::Cpu(e) => e.words_of(&given),
            Self::Gpu(e) => e.words_of(&given).await,
        }
    }

    /// Holds an adapter beside the base, from now on named by the id. Several may be held at once.
    pub async fn add_adapter(&mut self, adapter: &Adapter) -> Result<AdapterId, EngineError> {
        match self {
            Self::Cpu(e) => e.add_adapter(adapter),
            Self::Gpu(e) => e.add_adapter(adapter).await,
        }
    }

    /// Gives an adapter's memory back; one that is not held is no matter.
    pub fn remove_adapter(&mut self, id: AdapterId) {
        match self {
            Self::Cpu(e) => e.remove_adapter(id),
            Self::Gpu(e) => e.remove_adapter(id),
        }
    }

    /// Begins to train an adapter, in place of one in training. The id names it for [`Self::run`], which always
    /// sees its newest values.
    pub async fn begin_training(&mut self, setup: &TrainSetup) -> Result<AdapterId, EngineError> {
        setup.check(self.config())?;
        match self {
            Self::Cpu(e) => e.begin_training(setup),
            Self::Gpu(e) => e.begin_training(setup).await,
        }
    }

    /// Bytes that such a training takes, for micro-batches of at most so many tokens and rows: an estimate.
    pub fn training_bytes(&self, setup: &TrainSetup, tokens: usize, rows: usize) -> u64 {
        match self {
            Self::Cpu(e) => e.training_bytes(setup, tokens),
            Self::Gpu(e) => e.training_bytes(setup, tokens, rows),
        }
    }

    /// One step of the optimizer. See [`training`].
    pub async fn train(&mut self, step: &TrainStep) -> Result<StepReport, EngineError> {
        match self {
            Self::Cpu(e) => e.train(step),
            Self::Gpu(e) => e.train(step).await,
        }
    }

    /// Gradients of the last step as they were before the cut, in the adapter's shapes.
    pub async fn gradients(&mut self) -> Result<Adapter, EngineError> {
        match self {
            Self::Cpu(e) => e.gradients(),
            Self::Gpu(e) => e.gradients().await,
        }
    }

    /// What a run goes on from.
    pub async fn train_state(&mut self) -> Result<TrainState, EngineError> {
        match self {
            Self::Cpu(e) => e.train_state(),
            Self::Gpu(e) => e.train_state().await,
        }
    }

    /// Goes on from a state of a training begun with the same setup.
    pub async fn restore_training(&mut self, state: &TrainState) -> Result<(), EngineError> {
        match self {
            Self::Cpu(e) => e.restore_training(state),
            Self::Gpu(e) => e.restore_training(state),
        }
    }

    /// Gives the memory of a training back, its adapter's too.
    pub fn end_training(&mut self) {
        match self {
            Self::Cpu(e) => e.end_training(),
            Self::Gpu(e) => e.end_training(),
        }
    }

    pub fn info(&self) -> EngineInfo {
        match self {
            Self::Cpu(e) => e.info(),
            Self::Gpu(e) => e.info(),
        }
    }

    pub fn config(&self) -> &BertConfig {
        match self {
            Self::Cpu(e) => e.config(),
            Self::Gpu(e) => e.config(),
        }
    }
}

/// Feeds every shard of the parts to a builder, in the manifest's order.
/// `part` hands out the bytes of part i (already hash-checked).
pub fn feed_part(manifest: &Manifest, part: usize, bytes: &[u8], builder: &mut dyn Builder) -> Result<(), EngineError> {
    for (entry, shard) in manifest.shards_of_part(part) {
        for (field, range) in entry.field_ranges(shard) {
            let slice = bytes.get(range).ok_or_else(|| EngineError::BadTensor { name: entry.name.clone() })?;
            builder.shard(entry, field, shard.rows[0], slice)?;
        }
    }
    Ok(())
}
