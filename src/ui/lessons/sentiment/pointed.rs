//! The stretch of the review that another figure points at.

use crate::ui::store::{Store, store};
use leptos::prelude::*;
use std::ops::Range;

#[derive(Clone, Copy)]
pub struct Pointed {
    store: Store,
    /// In bytes of the text.
    range: RwSignal<Option<Range<usize>>>,
}

impl Pointed {
    pub fn new() -> Self {
        Self { store: store(), range: RwSignal::new(None) }
    }

    pub fn get(&self) -> Option<Range<usize>> {
        self.range.get()
    }

    pub fn set(&self, range: Option<Range<usize>>) {
        if self.range.with_untracked(|r| *r != range) {
            self.range.set(range);
        }
    }

    /// Escape releases what is picked.
    pub fn releases(&self, picked: RwSignal<Option<usize>>) {
        let store = self.store;
        Effect::new(move |before: Option<u32>| {
            let escapes = store.escapes.get();
            if before.is_some_and(|b| b != escapes) {
                picked.set(None);
            }
            escapes
        });
    }
}
