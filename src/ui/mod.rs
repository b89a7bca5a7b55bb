//! The page.
#[cfg(target_arch = "wasm32")]
pub fn mount() {}
