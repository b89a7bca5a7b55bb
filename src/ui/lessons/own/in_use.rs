//! The model in use, what is kept of it, and the way back.

use crate::protocol::own::OwnTask;
use crate::ui::logic::model::Model;
use crate::ui::store::store;
use crate::ui::words::{cased, own as here};
use leptos::prelude::*;

#[component]
pub fn InUse() -> impl IntoView {
    let store = store();
    let own = store.own;
    let ask = move |task: OwnTask| store.ask_own(task, Vec::new());
    let using = move || {
        let model = own.model().filter(|_| own.using.get())?;
        let hash = model.base_hash.clone();
        let kept = Memo::new(move |_| {
            own.about.with(|a| a.as_ref().and_then(|a| a.kept.as_ref()).is_some_and(|k| k.base_hash == hash))
        });
        Some(view! {
            <p data-testid="own-in-use">{here::in_use(&model.title, model.bytes)} " " {move || if kept.get() { *here::KEPT } else { *here::NOT_KEPT }}</p>
            <div class="under">
                <button class="btn main" data-testid="own-back" on:click=move |_| store.use_own(false)>{here::BACK}</button>
                <Show when=move || !kept.get()>
                    <button class="btn" data-testid="own-keep" on:click=move |_| ask(OwnTask::Keep)>{here::KEEP}</button>
                </Show>
            </div>
        })
    };
    let others = move || {
        let about = own.about.get().unwrap_or_default();
        let waiting = about.made.clone().filter(|_| !own.using.get());
        let kept = about.kept.clone();
        let loadable = !own.using.get() && about.made.is_none();
        view! {
            {waiting.map(|m| view! {
                <div class="under"><span>{here::in_use(&m.title, m.bytes)}</span>
                <button class="btn" data-testid="own-again" on:click=move |_| store.use_own(true)>{here::USE_KEPT}</button></div>
            })}
            {kept.map(|k| view! {
                <div class="under" data-testid="own-kept"><span>{here::KEPT_OTHER} " " {here::in_use(&k.title, k.bytes)}</span>
                {loadable.then(|| view! { <button class="btn" data-testid="own-use-kept" on:click=move |_| store.use_own(true)>{here::USE_KEPT}</button> })}
                <button class="btn" data-testid="own-forget" on:click=move |_| ask(OwnTask::Forget)>{here::FORGET}</button></div>
            })}
        }
    };
    view! {
        {using}
        {move || match store.model.get() {
            Model::Base => view! { <p data-testid="own-none">{here::NONE}</p> }.into_any(),
            Model::Cased => view! { <p data-testid="own-cased">{cased::IN_USE}</p> }.into_any(),
            Model::Own => ().into_any(),
        }}
        {others}
    }
}
