//! Where rows come in.

use super::source::{Source, close, open};
use super::state::ManyState;
use crate::ui::controls::{self, IntakeWords};
use crate::ui::words::many as here;
use leptos::prelude::*;
use web_sys::File;

/// Our own, half of them tricky.
const SAMPLE: &str = include_str!("../../../../../assets/samples/many.tsv");
/// The same kind, with one of each fault.
const BROKEN: &str = include_str!("../../../../../assets/samples/broken.csv");

fn words() -> IntakeWords {
    IntakeWords {
        paste: *here::PASTE,
        placeholder: *here::PLACEHOLDER,
        choose: *here::CHOOSE,
        clear: *here::CLEAR,
        accept: ".tsv,.csv,.txt,.tab,text/*",
    }
}

#[component]
pub fn Intake() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let pasted = Signal::derive(move || {
        state.source.with(|s| match s {
            Some(Source::Text { name: None, text }) => text.to_string(),
            _ => String::new(),
        })
    });
    let typed = move |text: String| {
        if text.is_empty() { close(state) } else { open(state, Source::pasted(text)) }
    };
    let files = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            open(state, Source::File(file));
        }
    };
    let try_one = move |name: &'static str, file: &'static str, text: &'static str| {
        (name.to_owned(), Callback::new(move |()| open(state, Source::own(file, text))))
    };
    let tries = vec![try_one(*here::SAMPLE, "many.tsv", SAMPLE), try_one(*here::BROKEN, "broken.csv", BROKEN)];
    let named = Signal::derive(move || state.source.with(|s| s.as_ref().and_then(Source::name)));
    view! { <controls::Intake words=words() tries pasted named typed files clear=move || close(state)/> }
}
