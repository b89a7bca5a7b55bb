//! The words of the lesson on a model of the visitor's own.

use crate::model::checkpoint::CheckpointError;
use crate::model::manifest::{Absent, Scheme};
use crate::protocol::own::OwnFailure;
use crate::text::vocabulary::{SaidBy, VocabularyError};
use crate::ui::logic::model::base_name;
use crate::ui::logic::number::{bytes, grouped};
use crate::ui::logic::own::Runs;

pub const KICKER: (&str, &str) = ("Lesson 16 · the article: ", "pre-trained representations, then adapted to the task");
pub const TITLE: &str = "Every lesson, on a BERT of yours";
pub const LEDE: &str = "Hundreds of BERTs have been trained since: for other languages, for law, for medicine, larger and smaller. Drop the files of one here. The page says what it takes before it reads the weights, rounds them as it rounded its own, and runs every lesson on it. Nothing is sent anywhere.";
pub const FILES: &str = "The files";
pub const DROP: &str = "Drop model.safetensors, config.json and vocab.txt (or tokenizer.json) of a Hugging Face BERT here, together. tokenizer_config.json helps: it says whether capitals count.";
pub const CHOOSE: &str = "Choose files";
pub const LOOKING: &str = "Reading what the files say of themselves…";
pub const FACTS: &str = "What it is";
pub const NAME: &str = "Name";
pub const SHAPE: &str = "Shape";
pub const PARAMETERS: &str = "Weights";
pub const FILE: &str = "File";
pub const READS: &str = "Letters";
pub const HEADS: &str = "Heads";
pub const TAKES: &str = "What it takes";
pub const TAKES_HEAD: [&str; 4] = ["weights", "stored", "on a GPU", "on the CPU, in 32 bits"];
pub const TAKES_NOTE: &str = "Estimates from config.json and the file's header; answers take some more. Fewer bits mean less memory, and answers a little further from the model's own.";
pub const BITS: &str = "Round to";
pub const SCHEMES: [(Scheme, &str); 2] = [(Scheme::Q4, "4 bits"), (Scheme::Q8, "8 bits")];
pub const CASE: &str = "Letters";
pub const CASES: [&str; 2] = ["lower-cased", "as they stand"];
pub const USE: &str = "Use this model";
pub const CANCEL: &str = "Cancel";
pub const MAKING: &str = "Rounding the weights";
pub const IN_USE: &str = "In use";
pub const BACK: &str = "Back to BERT-Base";
pub const KEEP: &str = "Keep it in this browser";
pub const FORGET: &str = "Forget the kept one";
pub const NOT_KEPT: &str = "It is in this tab's memory alone: closing or reloading the tab forgets it.";
pub const KEPT: &str = "It is kept in this browser until you have it forgotten.";
pub const KEPT_OTHER: &str = "A model is kept in this browser:";
pub const USE_KEPT: &str = "Use it";
pub const NONE: &str = "The page runs on its own BERT-Base.";
pub const RUNS: &str = "What runs on it";
pub const RUNS_HEAD: [&str; 2] = ["lesson", "on this model"];
pub const GONE: &str = "Your model was in the memory of what has ended, and not kept. The page is back on its own BERT-Base; drop the files again.";
pub const LOOK: &str = "Try a model of another language in “Fill the blank”, a cased one in “Tokens”, a distant relative in “Attention”: do the same heads look at the word before?";
pub const ARTICLE: &str = "BERT came in two sizes, Base and Large, cased and uncased. What it learns from is plain text, so whoever has text can train one: for a language, a trade, a century.";
pub const MISLEADS: &str = "Texts, examples and remarks in the lessons were chosen for English BERT-Base. On another model the figures are true, the remarks need not be. And rounded weights answer a little differently from the file's: the lesson “Inside” shows how stored.";
/// Above every lesson.
pub const STRIP: &str = "This page runs on your model ";
pub const DEFAULT_TITLE: &str = "Your BERT";

pub fn shape(layers: usize, hidden: usize, heads: usize, pieces: usize) -> String {
    format!("{layers} layers, {hidden} wide, {heads} heads each, {} pieces", grouped(pieces as u64))
}

pub fn file(name: &str, size: u64, types: &[String]) -> String {
    format!("{name}, {} in {}", bytes(size), types.join(" and "))
}

pub fn reads(lower_case: bool, said_by: SaidBy) -> String {
    let how = if lower_case { "uncased: lower-cased, accents dropped" } else { "cased: as they stand" };
    let who = match said_by {
        SaidBy::TokenizerConfig => "tokenizer_config.json says so",
        SaidBy::TokenizerJson => "tokenizer.json says so",
        SaidBy::Config => "config.json says so",
        SaidBy::Vocabulary if lower_case => "no file says; the vocabulary has no capitals",
        SaidBy::Vocabulary => "no file says; the vocabulary has capitals",
    };
    format!("{how} ({who})")
}

