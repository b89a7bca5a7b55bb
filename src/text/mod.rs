//! Text to pieces: Hugging Face's tokenizer, and our trace of how each word was cut.

pub mod characters;
pub mod masking;
pub mod review;
pub mod sentences;
pub mod table;
pub mod tokenizer;
pub mod tokens;
pub mod trace;
pub mod vocabulary;
