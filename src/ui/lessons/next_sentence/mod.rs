//! Next sentence: does the second text follow the first?

use crate::ui::controls::Head;
use crate::ui::words::next_sentence as here;
use leptos::prelude::*;

#[component]
pub fn NextSentence() -> impl IntoView {
    view! { <Head kicker=here::KICKER title=here::TITLE/> }
}
