//! A visitor's own BERT, from the browser's handles of its files to a pack in memory.

mod kept;

use super::js::{post, settled, sleep_ms};
use crate::engine::clock::now_ms;
use crate::engine::gpu;
use crate::engine::{EngineError, EngineKind};
use crate::model::adapter::{Adapter, Dense, Head, Input};
use crate::model::checkpoint::{Checkpoint, CheckpointError, LENGTH_BYTES, config, header_bytes};
use crate::model::maker::{MakeError, Maker};
use crate::model::manifest::{Absent, Manifest, Scheme, Source};
use crate::model::pack::{PART_BYTES, file_entry, rounding, stored_bytes};
use crate::protocol::own::{HEAP_LIMIT_BYTES, Looked, MAX_FILE_BYTES, Make, OwnFailure, OwnModel, Takes};
use crate::protocol::{Event, Failure};
use crate::text::tokenizer::BertTokenizer;
use crate::text::vocabulary::{Files, Vocabulary};
use js_sys::Uint8Array;
pub use kept::{forget, kept};
use std::collections::HashMap;
use web_sys::File;

const NEXT: &str = "next-sentence";
const PROGRESS_EVERY_MS: f64 = 100.0;
const NAMES: [&str; 4] = ["config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json"];
const MAX_SMALL_BYTES: u64 = 64 << 20;
/// Labels of BERT's own next-sentence head, in the order of its logits.
const NEXT_LABELS: [&str; 2] = ["IsNext", "NotNext"];
const MAX_TITLE_CHARS: usize = 60;

/// What was dropped, looked at.
pub struct Dropped {
    weights: File,
    checkpoint: Checkpoint,
    vocabulary: Vocabulary,
    pub looked: Looked,
}

/// A pack, its files outside WebAssembly's memory by their hashes.
pub struct OwnPack {
    pub manifest: Manifest,
    pub files: HashMap<String, Uint8Array>,
}

fn refused(e: impl Into<OwnFailure>) -> Failure {
    Failure::Own(e.into())
}

async fn read(file: &File, from: u64, to: u64) -> Result<Uint8Array, Failure> {
    let unreadable = || refused(OwnFailure::Unreadable { file: file.name() });
    let blob = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(|_| unreadable())?;
    let buffer = settled(blob.array_buffer()).await.map_err(|_| unreadable())?;
    let bytes = Uint8Array::new(&buffer);
    // A file that was cut meanwhile.
    if u64::from(bytes.length()) == to - from { Ok(bytes) } else { Err(unreadable()) }
}

/// The one file of weights.
fn weights_of(files: &[File]) -> Result<File, OwnFailure> {
    let ends = |end: &str| files.iter().filter(|f| f.name().ends_with(end)).collect::<Vec<_>>();
    match ends(".safetensors").as_slice() {
        [] => Err(OwnFailure::NoWeights { bin: !ends(".bin").is_empty() || !ends(".ckpt").is_empty() }),
        [one] if !one.name().contains("-of-") => Ok((*one).clone()),
        all => all.iter().find(|f| f.name() == "model.safetensors").map(|f| (*f).clone()).ok_or(OwnFailure::Shards),
    }
}

