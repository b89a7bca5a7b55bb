//! `Request` and `Event`: the only types that the page and the worker share.
//!
//! A message is a JSON body and a list of f32 arrays, transferred rather than copied. Bodies name
//! arrays by [`ArrayRef`]. A newer request of the same [`Kind`] drops the older one's answer.

pub mod answers;
pub mod context;
pub mod features;
pub mod heads;
pub mod lab;
pub mod masking;
pub mod own;
pub mod pretraining;
pub mod probe;

pub use crate::engine::MAX_ATTENTION_TOKENS;
pub use crate::engine::classify::{ClassifiedRow, ClassifiedWindow};
pub use crate::engine::slopes::Slopes;
use crate::engine::{Candidate, EngineError, EngineInfo, RunStats};
use crate::model::adapter::AdapterError;
use crate::model::manifest::{Absent, Source};
pub use crate::text::tokens::{Change, Cut, Piece, PieceKind, Step, TextPair, Tokens, Word};
use serde::{Deserialize, Serialize};

/// Index of an array that travels beside the body, and its shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrayRef {
    pub index: usize,
    pub shape: Vec<usize>,
}

/// A body with its arrays.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<T> {
    pub body: T,
    pub arrays: Vec<Vec<f32>>,
}

impl<T> Message<T> {
    /// Another body around the same arrays.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Message<U> {
        Message { body: f(self.body), arrays: self.arrays }
    }
}

impl<T> From<T> for Message<T> {
    fn from(body: T) -> Self {
        Self { body, arrays: Vec::new() }
    }
}

// ------------------------------------------------------------------------------------- requests

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Rises with each request of a page.
    pub id: u64,
    pub task: Task,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// Load the model and choose an engine. Answered by [`Event::Loading`]s, then [`Event::Loaded`].
    Load(Load),
    /// Stop a running load; what has arrived stays in the cache.
    CancelLoad,
    /// Pieces of a text or pair. Needs the vocabulary only, not the weights.
    Tokenize(TextPair),
    /// Pieces of the same with do_lower_case turned round, through the same vocabulary.
    OtherCase(TextPair),
    /// Pieces of the same by the vocabulary of another pack.
    Beside(BesideTask),
    Blank(BlankTask),
    Attend(TextPair),
    /// Class probabilities by an adapter, which is fetched when it is first asked for.
    Classify(ClassifyTask),
    /// Gradient × input of a review's pieces, by an adapter of two classes.
    Slopes(SlopesTask),
    /// Run the golden sentence on the engine in use and compare with the reference.
    Prove,
    /// Forget the cached model and tell what storage is left.
    RemoveModel,
    Storage,
    /// Time the forward on this device.
    Bench(BenchTask),
    Drill(Drill),
    Lab(lab::LabTask),
    /// Where a question's answer stands in a text.
    Answer(answers::Asked),
    WorkOut(answers::WorkTask),
    /// A text hidden as pre-training hides it.
    Mask(masking::MaskTask),
    /// One word in several sentences.
    Context(context::ContextTask),
    /// Vectors of many texts.
    Features(features::FeaturesTask),
    /// The queries and keys of one head.
    Head(heads::HeadTask),
    /// What is lost without heads and layers.
    Knock(heads::KnockTask),
    /// What a hidden piece's place looks at, and what its score hangs on.
    Against(heads::AgainstTask),
    /// A model of the visitor's.
    Own(own::OwnTask),
    /// A small BERT from its first values, on a text.
    Pretrain(pretraining::PretrainTask),
    /// Forwards with something changed, or looked into.
    Probe(probe::ProbeTask),
}

/// Forwards of one shape with one blank, or through an adapter, [`BenchTask::repeats`] times after one to warm up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchTask {
    /// B
    pub rows: usize,
    /// S
    pub tokens: usize,
    pub repeats: usize,
    /// By name: its classes in place of the blank.
    pub adapter: Option<String>,
}

pub const MAX_BENCH_TOKENS: usize = 4096;
pub const MAX_BENCH_REPEATS: usize = 50;

/// Requests of one kind supersede each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Load,
    CancelLoad,
    Tokenize,
    OtherCase,
    Beside,
    Blank,
    BlankTable,
    Attend,
    Classify(Purpose),
    Slopes,
    Prove,
    Storage,
    Bench,
    Drill,
    Lab(lab::LabKind),
    Answer,
    WorkOut,
    Mask(masking::MaskUse),
    Context,
    Features,
    Head,
    Knock,
    Against,
    Own,
    Pretrain(pretraining::PretrainKind),
    Probe(probe::ProbeKind),
}

