//! All that a run goes on from, in one file.
//!
//! Safetensors, every tensor F32: the adapter's under `value.`, `first_moment.` and `second_moment.` before their
//! names in an adapter file, and `curves.steps` (n, 6). All else is one JSON text in the metadata. What is read is
//! not trusted: every shape follows from the settings, and every value is checked.

use super::curves::StepPoint;
use super::initial::zero_adapter;
use super::run::Progress;
use super::settings::{Hyperparameters, SettingError};
use crate::engine::training::TrainState;
use crate::engine::{EngineInfo, EngineKind};
use crate::model::adapter::{Adapter, AdapterError, Head, Input, SPAN_LABELS, check_labels, serialize};
use crate::model::config::BertConfig;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

pub const FORMAT: &str = "bertscope-checkpoint";
pub const VERSION: &str = "1";
/// A larger file is not read: rank 64 on every Linear of BERT-Base, three times in F32, fits.
pub const MAX_BYTES: usize = 512 << 20;
/// Of this program, as checkpoints name it.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");
const COLUMNS: usize = 6;

/// Where a checkpoint was made. What follows it is the same bit for bit only where all of this is the same.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Made {
    /// [`super::data::Dataset::hash`]
    pub data_hash: String,
    pub engine: EngineKind,
    /// The GPU as it names itself, and its kernels' tier.
    pub adapter: String,
    pub tier: String,
    pub build: String,
}

