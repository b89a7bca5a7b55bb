//! Start, pause, go on, start anew; the seed; how far the run is.

use super::{READ, edit};
use crate::protocol::Kind;
use crate::protocol::pretraining::{Phase, PretrainKind, PretrainTask, Steer, Told};
use crate::ui::store::{Health, store};
use crate::ui::words::{self, pretraining as here};
use leptos::prelude::*;

#[component]
pub fn Controls() -> impl IntoView {
    let store = store();
    let here_now = store.pretraining;
    let phase = Memo::new(move |_| here_now.phase().filter(|_| !here_now.recorded.get()));
    let dead = move || store.health.with(|h| matches!(h, Health::Dead(_)));
    let ready = move || store.vocabulary_ready.get() && !dead();
    let off = move || !ready() || store.failure(READ).is_some();
    let begin = move |_| {
        let begin = store.address.with_untracked(|a| a.pretraining.begin());
        store.ask_pretraining(PretrainTask::Begin(begin));
    };
    let steer = move |to: Steer| store.ask_pretraining(PretrainTask::Steer(to));
    let seed = move |event| {
        if let Ok(seed) = event_target_value(&event).parse() {
            edit(store, |p| p.seed = seed);
        }
    };
    let step = move || here_now.points.with(|p| p.last().map_or(0, |p| p.step));
    let steps = move || here_now.run.with(|r| r.as_ref().map_or(1, |r| r.settings.steps.max(1)));
    let rows = |r: &Told| r.settings.rows as u64;
    let progress = move || {
        let step = u64::from(step());
        let of = |r: &Told| here::progress(step, u64::from(r.settings.steps), step * rows(r), r.pairs_per_s);
        here_now.run.with(|r| r.as_ref().map(of))
    };
    let told = move || {
        let of = |r: &Told| match r.phase {
            Phase::Running => None,
            Phase::Paused => Some(here::PAUSED.to_string()),
            Phase::Done => Some(here::done(u64::from(step()) * rows(r))),
            Phase::Failed => Some(here::failed(r.failure.as_deref().unwrap_or_default())),
        };
        here_now.run.with(|r| r.as_ref().filter(|_| !here_now.recorded.get()).and_then(of))
    };
    let other = move || {
        let now = store.address.with(|a| a.pretraining.begin());
        here_now.begun.with(|b| b.as_ref().is_some_and(|b| *b != now))
    };
    let failure = move || {
        let kinds = [PretrainKind::Begin, PretrainKind::Steer];
        let found = kinds.into_iter().find_map(|k| store.failure(Kind::Pretrain(k)));
        found.map(|f| view! { <p class="told-off">{words::failure(&f)}</p> })
    };
    let name = move || phase.get().map_or("none".to_owned(), |p| format!("{p:?}").to_lowercase());
    let main = move || {
        match phase.get() {
        Some(Phase::Running) => view! {
            <button class="btn" disabled=move || !ready() on:click=move |_| steer(Steer::Pause) data-testid="pretrain-pause">{here::PAUSE}</button>
        }.into_any(),
        Some(Phase::Paused) => view! {
            <button class="btn main" disabled=move || !ready() on:click=move |_| steer(Steer::GoOn) data-testid="pretrain-go-on">{here::GO_ON}</button>
        }.into_any(),
        _ => view! {
            <button class="btn main" disabled=off on:click=begin data-testid="pretrain-start">{here::START}</button>
        }.into_any(),
    }
    };
    let anew = move || matches!(phase.get(), Some(Phase::Running | Phase::Paused));
    view! {
        <div class="run" data-testid="pretrain-state" data-phase=name data-step=move || step().to_string()>
            {main}
            <Show when=anew><button class="btn" disabled=off on:click=begin data-testid="pretrain-anew">{here::ANEW}</button></Show>
            <span class="pickers">
                <label>{here::SEED}
                    <input type="number" min="0" max="4294967295" step="1" data-testid="pretrain-seed"
                        prop:value=move || store.address.with(|a| a.pretraining.seed.to_string()) on:input=seed/>
                </label>
            </span>
            <progress max=move || steps().to_string() value=move || step().to_string() aria-label=here::PROGRESS></progress>
            <span class="note" data-testid="pretrain-progress">{progress}</span>
        </div>
        <p class="note">{move || if store.vocabulary_ready.get() { *here::ON_CPU } else { *here::NOT_READY }}</p>
        <div role="status" data-testid="pretrain-told">{move || told().map(|t| view! { <p class="note">{t}</p> })}{failure}</div>
        <Show when=other><p class="told-off" data-testid="pretrain-other">{here::OTHER_TEXT}</p></Show>
    }
}
