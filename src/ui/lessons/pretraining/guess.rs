//! Guessed first: which of the two losses falls faster.

use crate::ui::controls::{Guess, Question, Truth};
use crate::ui::logic::guess::largest;
use crate::ui::logic::number::fixed;
use crate::ui::logic::pretraining::{JUDGED_STEP, around};
use crate::ui::store::store;
use crate::ui::words::pretraining as here;
use leptos::prelude::*;

#[component]
pub fn Faster(hides: RwSignal<bool>) -> impl IntoView {
    let run = store().pretraining;
    let question = Signal::derive(|| {
        Some(Question { text: here::GUESS.into(), options: here::GUESS_OPTIONS.map(String::from).into() })
    });
    let truth = Signal::derive(move || {
        let rows = run.run.with(|r| r.as_ref().map(|r| r.settings.rows))?;
        let [bert, left] = run.points.with(|p| around(p, JUDGED_STEP))?;
        let texts = u64::from(JUDGED_STEP) * rows as u64;
        let told = here::told(texts, &fixed(bert, 2), &fixed(left, 2));
        Some(Truth { right: largest(&[-bert as f32, -left as f32]), told })
    });
    view! { <Guess question truth hides/> }
}
