//! Where files come in: dropped, chosen, or pasted as text.

use super::sentence_box::Tries;
use crate::ui::lab::all_files;
use leptos::{ev, html, prelude::*};
use web_sys::File;

/// The words of an [`Intake`].
#[derive(Clone, Copy)]
pub struct Words {
    pub paste: &'static str,
    pub placeholder: &'static str,
    pub choose: &'static str,
    pub clear: &'static str,
    /// Of the file chooser.
    pub accept: &'static str,
}

/// A box to paste into, which is also where files are dropped. `named` is what is open now.
#[component]
pub fn Intake(
    words: Words,
    #[prop(optional)] several: bool,
    tries: Vec<(String, Callback<()>)>,
    #[prop(into)] pasted: Signal<String>,
    #[prop(into)] named: Signal<Option<String>>,
    typed: impl Fn(String) + Copy + 'static,
    files: impl Fn(Vec<File>) + Copy + 'static,
    clear: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let chooser = NodeRef::<html::Input>::new();
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let transfer = js_sys::Reflect::get(&event, &"dataTransfer".into());
        let found = transfer.as_ref().map(all_files).unwrap_or_default();
        if !found.is_empty() {
            files(found);
        }
    };
    let dragged = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let chosen = move |_: ev::Event| {
        if let Some(input) = chooser.get_untracked() {
            let found = all_files(&input);
            if !found.is_empty() {
                files(found);
            }
            // The same file may be chosen again, once it was mended.
            input.set_value("");
        }
    };
    let choose = move |_| {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    view! {
        <div class="intake" class:over=move || over.get() data-testid="intake"
            on:dragover=dragged on:dragleave=move |_| over.set(false) on:drop=dropped>
            <label>
                <span class="sr">{words.paste}</span>
                <textarea rows="3" spellcheck="false" autocomplete="off" placeholder=words.placeholder data-testid="paste"
                    prop:value=move || pasted.get() on:input=move |event| typed(event_target_value(&event))></textarea>
            </label>
            <div class="under">
                <button class="btn" on:click=choose data-testid="choose">{words.choose}</button>
                <input class="sr" type="file" tabindex="-1" aria-hidden="true" data-testid="file" node_ref=chooser
                    accept=words.accept multiple=several on:change=chosen/>
                {move || named.get().map(|n| view! {
                    <span class="file-name" data-testid="file-name">{n}</span>
                    <button class="plain" on:click=move |_| clear()>{words.clear}</button>
                })}
            </div>
            <Tries tries/>
        </div>
    }
}
