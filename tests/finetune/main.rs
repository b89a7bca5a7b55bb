//! Fine-tuning without a page: data, the loop on the CPU engine with the tiny BERT, checkpoints, peft's folder.
#![allow(clippy::unwrap_used)]

mod changed;
mod checkpoint;
mod data;
mod estimate;
mod peft;
mod questions;
mod run;
mod samples;
mod whole;

use bertscope::engine::Engine;
use bertscope::engine::folder::PackFolder;
use bertscope::model::adapter::Target;
use bertscope::model::config::BertConfig;
use bertscope::text::table::guess_labelled;
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::train::data::{DataError, Dataset, Gathered, Gatherer, Shares};
use bertscope::train::settings::{Depth, Hyperparameters};
use std::path::{Path, PathBuf};

pub fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn tiny() -> PackFolder {
    PackFolder::open(at("tests/data/tiny-q4")).unwrap()
}

pub fn config() -> BertConfig {
    tiny().manifest.config
}

pub fn tokenizer() -> BertTokenizer {
    tiny().tokenizer().unwrap()
}

pub fn engine() -> Engine {
    Engine::Cpu(tiny().cpu_engine().unwrap())
}

/// A whole file, as its name says.
pub fn gather(bytes: &[u8], name: &str, keys: Option<&[String]>) -> Result<Gathered, DataError> {
    let mut gatherer = Gatherer::new(guess_labelled(bytes, Some(name)), keys);
    gatherer.push(bytes)?;
    gatherer.finish()
}

/// Texts that even a random BERT can tell apart, in the article's columns: about war, or about music.
pub fn two_classes(n: usize) -> Dataset {
    let words = [["war", "states", "american", "against", "force"], ["music", "best", "album", "played", "home"]];
    let line = |i: usize| {
        let pick = |k: usize| words[i % 2][(i / 2 * (k + 3) + k) % 5];
        format!("{i}\t{}\ta\tthe {} of {} and number {i} {}\n", i % 2, pick(0), pick(1), pick(2))
    };
    let file: String = (0..n).map(line).collect();
    let mut data = Dataset::new(gather(file.as_bytes(), "train.tsv", None).unwrap()).unwrap();
    data.part(Shares { validation: 0.25, test: 0.0 }, 1);
    data
}

pub fn settings() -> Hyperparameters {
    Hyperparameters {
        train_batch_size: 7,
        eval_batch_size: 5,
        learning_rate: 1e-2,
        num_train_epochs: 3.0,
        max_seq_length: 24,
        warmup_proportion: 0.1,
        save_checkpoints_steps: 4,
        seed: 5,
        depth: Depth::Lora { rank: 4, alpha: 8.0, first_layer: 0, targets: Target::ALL.to_vec() },
        dropout: 0.1,
        weight_decay: 0.01,
        max_grad_norm: 1.0,
        micro_batch_tokens: 60,
        eval_every_steps: 5,
    }
}

/// Of an example with a label.
pub fn class_of(truth: &bertscope::engine::training::Truth) -> usize {
    match truth {
        bertscope::engine::training::Truth::Class(class) => *class,
        spans => panic!("{spans:?}"),
    }
}
