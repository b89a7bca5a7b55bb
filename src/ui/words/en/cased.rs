//! The words about the page's second model.

use crate::ui::logic::model::Model;
use crate::ui::logic::number::{bytes, count, grouped};

pub const BACK: &str = "Back to uncased";
pub const STRIP: &str = "This page runs on ";
pub const STRIP_MORE: &str = ": capitals and accents count. ";
pub const LOAD_FIRST: &str = "Getting BERT-Base, cased, once. It is kept on this device; your text never leaves it.";
pub const NOT_HERE: &str = "BERT-Base, cased, is not on this host: whoever set up this page left its files out. The page goes on with the uncased model.";
pub const OF_UNCASED: &str = "The recorded numbers here are of BERT-Base, uncased.";

pub const SECOND: &str = "A second model of the page's own";
pub const SECOND_TEXT: &str = "Google trained BERT-Base twice: on lower-cased text, which is what this page opens with, and on text as it stands, with capitals and accents. The cased one has a vocabulary and weights of its own. It is downloaded only when you ask for it, and then kept like the first.";
pub const IN_USE: &str = "The page runs on its own BERT-Base, cased.";

pub const BESIDE: &str = "Two models, two vocabularies";
pub const BESIDE_TEXT: &str = "Google's uncased BERT-Base reads lower-cased text, the cased one reads it as it stands. The same text, cut by each:";
pub const TRY: &str = "Try capitals that tell";
pub const VOCABULARY_NOT_HERE: &str =
    "The cased vocabulary is not on this host: whoever set up this page left the cased model out.";

pub const MATTERS: &str = "Does a capital matter?";
pub const MATTERS_TEXT: &str = "For the uncased model “Apple” and “apple” are one word: two sentences, one answer. The cased one reads a company here and a fruit there.";
pub const ASK_UNCASED: &str = "Ask the uncased model both →";

pub fn load(size: u64) -> String {
    format!("Load BERT-Base, cased ({})", bytes(size))
}

pub fn save_data(size: u64) -> String {
    format!(
        "You have asked your browser to save data, so nothing was downloaded yet. This link asks for BERT-Base, cased: {}, once; it stays on this device and your text does too.",
        bytes(size)
    )
}

pub fn ask_cased(size: u64) -> String {
    format!("Ask the cased model both ({}, once) →", bytes(size))
}

/// Of the model whose vocabulary is fetched.
pub fn compare(model: Model, size: u64) -> String {
    let which = if model == Model::Base { "uncased" } else { "cased" };
    format!("Cut it by the {which} vocabulary too ({})", bytes(size))
}

/// A sentence about BERT-Base's first vocabulary, with the number of pieces of the one in use in its place.
pub fn of_vocabulary(text: &str, pieces: usize) -> String {
    text.replace("30,522", &grouped(pieces as u64))
}

/// How the two cuts differ, in a sentence.
pub fn told(uncased: usize, cased: usize, same: usize) -> String {
    format!(
        "The uncased vocabulary gives {}, the cased one {}; {} the same in both.",
        count(uncased, "piece", "pieces"),
        count(cased, "piece", "pieces"),
        if same == 1 { "1 piece is".to_owned() } else { format!("{} pieces are", grouped(same as u64)) }
    )
}
