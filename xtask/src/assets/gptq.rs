//! GPTQ.
