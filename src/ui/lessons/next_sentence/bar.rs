//! One bar for two probabilities that sum to 1.

use crate::protocol::ClassifiedRow;
use crate::ui::logic::number::percent;
use leptos::prelude::*;

/// The share of the first label is filled; each end says its own number.
#[component]
pub fn Follows(which: &'static str, name: &'static str, labels: Vec<String>, row: ClassifiedRow) -> impl IntoView {
    let [first, second] = [0, 1].map(|i| row.probabilities.get(i).copied().unwrap_or(f32::NAN));
    let width = format!("{:.3}%", (first * 100.0).clamp(0.0, 100.0));
    let end = |i: usize, p: f32| {
        let label = labels.get(i).cloned().unwrap_or_default();
        view! { <span class="end"><b>{label}</b>" "<span class="v">{percent(p)}</span></span> }
    };
    view! {
        <div class="follows" data-testid="follows" data-which=which data-probability=first.to_string()>
            <p class="name">{name}</p>
            {end(0, first)}
            <span class="t" aria-hidden="true"><i style:width=width></i></span>
            {end(1, second)}
        </div>
    }
}
