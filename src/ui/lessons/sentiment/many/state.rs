//! What the table of many reviews knows. It outlives the lesson: a long run is not lost by looking elsewhere.

use super::source::Source;
use crate::text::table::Layout;
use crate::ui::logic::many::{Outcome, Pace, Sort, Table};
use leptos::prelude::*;
use std::ops::Range;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Run {
    #[default]
    Idle,
    Running,
    /// By the visitor or a failure; what is done is kept.
    Stopped,
    Done,
}

#[derive(Clone, Copy)]
pub struct ManyState {
    pub source: RwSignal<Option<Source>, LocalStorage>,
    pub layout: RwSignal<Option<Layout>>,
    /// The file's first rows, cell by cell.
    pub first_rows: RwSignal<Vec<Vec<String>>>,
    pub reading: RwSignal<bool>,
    /// The browser could not read the file.
    pub unreadable: RwSignal<bool>,
    pub table: RwSignal<Option<Arc<Table>>>,
    /// Of the first rows, as far as they are done.
    pub outcomes: RwSignal<Vec<Outcome>>,
    /// The adapter's.
    pub labels: RwSignal<Vec<String>>,
    pub run: RwSignal<Run>,
    pub pace: RwSignal<Pace>,
    /// Time that requests took, ms.
    pub spent_ms: RwSignal<f64>,
    /// Of it, inside the engine.
    pub engine_ms: StoredValue<f64>,
    pub sort: RwSignal<Sort>,
    pub page: RwSignal<usize>,
    /// The rows asked about, and when.
    pub asked: StoredValue<Option<(Range<usize>, f64)>>,
    /// Where the answer that was looked at last lies: each is taken once.
    pub seen: StoredValue<usize>,
    /// Rises with each reading: an older one then ends.
    pub generation: StoredValue<u32>,
}

impl ManyState {
    pub fn new() -> Self {
        Self {
            source: RwSignal::new_local(None),
            layout: RwSignal::new(None),
            first_rows: RwSignal::new(Vec::new()),
            reading: RwSignal::new(false),
            unreadable: RwSignal::new(false),
            table: RwSignal::new(None),
            outcomes: RwSignal::new(Vec::new()),
            labels: RwSignal::new(super::labels()),
            run: RwSignal::new(Run::Idle),
            pace: RwSignal::new(Pace::default()),
            spent_ms: RwSignal::new(0.0),
            engine_ms: StoredValue::new(0.0),
            sort: RwSignal::new(Sort::default()),
            page: RwSignal::new(0),
            asked: StoredValue::new(None),
            seen: StoredValue::new(0),
            generation: StoredValue::new(0),
        }
    }

    pub fn rows(&self) -> usize {
        self.table.with(|t| t.as_ref().map_or(0, |t| t.rows.len()))
    }

    /// Forgets what was said, not what was read.
    pub fn forget_outcomes(&self) {
        self.run.set(Run::Idle);
        self.asked.set_value(None);
        self.outcomes.set(Vec::new());
        self.spent_ms.set(0.0);
        self.engine_ms.set_value(0.0);
        self.sort.set(Sort::default());
        self.page.set(0);
    }
}
