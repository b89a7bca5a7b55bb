//! Guessed first: what the review is, and how sure BERT is of it.

use super::question::Question;
use crate::protocol::ClassifiedRow;
use crate::ui::controls::{Guess, Question as Asked, Truth};
use crate::ui::logic::guess::band;
use crate::ui::logic::number::percent;
use crate::ui::logic::verdict::shares;
use crate::ui::words::guess as here;
use leptos::prelude::*;

#[component]
pub fn HowSure(question: Question, row: Memo<Option<ClassifiedRow>>, hides: RwSignal<bool>) -> impl IntoView {
    // About this text: another one begins anew.
    let asked = Signal::derive(move || {
        let text = question.text.get();
        let options = here::REVIEW_BANDS.map(String::from).into();
        (!text.trim().is_empty()).then(|| Asked { text: here::REVIEW.into(), options })
    });
    let truth = Signal::derive(move || {
        let [negative, positive] = row.get().filter(|_| question.whole.answered()).as_ref().and_then(shares)?;
        Some(Truth { right: vec![band(positive)], told: here::review(&percent(negative), &percent(positive)) })
    });
    view! { {move || { question.text.track(); view! { <Guess question=asked truth hides/> } }} }
}
