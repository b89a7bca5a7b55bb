//! The model's shape, its pack of quantized weights, the one quantizer, and task adapters.

pub mod adapter;
pub mod checkpoint;
pub mod config;
pub mod maker;
pub mod manifest;
pub mod pack;
pub mod quantize;
pub mod whole;
