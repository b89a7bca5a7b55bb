//! The task adapters that ship with the page: fetched when first asked for, hash-checked, parsed once.

use super::download::Stop;
use super::js::post;
use super::loader::Store;
use crate::model::adapter::Adapter;
use crate::model::manifest::{FileEntry, Manifest};
use crate::protocol::{AdapterInfo, Event, Failure};
use serde::Deserialize;
use std::collections::HashMap;
use std::rc::Rc;

/// Built in, so that each file's hash is known before it comes.
const LIST: &str = include_str!("../../assets/adapters/manifest.json");

#[derive(Deserialize)]
struct List {
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
            temperature: self.adapter.temperature,
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
        let list: List = serde_json::from_str(LIST).map_err(|_| unknown())?;
        let file = list.adapters.into_iter().find(|a| a.name == name).ok_or_else(unknown)?.file;
        if self.store.as_ref().is_none_or(|s| s.folder != folder) {
            self.store = Some(Store::open(folder).await);
        }
        let store = self.store.as_mut().ok_or_else(unknown)?;
        let total_bytes = file.bytes;
        let mut told = 0;
        let mut progress = |received_bytes: u64, _| {
            // A handful of events, whatever the size of the chunks.
            if received_bytes == total_bytes || received_bytes > told + total_bytes / 16 {
                told = received_bytes;
                post(Event::AdapterLoading { name: name.to_owned(), received_bytes, total_bytes });
            }
        };
        let bytes = store.file(&file, &Stop::default(), &mut progress).await?;
        let adapter = Adapter::parse(&bytes, &manifest.config, &manifest.base_hash)
            .map_err(|reason| Failure::Adapter { name: name.to_owned(), reason })?;
        let held = Rc::new(Held { adapter, bytes: total_bytes });
        self.held.insert(key, held.clone());
        Ok(held)
    }
}
