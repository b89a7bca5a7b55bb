//! A visitor's pack in the browser's storage.

use super::{NEXT, OwnPack, about, refused};
use crate::model::manifest::Manifest;
use crate::protocol::Failure;
use crate::protocol::own::{OwnFailure, OwnModel};
use crate::worker::cache::Named;
use std::collections::HashMap;

/// Rename when the format of the entries changes.
const CACHE: &str = "bertscope-own-1";
/// No file of the server lies there.
const FOLDER: &str = "own-kept/";
const MANIFEST: &str = "manifest.json";

impl OwnPack {
    /// Puts it into the browser's storage in place of any that was there.
    pub async fn keep(&self) -> Result<(), Failure> {
        forget().await;
        let kept = Named::open(CACHE).await;
        let json = serde_json::to_vec(&self.manifest).map_err(|e| not_kept(e.to_string()))?;
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.to_vec()));
        // The manifest comes last: what it names is then there.
        for (name, bytes) in files.chain([(MANIFEST, json)]) {
            if let Err(reason) = kept.put(&format!("{FOLDER}{name}"), &bytes).await {
                forget().await;
                return Err(not_kept(reason));
            }
        }
        Ok(())
    }

    /// The kept one, if it is whole.
    pub async fn kept() -> Option<Self> {
        let kept = Named::open(CACHE).await;
        let manifest = kept_manifest(&kept).await?;
        let mut files = HashMap::new();
        for entry in manifest.parts.iter().chain([&manifest.vocab]) {
            let bytes = kept.get(&format!("{FOLDER}{}", entry.sha256)).await?;
            files.insert(entry.sha256.clone(), bytes);
        }
        files.extend(kept.get(&format!("{FOLDER}{NEXT}")).await.map(|bytes| (NEXT.to_owned(), bytes)));
        Some(Self { manifest, files })
    }
}

fn not_kept(reason: String) -> Failure {
    refused(OwnFailure::NotKept { reason })
}

async fn kept_manifest(kept: &Named) -> Option<Manifest> {
    Manifest::parse(&kept.get(&format!("{FOLDER}{MANIFEST}")).await?.to_vec()).ok()
}

/// What is kept, without its weights.
pub async fn kept() -> Option<OwnModel> {
    let kept = Named::open(CACHE).await;
    let manifest = kept_manifest(&kept).await?;
    let next = format!("{FOLDER}{NEXT}");
    let next_sentence = kept.urls().await.iter().any(|url| url.ends_with(&next));
    Some(OwnModel { next_sentence, ..about(&manifest) })
}

pub async fn forget() {
    let kept = Named::open(CACHE).await;
    for url in kept.urls().await {
        kept.forget(&url).await;
    }
}
