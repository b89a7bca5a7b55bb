//! The few bridges to the browser's promises and messages that the worker needs.

use crate::protocol::{Event, Message};
use crate::wire;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, File};

pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Awaits a promise; an error becomes its message.
pub async fn settled(promise: Promise) -> Result<JsValue, String> {
    JsFuture::from(promise).await.map_err(|e| error_text(&e))
}

pub fn error_text(e: &JsValue) -> String {
    let message = Reflect::get(e, &"message".into()).ok().and_then(|m| m.as_string());
    message.or_else(|| e.as_string()).unwrap_or_else(|| format!("{e:?}"))
}

pub fn post(message: impl Into<Message<Event>>) {
    post_with(message, &[]);
}

/// An event with files made here.
pub fn post_with(message: impl Into<Message<Event>>, files: &[File]) {
    let sent = wire::to_js(&message.into(), files)
        .map_err(|e| e.to_string())
        .and_then(|(body, transfer)| scope().post_message_with_transfer(&body, &transfer).map_err(|e| error_text(&e)));
    if let Err(e) = sent {
        post_fatal(&e);
    }
}

/// The last word of a worker that cannot go on.
pub fn post_fatal(text: &str) {
    let o = Object::new();
    let set = Reflect::set(&o, &"fatal".into(), &text.into());
    debug_assert!(set.is_ok());
    // Nothing is left to tell a failure to.
    let _ = scope().post_message(&o);
}

pub async fn sleep_ms(ms: i32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        // A timer that cannot be set ends the wait at once.
        if scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Bytes that WebAssembly's memory has grown to.
pub fn wasm_heap_bytes() -> u64 {
    let buffer = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>().buffer();
    u64::from(buffer.unchecked_into::<js_sys::ArrayBuffer>().byte_length())
}
