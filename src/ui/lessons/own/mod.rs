//! A BERT of the visitor's own: dropped, looked at, made into a pack, and every lesson on it.

mod files;
mod in_use;
mod looked;
mod runs;

use crate::protocol::own::OwnTask;
use crate::ui::controls::{CasedButton, Head, Remarks};
use crate::ui::store::store;
use crate::ui::words::{cased, own as here};
use leptos::prelude::*;

#[component]
pub fn OwnLesson() -> impl IntoView {
    let store = store();
    // What is there, once the worker listens.
    Effect::new(move || {
        if store.vocabulary_ready.get() && store.own.about.with(Option::is_none) {
            store.ask_own(OwnTask::About, Vec::new());
        }
    });
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <div class="cols">
            <div class="stack">
                <section class="card" aria-label=here::FILES>
                    <header><h2>{here::FILES}</h2></header>
                    <files::Files/>
                </section>
                <looked::LookedAt/>
                <section class="card" aria-label=here::IN_USE>
                    <header><h2>{here::IN_USE}</h2></header>
                    <in_use::InUse/>
                </section>
                <section class="card" aria-label=cased::SECOND>
                    <header><h2>{cased::SECOND}</h2></header>
                    <p>{cased::SECOND_TEXT}</p>
                    <div class="under"><CasedButton/></div>
                </section>
                <runs::RunsOn/>
            </div>
            <aside><Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/></aside>
        </div>
    }
}
