//! Guessed first: in which two sentences the word is most alike.

use super::Reply;
use super::alike::cosine;
use crate::ui::controls::{Guess, Question, Truth};
use crate::ui::logic::context::Alike;
use crate::ui::words::{context as words, guess as here};
use leptos::prelude::*;

/// More pairs than these make no question.
const MOST: usize = 10;

#[component]
pub fn Nearest(
    shown: Signal<Option<Reply>>,
    alike: Memo<Option<Alike>>,
    layer: Memo<usize>,
    hides: RwSignal<bool>,
) -> impl IntoView {
    let question = Signal::derive(move || {
        let alike = alike.get()?;
        // The input before the first layer is the same for all: nothing to guess.
        let (pairs, layer) = (alike.pairs(), layer.get());
        let word = shown.with(|s| s.as_ref().map(|s| s.question.word.trim().to_owned()))?;
        let name = |&(i, j): &(usize, usize)| here::pair(alike.found[i] + 1, alike.found[j] + 1);
        let options: Vec<String> = pairs.iter().map(name).collect();
        let fits = layer > 0 && (2..=MOST).contains(&options.len());
        fits.then(|| Question { text: here::nearest(&word, &words::layer_name(layer)), options })
    });
    let truth = Signal::derive(move || {
        let (alike, layer) = (alike.get()?, layer.get());
        let [most, least] = alike.extremes(layer)?;
        let told = |(i, j): (usize, usize)| (alike.found[i] + 1, alike.found[j] + 1, cosine(alike.cosine(layer, i, j)));
        let right = alike.pairs().iter().position(|p| *p == most).into_iter().collect();
        Some(Truth { right, told: here::nearest_told(told(most), told(least)) })
    });
    view! { <Guess question truth hides/> }
}
