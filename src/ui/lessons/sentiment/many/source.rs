//! Where the rows come from: pasted text or a file, read in slices so that the page never stands still.

use super::state::ManyState;
use crate::text::table::{Layout, Reader, SAMPLE_BYTES, guess, preview};
use crate::ui::logic::many::Table;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Read at a time; the page may draw in between.
const SLICE_BYTES: usize = 1 << 18;
const PREVIEW_ROWS: usize = 5;

#[derive(Debug, Clone)]
pub enum Source {
    Text { name: Option<&'static str>, text: Arc<str> },
    File(File),
}

impl Source {
    pub fn pasted(text: String) -> Self {
        Self::Text { name: None, text: text.into() }
    }

    /// A file that comes with the page.
    pub fn own(name: &'static str, text: &str) -> Self {
        Self::Text { name: Some(name), text: text.into() }
    }

    pub fn name(&self) -> Option<String> {
        match self {
            Self::Text { name, .. } => name.map(str::to_owned),
            Self::File(file) => Some(file.name()),
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Text { text, .. } => text.len(),
            Self::File(file) => file.size() as usize,
        }
    }

    async fn slice(&self, from: usize, to: usize) -> Result<Vec<u8>, JsValue> {
        match self {
            Self::Text { text, .. } => {
                pause().await;
                Ok(text.as_bytes()[from.min(text.len())..to.min(text.len())].to_vec())
            }
            Self::File(file) => {
                let blob = file.slice_with_f64_and_f64(from as f64, to as f64)?;
                let buffer = JsFuture::from(blob.array_buffer()).await?;
                Ok(js_sys::Uint8Array::new(&buffer).to_vec())
            }
        }
    }
}

/// Lets the page draw and hear.
async fn pause() {
    let later = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback(&resolve);
    });
    drop(JsFuture::from(later).await);
}

/// Opens a source: guesses its layout, then reads it.
pub fn open(state: ManyState, source: Source) {
    close(state);
    state.source.set(Some(source.clone()));
    let generation = state.generation.get_value();
    spawn_local(async move {
        let sample = source.slice(0, SAMPLE_BYTES).await;
        if state.generation.get_value() != generation {
            return;
        }
        match sample {
            Ok(sample) => read_as(state, guess(&sample, source.name().as_deref())),
            Err(_) => state.unreadable.set(true),
        }
    });
}

/// Forgets the file and all that was said of it.
pub fn close(state: ManyState) {
    state.generation.update_value(|g| *g += 1);
    state.forget_outcomes();
    state.table.set(None);
    state.layout.set(None);
    state.first_rows.set(Vec::new());
    state.source.set(None);
    state.reading.set(false);
    state.unreadable.set(false);
}

/// Reads the open source by a layout.
pub fn read_as(state: ManyState, layout: Layout) {
    let Some(source) = state.source.get_untracked() else { return };
    state.generation.update_value(|g| *g += 1);
    let generation = state.generation.get_value();
    state.forget_outcomes();
    state.reading.set(true);
    state.layout.set(Some(layout.clone()));
    spawn_local(async move {
        let mut reader = Reader::new(layout.clone(), &super::labels());
        let (mut table, mut at) = (Table::default(), 0);
        loop {
            let slice = source.slice(at, at + SLICE_BYTES).await;
            if state.generation.get_value() != generation {
                return;
            }
            // The file was moved or changed while it was read.
            let Ok(slice) = slice else {
                state.unreadable.set(true);
                return state.reading.set(false);
            };
            if at == 0 {
                state.first_rows.set(preview(&slice, layout.format, PREVIEW_ROWS));
            }
            at += slice.len();
            if slice.is_empty() {
                reader.finish();
                table.take(&mut reader);
                break;
            }
            reader.push(&slice);
            if !table.take(&mut reader) {
                break;
            }
        }
        state.table.set(Some(Arc::new(table)));
        state.reading.set(false);
    });
}
