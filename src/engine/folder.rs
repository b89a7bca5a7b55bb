//! A pack on disk, and the adapters beside it, for native tests, benches and tasks. The page has its own loader.

use super::cpu::{CpuBuilder, CpuEngine};
use super::{Builder, EngineError, feed_part};
use crate::model::manifest::{FileEntry, Manifest, ManifestError};
use crate::text::tokenizer::{BertTokenizer, TextError};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{file}: {reason}")]
    Read { file: PathBuf, reason: String },
    #[error("{file} is damaged: its sha-256 is not the manifest's")]
    Corrupt { file: String },
    #[error("{folder} has no adapter named {name}")]
    NoAdapter { folder: PathBuf, name: String },
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Text(#[from] TextError),
}

pub struct PackFolder {
    folder: PathBuf,
    pub manifest: Manifest,
}

impl PackFolder {
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, FolderError> {
        let folder = folder.into();
        let manifest = Manifest::parse(&read(&folder.join("manifest.json"))?)?;
        Ok(Self { folder, manifest })
    }

    /// Feeds every part, hash-checked, to a builder.
    pub fn feed(&self, builder: &mut dyn Builder) -> Result<(), FolderError> {
        for (i, part) in self.manifest.parts.iter().enumerate() {
            feed_part(&self.manifest, i, &self.checked(part)?, builder)?;
        }
        Ok(())
    }

    pub fn cpu_engine(&self) -> Result<CpuEngine, FolderError> {
        let mut builder = CpuBuilder::new(&self.manifest)?;
        self.feed(&mut builder)?;
        Ok(builder.finish()?)
    }

    pub fn tokenizer(&self) -> Result<BertTokenizer, FolderError> {
        let vocab = self.checked(&self.manifest.vocab)?;
        let c = &self.manifest.config;
        Ok(BertTokenizer::with_accents(&String::from_utf8_lossy(&vocab), c.do_lower_case, c.strip_accents)?)
    }

    fn checked(&self, entry: &FileEntry) -> Result<Vec<u8>, FolderError> {
        let bytes = read(&self.folder.join(&entry.file))?;
        if !entry.holds(&bytes) {
            return Err(FolderError::Corrupt { file: entry.file.clone() });
        }
        Ok(bytes)
    }
}

#[derive(Deserialize)]
struct AdapterList {
    adapters: Vec<NamedAdapter>,
}

#[derive(Deserialize)]
struct NamedAdapter {
    name: String,
    #[serde(flatten)]
    file: FileEntry,
}

fn adapter_list(folder: &Path) -> Result<Vec<NamedAdapter>, FolderError> {
    let file = folder.join("manifest.json");
    let list: Result<AdapterList, _> = serde_json::from_slice(&read(&file)?);
    list.map(|l| l.adapters).map_err(|e| FolderError::Read { file, reason: e.to_string() })
}

/// Names of the adapters that a folder's manifest.json lists.
pub fn adapter_names(folder: &Path) -> Result<Vec<String>, FolderError> {
    Ok(adapter_list(folder)?.into_iter().map(|a| a.name).collect())
}

/// The bytes of the adapter of that name, hash-checked.
pub fn adapter_bytes(folder: &Path, name: &str) -> Result<Vec<u8>, FolderError> {
    let found = adapter_list(folder)?.into_iter().find(|a| a.name == name).map(|a| a.file);
    let entry = found.ok_or_else(|| FolderError::NoAdapter { folder: folder.to_owned(), name: name.to_owned() })?;
    let bytes = read(&folder.join(&entry.file))?;
    if entry.holds(&bytes) { Ok(bytes) } else { Err(FolderError::Corrupt { file: entry.file }) }
}

fn read(file: &Path) -> Result<Vec<u8>, FolderError> {
    std::fs::read(file).map_err(|e| FolderError::Read { file: file.to_owned(), reason: e.to_string() })
}
