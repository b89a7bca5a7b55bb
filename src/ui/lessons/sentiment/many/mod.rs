//! Many reviews at once: a file in, a table and two files out.

mod files;
mod histogram;
mod intake;
mod preview;
mod results;
mod run;
mod score;
mod source;
mod state;

use crate::ui::store::store;
use crate::ui::words::many as here;
use intake::Intake;
use leptos::prelude::*;
use preview::Preview;
use results::Results;
use run::RunBar;
pub use state::ManyState;

/// What a file's labels may be: the classes 0 and 1, or these names.
fn labels() -> Vec<String> {
    ["negative", "positive"].map(String::from).into()
}

#[component]
pub fn Many() -> impl IntoView {
    let state = expect_context::<ManyState>();
    run::drive(store(), state);
    let opened = move || state.layout.with(Option::is_some);
    let answered = Memo::new(move |_| state.outcomes.with(|o| !o.is_empty()));
    view! {
        <section class="card many" aria-labelledby="many-title" data-testid="many">
            <header><h2 id="many-title">{here::TITLE}</h2></header>
            <p class="note">{here::LEDE}</p>
            <Intake/>
            <Show when=opened><Preview/><RunBar/></Show>
            <Show when=move || answered.get()><Results/></Show>
        </section>
    }
}