/// `in_use`: the engine that runs now.
pub async fn look(files: &[File], in_use: EngineKind) -> Result<Dropped, Failure> {
    let weights = weights_of(files).map_err(refused)?;
    let size = |f: &File| f.size() as u64;
    let limited = |f: &File, limit: u64| match size(f) {
        bytes if bytes > limit => Err(refused(OwnFailure::FileTooLarge { file: f.name(), bytes, limit })),
        _ => Ok(()),
    };
    limited(&weights, MAX_FILE_BYTES)?;
    let mut used = vec![(weights.name(), size(&weights))];
    let mut small: [Option<Vec<u8>>; 4] = Default::default();
    for (name, bytes) in NAMES.iter().zip(&mut small) {
        if let Some(file) = files.iter().find(|f| f.name() == *name) {
            limited(file, MAX_SMALL_BYTES)?;
            *bytes = Some(read(file, 0, size(file)).await?.to_vec());
            used.push((file.name(), size(file)));
        }
    }
    let [config_json, vocab, tokenizer, tokenizer_config] = &small;
    let missing = |file: &str| refused(OwnFailure::NoFile { file: file.into() });
    let config_json = config_json.as_deref().ok_or_else(|| missing(NAMES[0]))?;
    let (mut config, tied) = config(config_json).map_err(refused)?;
    if vocab.is_none() && tokenizer.is_none() {
        return Err(missing(NAMES[1]));
    }
    let said = Files {
        vocab: vocab.as_deref(),
        tokenizer: tokenizer.as_deref(),
        tokenizer_config: tokenizer_config.as_deref(),
        config: Some(config_json),
    };
    let vocabulary = Vocabulary::read(said, config.vocab_size).map_err(refused)?;
    config.do_lower_case = vocabulary.lower_case;
    config.strip_accents = vocabulary.strip_accents;
    BertTokenizer::with_accents(&vocabulary.text, config.do_lower_case, config.strip_accents)?;
    let first = read(&weights, 0, LENGTH_BYTES.min(size(&weights))).await?.to_vec();
    let header = header_bytes(&first, size(&weights)).map_err(refused)?;
    let header = read(&weights, LENGTH_BYTES, LENGTH_BYTES + header).await?.to_vec();
    let checkpoint = Checkpoint::read(config.clone(), tied, &header, size(&weights)).map_err(refused)?;
    let looked = looked(&checkpoint, (used, title_of(config_json)), &vocabulary, in_use);
    Ok(Dropped { weights, checkpoint, vocabulary, looked })
}

/// The last part of the name that a configuration has been saved under.
fn title_of(config_json: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(config_json).ok()?;
    let name = json.get("_name_or_path")?.as_str()?.rsplit(['/', '\\']).next()?.trim();
    Some(name.chars().take(MAX_TITLE_CHARS).collect()).filter(|n: &String| n.chars().any(char::is_alphanumeric))
}

fn looked(
    checkpoint: &Checkpoint,
    (files, title): (Vec<(String, u64)>, Option<String>),
    vocabulary: &Vocabulary,
    in_use: EngineKind,
) -> Looked {
    let config = checkpoint.config.clone();
    let takes = [Scheme::Q4, Scheme::Q8].map(|scheme| {
        let entries = checkpoint.entries(scheme);
        let weights: usize = entries.iter().map(|e| e.rows() * e.columns()).sum();
        Takes { scheme, stored_bytes: stored_bytes(&entries), cpu_bytes: 4 * weights as u64 }
    });
    let no_gpu = gpu::check_config(&config).err().map(|e| match e {
        EngineError::Compute(reason) => reason,
        other => other.to_string(),
    });
    let engine = if no_gpu.is_some() { EngineKind::Cpu } else { in_use };
    let bytes = if engine == EngineKind::Cpu { takes[0].cpu_bytes } else { takes[0].stored_bytes };
    let over = (bytes > HEAP_LIMIT_BYTES).then_some(OwnFailure::Memory { bytes, limit: HEAP_LIMIT_BYTES });
    let mut types: Vec<String> =
        checkpoint.tensors.iter().filter(|t| t.bytes.is_some()).map(|t| format!("{:?}", t.dtype)).collect();
    types.sort_unstable();
    types.dedup();
    Looked {
        title,
        files,
        config,
        parameters: checkpoint.parameters(),
        types,
        said_by: vocabulary.said_by,
        absent: checkpoint.absent.clone(),
        next_sentence: checkpoint.next_sentence.is_some(),
        takes,
        engine,
        no_gpu,
        refused: over,
    }
}

