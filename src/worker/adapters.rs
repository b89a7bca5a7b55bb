//! The task adapters beside the page: fetched when first asked for, hash-checked, parsed once.
//!
//! Their folder has a manifest.json as a model's has: it names each file with its size and hash before any byte
//! of it comes.

use super::download::Stop;
use super::js::post;
use super::loader::Store;
use crate::model::adapter::{Adapter, AdapterError, MAX_BYTES};
use crate::model::manifest::{FileEntry, Manifest};
use crate::protocol::{AdapterInfo, Event, Failure};
use serde::Deserialize;
use std::collections::HashMap;
use std::rc::Rc;

/// Changes when the list that this page was built with changes: the list's cache key.
const LIST_VERSION: &str = env!("BERTSCOPE_ADAPTERS_VERSION");

#[derive(Deserialize)]
struct List {
    /// Of the base that all of them are bound to, where the list says it: none is fetched for another.
    base_hash: Option<String>,
    adapters: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(flatten)]
    file: FileEntry,
}

pub struct Held {
    pub adapter: Adapter,
    pub bytes: u64,
}

impl Held {
    pub fn info(&self) -> AdapterInfo {
        AdapterInfo {
            title: self.adapter.title.clone(),
            labels: self.adapter.labels.clone(),
            rank: self.adapter.rank,
            bytes: self.bytes,
        }
    }
}

#[derive(Default)]
pub struct Adapters {
    /// By name, and the base they were checked against.
    held: HashMap<(String, String), Rc<Held>>,
    store: Option<Store>,
}

impl Adapters {
    /// An adapter by name, from memory, cache or network.
    pub async fn get(&mut self, folder: &str, name: &str, manifest: &Manifest) -> Result<Rc<Held>, Failure> {
        let key = (name.to_owned(), manifest.base_hash.clone());
        if let Some(held) = self.held.get(&key) {
            return Ok(held.clone());
        }
        let unknown = || Failure::NoAdapter { name: name.to_owned() };
        let refused = |reason| Failure::Adapter { name: name.to_owned(), reason };
        if self.store.as_ref().is_none_or(|s| s.folder != folder) {
            self.store = Some(Store::open(folder).await);
        }
        let store = self.store.as_mut().ok_or_else(unknown)?;
        let list: List = store.list(LIST_VERSION, &Stop::default()).await?;
        if let Some(made_for) = list.base_hash.filter(|hash| *hash != manifest.base_hash) {
            return Err(refused(AdapterError::WrongBase { made_for, here: manifest.base_hash.clone() }));
        }
        let file = list.adapters.into_iter().find(|a| a.name == name).ok_or_else(unknown)?.file;
        let total_bytes = file.bytes;
        if total_bytes > MAX_BYTES as u64 {
            return Err(refused(AdapterError::TooLarge { bytes: total_bytes as usize, limit: MAX_BYTES }));
        }
        let mut told = 0;
        let mut progress = |received_bytes: u64, _| {
            // A handful of events, whatever the size of the chunks.
            if received_bytes == total_bytes || received_bytes > told + total_bytes / 16 {
                told = received_bytes;
                post(Event::AdapterLoading { name: name.to_owned(), received_bytes, total_bytes });
            }
        };
        let bytes = store.file(&file, &Stop::default(), &mut progress).await?;
        let adapter = Adapter::parse(&bytes, &manifest.config, &manifest.base_hash).map_err(refused)?;
        let held = Rc::new(Held { adapter, bytes: total_bytes });
        self.held.insert(key, held.clone());
        Ok(held)
    }
}