impl Made {
    pub fn here(data_hash: String, engine: &EngineInfo) -> Self {
        let EngineInfo { kind, adapter, tier, .. } = engine.clone();
        Self { data_hash, engine: kind, adapter, tier, build: BUILD.into() }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    pub settings: Hyperparameters,
    pub progress: Progress,
    pub state: TrainState,
    pub made: Made,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum CheckpointError {
    #[error("the file has {bytes} bytes, a checkpoint has at most {limit}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("not a checkpoint of this page: {0}")]
    NotCheckpoint(String),
    #[error("the file is a {format} of version {version}, this page reads {FORMAT} of version {VERSION}")]
    Version { format: String, version: String },
    #[error("it was made for the base {made_for}, the page holds {here}")]
    WrongBase { made_for: String, here: String },
    #[error("it was made with other data or another split")]
    OtherData,
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Labels(#[from] AdapterError),
    #[error("tensor {name} is missing, of another shape, or holds what is no number")]
    Tensor { name: String },
    #[error("its steps do not agree with each other")]
    Steps,
}

type Result<T> = std::result::Result<T, CheckpointError>;

/// The metadata's JSON.
#[derive(Serialize, Deserialize)]
struct Header {
    settings: Hyperparameters,
    /// The steps' curve is a tensor.
    progress: Progress,
    made: Made,
    base_hash: String,
    title: String,
    labels: Vec<String>,
    input: Input,
    pooler: bool,
    /// A span head's.
    #[serde(default)]
    spans: bool,
    micro_step: u32,
}

const PREFIXES: [&str; 3] = ["value", "first_moment", "second_moment"];
const CURVE: &str = "curves.steps";

impl Checkpoint {
    /// The file.
    pub fn to_bytes(&self, config: &BertConfig) -> Result<Vec<u8>> {
        let Self { settings, progress, state, made } = self;
        let adapter = &state.adapter;
        let mut light = progress.clone();
        let steps = std::mem::take(&mut light.curves.steps);
        let header = Header {
            settings: settings.clone(),
            progress: light,
            made: made.clone(),
            base_hash: adapter.base_hash.clone(),
            title: adapter.title.clone(),
            labels: adapter.labels.clone(),
            input: adapter.input,
            pooler: adapter.pooler.is_some(),
            spans: adapter.head != Head::Classifier,
            micro_step: state.micro_step,
        };
        let json = serde_json::to_string(&header).map_err(|e| CheckpointError::NotCheckpoint(e.to_string()))?;
        let words = [("format", FORMAT.to_owned()), ("version", VERSION.to_owned()), ("checkpoint", json)];
        let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
        let mut tensors = Vec::new();
        for (prefix, part) in PREFIXES.iter().zip([adapter, &state.first_moment, &state.second_moment]) {
            for ((name, shape), values) in part.names(config).into_iter().zip(part.values()) {
                tensors.push((format!("{prefix}.{name}"), shape, bytes(values)));
            }
        }
        let curve: Vec<f32> = steps.iter().flat_map(row_of).collect();
        tensors.push((CURVE.to_owned(), vec![steps.len(), COLUMNS], bytes(&curve)));
        let broken = |e: safetensors::SafeTensorError| CheckpointError::NotCheckpoint(e.to_string());
        let mut views = Vec::with_capacity(tensors.len());
        for (name, shape, bytes) in &tensors {
            views.push((name, TensorView::new(Dtype::F32, shape.clone(), bytes).map_err(broken)?));
        }
        let words: HashMap<String, String> = words.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        serialize(views, words).map_err(broken)
    }

    /// Reads and checks a file for a base of that shape and hash.
    pub fn parse(bytes: &[u8], config: &BertConfig, base_hash: &str) -> Result<Self> {
        if bytes.len() > MAX_BYTES {
            return Err(CheckpointError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
        }
        let broken = |e: safetensors::SafeTensorError| CheckpointError::NotCheckpoint(e.to_string());
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let word = |key: &str| metadata.metadata().as_ref().and_then(|m| m.get(key)).map_or("", String::as_str);
        if word("format") != FORMAT || word("version") != VERSION {
            return Err(CheckpointError::Version { format: short(word("format")), version: short(word("version")) });
        }
        let header: Header =
            serde_json::from_str(word("checkpoint")).map_err(|e| CheckpointError::NotCheckpoint(e.to_string()))?;
        if header.base_hash != base_hash {
            return Err(CheckpointError::WrongBase { made_for: short(&header.base_hash), here: short(base_hash) });
        }
        let Header { settings, mut progress, made, title, labels, input, pooler, spans, micro_step, .. } = header;
        settings.check(1, config)?;
        check_labels(&labels)?;
        let head = if spans { Head::Span { null_threshold: 0.0 } } else { Head::Classifier };
        if spans && (labels != SPAN_LABELS || input != Input::Pair || pooler) {
            return Err(CheckpointError::NotCheckpoint("it holds what no training leaves".into()));
        }
        let file = SafeTensors::deserialize(bytes).map_err(broken)?;
        let curve = take(&file, CURVE, None)?;
        progress.curves.steps = curve.chunks_exact(COLUMNS).map(point_of).collect();
        check_progress(&progress, labels.len())?;
        let mut zero = zero_adapter(&settings, (&labels, input, head), config, base_hash, pooler);
        zero.title = title.chars().take(200).collect();
        let part = |prefix: &str| -> Result<Adapter> {
            let mut part = zero.clone();
            let names = part.names(config);
            for ((name, shape), values) in names.into_iter().zip(part.values_mut()) {
                *values = take(&file, &format!("{prefix}.{name}"), Some(&shape))?;
            }
            Ok(part)
        };
        let [adapter, first_moment, second_moment] = PREFIXES;
        let state = TrainState {
            adapter: part(adapter)?,
            first_moment: part(first_moment)?,
            second_moment: part(second_moment)?,
            step: progress.step,
            micro_step,
        };
        let held = PREFIXES.len() * zero.values().len() + 1;
        let negative = state.second_moment.values().iter().any(|v| v.iter().any(|&x| x < 0.0));
        if file.len() != held || negative {
            return Err(CheckpointError::NotCheckpoint("it holds what no training leaves".into()));
        }
        Ok(Self { settings, progress, state, made })
    }

    /// Refuses to go on with other data; else tells whether what follows will be the same bit for bit.
    pub fn fits(&self, here: &Made) -> Result<bool> {
        if self.made.data_hash != here.data_hash {
            return Err(CheckpointError::OtherData);
        }
        Ok(self.made == *here)
    }
}

fn row_of(p: &StepPoint) -> [f32; COLUMNS] {
    // A step is exact in f32 as far as runs may go (MAX_STEPS).
    [p.step as f32, p.loss, p.accuracy, p.learning_rate, p.gradient_norm, p.examples_per_s]
}

fn point_of(row: &[f32]) -> StepPoint {
    StepPoint {
        step: row[0] as u32,
        loss: row[1],
        accuracy: row[2],
        learning_rate: row[3],
        gradient_norm: row[4],
        examples_per_s: row[5],
    }
}

fn check_progress(p: &Progress, labels: usize) -> Result<()> {
    let rising = |steps: &[u32]| steps.windows(2).all(|w| w[0] < w[1]) && steps.iter().all(|&s| s <= p.step);
    let steps: Vec<u32> = p.curves.steps.iter().map(|s| s.step).collect();
    let evaluations: Vec<u32> = p.curves.evaluations.iter().map(|e| e.step).collect();
    let whole = p.curves.evaluations.iter().all(|e| e.said.len() == labels && e.truth.len() == labels);
    let sound = rising(&steps) && rising(&evaluations) && whole && p.best_step.is_none_or(|b| b <= p.step);
    if sound { Ok(()) } else { Err(CheckpointError::Steps) }
}

/// F32 values of that shape, or of any (n, [`COLUMNS`]), all finite.
fn take(file: &SafeTensors, name: &str, shape: Option<&[usize]>) -> Result<Vec<f32>> {
    let bad = || CheckpointError::Tensor { name: short(name) };
    let t = file.tensor(name).map_err(|_| bad())?;
    let fits = shape.map_or_else(|| matches!(t.shape(), [_, COLUMNS]), |s| t.shape() == s);
    if !fits || t.dtype() != Dtype::F32 {
        return Err(bad());
    }
    let values: Vec<f32> = t.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(bad()) }
}

/// A file's text in an error: not longer than a line.
fn short(text: &str) -> String {
    if text.is_empty() { "nothing".into() } else { text.chars().take(96).collect() }
}
