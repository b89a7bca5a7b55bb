//! Where rows come in: the box to paste into, which is also where files are dropped.

use super::source::{Source, close, first_file, open};
use super::state::ManyState;
use crate::ui::controls::Tries;
use crate::ui::words::many as here;
use leptos::{ev, html, prelude::*};

/// Our own, half of them tricky.
const SAMPLE: &str = include_str!("../../../../../assets/samples/many.tsv");
/// The same kind, with one of each fault.
const BROKEN: &str = include_str!("../../../../../assets/samples/broken.csv");

#[component]
pub fn Intake() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let over = RwSignal::new(false);
    let chooser = NodeRef::<html::Input>::new();
    let pasted = move || {
        state.source.with(|s| match s {
            Some(Source::Text { name: None, text }) => text.to_string(),
            _ => String::new(),
        })
    };
    let typed = move |event: ev::Event| {
        let text = event_target_value(&event);
        if text.is_empty() { close(state) } else { open(state, Source::pasted(text)) }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let transfer = js_sys::Reflect::get(&event, &"dataTransfer".into());
        if let Some(file) = transfer.ok().as_ref().and_then(first_file) {
            open(state, Source::File(file));
        }
    };
    let dragged = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let chosen = move |_: ev::Event| {
        if let Some(input) = chooser.get_untracked() {
            if let Some(file) = first_file(&input) {
                open(state, Source::File(file));
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
    let try_one = move |name: &'static str, file: &'static str, text: &'static str| {
        (name.to_owned(), Callback::new(move |()| open(state, Source::own(file, text))))
    };
    let tries = vec![try_one(here::SAMPLE, "many.tsv", SAMPLE), try_one(here::BROKEN, "broken.csv", BROKEN)];
    let named = move || state.source.with(|s| s.as_ref().and_then(Source::name));
    view! {
        <div class="intake" class:over=move || over.get() data-testid="intake"
            on:dragover=dragged on:dragleave=move |_| over.set(false) on:drop=dropped>
            <label>
                <span class="sr">{here::PASTE}</span>
                <textarea rows="3" spellcheck="false" autocomplete="off" placeholder=here::PLACEHOLDER data-testid="paste"
                    prop:value=pasted on:input=typed></textarea>
            </label>
            <div class="under">
                <button class="btn" on:click=choose data-testid="choose">{here::CHOOSE}</button>
                <input class="sr" type="file" tabindex="-1" aria-hidden="true" data-testid="file" node_ref=chooser
                    accept=".tsv,.csv,.txt,.tab,text/*" on:change=chosen/>
                {move || named().map(|n| view! {
                    <span class="file-name" data-testid="file-name">{n}</span>
                    <button class="plain" on:click=move |_| close(state)>{here::CLEAR}</button>
                })}
            </div>
            <Tries tries/>
        </div>
    }
}
