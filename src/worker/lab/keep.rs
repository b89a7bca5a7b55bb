//! Runs and models, kept.
//!
//! `run/ID/about.json`, `data.json`, `step-N.safetensors`, `best.safetensors`: all that a run goes on from.
//! `model/ID/about.json`, `adapter.safetensors`, and the texts that came of its run.

use super::job::{Job, Resumable};
use super::storage::Storage;
use crate::engine::EngineInfo;
use crate::model::adapter::{Adapter, AdapterError, Head, Input};
use crate::model::manifest::Manifest;
use crate::protocol::lab::{Keep, KeptModel, KeptRun, KeptThings, LabFailure, Note};
use crate::protocol::{Failure, TextPair};
use crate::train::checkpoint::{Checkpoint, Made};
use crate::train::data::{Dataset, Sample, Split};
use crate::train::files;
use crate::train::run::Run;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Checkpoints of a run that are kept, the best beside them.
const CHECKPOINTS: usize = 2;
/// Larger data is not kept with its run.
const MAX_DATA_BYTES: usize = 32 << 20;

#[derive(Serialize, Deserialize)]
struct AboutRun {
    name: String,
    began_ms: f64,
    steps: usize,
    pinned: TextPair,
    base_hash: String,
}

#[derive(Serialize, Deserialize)]
struct KeptData {
    keys: Vec<String>,
    labels: Vec<String>,
    pairs: bool,
    /// Line, text, second, class.
    samples: Vec<(u32, String, Option<String>, Option<u16>)>,
    /// Of questions, one for each sample.
    #[serde(default)]
    answers: Option<Vec<Option<String>>>,
    parts: [Vec<u32>; 3],
}

impl From<&Dataset> for KeptData {
    fn from(d: &Dataset) -> Self {
        let sample = |s: &Sample| (s.line, s.text.to_string(), s.second.as_deref().map(str::to_owned), s.class);
        Self {
            keys: d.keys.clone(),
            labels: d.labels.clone(),
            pairs: d.pairs,
            samples: d.samples.iter().map(sample).collect(),
            answers: d.answers.then(|| d.samples.iter().map(|s| s.answer.as_deref().map(str::to_owned)).collect()),
            parts: [d.split.train.clone(), d.split.validation.clone(), d.split.test.clone()],
        }
    }
}

impl From<KeptData> for Dataset {
    fn from(k: KeptData) -> Self {
        let [train, validation, test] = k.parts;
        let of_questions = k.answers.is_some();
        let mut answers = k.answers.unwrap_or_default().into_iter();
        let sample = |(line, text, second, class): (u32, String, Option<String>, Option<u16>)| Sample {
            answer: answers.next().flatten().map(String::into_boxed_str),
            line,
            text: text.into_boxed_str(),
            second: second.map(String::into_boxed_str),
            class,
        };
        Self {
            samples: k.samples.into_iter().map(sample).collect(),
            keys: k.keys,
            labels: k.labels,
            pairs: k.pairs,
            answers: of_questions,
            split: Split { train, validation, test },
        }
    }
}

fn gone() -> Failure {
    Failure::Lab(LabFailure::Gone)
}

/// What a failure of the worker's says in a run's last line.
pub fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Engine { reason } | Failure::Gpu { reason } | Failure::Vocabulary { reason } => reason.clone(),
        failure => format!("{failure:?}"),
    }
}

/// Later ones stand behind earlier ones.
pub fn new_id() -> String {
    let random = (js_sys::Math::random() * 65_536.0) as u32;
    format!("{:013}-{random:04x}", js_sys::Date::now() as u64)
}

// ---------------------------------------------------------------------------------------------- runs

/// Keeps what a run goes on from beside its checkpoints. Err: the browser keeps nothing.
pub async fn begin(storage: &mut Storage, job: &Job) -> Result<(), String> {
    let about = AboutRun {
        name: job.name.clone(),
        began_ms: job.began_ms,
        steps: job.run.steps().1 as usize,
        pinned: job.pinned.clone(),
        base_hash: job.setup.adapter.base_hash.clone(),
    };
    let bytes: usize = job.data.samples.iter().map(|s| s.text.len() + s.second.as_deref().map_or(0, str::len)).sum();
    if bytes > MAX_DATA_BYTES {
        return Err("the data is larger than 32 MB".into());
    }
    storage.put_json(&format!("run/{}/data.json", job.id), &KeptData::from(&*job.data)).await?;
    storage.put_json(&format!("run/{}/about.json", job.id), &about).await
}

fn step_path(id: &str, step: u32) -> String {
    format!("run/{id}/step-{step:08}.safetensors")
}

fn step_of(path: &str) -> Option<u32> {
    path.rsplit_once("/step-")?.1.strip_suffix(".safetensors")?.parse().ok()
}

