//! The run as it goes: controls, curves, the pinned sentence, what is to be said of it.

use super::pinned::PinnedView;
use crate::protocol::Kind;
use crate::protocol::lab::{LabKind, LabTask, Phase, RunState, Steer};
use crate::ui::figures::curves::{Curves, Ink, Plot, Series};
use crate::ui::logic::lab::{mean_window, with_mean};
use crate::ui::logic::number::{fixed, written};
use crate::ui::store::{Health, store};
use crate::ui::words::{self, fine_tune::learning as here};
use leptos::prelude::*;

/// Loss beyond what guessing gives is no reason for a taller axis.
const LOSS_FROM: f64 = 0.0;

#[component]
pub fn Learning() -> impl IntoView {
    view! {
        <section class="card many" aria-labelledby="lab-learning" data-testid="lab-learning">
            <header><h2 id="lab-learning" tabindex="-1">{here::TITLE}</h2></header>
            <Controls/>
            <Notes/>
            <PinnedView/>
            <Figures/>
        </section>
    }
}

/// Progress, and pause, go on, stop, back to the best.
#[component]
fn Controls() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let phase = Memo::new(move |_| lab.run.with(|r| r.as_ref().map(|r| r.phase).unwrap_or_default()));
    let running = Memo::new(move |_| lab.is_running());
    let has_best = Memo::new(move |_| lab.run.with(|r| r.as_ref().is_some_and(|r| r.best.is_some())));
    let steer = move |s: Steer| store.ask_lab(LabTask::Steer(s));
    let text = move |f: fn(&RunState) -> String| lab.run.with(|r| r.as_ref().map(f).unwrap_or_default());
    let dead = move || store.health.with(|h| matches!(h, Health::Dead(_)));
    let off = move || dead() || store.is_busy(Kind::Lab(LabKind::Steer));
    let step = move || lab.run.with(|r| r.as_ref().map(|r| r.step.to_string()));
    let steps = move || lab.run.with(|r| r.as_ref().map(|r| r.steps.max(1).to_string()));
    let name = move || format!("{:?}", phase.get()).to_lowercase();
    view! {
        <div class="run" data-testid="lab-state" data-phase=name data-step=step>
            <Show when=move || running.get()>
                <Show when=move || phase.get() == Phase::Paused fallback=move || view! {
                    <button class="btn" disabled=off on:click=move |_| steer(Steer::Pause) data-testid="lab-pause">{here::PAUSE}</button>
                }>
                    <button class="btn main" disabled=off on:click=move |_| steer(Steer::GoOn) data-testid="lab-go-on">{here::GO_ON}</button>
                </Show>
                <button class="btn" disabled=off on:click=move |_| steer(Steer::Stop) data-testid="lab-stop">{here::STOP}</button>
                <button class="btn" disabled=move || off() || !has_best.get() title=here::TAKE_BEST_TITLE
                    on:click=move |_| steer(Steer::Best) data-testid="lab-best">{here::TAKE_BEST}</button>
            </Show>
            <progress max=steps value=step aria-label=here::TITLE></progress>
            <span class="note" data-testid="lab-progress">{move || text(here::progress)}</span>
        </div>
        <p class="note" role="status" data-testid="lab-phase">{move || text(here::phase)}</p>
        {move || store.lab_failure(LabKind::Steer).map(|f| view! { <p class="told-off">{words::failure(&f)}</p> })}
    }
}

/// Diagnoses and incidents, each in a sentence.
#[component]
fn Notes() -> impl IntoView {
    let lab = store().lab;
    let notes = Memo::new(move |_| {
        let of = |r: &RunState| {
            let resumed = r.resumed_at.map(here::resumed);
            resumed.into_iter().chain(r.notes.iter().map(|n| here::note(n, &r.labels))).collect::<Vec<_>>()
        };
        lab.run.with(|r| r.as_ref().map(of).unwrap_or_default())
    });
    let shown = move || notes.get().into_iter().map(|t| view! { <p class="mixed">{t}</p> }).collect::<Vec<_>>();
    view! { <div role="status" data-testid="lab-notes">{shown}</div> }
}

