//! What it will cost, and the start.

use super::setting;
use crate::engine::EngineKind;
use crate::protocol::Kind;
use crate::protocol::lab::{Begin, Depth, LabKind, LabTask};
use crate::ui::browser;
use crate::ui::store::{Health, store};
use crate::ui::words::{self, fine_tune::settings as here};
use leptos::prelude::*;

/// Beyond it, what to lower is said.
const LONG_MS: f64 = 20.0 * 60e3;

#[component]
pub fn Start() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let sound = Memo::new(move |_| lab.data.with(|d| d.as_ref().is_some_and(|d| d.refused.is_none())));
    let ready = Memo::new(move |_| store.health.get() == Health::Ready);
    let examples = move || lab.data.with(|d| d.as_ref().map_or(0, |d| d.counts[0]));
    let steps = setting(move |s| (s.train_batch_size, s.num_train_epochs.to_bits()));
    let told = move || {
        let _ = steps.get();
        lab.settings.with(|s| s.as_ref().map(|s| here::steps(s.steps(examples()) as usize, s.train_batch_size)))
    };
    let busy = move || store.is_busy(Kind::Lab(LabKind::Estimate));
    // What all weights need may be more than there is: the note at the choice says so.
    let whole = setting(|s| s.depth == Depth::All);
    let room = move || !whole.get() || lab.data.with(|d| d.as_ref().is_none_or(|d| d.room.limit.is_none()));
    let off = move || !sound.get() || !ready.get() || lab.is_running() || busy() || !room();
    let estimate = move |_| {
        if let Some(settings) = lab.settings.get_untracked() {
            store.ask_lab(LabTask::Estimate(settings));
        }
    };
    let begin = move |_| {
        let Some(settings) = lab.settings.get_untracked() else { return };
        let name = lab.name.get_untracked().trim().to_owned();
        let name = if name.is_empty() { here::NAME_DEFAULT.to_owned() } else { name };
        lab.rows.set(None);
        lab.pinned.update(|p| *p = Default::default());
        store.ask_lab(LabTask::Begin(Begin { name, settings, pinned: lab.pin.get_untracked() }));
        browser::show("lab-learning");
    };
    let failure = move || {
        let failed = store.lab_failure(LabKind::Estimate).or(store.lab_failure(LabKind::Run));
        failed.map(|f| words::failure(&f))
    };
    // What is shown is of these very settings.
    let estimated = move || {
        let settings = lab.settings.get();
        lab.estimated.get().filter(|(of, _)| Some(of) == settings.as_ref()).map(|(_, e)| e)
    };
    let cpu = move || store.engine.with(|e| e.as_ref().is_some_and(|e| e.kind == EngineKind::Cpu));
    view! {
        <div class="fields">
            <label class="wide"><span>{here::NAME}</span>
                <input autocomplete="off" maxlength="60" placeholder=here::NAME_DEFAULT data-testid="lab-model-name"
                    prop:value=move || lab.name.get() on:input=move |e| lab.name.set(event_target_value(&e))/>
            </label>
        </div>
        <div role="status">
            {move || failure().map(|t| view! { <p class="told-off" data-testid="lab-run-refused">{t}</p> })}
            {move || estimated().map(|e| {
                let sentence = here::estimate(e.step_ms, &here::duration(e.total_ms), e.steps, e.memory_bytes, e.trained_values);
                let long = (e.total_ms > LONG_MS).then(|| view! { <p class="note">{here::TOO_LONG}</p> });
                let cpu = (e.total_ms > LONG_MS && cpu()).then(|| view! { <p class="note">{here::ENGINE_CPU}</p> });
                view! { <p data-testid="lab-estimate">{sentence}</p>{long}{cpu} }
            })}
            {move || (!ready.get()).then(|| view! { <p class="note">{here::WAITING}</p> })}
        </div>
        <div class="run">
            <button class="btn main" disabled=off on:click=begin data-testid="lab-start">{here::START}</button>
            <button class="btn" disabled=off on:click=estimate data-testid="lab-estimate-ask">
                {move || if busy() { *here::ESTIMATING } else { *here::ESTIMATE }}
            </button>
            <span class="note">{told}</span>
        </div>
    }
}
