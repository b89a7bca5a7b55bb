//! Probabilities as bars: word, track, honest percentage.

use crate::ui::logic::number::{grouped, percent};
use crate::ui::words::lessons as words;
use leptos::prelude::*;

#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub word: String,
    pub probability: f32,
    /// Among single pieces; None of a word of several.
    pub rank: Option<u32>,
    /// The visitor's own word.
    pub mine: bool,
}

/// Hover previews a word in its gap, a click pins it; `drop_own` takes an own word away.
#[component]
pub fn Bars(
    bars: Vec<Bar>,
    #[prop(into)] pinned: Signal<Option<String>>,
    hover: impl Fn(Option<String>) + Copy + Send + Sync + 'static,
    pin: impl Fn(String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let row = move |bar: Bar| {
        let Bar { word, probability, rank, mine } = bar;
        let value = percent(probability);
        let told = match rank {
            Some(rank) => words::rank(&grouped(u64::from(rank))),
            None => words::SEVERAL_PIECES.into(),
        };
        let rank_told = mine.then(|| view! { <small>{told}</small> });
        let width = format!("{:.3}%", (probability * 100.0).clamp(0.0, 100.0));
        let is_pinned = {
            let word = word.clone();
            move || pinned.with(|p| p.as_ref() == Some(&word)).to_string()
        };
        let (enter, focus, click) = (word.clone(), word.clone(), word.clone());
        view! {
            <button class="bar-row" class:mine=mine aria-pressed=is_pinned data-testid="bar" data-piece=word.clone()
                data-probability=probability.to_string() data-rank=rank.map(|r| r.to_string())
                on:pointerenter=move |_| hover(Some(enter.clone())) on:pointerleave=move |_| hover(None)
                on:focus=move |_| hover(Some(focus.clone())) on:blur=move |_| hover(None)
                on:click=move |_| pin(click.clone())>
                <span class="w">{word.clone()}{rank_told}</span>
                <span class="t" aria-hidden="true"><i style:width=width></i></span>
                <span class="v">{value}</span>
            </button>
        }
    };
    view! { <div class="bars" data-columns="piece probability rank">{bars.into_iter().map(row).collect_view()}</div> }
}