#[component]
fn Figures() -> impl IntoView {
    let lab = store().lab;
    let last_step = move || lab.run.with(|r| r.as_ref().map_or(1, |r| r.steps)) as f64;
    let mark =
        move || lab.run.with(|r| r.as_ref().and_then(|r| r.best).map(|b| (b.step as f64, here::BEST.to_owned())));
    let validation = move |value: fn(&crate::protocol::lab::ValidationPoint) -> f64| Series {
        name: here::VALIDATION.into(),
        ink: Ink::Dots,
        points: lab.validation.with(|v| v.iter().map(|p| (p.step as f64, value(p))).collect()),
    };
    let train = move |value: fn(&crate::protocol::lab::TrainPoint) -> f64| {
        let window = mean_window(lab.train.with(Vec::len));
        let [raw, mean] = lab.train.with(|t| with_mean(t, window, value));
        let pale = Series { name: here::EACH_STEP.into(), ink: Ink::Pale, points: raw };
        [pale, Series { name: here::train_mean(window), ink: Ink::Strong, points: mean }]
    };
    let plot = move |series: Vec<Series>| Plot { series, last_step: last_step(), mark: mark(), ..Plot::default() };
    let loss = Signal::derive(move || {
        let [pale, strong] = train(|p| p.loss);
        Plot { from: Some(LOSS_FROM), ..plot(vec![pale, strong, validation(|p| p.loss)]) }
    });
    let accuracy = Signal::derive(move || {
        let [_, strong] = train(|p| p.accuracy);
        let series = vec![strong, validation(|p| p.accuracy)];
        Plot { from: Some(0.0), to: Some(1.0), percent: true, ..plot(series) }
    });
    let one = move |name: &str, value: fn(&crate::protocol::lab::TrainPoint) -> f64| {
        let points = lab.train.with(|t| t.iter().map(|p| (p.step as f64, value(p))).collect());
        let series = vec![Series { name: name.to_owned(), ink: Ink::Strong, points }];
        Plot { series, last_step: last_step(), from: Some(0.0), ..Plot::default() }
    };
    let rate = Signal::derive(move || one(*here::RATE, |p| p.learning_rate));
    let norm = Signal::derive(move || one(*here::NORM, |p| p.gradient_norm));
    let newest = move |value: fn(&crate::protocol::lab::TrainPoint) -> f64, write: fn(f64) -> String| {
        Signal::derive(move || lab.train.with(|t| t.last().map(|p| write(value(p))).unwrap_or_default()))
    };
    let last = move |percent: bool| {
        Signal::derive(move || {
            let of = |p: &crate::protocol::lab::ValidationPoint| match percent {
                true => format!("{} {} %", *here::VALIDATION, fixed(p.accuracy * 100.0, 1)),
                false => format!("{} {}", *here::VALIDATION, fixed(p.loss, 3)),
            };
            lab.validation.with(|v| v.last().map(of).unwrap_or_default())
        })
    };
    let answers = lab.run.with_untracked(|r| r.as_ref().is_some_and(|r| r.answers));
    let accuracy_title = if answers { *here::EXACT } else { *here::ACCURACY };
    view! {
        <div class="halves">
            <Curves title=here::LOSS steps=here::STEPS testid="curve-loss" plot=loss now=last(false)/>
            <Curves title=accuracy_title steps=here::STEPS testid="curve-accuracy" plot=accuracy now=last(true)/>
        </div>
        <details class="twin" data-testid="lab-more-curves">
            <summary>{here::MORE}</summary>
            <div class="halves">
                <Curves title=here::RATE steps=here::STEPS testid="curve-rate" plot=rate now=newest(|p| p.learning_rate, |v| written(format!("{v:.2e}")))/>
                <Curves title=here::NORM steps=here::STEPS testid="curve-norm" plot=norm now=newest(|p| p.gradient_norm, |v| fixed(v, 2))/>
            </div>
        </details>
    }
}
