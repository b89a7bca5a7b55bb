//! Text to pieces: Hugging Face's tokenizer, and our trace of how each word was cut.