pub fn heads(absent: &[Absent], next_sentence: bool) -> String {
    let has = |head| if absent.contains(&head) { "none" } else { "there" };
    let next = if next_sentence { "there" } else { "none" };
    format!("masked words {}, pooler {}, next sentence {next}", has(Absent::MaskedWords), has(Absent::Pooler))
}

pub fn no_gpu(reason: &str) -> String {
    format!("It runs on the CPU alone: {reason}.")
}

pub fn done(done: u64, total: u64) -> String {
    format!("{} of {} weights", grouped(done), grouped(total))
}

pub fn in_use(title: &str, size: u64) -> String {
    format!("“{title}”, {}.", bytes(size))
}

/// What a lesson does on the model.
pub fn runs(runs: Runs) -> &'static str {
    match runs {
        Runs::Whole => "runs",
        Runs::OwnHead => "runs, by the model's own next-sentence head",
        Runs::NoWords => "not: the file has no masked-word head",
        Runs::WithoutWords => "runs, but for the words that the masked-word head would read",
        Runs::Bound => {
            "not: its adapter was trained on BERT-Base, uncased, and fits no other. Fine-tune one of your own"
        }
        Runs::NoPooler => "runs, but for pooled vectors: the file has no pooler",
    }
}

pub fn no_head(head: Absent) -> &'static str {
    match head {
        Absent::MaskedWords => {
            "This model came without a masked-word head, so it cannot name words. Take a checkpoint made for masked words, or go back to BERT-Base."
        }
        Absent::Pooler => {
            "This model came without a pooler, so it has no pooled vector. Take [CLS] or the mean, or go back to BERT-Base."
        }
    }
}

/// An adapter that belongs to another base; the bases by their hashes.
pub fn bound(name: &str, made_for: &str, here: &str) -> String {
    let other = base_name(made_for).map(|n| format!(", {n},")).unwrap_or_default();
    let this = base_name(here).unwrap_or("this model");
    format!(
        "The adapter “{name}” was trained on another base{other} and does not fit {this}. Fine-tune one of your own on this model, or take the model it belongs to."
    )
}

pub fn failure(failure: &OwnFailure) -> String {
    match failure {
        OwnFailure::NoWeights { bin: true } => "These weights are in PyTorch's or TensorFlow's own format, which can hold programs. Take the model.safetensors beside them, or convert them first.".into(),
        OwnFailure::NoWeights { bin: false } => "There is no model.safetensors among these files. Drop it together with config.json and vocab.txt.".into(),
        OwnFailure::Shards => "These weights are spread over several files. The page reads one model.safetensors: save the model anew as a single file.".into(),
        OwnFailure::NoFile { file } => format!("“{file}” is missing. Drop it together with model.safetensors."),
        OwnFailure::Unreadable { file } => format!("“{file}” cannot be read: it was moved or changed. Choose the files again."),
        OwnFailure::FileTooLarge { file, bytes: size, limit } => format!(
            "“{file}” is {}; at most {} can be read in a browser. Take a smaller model.",
            bytes(*size),
            bytes(*limit)
        ),
        OwnFailure::Memory { bytes: size, limit } => format!(
            "This model takes {} in memory; WebAssembly leaves {} for it. Take a smaller model, or a browser with a GPU.",
            bytes(*size),
            bytes(*limit)
        ),
        OwnFailure::Checkpoint(e @ (CheckpointError::Architecture { .. } | CheckpointError::Setting { .. })) => {
            format!("This is another kind of model: {e}. Take a plain BERT.")
        }
        OwnFailure::Checkpoint(e @ CheckpointError::Missing { .. }) => {
            format!("The weights do not make a BERT: {e}. Check that model and config.json belong together.")
        }
        OwnFailure::Checkpoint(e) => format!("The files were refused: {e}. Download them anew, or take another model."),
        OwnFailure::Vocabulary(e @ (VocabularyError::Model { .. } | VocabularyError::Chinese)) => {
            format!("The page cannot read text as this model does: {e}. Take another model.")
        }
        OwnFailure::Vocabulary(e) => format!("The vocabulary was refused: {e}. Check that it belongs to this model."),
        OwnFailure::Gone => "The files are no longer at hand. Drop them again.".into(),
        OwnFailure::NotKept { reason } => {
            format!("This browser keeps no more ({reason}). The model stays in this tab until you close it.")
        }
    }
}
