use crate::ui::words::lessons as words;
use leptos::{ev, prelude::*};

/// The visitor's text. It grows with what is typed; Enter does not break the line, unless it may have several.
#[component]
pub fn SentenceBox(
    #[prop(into)] label: String,
    testid: &'static str,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] several_lines: bool,
    #[prop(into)] text: Signal<String>,
    typed: impl Fn(String) + 'static,
) -> impl IntoView {
    let keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !several_lines && !event.is_composing() {
            event.prevent_default();
        }
    };
    view! {
        <label class=class>
            <span class="sr">{label}</span>
            <textarea rows="1" lang="en" spellcheck="false" autocomplete="off" data-testid=testid prop:value=move || text.get()
                on:keydown=keydown on:input=move |event| typed(event_target_value(&event))></textarea>
        </label>
    }
}

/// Sentences worth trying.
#[component]
pub fn Tries(tries: Vec<(String, Callback<()>)>, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let buttons = tries.into_iter().map(|(name, act)| {
        view! { <button class="plain" on:click=move |_| act.run(())>{name}</button> }
    });
    view! { <div class="try" role="group" aria-label=words::TRY><span aria-hidden="true">{words::TRY}</span>{buttons.collect_view()}{children.map(|c| c())}</div> }
}
