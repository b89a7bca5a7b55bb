//! What the visitor is told above the lesson: loading, notices, a dead worker.

use crate::protocol::{Failure, LoadPhase, Task};
use crate::ui::controls::CasedButton;
use crate::ui::logic::model::{CASED, Model};
use crate::ui::logic::number::time_left;
use crate::ui::store::{Health, store};
use crate::ui::words::{self, cased, own, shell};
use leptos::prelude::*;

#[component]
pub fn Told() -> impl IntoView {
    let store = store();
    let health = Memo::new(move |_| store.health.get());
    let save_data = move || match store.model.get() {
        Model::Cased => cased::save_data(CASED.weights),
        _ => shell::SAVE_DATA.into(),
    };
    let bar = move || match health.get() {
        Health::Ready => ().into_any(),
        Health::Loading => view! { <LoadingBar/> }.into_any(),
        Health::Asking => view! { <Strip text=save_data() action=*shell::LOAD act=move || store.start()/> }.into_any(),
        Health::Stopped(failure) => {
            view! { <Strip text=words::failure(&failure) action=*shell::RETRY act=move || store.load()/> }.into_any()
        }
        Health::Dead(reason) => {
            let text = words::failure(&Failure::Worker { reason });
            view! { <Strip text action=*shell::RESTART act=move || store.start()/> }.into_any()
        }
    };
    let notices = move || store.notices.get();
    view! {
        <div class="told">
            {bar}
            <Show when=move || store.own.using.get() && health.get() == Health::Ready>
                <div class="banner calm" data-testid="own-strip">
                    <p>{own::STRIP}<b>{move || store.loaded.with(|l| l.as_ref().map(|l| l.title.clone()))}</b>". "</p>
                    <button class="btn" on:click=move |_| store.use_own(false)>{own::BACK}</button>
                </div>
            </Show>
            <Show when=move || store.model.get() == Model::Cased && health.get() == Health::Ready>
                <div class="banner calm" data-testid="cased-strip">
                    <p>{cased::STRIP}<b>{move || store.loaded.with(|l| l.as_ref().map(|l| l.title.clone()))}</b>{cased::STRIP_MORE}</p>
                    <CasedButton/>
                </div>
            </Show>
            <div role="status">
                <For each=notices key=|n| n.key let:notice>
                    <div class="banner calm" data-testid="notice">
                        <p>{(notice.said)()}</p>
                        <button class="btn" on:click=move |_| store.notices.update(|l| l.retain(|n| n.key != notice.key))>
                            {shell::DISMISS}
                        </button>
                    </div>
                </For>
            </div>
        </div>
    }
}

/// A failure of the whole, with the one thing to do about it.
#[component]
fn Strip(text: String, action: &'static str, act: impl Fn() + 'static) -> impl IntoView {
    let store = store();
    let gentle = action == *shell::LOAD;
    view! {
        <div class="banner" class:bad=!gentle role="alert" data-testid="banner">
            <p>{text}</p>
            <button class="btn main" on:click=move |_| act()>{action}</button>
            // Whatever became of the second model, the first one is a click away.
            {(!gentle && store.model.get_untracked() == Model::Cased).then(|| view! { <CasedButton/> })}
        </div>
    }
}

#[component]
fn LoadingBar() -> impl IntoView {
    let store = store();
    let received = move || store.loading.with(|l| l.as_ref().map_or(0, |l| l.received_bytes));
    let total = move || store.loading.with(|l| l.as_ref().map_or(0, |l| l.total_bytes));
    let share = move || if total() == 0 { 0.0 } else { received() as f64 / total() as f64 * 100.0 };
    let what = move || {
        store.loading.with(|l| match l {
            Some(l) if l.phase == LoadPhase::WarmUp => *shell::LOAD_WARM,
            Some(l) if l.from_cache => *shell::LOAD_CACHED,
            Some(l) if l.total_bytes > 0 && store.model.get() == Model::Cased => *cased::LOAD_FIRST,
            Some(l) if l.total_bytes > 0 => *shell::LOAD_FIRST,
            _ => *shell::LOAD_ASK,
        })
    };
    let figures = move || {
        store.loading.with(|l| {
            l.as_ref().filter(|l| l.total_bytes > 0 && l.phase != LoadPhase::WarmUp).map(|l| {
                let left = shell::left(&time_left(l.total_bytes.saturating_sub(l.received_bytes), l.bytes_per_s));
                shell::load_progress(l.received_bytes, l.total_bytes, l.bytes_per_s, &left)
            })
        })
    };
    view! {
        <div class="loading" data-testid="loading">
            <p>{what} <span>{figures}</span></p>
            <button class="btn" on:click=move |_| store.tell(Task::CancelLoad)>{shell::CANCEL}</button>
            <div class="track" role="progressbar" aria-label=shell::LOADING aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=move || format!("{:.0}", share())>
                <i style:width=move || format!("{:.2}%", share())></i>
            </div>
        </div>
    }
}
