//! The words of what is kept.

use crate::protocol::lab::KeptModel;
use crate::ui::logic::model::base_name;
use crate::ui::logic::number::{bytes, count, grouped, percent};

pub const TITLE: &str = "4 · Predict, and keep";
pub const LEDE: &str =
    "Models stay in this browser, for this page alone, until you delete them. Nothing is sent anywhere.";
pub const NONE: &str = "No model is kept yet.";
pub const RUNS: &str = "Runs to go on with";
pub const MODELS: &str = "Your models";
pub const DELETE: &str = "Delete";
pub const RENAME: &str = "Rename";
pub const SAVE: &str = "Save";
pub const CANCEL: &str = "Cancel";
pub const USE: &str = "Use in the Sentiment lesson";
pub const USE_ANSWERS: &str = "Use in Ask a text";
pub const USED: &str = "In use there: back to ours";
pub const USE_TWO: &str =
    "The Sentiment lesson takes models of two labels for single texts, Ask a text those trained on questions";
/// Of an adapter, and of a whole model.
pub const FILE: [&str; 2] = ["Adapter file", "Model file"];
pub const FOLDER: [&str; 2] = ["PEFT folder", "Hugging Face folder"];
pub const FOLDER_TITLE: [&str; 2] = [
    "adapter_config.json and adapter_model.safetensors, as Hugging Face peft loads them",
    "config.json, model.safetensors, tokenizer_config.json and vocab.txt, as Hugging Face transformers loads them from one folder",
];
pub const EVAL: &str = "eval_results.txt";
pub const RESULTS: &str = "test_results.tsv";
pub const RESULTS_TITLE: &str = "As the article's: a row a test text, the probability of each label in order";
pub const LOG: &str = "Log (CSV)";
pub const IMPORT: &str = "Import a model";
pub const IMPORT_NOTE: &str = "An adapter or model file made here, or the two files of a PEFT folder, chosen together.";
pub const FILES: &str = "Files";
pub const NAME: &str = "New name";

/// Of a model whose base is not the one in use.
pub fn other_base(hash: &str) -> String {
    let base = base_name(hash).unwrap_or("another base");
    format!("made for {base}: not usable on the model in use")
}

/// `Resume “My model” from step 240 of 600`
pub fn resume(name: &str, step: usize, steps: usize) -> String {
    format!("Resume “{name}” from step {} of {}", grouped(step as u64), grouped(steps as u64))
}

/// What stands beside a model's name.
pub fn about(m: &KeptModel) -> String {
    let right = if m.answers { "exact on validation" } else { "right on validation" };
    let accuracy = m.accuracy.map_or(String::new(), |a| format!("{} {right} · ", percent(a as f32)));
    let steps = if m.steps == 0 { String::new() } else { format!("{} · ", count(m.steps, "step", "steps")) };
    let whole = if m.whole { " · all weights" } else { "" };
    let what = if m.answers { "answers to questions".to_owned() } else { m.labels.join(", ") };
    format!("{what}{whole} · {accuracy}{steps}{}", bytes(m.bytes))
}