/// Keeps a checkpoint, in place of the oldest where there is no room. What could not be kept is noted.
pub async fn checkpoint(storage: &mut Storage, job: &mut Job, model: &Manifest, engine: &EngineInfo, best: bool) {
    let Some(last) = &job.last else { return };
    let step = last.progress.step;
    let bytes = match pack(job, last, model, engine) {
        Ok(bytes) => bytes,
        Err(reason) => return job.note(Note::NotKept { reason }),
    };
    let prefix = format!("run/{}/step-", job.id);
    let paths: &[String] = &match best {
        true => vec![step_path(&job.id, step), format!("run/{}/best.safetensors", job.id)],
        false => vec![step_path(&job.id, step)],
    };
    for path in paths {
        let mut put = storage.put(path, &bytes).await;
        // Full: the oldest go, the best stays.
        while put.is_err() {
            let steps: Vec<u32> = storage.paths(&prefix).await.iter().filter_map(|p| step_of(p)).collect();
            let Some(&oldest) = steps.iter().find(|&&s| s != step) else { break };
            storage.forget(&step_path(&job.id, oldest)).await;
            job.note(Note::OldestGone { step: oldest as usize });
            put = storage.put(path, &bytes).await;
        }
        if let Err(reason) = put {
            job.note(Note::NotKept { reason });
        }
    }
    let steps: Vec<u32> = storage.paths(&prefix).await.iter().filter_map(|p| step_of(p)).collect();
    for old in steps.iter().take(steps.len().saturating_sub(CHECKPOINTS)) {
        storage.forget(&step_path(&job.id, *old)).await;
    }
}

fn pack(job: &Job, last: &Resumable, model: &Manifest, engine: &EngineInfo) -> Result<Vec<u8>, String> {
    let checkpoint = Checkpoint {
        state: last.state.clone(),
        progress: last.progress.clone(),
        settings: job.settings.clone(),
        made: Made::here(job.hash.clone(), engine),
    };
    checkpoint.to_bytes(&model.config).map_err(|e| e.to_string())
}

/// A run as it was kept, from its last checkpoint.
pub async fn resume(storage: &mut Storage, id: &str, model: &Manifest, engine: &EngineInfo) -> Result<Job, Failure> {
    let about: AboutRun = storage.json(&format!("run/{id}/about.json")).await.ok_or_else(gone)?;
    let data: KeptData = storage.json(&format!("run/{id}/data.json")).await.ok_or_else(gone)?;
    let data: Dataset = data.into();
    let hash = data.hash();
    let read = |bytes: &[u8]| {
        let kept = Checkpoint::parse(bytes, &model.config, &model.base_hash).ok();
        kept.filter(|c| c.made.data_hash == hash)
    };
    let mut newest = None;
    let mut paths = storage.paths(&format!("run/{id}/step-")).await;
    // A damaged one gives way to the one before it.
    while let Some(path) = paths.pop() {
        newest = storage.get(&path).await.and_then(|bytes| read(&bytes));
        if newest.is_some() {
            break;
        }
    }
    let kept = newest.ok_or_else(gone)?;
    let best = storage.get(&format!("run/{id}/best.safetensors")).await.and_then(|bytes| read(&bytes));
    let fault = |e: crate::train::run::RunError| Failure::Engine { reason: e.to_string() };
    let run = Run::resume(kept.settings.clone(), &data, &model.config, kept.progress.clone()).map_err(fault)?;
    let mut adapter = kept.state.adapter.clone();
    adapter.title = about.name.clone();
    let setup = kept.settings.setup(adapter, false);
    let mut job = Job::new(id.to_owned(), about.name, Rc::new(data), run, setup, about.pinned);
    job.began_ms = about.began_ms;
    if kept.made != Made::here(job.hash.clone(), engine) {
        job.note(Note::OtherEngine);
    }
    job.best = best.map(|c| c.state);
    job.last = Some(Resumable { state: kept.state, progress: kept.progress });
    Ok(job)
}

// -------------------------------------------------------------------------------------------- models

