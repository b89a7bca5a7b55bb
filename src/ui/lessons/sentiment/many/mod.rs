//! Many reviews at once: a file in, a table and two files out.

use leptos::prelude::*;

#[component]
pub fn Many() -> impl IntoView {}
