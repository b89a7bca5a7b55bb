//! Where the files come in.

use crate::protocol::own::OwnTask;
use crate::protocol::{Failure, Kind};
use crate::ui::lab::all_files;
use crate::ui::store::store;
use crate::ui::words::{self, own as here, shell};
use leptos::{ev, html, prelude::*};
use web_sys::File;

#[component]
pub fn Files() -> impl IntoView {
    let store = store();
    let over = RwSignal::new(false);
    let chooser = NodeRef::<html::Input>::new();
    let take = move |found: Vec<File>| {
        if !found.is_empty() {
            store.own.looked.set(None);
            store.own.files.set(found.clone());
            store.ask_own(OwnTask::Look, found);
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let transfer = js_sys::Reflect::get(&event, &"dataTransfer".into());
        take(transfer.as_ref().map(all_files).unwrap_or_default());
    };
    let dragged = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let chosen = move |_: ev::Event| {
        if let Some(input) = chooser.get_untracked() {
            take(all_files(&input));
            // The same files may be chosen again, once they were mended.
            input.set_value("");
        }
    };
    let choose = move |_| {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    let named = move || store.own.files.with(|f| f.iter().map(File::name).collect::<Vec<_>>().join(", "));
    let told = move || match store.failure(Kind::Own) {
        Some(Failure::NotLoaded) | None => None,
        Some(failure) => Some(words::failure(&failure)),
    };
    let looking = move || {
        store.is_busy(Kind::Own) && store.own.looked.with(Option::is_none) && !store.own.files.with(Vec::is_empty)
    };
    view! {
        <div class="intake" class:over=move || over.get() data-testid="own-drop"
            on:dragover=dragged on:dragleave=move |_| over.set(false) on:drop=dropped>
            <p>{here::DROP}</p>
            <div class="under">
                <button class="btn" on:click=choose data-testid="own-choose">{here::CHOOSE}</button>
                <input class="sr" type="file" tabindex="-1" aria-hidden="true" data-testid="own-files" node_ref=chooser
                    accept=".safetensors,.json,.txt" multiple=true on:change=chosen/>
                <span class="file-name" data-testid="own-named">{named}</span>
            </div>
        </div>
        <div role="status">
            {move || looking().then(|| view! { <p class="note">{here::LOOKING}</p> })}
            {move || told().map(|t| view! { <p class="told-off" data-testid="own-told">{t}</p> })}
            {move || (store.failure(Kind::Own).is_none() && !store.vocabulary_ready.get()).then(|| view! { <p class="note">{shell::LOADING}</p> })}
        </div>
    }
}
