//! A pack on disk, for native tests, benches and tasks. The page has its own loader.

use super::cpu::{CpuBuilder, CpuEngine};
use super::{Builder, EngineError, feed_part};
use crate::model::manifest::{FileEntry, Manifest, ManifestError};
use crate::text::tokenizer::{BertTokenizer, TextError};
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{file}: {reason}")]
    Read { file: PathBuf, reason: String },
    #[error("{file} is damaged: its sha-256 is not the manifest's")]
    Corrupt { file: String },
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
        Ok(BertTokenizer::from_vocab(&String::from_utf8_lossy(&vocab), self.manifest.config.do_lower_case)?)
    }

    fn checked(&self, entry: &FileEntry) -> Result<Vec<u8>, FolderError> {
        let bytes = read(&self.folder.join(&entry.file))?;
        if !entry.holds(&bytes) {
            return Err(FolderError::Corrupt { file: entry.file.clone() });
        }
        Ok(bytes)
    }
}

fn read(file: &Path) -> Result<Vec<u8>, FolderError> {
    std::fs::read(file).map_err(|e| FolderError::Read { file: file.to_owned(), reason: e.to_string() })
}
