//! What is under way, how far it is, and what keeps it from being answered.

use super::asked::Asked;
use crate::protocol::Purpose;
use crate::ui::controls::Told;
use crate::ui::store::store;
use crate::ui::words::sentiment as here;
use leptos::prelude::*;

/// Progress of what takes several forwards, with a way to stop it.
#[component]
pub fn Working(asked: Asked, what: &'static str, stop: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let store = store();
    let progress = Memo::new(move |_| store.progress_of(asked.purpose).filter(|_| asked.is_busy()));
    let share = move || progress.get().map_or(0.0, |(done, of)| done as f64 / of.max(1) as f64 * 100.0);
    view! {
        <Show when=move || progress.with(Option::is_some)>
            <div class="working" data-testid="working">
                <span>{move || progress.get().map(|(done, of)| here::progress(what, done, of))}</span>
                <span class="track" role="progressbar" aria-label=what aria-valuemin="0" aria-valuemax="100"
                    aria-valuenow=move || format!("{:.0}", share())>
                    <i style:width=move || format!("{:.2}%", share())></i>
                </span>
                <button class="btn" type="button" data-testid="stop" on:click=move |_| stop()>{here::STOP}</button>
            </div>
        </Show>
    }
}

/// Why there is no answer, and a way to ask again; the adapter on its way.
#[component]
pub fn Trouble(asked: Asked) -> impl IntoView {
    let store = store();
    let answered = Signal::derive(move || asked.answered());
    let wanted = Memo::new(move |_| asked.wanted.with(Option::is_some));
    let failed = move || store.failure(asked.kind()).is_some() && wanted.get();
    let adapter = move || store.adapter_loading.get().map(|(_, received, total)| here::adapter(received, total));
    view! {
        // What nobody wants at present has no trouble; the review itself may be no text at all.
        <Show when=move || wanted.get() || asked.purpose == Purpose::Review>
            <Told kind=asked.kind() answered/>
        </Show>
        <Show when=failed>
            <p class="again"><button class="btn" data-testid="again" on:click=move |_| asked.again()>{here::AGAIN}</button></p>
        </Show>
        <div role="status">
            {move || adapter().filter(|_| asked.is_busy()).map(|t| view! { <p class="note" data-testid="adapter-loading">{t}</p> })}
        </div>
    }
}
