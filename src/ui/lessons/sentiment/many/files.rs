//! The predictions as files.

use super::state::ManyState;
use crate::ui::browser;
use crate::ui::logic::many::{csv_file, results_file};
use crate::ui::words::{lessons, many as here};
use leptos::prelude::*;

#[component]
pub fn Files() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let results = move |_| {
        let text = state.outcomes.with_untracked(|o| results_file(o));
        drop(browser::download("test_results.tsv", "text/tab-separated-values", &text));
    };
    let csv = move |_| {
        let Some(table) = state.table.get_untracked() else { return };
        let labels = state.labels.get_untracked();
        let text = state.outcomes.with_untracked(|o| csv_file(&table.rows, o, &labels, table.has_labels()));
        drop(browser::download("predictions.csv", "text/csv", &text));
    };
    view! {
        <div class="under" role="group" aria-label=here::RESULTS>
            <span>{here::RESULTS}</span>
            <button class="btn" title=here::TSV_TITLE on:click=results data-testid="many-tsv">{here::TSV}</button>
            <button class="btn" title=lessons::DOWNLOAD on:click=csv data-testid="many-csv">{here::CSV}</button>
        </div>
    }
}