/// Keeps the model that a run came to, and forgets the run. Some: why the browser would not keep it.
pub async fn finish(storage: &mut Storage, job: &mut Job, model: &Manifest) -> Result<Option<String>, Failure> {
    let Some(finish) = &job.finish else { return Ok(None) };
    let refused = |reason: AdapterError| Failure::Adapter { name: job.name.clone(), reason };
    let mut adapter = finish.adapter.clone();
    adapter.title = job.name.clone();
    if !job.data.answers {
        adapter.labels = job.data.labels.clone();
    }
    let bytes = adapter.to_bytes(&model.config).map_err(refused)?;
    let evaluation = job.test.as_ref().filter(|t| t.judged.n > 0).or(job.validation.as_ref());
    let step = job.kept_step.unwrap_or(0);
    let about = KeptModel {
        accuracy: job.validation.as_ref().filter(|v| v.judged.n > 0).map(|v| v.judged.accuracy()),
        steps: job.run.steps().0 as usize,
        ..about(&job.id, &adapter, bytes.len())
    };
    let texts = [
        (files::LOG, files::log_csv(job.run.curves())),
        (files::EVAL_RESULTS, evaluation.map(|e| files::eval_results(e, step)).unwrap_or_default()),
        (files::TEST_RESULTS, job.test.as_ref().map(|t| files::test_results(&t.rows)).unwrap_or_default()),
    ];
    let folder = format!("model/{}", job.id);
    let mut told = storage.put(&format!("{folder}/adapter.safetensors"), &bytes).await.err();
    for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        told = told.or(storage.put(&format!("{folder}/{name}"), text.as_bytes()).await.err());
    }
    told = told.or(storage.put_json(&format!("{folder}/about.json"), &about).await.err());
    storage.forget_all(&format!("run/{}/", job.id)).await;
    job.model = Some(job.id.clone());
    Ok(told)
}

fn about(id: &str, adapter: &Adapter, bytes: usize) -> KeptModel {
    KeptModel {
        id: id.to_owned(),
        name: adapter.title.clone(),
        labels: adapter.labels.clone(),
        pairs: adapter.input == Input::Pair,
        answers: adapter.head != Head::Classifier,
        bytes: bytes as u64,
        made_ms: js_sys::Date::now(),
        base_hash: adapter.base_hash.clone(),
        whole: adapter.is_whole(),
        ..KeptModel::default()
    }
}

/// Keeps a model that comes from elsewhere.
pub async fn add(storage: &mut Storage, adapter: &Adapter, model: &Manifest) -> Result<(), Failure> {
    let refused = |reason: AdapterError| Failure::Adapter { name: adapter.title.clone(), reason };
    let bytes = adapter.to_bytes(&model.config).map_err(refused)?;
    let id = new_id();
    let kept = |reason: String| Failure::Lab(LabFailure::Kept { reason });
    storage.put(&format!("model/{id}/adapter.safetensors"), &bytes).await.map_err(kept)?;
    storage.put_json(&format!("model/{id}/about.json"), &about(&id, adapter, bytes.len())).await.map_err(kept)
}

pub async fn model(storage: &mut Storage, id: &str) -> Result<(KeptModel, Vec<u8>), Failure> {
    let about = storage.json(&format!("model/{id}/about.json")).await.ok_or_else(gone)?;
    let bytes = storage.get(&format!("model/{id}/adapter.safetensors")).await.ok_or_else(gone)?;
    Ok((about, bytes))
}

/// All that is kept, the newest first. Runs that no checkpoint was kept of are none.
pub async fn list(storage: &mut Storage, base_hash: &str) -> KeptThings {
    let mut out = KeptThings::default();
    let mut runs: Vec<(String, u32)> = Vec::new();
    for path in storage.paths("").await.into_iter().rev() {
        if let Some(id) = path.strip_prefix("model/").and_then(|p| p.strip_suffix("/about.json")) {
            if let Some(model) = storage.json::<KeptModel>(&path).await {
                out.models.push(KeptModel { other_base: model.base_hash != base_hash, id: id.to_owned(), ..model });
            }
        } else if let (Some(step), Some((id, _))) =
            (step_of(&path), path.strip_prefix("run/").and_then(|p| p.split_once('/')))
            && runs.iter().all(|(known, _)| known != id)
        {
            runs.push((id.to_owned(), step));
        }
    }
    for (id, step) in runs {
        let about = storage.json::<AboutRun>(&format!("run/{id}/about.json")).await;
        if let Some(about) = about.filter(|a| a.base_hash == base_hash) {
            let AboutRun { name, began_ms, steps, .. } = about;
            out.runs.push(KeptRun { id, name, step: step as usize, steps, began_ms });
        }
    }
    out
}

pub async fn change(storage: &mut Storage, what: Keep) -> Result<(), Failure> {
    match what {
        Keep::Rename { model, name } => {
            let path = format!("model/{model}/about.json");
            let about: KeptModel = storage.json(&path).await.ok_or_else(gone)?;
            let kept = |reason: String| Failure::Lab(LabFailure::Kept { reason });
            storage.put_json(&path, &KeptModel { name, ..about }).await.map_err(kept)?;
        }
        Keep::DeleteModel { model } => storage.forget_all(&format!("model/{model}/")).await,
        Keep::DeleteRun { run } => storage.forget_all(&format!("run/{run}/")).await,
    }
    Ok(())
}
