//! Every piece's probability as a file: the worker sends the numbers and what they are of.

use super::question::Question;
use crate::protocol::{BlankTask, Blanks, Kind, Task};
use crate::ui::logic::csv;
use crate::ui::store::{Given, Health, store};
use crate::ui::words::cased::of_vocabulary;
use crate::ui::words::lessons::blank as here;
use crate::ui::{browser, words};
use leptos::prelude::*;

#[component]
pub fn TableButton(question: Question) -> impl IntoView {
    let store = store();
    let wanted = StoredValue::new(false);
    let ask = move |_| {
        let task = question.task.get_untracked();
        wanted.set_value(true);
        store.ask(Task::Blank(BlankTask { asked: Vec::new(), whole_vocabulary: true, ..task }));
    };
    Effect::new(move || {
        let Some(given) = store.table.get() else { return };
        if wanted.try_update_value(std::mem::take) == Some(true) {
            let _ = browser::download("bertscope.csv", "text/csv", &csv_of(&given));
        }
    });
    let busy = move || store.is_busy(Kind::BlankTable);
    let off = move || store.health.get() != Health::Ready || store.failure(Kind::Blank).is_some() || busy();
    view! {
        <button class="btn" disabled=off on:click=ask data-testid="csv">
            {move || of_vocabulary(if busy() { *here::CSV_BUSY } else { *here::CSV }, store.vocabulary_size())}
        </button>
        {move || store.failure(Kind::BlankTable).map(|f| view! { <span>{words::failure(&f)}</span> })}
    }
}

/// One row for each piece, one column for each gap.
fn csv_of(given: &Given<BlankTask, Blanks>) -> String {
    let mut columns: Vec<(String, &[f32])> = Vec::new();
    for (i, sentence) in given.answer.sentences.iter().enumerate() {
        for (n, blank) in sentence.blanks.iter().enumerate() {
            if let Some(values) = blank.vocabulary.as_ref().and_then(|v| given.arrays.get(v.index)) {
                columns.push((format!("sentence {} gap {}", i + 1, n + 1), values));
            }
        }
    }
    let head = ["id", "piece"].into_iter().chain(columns.iter().map(|(name, _)| name.as_str()));
    let mut out = csv::row(head);
    for (id, piece) in given.answer.pieces.iter().enumerate() {
        let values = columns.iter().map(|(_, v)| v.get(id).map_or(String::new(), f32::to_string));
        let fields: Vec<String> = [id.to_string(), piece.clone()].into_iter().chain(values).collect();
        out += &csv::row(fields.iter().map(String::as_str));
    }
    out
}
