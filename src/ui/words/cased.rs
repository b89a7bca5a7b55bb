//! The words about the page's second model.

use crate::ui::logic::model::{Model, hash_of, of_hash};
use crate::ui::logic::number::{bytes, count, grouped};

pub const UNCASED_NAME: &str = "BERT-Base, uncased";
pub const CASED_NAME: &str = "BERT-Base, cased";
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

pub fn name(model: Model) -> Option<&'static str> {
    match model {
        Model::Base => Some(UNCASED_NAME),
        Model::Cased => Some(CASED_NAME),
        Model::Own => None,
    }
}

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

/// `BERT-Base, cased: 14 pieces, none unknown`
pub fn named(title: &str, counts: &str) -> String {
    format!("{title}: {counts}")
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

/// A reason with the names of the page's bases in place of their hashes.
pub fn with_names(reason: &str) -> String {
    let named = |text: String, model| match (hash_of(model), name(model)) {
        (Some(hash), Some(name)) => text.replace(hash, name),
        _ => text,
    };
    [Model::Base, Model::Cased].into_iter().fold(reason.to_owned(), named)
}

/// The name of the base that a file says it was made for, if it is one of the page's.
pub fn base_name(hash: &str) -> Option<&'static str> {
    name(of_hash(hash)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_called_by_their_names() {
        let hash = |model| hash_of(model).expect("one of the page's");
        let (base, cased) = (hash(Model::Base), hash(Model::Cased));
        assert_eq!(base_name(cased), Some(CASED_NAME));
        assert_eq!(base_name("00ff"), None);
        let reason = with_names(&format!("it was made for the base {cased}, the page holds {base}"));
        assert_eq!(reason, "it was made for the base BERT-Base, cased, the page holds BERT-Base, uncased");
        assert_eq!(with_names("made for 00ff"), "made for 00ff");
    }

    #[test]
    fn an_adapter_of_the_other_base_is_refused_by_name() {
        let hash = |model| hash_of(model).expect("one of the page's");
        let said = crate::ui::words::own::bound("sentiment", hash(Model::Base), hash(Model::Cased));
        assert!(said.contains("another base, BERT-Base, uncased, and does not fit BERT-Base, cased."), "{said}");
        let said = crate::ui::words::own::bound("mine", "00ff", "11ff");
        assert!(said.contains("another base and does not fit this model."), "{said}");
    }
}