impl Task {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Load(_) => Kind::Load,
            Self::CancelLoad => Kind::CancelLoad,
            Self::Tokenize(_) => Kind::Tokenize,
            Self::OtherCase(_) => Kind::OtherCase,
            Self::Beside(_) => Kind::Beside,
            Self::Blank(b) if b.whole_vocabulary => Kind::BlankTable,
            Self::Blank(_) => Kind::Blank,
            Self::Attend(_) => Kind::Attend,
            Self::Classify(c) => Kind::Classify(c.purpose),
            Self::Slopes(_) => Kind::Slopes,
            Self::Prove => Kind::Prove,
            Self::RemoveModel | Self::Storage => Kind::Storage,
            Self::Bench(_) => Kind::Bench,
            Self::Drill(_) => Kind::Drill,
            Self::Lab(task) => Kind::Lab(task.kind()),
            Self::Answer(_) => Kind::Answer,
            Self::WorkOut(_) => Kind::WorkOut,
            Self::Mask(m) => Kind::Mask(m.purpose),
            Self::Context(_) => Kind::Context,
            Self::Features(_) => Kind::Features,
            Self::Head(_) => Kind::Head,
            Self::Knock(_) => Kind::Knock,
            Self::Against(_) => Kind::Against,
            Self::Own(_) => Kind::Own,
            Self::Pretrain(task) => Kind::Pretrain(task.kind()),
            Self::Probe(task) => Kind::Probe(task.kind()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Folder of manifest.json, relative to the page, ending in '/'.
    pub model_url: String,
    /// Folder of the adapters, likewise.
    pub adapters_url: String,
    pub engine: EngineChoice,
}

/// Folder of BERT-Base, cased, as [`Load::model_url`] has it: the second pack, loaded on request.
pub const CASED_URL: &str = "assets/models/bert-base-cased/";

/// A text for another pack's vocabulary, which is fetched (with its manifest, without weights) when it is first asked
/// for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BesideTask {
    pub text: TextPair,
    /// As in [`Load::model_url`].
    pub model_url: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineChoice {
    /// A real GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// Any WebGPU adapter, a software one too.
    Gpu,
    Cpu,
}

/// Fill the blanks of up to [`MAX_SENTENCES`] sentences in one forward.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BlankTask {
    /// With "[MASK]" where a word is hidden.
    pub sentences: Vec<String>,
    /// The visitor's own words.
    pub asked: Vec<String>,
    pub top_k: usize,
    /// Send every piece's probability of each blank (for the CSV).
    pub whole_vocabulary: bool,
}

/// Texts for one adapter. A single text is read whole, in overlapping windows; a pair is one row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClassifyTask {
    pub purpose: Purpose,
    /// Its name in the list of adapters: [`SENTIMENT`], [`NEXT_SENTENCE`].
    pub adapter: String,
    /// At most [`MAX_CLASSIFY_TEXTS`]. One with nothing to read gets an empty answer.
    pub texts: Vec<TextPair>,
    /// Give every piece of a pair the segment A.
    pub one_segment: bool,
}

/// See [`crate::engine::slopes`]. An empty text calls off the one under way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SlopesTask {
    /// As in [`ClassifyTask::adapter`].
    pub adapter: String,
    pub text: String,
}

pub const SENTIMENT: &str = "sentiment";
pub const NEXT_SENTENCE: &str = "next-sentence";
pub const MAX_CLASSIFY_TEXTS: usize = 512;

/// What an answer is for: requests of one purpose supersede each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The visitor's review.
    #[default]
    Review,
    /// Its sentences, one by one.
    Sentences,
    /// The review with one word left out, for each word.
    Evidence,
    Contrast,
    /// Rows of a table.
    Table,
    /// A sample of the judged set.
    Judge,
    /// The visitor's pair.
    Pair,
    /// The same pair, changed: swapped, or all in segment A.
    ChangedPair,
    Quiz,
}

impl Purpose {
    pub const ALL: [Self; 9] = [
        Self::Review,
        Self::Sentences,
        Self::Evidence,
        Self::Contrast,
        Self::Table,
        Self::Judge,
        Self::Pair,
        Self::ChangedPair,
        Self::Quiz,
    ];
}

