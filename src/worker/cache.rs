//! Files in the browser's Cache API. The model has one entry a file, its hash in the key so that a changed
//! file is never stale. Every put is awaited; a refused one is told, not fatal.

use super::js::{error_text, scope, settled};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use web_sys::{Cache, Request, Response};

/// Rename when the format of the entries changes: older names are deleted.
const NAME: &str = "bertscope-model-1";
const PREFIX: &str = "bertscope-model-";

/// One of the browser's caches, by name.
pub struct Named(Result<Cache, String>);

impl Named {
    /// A browser without the Cache API, or one that refuses it, gives a cache that keeps nothing.
    pub async fn open(name: &str) -> Self {
        let Ok(caches) = scope().caches() else { return Self(Err("no Cache API".into())) };
        if caches.is_undefined() {
            return Self(Err("no Cache API".into()));
        }
        Self(settled(caches.open(name)).await.map(|c| c.unchecked_into()))
    }

    pub async fn get(&self, key: &str) -> Option<Uint8Array> {
        let cache = self.0.as_ref().ok()?;
        let found = settled(cache.match_with_str(key)).await.ok()?;
        let response: Response = found.dyn_into().ok()?;
        let buffer = settled(response.array_buffer().ok()?).await.ok()?;
        Some(Uint8Array::new(&buffer))
    }

    /// Err tells why the browser would not keep it (no API, quota, private window).
    pub async fn put(&self, key: &str, bytes: &[u8]) -> Result<(), String> {
        let cache = self.0.as_ref().map_err(Clone::clone)?;
        let response =
            Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(bytes))).map_err(|e| error_text(&e))?;
        settled(cache.put_with_str(key, &response)).await.map(|_| ())
    }

    pub async fn forget(&self, key: &str) {
        if let Ok(cache) = &self.0 {
            let _ = settled(cache.delete_with_str(key)).await;
        }
    }

    /// The entries' whole URLs.
    pub async fn urls(&self) -> Vec<String> {
        let Ok(cache) = &self.0 else { return Vec::new() };
        let Ok(keys) = settled(cache.keys()).await else { return Vec::new() };
        Array::from(&keys).iter().filter_map(|k| k.dyn_into::<Request>().ok()).map(|r| r.url()).collect()
    }
}

pub struct ModelCache(Named);

impl ModelCache {
    pub async fn open() -> Self {
        let kept = Named::open(NAME).await;
        let Ok(caches) = scope().caches() else { return Self(kept) };
        if kept.0.is_err() {
            return Self(kept);
        }
        if let Ok(keys) = settled(caches.keys()).await {
            for name in Array::from(&keys).iter().filter_map(|k| k.as_string()) {
                if name.starts_with(PREFIX) && name != NAME {
                    // An old cache that stays costs space, not truth.
                    let _ = settled(caches.delete(&name)).await;
                }
            }
        }
        Self(kept)
    }

    pub fn refused(&self) -> Option<&str> {
        self.0.0.as_ref().err().map(String::as_str)
    }

    fn key(url: &str, version: &str) -> String {
        format!("{url}?kept={version}")
    }

    pub async fn get(&self, url: &str, version: &str) -> Option<Uint8Array> {
        self.0.get(&Self::key(url, version)).await
    }

    pub async fn put(&self, url: &str, version: &str, bytes: &[u8]) -> Result<(), String> {
        self.0.put(&Self::key(url, version), bytes).await
    }

    pub async fn forget(&self, url: &str, version: &str) {
        self.0.forget(&Self::key(url, version)).await;
    }

    /// Deletes the entries below `folder` whose (url, version) is not in `keep`.
    pub async fn forget_others(&self, folder: &str, keep: &[(String, String)]) {
        let keep: Vec<String> = keep.iter().map(|(u, v)| Self::key(u, v)).collect();
        for url in self.0.urls().await {
            if url.contains(folder) && !keep.iter().any(|k| url.ends_with(k.trim_start_matches("./"))) {
                self.0.forget(&url).await;
            }
        }
    }

    /// Forgets every model.
    pub async fn clear(&self) {
        if let Ok(caches) = scope().caches()
            && !caches.is_undefined()
        {
            let _ = settled(caches.delete(NAME)).await;
        }
    }
}
