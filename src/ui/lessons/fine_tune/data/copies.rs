//! Texts that stand in the data more than once, said.

use crate::ui::store::store;
use crate::ui::words::fine_tune::data as here;
use leptos::prelude::*;

#[component]
pub fn CopiesView() -> impl IntoView {
    let lab = store().lab;
    let copies = Memo::new(move |_| lab.data.with(|d| d.as_ref().map(|d| d.copies.clone())).unwrap_or_default());
    move || {
        let copies = copies.get();
        let said = here::copies(&copies);
        if said.is_empty() {
            return view! { <p class="note" data-testid="lab-copies">{here::NO_COPIES}</p> }.into_any();
        }
        let said: Vec<_> = said.into_iter().map(|t| view! { <li>{t}</li> }).collect();
        let shown: Vec<_> = copies.shown.iter().map(|(t, lines)| view! { <li>{here::copy(t, lines)}</li> }).collect();
        view! {
            <div class="copies" data-testid="lab-copies">
                <ul>{said}</ul>
                <details class="twin"><summary>{here::COPIES_SHOWN}</summary><ul class="bad-rows">{shown}</ul></details>
            </div>
        }
        .into_any()
    }
}
