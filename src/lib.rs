//! BERT, seen from inside, in a browser.
//!
//! The arrows go one way: `ui → protocol ← worker → train → engine → model → text`. The engine never names
//! the DOM; the page never names the GPU. ARCHITECTURE.md has the map.
//!
//! Symbols, defined once: B batch, S tokens, H hidden, N heads, D = H/N, F feed-forward,
//! L layers, V vocabulary, M = B·S tokens in a batch.

pub mod engine;
pub mod model;
pub mod protocol;
pub mod text;
pub mod train;
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod wire;
pub mod worker;
