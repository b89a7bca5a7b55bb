//! The model's shape, its pack of quantized weights, and the one quantizer.

pub mod config;
pub mod manifest;
pub mod quantize;
