//! The worker: owns tokenizer, weights and engine, and answers the page's requests.
//!
//! `mailbox` keeps at most one request of a kind; `loader` brings the model from network or cache;
//! `session` holds what has arrived and answers; `answers` and `questions` are the plain arithmetic
//! between the engine's arrays and the page's figures.

pub mod against;
pub mod answers;
mod chains;
pub mod context;
pub mod features;
pub mod heads;
pub mod mailbox;
pub mod masking;
pub mod pretrained;
pub mod probe;
pub mod proof;
pub mod questions;
pub mod stored;

#[cfg(target_arch = "wasm32")]
mod adapters;
#[cfg(target_arch = "wasm32")]
mod cache;
#[cfg(target_arch = "wasm32")]
mod download;
#[cfg(target_arch = "wasm32")]
mod js;
#[cfg(target_arch = "wasm32")]
mod lab;
#[cfg(target_arch = "wasm32")]
mod loader;
#[cfg(target_arch = "wasm32")]
mod own;
#[cfg(target_arch = "wasm32")]
mod pretraining;
#[cfg(target_arch = "wasm32")]
mod serve;
#[cfg(target_arch = "wasm32")]
mod session;

#[cfg(target_arch = "wasm32")]
pub use serve::serve;
