//! One file from the network, counted in bytes, hash-checked, stoppable.

use super::js::{error_text, scope, settled, sleep_ms};
use crate::model::manifest::FileEntry;
use crate::protocol::Failure;
use js_sys::{Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestCache, RequestInit, Response};

/// Tries after a connection broke, before the visitor is asked to retry.
const RETRIES: u32 = 1;
const RETRY_AFTER_MS: i32 = 400;
/// Largest manifest or vocabulary that is read.
const SMALL_FILE_BYTES: usize = 8 << 20;

/// Stops a running load. Shared with whoever may cancel.
#[derive(Clone, Default)]
pub struct Stop {
    controller: Rc<RefCell<Option<AbortController>>>,
    stopped: Rc<RefCell<bool>>,
}

impl Stop {
    pub fn stop(&self) {
        *self.stopped.borrow_mut() = true;
        if let Some(c) = self.controller.borrow().as_ref() {
            c.abort();
        }
    }

    pub fn check(&self) -> Result<(), Failure> {
        if *self.stopped.borrow() { Err(Failure::Cancelled) } else { Ok(()) }
    }
}

/// What came, and whether a damaged copy had to be fetched again.
pub struct Fetched {
    pub bytes: Vec<u8>,
    pub refetched: bool,
}

/// Fetches a file of known size and hash. `progress` hears the bytes of this file so far.
pub async fn file(
    folder: &str,
    entry: &FileEntry,
    stop: &Stop,
    progress: &mut dyn FnMut(u64),
) -> Result<Fetched, Failure> {
    let url = format!("{folder}{}", entry.file);
    for attempt in 0..2 {
        let get = Get {
            url: &url,
            file: &entry.file,
            limit: entry.bytes as usize,
            reserve: entry.bytes as usize,
            past_http_cache: attempt > 0,
            stop,
        };
        let bytes = get.whole(progress).await?;
        if entry.holds(&bytes) {
            return Ok(Fetched { bytes, refetched: attempt > 0 });
        }
        progress(0);
    }
    Err(Failure::Corrupt { file: entry.file.clone() })
}

/// Fetches a small file whose hash nobody knows yet.
pub async fn small(folder: &str, file: &str, stop: &Stop) -> Result<Vec<u8>, Failure> {
    let url = format!("{folder}{file}");
    let get = Get { url: &url, file, limit: SMALL_FILE_BYTES, reserve: 0, past_http_cache: false, stop };
    get.whole(&mut |_| ()).await
}

/// One file to fetch, and how.
struct Get<'a> {
    url: &'a str,
    /// As the visitor is told it.
    file: &'a str,
    /// Most bytes that are taken.
    limit: usize,
    /// Bytes to make room for at once: the size, where it is known.
    reserve: usize,
    past_http_cache: bool,
    stop: &'a Stop,
}

impl Get<'_> {
    /// Fetches the file; a connection that broke is tried again.
    async fn whole(&self, progress: &mut dyn FnMut(u64)) -> Result<Vec<u8>, Failure> {
        let mut tries = 0;
        loop {
            self.stop.check()?;
            match self.once(progress).await {
                // A status is the server's answer; only a connection that broke is tried again.
                Err(Failure::Download { status: 0, .. }) if tries < RETRIES => {
                    self.stop.check()?;
                    tries += 1;
                    sleep_ms(RETRY_AFTER_MS).await;
                }
                other => {
                    self.stop.check()?;
                    return other;
                }
            }
        }
    }

    async fn once(&self, progress: &mut dyn FnMut(u64)) -> Result<Vec<u8>, Failure> {
        let failed = |status: u16, reason: String| Failure::Download { file: self.file.to_owned(), status, reason };
        let controller = AbortController::new().map_err(|e| failed(0, error_text(&e)))?;
        let init = RequestInit::new();
        init.set_signal(Some(&controller.signal()));
        if self.past_http_cache {
            init.set_cache(RequestCache::Reload);
        }
        *self.stop.controller.borrow_mut() = Some(controller);
        let response = settled(scope().fetch_with_str_and_init(self.url, &init)).await.map_err(|e| failed(0, e))?;
        let response: Response = response.unchecked_into();
        if !response.ok() {
            return Err(failed(response.status(), response.status_text()));
        }
        let body = response.body().ok_or_else(|| failed(0, "no body".into()))?;
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        let mut bytes = Vec::with_capacity(self.reserve);
        loop {
            let chunk = settled(reader.read()).await.map_err(|e| failed(0, e))?;
            if Reflect::get(&chunk, &"done".into()).is_ok_and(|d| d.is_truthy()) {
                return Ok(bytes);
            }
            let value: Uint8Array =
                Reflect::get(&chunk, &"value".into()).map_err(|e| failed(0, error_text(&e)))?.unchecked_into();
            if bytes.len() + value.length() as usize > self.limit {
                // More than the manifest says: not the file that was asked for.
                let _ = reader.cancel();
                return Ok(bytes);
            }
            let start = bytes.len();
            bytes.resize(start + value.length() as usize, 0);
            value.copy_to(&mut bytes[start..]);
            progress(bytes.len() as u64);
        }
    }
}
