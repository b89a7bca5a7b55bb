//! The word, and the sentences it is looked for in.

use super::edit;
use crate::protocol::MAX_SENTENCES;
use crate::protocol::context::ContextTask;
use crate::ui::controls::SentenceBox;
use crate::ui::logic::context::MIN_SENTENCES;
use crate::ui::store::store;
use crate::ui::words::context as here;
use leptos::prelude::*;

#[component]
pub fn Sentences(task: Memo<ContextTask>) -> impl IntoView {
    let store = store();
    let count = Memo::new(move |_| task.with(|t| t.sentences.len()));
    // The pair followed is named by numbers: it means nothing once these move.
    let change = move |change: &dyn Fn(&mut Vec<String>)| {
        let mut list = task.with_untracked(|t| t.sentences.clone());
        change(&mut list);
        edit(store, |c| {
            c.between = c.between.filter(|_| c.sentences.as_ref().is_some_and(|s| s.len() == list.len()));
            c.sentences = Some(list);
        });
    };
    let one = move |i: usize| {
        let text = Signal::derive(move || task.with(|t| t.sentences.get(i).cloned().unwrap_or_default()));
        let typed = move |text: String| {
            change(&|list| {
                if let Some(s) = list.get_mut(i) {
                    s.clone_from(&text);
                }
            })
        };
        let removable = count.get() > MIN_SENTENCES;
        view! {
            <li>
                <span aria-hidden="true">{i + 1}</span>
                <SentenceBox label=here::sentence(i + 1) testid="context-sentence" text typed/>
                {removable.then(|| view! {
                    <button class="ghost" aria-label=here::remove(i + 1) on:click=move |_| change(&|list| drop(list.remove(i)))>"✕"</button>
                })}
            </li>
        }
    };
    let typed = move |event| edit(store, |c| c.word = Some(event_target_value(&event)));
    view! {
        <div class="own about">
            <label>{here::WORD} " "
                <input data-testid="context-word" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="100"
                    prop:value=move || task.with(|t| t.word.clone()) on:input=typed/>
            </label>
        </div>
        <ol class="sentence many">{move || (0..count.get()).map(one).collect::<Vec<_>>()}</ol>
        <Show when=move || { count.get() < MAX_SENTENCES }>
            <p class="under"><button class="btn" data-testid="add-sentence" on:click=move |_| change(&|list| list.push(list.last().cloned().unwrap_or_default()))>{here::ADD}</button></p>
        </Show>
    }
}
