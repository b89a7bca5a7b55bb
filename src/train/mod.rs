//! Fine-tuning, whatever the engine: labelled data, settings, the loop, what it measures, and what is kept.
//!
//! No threads, no files, no clock but the caller's: the worker and `cargo xtask finetune` drive the same code.
//!
//! bytes → [`data::Gatherer`] → [`data::Dataset`] (samples, labels, [`data::Split`]) → [`settings::Hyperparameters`]
//! → [`run::Run`], which says what to do next and takes what came of it → [`checkpoint::Checkpoint`], [`files`].
//!
//! [`pretraining`] is the other training: a small BERT from its first values on one pasted text.

pub mod base;
pub mod changed;
pub mod checkpoint;
pub mod curves;
pub mod data;
pub mod diagnose;
pub mod drive;
pub mod estimate;
pub mod evaluate;
pub mod files;
pub mod hugging_face;
pub mod initial;
pub mod peft;
pub mod pretraining;
pub mod random;
pub mod room;
pub mod run;
pub mod settings;
