//! How the probabilities spread.

use super::state::ManyState;
use crate::ui::figures::histogram::{self, Mark};
use crate::ui::logic::histogram::counts;
use crate::ui::words::many as here;
use leptos::prelude::*;

const BINS: usize = 20;

#[component]
pub fn Histogram() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let bins = Memo::new(move |_| state.outcomes.with(|o| counts(o.iter().filter_map(|o| o.last()), BINS)));
    let label = move || state.labels.with(|l| l.last().cloned().unwrap_or_default());
    let heading = Signal::derive(move || here::histogram(&label(), bins.with(|b| b.iter().sum())));
    // Of a bin, in percent.
    let edges = |bin: usize| (bin * 100 / BINS, (bin + 1) * 100 / BINS);
    let ticks = vec![(0.0, "0 %".to_owned()), (0.5, "50 %".to_owned()), (1.0, "100 %".to_owned())];
    view! {
        <histogram::Histogram testid="histogram" heading bins ticks mark=Some(Mark { at: 0.5, cuts: false })
            heads=[*here::SHARE, *here::ROWS] name=move |i| here::bin_range(edges(i).0, edges(i).1)
            told=move |i, n| here::bin(n, edges(i).0, edges(i).1)/>
    }
}