pub const MAX_SENTENCES: usize = 8;
/// Most blanks the page answers for at once.
pub const MAX_PAGE_BLANKS: usize = 16;
/// Longest text the worker takes, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Faults made on purpose, for teachers and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Drill {
    /// Destroy the GPU device; the worker rebuilds it from the bytes it kept.
    LoseGpu,
    /// Panic in the worker.
    Panic,
}

// --------------------------------------------------------------------------------------- events

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker listens. Nothing may be posted before.
    Ready,
    Loading(Loading),
    /// The vocabulary is in: [`Task::Tokenize`] works.
    TokenizerReady,
    Loaded(Loaded),
    /// The engine was rebuilt or replaced; answers go on.
    EngineChanged {
        info: EngineInfo,
        why: EngineChange,
    },
    Tokens {
        id: u64,
        tokens: Tokens,
    },
    Blanks {
        id: u64,
        answer: Blanks,
    },
    Attention {
        id: u64,
        answer: Attention,
    },
    Classified {
        id: u64,
        answer: Classified,
    },
    Slopes {
        id: u64,
        answer: Slopes,
    },
    /// An adapter is on its way.
    AdapterLoading {
        name: String,
        received_bytes: u64,
        total_bytes: u64,
    },
    /// Rows of a request that are done; told for those of more than one forward.
    Progress {
        id: u64,
        done: usize,
        total: usize,
    },
    Proof {
        id: u64,
        proof: Proof,
    },
    /// The runs in order, the warming one left out.
    Bench {
        id: u64,
        task: BenchTask,
        runs: Vec<RunStats>,
    },
    Storage {
        id: u64,
        storage: StorageReport,
    },
    /// Of the fine-tuning lab; without an id, unasked.
    Lab {
        id: Option<u64>,
        event: lab::LabEvent,
    },
    Answered {
        id: u64,
        answer: answers::Answers,
    },
    WorkedOut {
        id: u64,
        answer: answers::Worked,
    },
    Masked {
        id: u64,
        answer: masking::Masked,
    },
    Contexts {
        id: u64,
        answer: context::Context,
    },
    Features {
        id: u64,
        answer: features::Features,
    },
    HeadVectors {
        id: u64,
        answer: heads::HeadVectors,
    },
    Knocked {
        id: u64,
        answer: heads::Knocked,
    },
    Against {
        id: u64,
        answer: heads::Against,
    },
    Own {
        id: u64,
        event: own::OwnEvent,
    },
    /// Of pre-training; without an id, unasked.
    Pretrain {
        id: Option<u64>,
        event: pretraining::PretrainEvent,
    },
    Probed {
        id: u64,
        answer: probe::Probed,
    },
    /// A newer request of the same kind took this one's place.
    Superseded {
        id: u64,
    },
    Failed {
        id: Option<u64>,
        failure: Failure,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loading {
    pub phase: LoadPhase,
    /// Of the model's parts; counts bytes from the cache too.
    pub received_bytes: u64,
    pub total_bytes: u64,
    /// Over the last seconds; 0 until known.
    pub bytes_per_s: f64,
    pub from_cache: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadPhase {
    Manifest,
    Vocabulary,
    Weights,
    /// Pipelines and plan.
    WarmUp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    pub info: EngineInfo,
    pub title: String,
    pub base_hash: String,
    pub source: Source,
    pub vocab_size: usize,
    pub layers: usize,
    pub heads: usize,
    pub max_tokens: usize,
    pub lower_case: bool,
    pub downloaded_bytes: u64,
    pub cached_bytes: u64,
    pub load_ms: f64,
    pub notes: Vec<LoadNote>,
}

/// What a visitor should know of a load that succeeded all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadNote {
    /// The browser keeps no cache for this page: the next visit downloads again.
    NotCached { reason: String },
    /// A damaged part was fetched again.
    PartRefetched { file: String },
    /// Why the CPU is in use where a GPU was hoped for.
    NoGpu { reason: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineChange {
    RebuiltAfterLoss { reason: String },
    CpuAfterLoss { reason: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blanks {
    /// Every piece by its id, when the whole vocabulary was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<String>,
    /// One for each sentence asked.
    pub sentences: Vec<BlankSentence>,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlankSentence {
    pub tokens: Tokens,
    pub blanks: Vec<BlankFill>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlankFill {
    /// Index in the sentence's pieces.
    pub position: usize,
    pub top: Vec<NamedCandidate>,
    pub asked: Vec<AskedWord>,
    /// (V,) probabilities when the whole vocabulary was asked for.
    pub vocabulary: Option<ArrayRef>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedCandidate {
    pub piece: String,
    #[serde(flatten)]
    pub candidate: Candidate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedWord {
    pub word: String,
    /// None when the word is no single piece; then `pieces` says how it is cut.
    pub candidate: Option<Candidate>,
    pub pieces: Vec<String>,
    /// Of a word of several pieces: each piece in a gap as wide as the word, once the pieces before it stand. Their
    /// probabilities' product is the word's in that gap. Empty where the word has one piece or could not be asked.
    #[serde(default)]
    pub chain: Vec<Candidate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attention {
    pub tokens: Tokens,
    /// (L, N, S, S): layer, head, looking piece, piece looked at.
    pub attentions: ArrayRef,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classified {
    pub adapter: AdapterInfo,
    /// One for each text asked, in that order.
    pub rows: Vec<ClassifiedRow>,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AdapterInfo {
    pub title: String,
    pub labels: Vec<String>,
    pub rank: usize,
    /// Of its file.
    pub bytes: u64,
}

/// The golden sentence on the engine in use, against PyTorch on the same dequantized bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    pub sentence: String,
    /// Logits compared.
    pub compared: usize,
    pub worst_difference: f32,
    pub tolerance: f32,
    pub passed: bool,
    /// piece, probability here, PyTorch's on the same bytes, f32 BERT-Base's.
    pub rows: Vec<ProofRow>,
    pub info: EngineInfo,
    pub stats: RunStats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProofRow {
    pub piece: String,
    pub here: f32,
    pub reference: f32,
    pub f32_model: f32,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StorageReport {
    pub model_bytes: u64,
    pub usage_bytes: Option<u64>,
    pub quota_bytes: Option<u64>,
    pub persistent: bool,
    pub wasm_heap_bytes: u64,
    pub engine_bytes: u64,
}

/// Every way a request can fail; `ui` makes the sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Failure {
    EmptyText,
    /// A pair whose second text is empty.
    NoSecondText,
    TextTooLarge {
        bytes: usize,
        limit: usize,
    },
    NoBlank {
        sentence: usize,
    },
    TooManyBlanks {
        blanks: usize,
        limit: usize,
    },
    /// A blank lies beyond the 512 pieces that are read.
    BlankCutOff {
        sentence: usize,
    },
    TooManySentences {
        sentences: usize,
        limit: usize,
    },
    TooLongForAttention {
        tokens: usize,
        limit: usize,
    },
    TooLongToProbe {
        tokens: usize,
        limit: usize,
    },
    TooManyTexts {
        texts: usize,
        limit: usize,
    },
    /// Features of more numbers than a page should hold.
    TooManyNumbers {
        numbers: usize,
        limit: usize,
    },
    /// No adapter has this name.
    NoAdapter {
        name: String,
    },
    /// The adapter does not fit, with the reason.
    Adapter {
        name: String,
        reason: AdapterError,
    },
    /// A text without a question.
    NoQuestion,
    /// A question that leaves a window no room for the text.
    LongQuestion {
        pieces: usize,
        limit: usize,
    },
    /// The model came without it.
    NoHead {
        head: Absent,
    },
    NotLoaded,
    Cancelled,
    /// The network or server failed; `status` 0 when nothing answered.
    Download {
        file: String,
        status: u16,
        reason: String,
    },
    /// sha-256 differs after a second try.
    Corrupt {
        file: String,
    },
    Manifest {
        reason: String,
    },
    Vocabulary {
        reason: String,
    },
    Gpu {
        reason: String,
    },
    Engine {
        reason: String,
    },
    /// The worker panicked or could not start; made by the page.
    Worker {
        reason: String,
    },
    Lab(lab::LabFailure),
    Own(own::OwnFailure),
    Pretrain(pretraining::PretrainFailure),
}

impl From<EngineError> for Failure {
    fn from(e: EngineError) -> Self {
        match e {
            EngineError::TooManyBlanks { blanks, limit } => Self::TooManyBlanks { blanks, limit },
            EngineError::CaptureTooLarge { tokens, limit } => Self::TooLongForAttention { tokens, limit },
            e => Self::Engine { reason: e.to_string() },
        }
    }
}
