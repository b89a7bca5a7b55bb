//! Guessed first: what the picked piece takes most from in the chosen head.

use super::shown::Shown;
use crate::ui::controls::{Guess, Question, Truth};
use crate::ui::logic::guess::{largest, told_apart};
use crate::ui::logic::number::percent;
use crate::ui::words::guess as here;
use crate::ui::words::lessons::attention_lede;
use leptos::prelude::*;

/// More pieces than these make no question.
const MOST: usize = 24;

#[component]
pub fn LooksAt(
    shown: RwSignal<Option<Shown>>,
    head: Signal<(usize, usize)>,
    picked: Signal<Option<usize>>,
    hides: RwSignal<bool>,
) -> impl IntoView {
    let names = move || -> Option<Vec<String>> {
        shown.with(|s| Some(s.as_ref()?.answer.tokens.pieces.iter().map(|p| p.text.clone()).collect()))
    };
    let question = Signal::derive(move || {
        let (names, (layer, head)) = (names()?, head.get());
        let piece = names.get(picked.get()?)?;
        (names.len() <= MOST).then(|| Question {
            text: here::looks_at(piece, layer + 1, head + 1),
            options: told_apart(&names, here::nth),
        })
    });
    let truth = Signal::derive(move || {
        let (names, (layer, head), from) = (names()?, head.get(), picked.get()?);
        let row = shown.with(|s| Some(s.as_ref()?.heads()?.row(layer, head, from).to_vec()))?;
        let right = largest(&row);
        let best = *right.first()?;
        let told = attention_lede(layer + 1, head + 1, names.get(from)?, &names[best], &percent(row[best]));
        Some(Truth { right, told })
    });
    view! { <Guess question truth hides/> }
}
