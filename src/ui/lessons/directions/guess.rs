//! Guessed first: which side alone does better.

use crate::ui::controls::{Guess, Question, Truth};
use crate::ui::lessons::probe::Shown;
use crate::ui::logic::directions::{WordAt, loss};
use crate::ui::logic::guess::largest;
use crate::ui::words::guess as here;
use crate::ui::words::probe::nats;
use leptos::prelude::*;

#[component]
pub fn WhichSide(
    shown: Memo<Option<Shown>>,
    answered: Signal<bool>,
    word: Memo<Option<WordAt>>,
    hides: RwSignal<bool>,
) -> impl IntoView {
    let question = Signal::derive(move || {
        let word = word.get().filter(|w| !w.open)?;
        Some(Question { text: here::which_side(&word.typed), options: here::SIDES.map(String::from).into() })
    });
    let truth = Signal::derive(move || {
        let (shown, word) = (shown.get().filter(|_| answered.get())?, word.get()?);
        let lost = |row: usize| loss(shown.rows()?.rows.get(row)?, &word);
        let (both, left, right) = (lost(0)?, lost(1)?, lost(2)?);
        Some(Truth { right: largest(&[-left, -right]), told: here::sides(&nats(left), &nats(right), &nats(both)) })
    });
    view! { <Guess question truth hides/> }
}
