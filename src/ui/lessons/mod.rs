//! The lessons, one folder each.

mod answers;
mod attention;
mod blank;
mod context;
mod directions;
mod features;
mod fine_tune;
mod input;
mod inside;
mod masking;
mod next_sentence;
mod own;
mod pretraining;
mod probe;
mod recordings;
mod sentiment;
mod text;
mod tokens;
mod why;

pub use sentiment::ManyState;

use super::logic::address::Lesson;
use super::store::store;
use leptos::prelude::*;

/// The lesson that the address names.
#[component]
pub fn LessonView() -> impl IntoView {
    let store = store();
    let lesson = Memo::new(move |_| store.address.with(|a| a.lesson));
    move || match (lesson.get(), store.models.get()).0 {
        Lesson::Blank => view! { <blank::Blank/> }.into_any(),
        Lesson::Attention => view! { <attention::Attention/> }.into_any(),
        Lesson::Tokens => view! { <tokens::Tokens/> }.into_any(),
        Lesson::NextSentence => view! { <next_sentence::NextSentence/> }.into_any(),
        Lesson::FineTune => view! { <fine_tune::FineTune/> }.into_any(),
        Lesson::Sentiment => view! { <sentiment::Sentiment/> }.into_any(),
        Lesson::Context => view! { <context::ContextLesson/> }.into_any(),
        Lesson::Masking => view! { <masking::Masking/> }.into_any(),
        Lesson::Answers => view! { <answers::Answers/> }.into_any(),
        Lesson::Directions => view! { <directions::Directions/> }.into_any(),
        Lesson::Input => view! { <input::TheInput/> }.into_any(),
        Lesson::Why => view! { <why::Why/> }.into_any(),
        Lesson::Features => view! { <features::FeaturesLesson/> }.into_any(),
        Lesson::Own => view! { <own::OwnLesson/> }.into_any(),
        Lesson::PreTraining => view! { <pretraining::PreTraining/> }.into_any(),
        Lesson::Inside => view! { <inside::Inside/> }.into_any(),
    }
}
