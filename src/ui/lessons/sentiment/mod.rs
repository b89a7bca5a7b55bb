//! Sentiment: what BERT makes of a review, and why.

mod many;

use crate::ui::controls::Head;
use crate::ui::words::sentiment as here;
use leptos::prelude::*;
use many::Many;
pub use many::ManyState;

#[component]
pub fn Sentiment() -> impl IntoView {
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <Many/>
    }
}
