//! The page's second model, BERT-Base, cased: to it, back from it, and its vocabulary beside the other.

use super::browser;
use super::logic::model::Model;
use super::store::{Health, Store};
use super::words::cased as words;
use crate::protocol::{BesideTask, CASED_URL, TextPair};
use leptos::prelude::*;

/// V of BERT-Base, uncased.
const BASE_PIECES: usize = 30_522;

#[derive(Clone, Copy)]
pub struct Cased {
    /// The visitor has asked for both vocabularies: the one that is not in use may be fetched.
    pub both: RwSignal<bool>,
    /// The model that was loaded last, or is on its way.
    pub asked: StoredValue<Option<Model>>,
}

impl Cased {
    pub fn new() -> Self {
        Self { both: RwSignal::new(false), asked: StoredValue::new(None) }
    }
}

impl Store {
    /// Onto the cased model, or back to the uncased one. A visitor's own is left.
    pub fn use_cased(&self, on: bool) {
        self.cased.both.set(true);
        self.own.using.set(false);
        self.address.update(|a| a.cased = on);
        if on && self.health.get_untracked() == Health::Asking {
            // This is the visitor's word.
            self.forget_answers();
            self.start();
        }
    }

    /// Loads the model that the page is to run on, unless it is the one in use or on its way.
    pub fn follow_model(&self, model: Model) {
        if self.cased.asked.get_value() != Some(model) {
            self.load_another();
        }
    }

    /// The host has no such pack: back to the model that every host has.
    pub(super) fn cased_is_missing(&self) {
        self.notice(|| words::NOT_HERE.to_owned());
        self.use_cased(false);
        self.cased.both.set(false);
    }

    /// Pieces of the vocabulary in use; the first model's, until one is in.
    pub fn vocabulary_size(&self) -> usize {
        self.loaded.with(|l| l.as_ref().map_or(BASE_PIECES, |l| l.vocab_size))
    }

    /// A text for the vocabulary of the page's other model. None beside a visitor's own.
    pub fn beside_task(&self, text: TextPair) -> Option<BesideTask> {
        let model_url = match self.model.get() {
            Model::Base => CASED_URL.into(),
            Model::Cased => browser::model_url(),
            Model::Own => return None,
        };
        Some(BesideTask { text, model_url })
    }
}
