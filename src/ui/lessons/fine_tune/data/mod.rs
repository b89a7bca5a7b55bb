//! The data: files in, what was read of them, how they are split.

mod copies;
mod features;
mod file;
mod intake;
mod labels;

use crate::protocol::Kind;
use crate::protocol::lab::{Export, LabKind, LabTask};
use crate::ui::store::store;
use crate::ui::words;
use crate::ui::words::fine_tune::data as here;
use copies::CopiesView;
use features::FeaturesView;
use file::FileView;
use intake::LabIntake;
use labels::Labels;
use leptos::prelude::*;

const GATHER: Kind = Kind::Lab(LabKind::Gather);

#[component]
pub fn DataCard() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let any = Memo::new(move |_| lab.data.with(Option::is_some));
    let count = Memo::new(move |_| lab.data.with(|d| d.as_ref().map_or(0, |d| d.files.len())));
    let sound = Memo::new(move |_| lab.data.with(|d| d.as_ref().is_some_and(|d| d.refused.is_none())));
    let told = move || {
        let refused = lab.data.with(|d| d.as_ref().and_then(|d| d.refused.clone()));
        let failed = store.failure(GATHER).or(store.lab_failure(LabKind::Arrange));
        refused.map(|f| words::fine_tune::failure(&f)).or(failed.map(|f| words::failure(&f)))
    };
    let trio = move |_| store.ask_lab(LabTask::Export(Export::Trio));
    let waiting = move || !store.vocabulary_ready.get() && lab.files.with(|f| !f.is_empty());
    let parts = move || {
        lab.data.with(|d| d.as_ref().filter(|d| d.refused.is_none()).map(|d| here::parts(d.counts, d.unlabelled_test)))
    };
    view! {
        <section class="card many" aria-labelledby="lab-data" data-testid="lab-data">
            <header>
                <h2 id="lab-data" tabindex="-1">{here::TITLE}</h2>
                <span class="note" data-testid="lab-parts">{parts}</span>
            </header>
            <LabIntake/>
            <Gathering/>
            <div role="status">
                {move || waiting().then(|| view! { <p class="note">{here::WAITING}</p> })}
                {move || told().map(|t| view! { <p class="told-off" data-testid="lab-refused">{t}</p> })}
            </div>
            <Show when=move || any.get()>
                <div class="files">{move || (0..count.get()).map(|index| view! { <FileView index/> }).collect::<Vec<_>>()}</div>
            </Show>
            <Show when=move || sound.get()>
                <Labels/><CopiesView/><FeaturesView/>
                <p><button class="plain" title=here::TRIO_TITLE on:click=trio data-testid="lab-trio">{here::TRIO}</button></p>
            </Show>
        </section>
    }
}

/// How far the reading is, and a way to stop it.
#[component]
fn Gathering() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let busy = Memo::new(move |_| store.is_busy(GATHER) && lab.gathering.with(Option::is_some));
    let now = move || lab.gathering.get().unwrap_or_default();
    let cancel = move |_| lab.clear();
    view! {
        <Show when=move || busy.get()>
            <div class="run" data-testid="gathering">
                <progress max=move || now().1.to_string() value=move || now().0.to_string() aria-label=here::TITLE></progress>
                <span class="note">{move || here::gathering(now().0, now().1, now().2)}</span>
                <button class="btn" on:click=cancel>{here::CANCEL}</button>
            </div>
        </Show>
    }
}
