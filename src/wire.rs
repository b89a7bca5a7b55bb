//! The wire between page and worker: a JS array `[json, Float32Array, …, File, …]`, its buffers transferred.
//! A file crosses as the browser's handle: its bytes are read where they are wanted.

use crate::protocol::Message;
use js_sys::{Array, Float32Array, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::File;

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("a message is an array that begins with JSON text")]
    NotAMessage,
    #[error("array {index} of the message is no Float32Array")]
    NotAnArray { index: usize },
    #[error("the body cannot be written or read: {0}")]
    Json(#[from] serde_json::Error),
}

/// A message as `postMessage` takes it, and the buffers to transfer with it.
pub fn to_js<T: Serialize>(message: &Message<T>, files: &[File]) -> Result<(JsValue, Array), WireError> {
    let parts = Array::of1(&serde_json::to_string(&message.body)?.into());
    let transfer = Array::new();
    for values in &message.arrays {
        // Copies out of the wasm heap once; the copy's buffer is then transferred, not cloned.
        let array = Float32Array::from(values.as_slice());
        transfer.push(&array.buffer());
        parts.push(&array);
    }
    for file in files {
        parts.push(file);
    }
    Ok((parts.into(), transfer))
}

/// Reads what [`to_js`] wrote, from `MessageEvent::data`.
pub fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<Message<T>, WireError> {
    let parts: &Array = value.dyn_ref().ok_or(WireError::NotAMessage)?;
    let json = parts.get(0).as_string().ok_or(WireError::NotAMessage)?;
    let mut arrays = Vec::with_capacity(parts.length() as usize);
    for index in 1..parts.length() {
        if parts.get(index).has_type::<File>() {
            break;
        }
        let array = parts.get(index).dyn_into::<Float32Array>();
        let array = array.map_err(|_| WireError::NotAnArray { index: index as usize - 1 })?;
        arrays.push(array.to_vec());
    }
    Ok(Message { body: serde_json::from_str(&json)?, arrays })
}

/// The files that came with a message.
pub fn files_of(value: &JsValue) -> Vec<File> {
    value.dyn_ref::<Array>().map(|parts| parts.iter().filter_map(|p| p.dyn_into().ok()).collect()).unwrap_or_default()
}

/// The worker's first word after a panic or a failed start is no message but `{ fatal: text }`.
pub fn fatal_text(value: &JsValue) -> Option<String> {
    Reflect::get(value, &"fatal".into()).ok()?.as_string()
}
