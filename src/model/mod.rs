//! The model's shape, its pack of quantized weights, the one quantizer, and task adapters.

pub mod adapter;
pub mod config;
pub mod manifest;
pub mod quantize;
pub mod whole;