/// Reads, rounds and packs, a few megabytes at a turn. None when `goes_on` says no.
pub async fn make(
    id: u64,
    dropped: &Dropped,
    task: &Make,
    goes_on: impl Fn() -> bool,
) -> Result<Option<OwnPack>, Failure> {
    let broken = |e: MakeError| match e {
        MakeError::Checkpoint(e) => refused(e),
        MakeError::Pack(e) => Failure::Engine { reason: e.to_string() },
    };
    let mut maker = Maker::new(dropped.checkpoint.clone(), task.scheme, PART_BYTES);
    let mut parts = Vec::new();
    let mut told_ms = 0.0;
    while let Some(range) = maker.next() {
        let bytes = read(&dropped.weights, range.start, range.end).await?.to_vec();
        if let Some(file) = maker.take(&bytes).map_err(broken)? {
            parts.push(Uint8Array::from(file.as_slice()));
        }
        if now_ms() - told_ms > PROGRESS_EVERY_MS {
            told_ms = now_ms();
            let (done, total) = maker.progress();
            post(Event::Progress { id, done: done as usize, total: total as usize });
        }
        // Lets others have their turn.
        sleep_ms(0).await;
        if !goes_on() {
            return Ok(None);
        }
    }
    let vocab = dropped.vocabulary.text.as_bytes();
    let source = Source {
        origin: dropped.weights.name(),
        sha256: String::new(),
        license: String::new(),
        changes: format!("Linear weights and the word table {}; all else f32.", rounding(task.scheme)),
    };
    let title: String = task.title.chars().take(MAX_TITLE_CHARS).collect();
    let mut manifest = maker.finish(title, source, file_entry("vocab.txt", vocab));
    if manifest.config.do_lower_case != task.lower_case {
        manifest.config.do_lower_case = task.lower_case;
        // What the files said of accents went with what they said of letters.
        manifest.config.strip_accents = None;
    }
    let mut files: HashMap<String, Uint8Array> = manifest.parts.iter().map(|p| p.sha256.clone()).zip(parts).collect();
    files.insert(manifest.vocab.sha256.clone(), Uint8Array::from(vocab));
    if let Some(bytes) = next_sentence(dropped, &manifest).await? {
        files.insert(NEXT.into(), Uint8Array::from(bytes.as_slice()));
    }
    Ok(Some(OwnPack { manifest, files }))
}

/// The checkpoint's own next-sentence head as an adapter's file.
async fn next_sentence(dropped: &Dropped, manifest: &Manifest) -> Result<Option<Vec<u8>>, Failure> {
    let Some(tensors) = &dropped.checkpoint.next_sentence else { return Ok(None) };
    let mut values = Vec::new();
    for tensor in tensors {
        let range = tensor.bytes.clone().unwrap_or_default();
        values.push(tensor.values(&read(&dropped.weights, range.start, range.end).await?.to_vec()));
    }
    if values.iter().flatten().any(|v| !v.is_finite()) {
        let reason = "a weight is not a number".into();
        return Err(refused(CheckpointError::Weight { name: tensors[0].name.clone(), reason }));
    }
    let bias = values.pop().unwrap_or_default();
    let adapter = Adapter {
        title: manifest.title.clone(),
        base_hash: manifest.base_hash.clone(),
        input: Input::Pair,
        head: Head::Classifier,
        rank: 0,
        alpha: 0.0,
        labels: NEXT_LABELS.map(String::from).into(),
        temperature: 1.0,
        temperature_slope: 0.0,
        low_rank: Default::default(),
        pooler: None,
        classifier: Dense { weight: values.pop().unwrap_or_default(), bias },
        weights: Default::default(),
    };
    let name = NEXT.to_owned();
    adapter.to_bytes(&manifest.config).map(Some).map_err(|reason| Failure::Adapter { name, reason })
}

impl OwnPack {
    pub fn about(&self) -> OwnModel {
        let next_sentence = self.files.contains_key(NEXT);
        OwnModel { next_sentence, ..about(&self.manifest) }
    }

    /// The file of its own next-sentence head.
    pub fn next_sentence(&self) -> Option<Vec<u8>> {
        self.files.get(NEXT).map(Uint8Array::to_vec)
    }
}

fn about(manifest: &Manifest) -> OwnModel {
    OwnModel {
        title: manifest.title.clone(),
        base_hash: manifest.base_hash.clone(),
        bytes: manifest.total_bytes(),
        absent: manifest.absent.clone(),
        next_sentence: false,
    }
}

/// Whether a head that the checkpoint lacked is wanted.
pub fn lacks(manifest: &Manifest, head: Absent) -> Result<(), Failure> {
    if manifest.absent.contains(&head) { Err(Failure::NoHead { head }) } else { Ok(()) }
}
