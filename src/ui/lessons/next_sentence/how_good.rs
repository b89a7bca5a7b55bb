//! How good is it? The judged pairs, recorded.

use leptos::prelude::*;

#[component]
pub fn HowGood() -> impl IntoView {}
