//! What the lab keeps: runs to go on with and trained models, each in a folder of its own. In the browser's
//! storage where that is granted, else in memory until the page is closed.

use crate::worker::cache::Named;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// Rename when the format of the entries changes.
const NAME: &str = "bertscope-lab-1";
/// No file of the server lies there.
const FOLDER: &str = "lab-kept/";

pub struct Storage {
    cache: Named,
    /// By path, what the browser would not take.
    memory: BTreeMap<String, Vec<u8>>,
}

impl Storage {
    pub async fn open() -> Self {
        Self { cache: Named::open(NAME).await, memory: BTreeMap::new() }
    }

    /// Paths of the entries that begin so, in order.
    pub async fn paths(&self, prefix: &str) -> Vec<String> {
        let path = |url: &String| url.rsplit_once(FOLDER).map(|(_, path)| path.to_owned());
        let kept = self.cache.urls().await;
        let mut all: Vec<String> = kept.iter().filter_map(path).chain(self.memory.keys().cloned()).collect();
        all.retain(|p| p.starts_with(prefix));
        all.sort_unstable();
        all.dedup();
        all
    }

    pub async fn get(&self, path: &str) -> Option<Vec<u8>> {
        match self.memory.get(path) {
            Some(bytes) => Some(bytes.clone()),
            None => Some(self.cache.get(&format!("{FOLDER}{path}")).await?.to_vec()),
        }
    }

    pub async fn json<T: DeserializeOwned>(&self, path: &str) -> Option<T> {
        serde_json::from_slice(&self.get(path).await?).ok()
    }

    /// Err tells why the browser keeps no more (quota, private window, no API); it is then in memory.
    pub async fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let put = self.cache.put(&format!("{FOLDER}{path}"), bytes).await;
        match &put {
            Ok(()) => drop(self.memory.remove(path)),
            Err(_) => drop(self.memory.insert(path.to_owned(), bytes.to_vec())),
        }
        put
    }

    pub async fn put_json(&mut self, path: &str, value: &impl Serialize) -> Result<(), String> {
        self.put(path, &serde_json::to_vec(value).map_err(|e| e.to_string())?).await
    }

    pub async fn forget(&mut self, path: &str) {
        self.memory.remove(path);
        self.cache.forget(&format!("{FOLDER}{path}")).await;
    }

    /// Forgets all entries that begin so.
    pub async fn forget_all(&mut self, prefix: &str) {
        for path in self.paths(prefix).await {
            self.forget(&path).await;
        }
    }
}
