//! Files for the visitor, and models from theirs.

use super::{Lab, keep};
use crate::model::adapter::Adapter;
use crate::model::manifest::Manifest;
use crate::protocol::Failure;
use crate::protocol::lab::{Export, LabFailure};
use crate::train::{files as texts, hugging_face, peft};
use crate::worker::js::settled;
use crate::worker::lab::storage::Storage;
use crate::worker::session::Session;
use js_sys::{Array, Uint8Array};
use web_sys::File;

fn file(name: &str, bytes: &[u8]) -> Result<File, Failure> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let failed = |_| Failure::Lab(LabFailure::Kept { reason: "no file could be made".into() });
    File::new_with_u8_array_sequence(&parts, name).map_err(failed)
}

/// A name that every file system takes.
fn slug(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' });
    let slug: String = plain.take(40).collect();
    if slug.is_empty() { "model".into() } else { slug }
}

pub async fn files(lab: &mut Lab, session: &Session, what: Export) -> Result<Vec<File>, Failure> {
    let manifest = session.model()?;
    match what {
        Export::Adapter { model } => {
            let (about, bytes) = lab.model(&model).await?;
            Ok(vec![file(&format!("{}.safetensors", slug(&about.name)), &bytes)?])
        }
        Export::Peft { model } => {
            let (about, bytes) = lab.model(&model).await?;
            let refused = |reason| Failure::Adapter { name: about.name.clone(), reason };
            let adapter = Adapter::parse(&bytes, &manifest.config, &manifest.base_hash).map_err(refused)?;
            if adapter.is_whole() {
                let refused = |reason| Failure::Adapter { name: about.name.clone(), reason };
                let folder = hugging_face::to_folder(&adapter, &manifest.config).map_err(refused)?;
                let mut files = folder.iter().map(|(name, bytes)| file(name, bytes)).collect::<Result<Vec<_>, _>>()?;
                files.push(file(hugging_face::VOCAB, &session.vocab().await?)?);
                return Ok(files);
            }
            let folder = peft::to_peft(&adapter, &manifest.config).map_err(|e| import_failed(&e.to_string()))?;
            folder.iter().map(|(name, bytes)| file(name, bytes)).collect()
        }
        Export::EvalResults { model } => kept_text(lab, &model, texts::EVAL_RESULTS).await,
        Export::Log { model } => kept_text(lab, &model, texts::LOG).await,
        Export::TestResults => {
            let test = lab.job.as_ref().and_then(|j| j.test.as_ref()).ok_or(Failure::Lab(LabFailure::Gone))?;
            Ok(vec![file(texts::TEST_RESULTS, texts::test_results(&test.rows).as_bytes())?])
        }
        Export::Trio => {
            let held = lab.held.as_ref().ok_or(Failure::Lab(LabFailure::NoData))?;
            held.as_article().iter().map(|(name, text)| file(name, text.as_bytes())).collect()
        }
    }
}

async fn kept_text(lab: &mut Lab, model: &str, name: &str) -> Result<Vec<File>, Failure> {
    let gone = Failure::Lab(LabFailure::Gone);
    let bytes = lab.storage().await.get(&format!("model/{model}/{name}")).await.ok_or(gone)?;
    Ok(vec![file(name, &bytes)?])
}

fn import_failed(reason: &str) -> Failure {
    Failure::Lab(LabFailure::Import { reason: reason.to_owned() })
}

async fn bytes_of(file: &File) -> Result<Vec<u8>, Failure> {
    if file.size() > crate::model::adapter::MAX_WHOLE_BYTES as f64 {
        return Err(import_failed("the file is too large"));
    }
    let buffer = settled(file.array_buffer()).await.map_err(|e| import_failed(&e))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Our file, or the two of a PEFT folder.
pub async fn import(storage: &mut Storage, files: Vec<File>, model: &Manifest) -> Result<(), Failure> {
    let (mut config, mut tensors) = (None, None);
    let mut name = String::new();
    for file in &files {
        let bytes = bytes_of(file).await?;
        if file.name().ends_with(".json") {
            config = Some(bytes);
        } else {
            name = file.name().trim_end_matches(".safetensors").to_owned();
            tensors = Some(bytes);
        }
    }
    let tensors = tensors.ok_or_else(|| import_failed("no .safetensors file was chosen"))?;
    let adapter = match config {
        Some(config) => peft::from_peft(&config, &tensors, &model.config, &model.base_hash)
            .map(|(adapter, _)| adapter)
            .map_err(|e| e.to_string()),
        None => Adapter::parse(&tensors, &model.config, &model.base_hash).map_err(|e| e.to_string()),
    };
    let mut adapter = adapter.map_err(|e: String| import_failed(&e))?;
    if adapter.title.trim().is_empty() {
        adapter.title = name;
    }
    keep::add(storage, &adapter, model).await
}
