//! The run: rows asked about in turn, progress, cancel and go on.

use super::state::{ManyState, Run};
use crate::protocol::{Classified, ClassifyTask, Kind, Purpose, SENTIMENT, Task, TextPair};
use crate::ui::logic::many::{Outcome, Pace};
use crate::ui::logic::number::time_left;
use crate::ui::store::{Health, Store, store};
use crate::ui::words::{self, many as here};
use leptos::prelude::*;

const KIND: Kind = Kind::Classify(Purpose::Table);

/// Takes answers and asks for the next rows, for as long as the run goes on.
pub fn drive(store: Store, state: ManyState) {
    let answer = store.classified(Purpose::Table);
    Effect::new(move || {
        answer.with(|given| {
            let Some(given) = given else { return };
            let address = std::sync::Arc::as_ptr(&given.answer) as usize;
            if state.seen.try_update_value(|seen| std::mem::replace(seen, address)) != Some(address) {
                take(state, &given.question, &given.answer);
            }
        });
        let ready = store.health.get() == Health::Ready;
        if state.run.get() != Run::Running || !ready || store.is_busy(KIND) {
            return;
        }
        if store.failure(KIND).is_some() {
            return state.run.set(Run::Stopped);
        }
        ask(store, state);
    });
}

/// Adds an answer to what is done, if it is the one that is awaited.
fn take(state: ManyState, question: &ClassifyTask, answer: &Classified) {
    let Some((range, asked_ms)) = state.asked.get_value() else { return };
    let Some(table) = state.table.get_untracked() else { return };
    let texts = || table.rows.get(range.clone()).unwrap_or_default().iter().map(|r| r.text.as_str());
    let same = answer.rows.len() == range.len() && question.texts.iter().map(|t| t.a.as_str()).eq(texts());
    if !same || range.start != state.outcomes.with_untracked(Vec::len) {
        return;
    }
    state.asked.set_value(None);
    let ms = js_sys::Date::now() - asked_ms;
    state.pace.update(|p| p.measure(texts().map(str::len).sum(), ms));
    state.spent_ms.update(|s| *s += ms);
    state.engine_ms.update_value(|s| *s += answer.stats.total_ms);
    state.labels.set(answer.adapter.labels.clone());
    state.outcomes.update(|o| o.extend(answer.rows.iter().map(Outcome::from)));
}

fn ask(store: Store, state: ManyState) {
    let Some(table) = state.table.get_untracked() else { return };
    let done = state.outcomes.with_untracked(Vec::len);
    if done == table.rows.len() {
        return state.run.set(Run::Done);
    }
    let range = state.pace.with_untracked(|p| p.next(&table.rows, done));
    let text = |r: &crate::text::table::Row| TextPair { a: r.text.clone(), b: None };
    let texts = table.rows[range.clone()].iter().map(text).collect();
    state.asked.set_value(Some((range, js_sys::Date::now())));
    let task =
        ClassifyTask { purpose: Purpose::Table, adapter: store.lab.sentiment_adapter(), texts, one_segment: false };
    store.ask(Task::Classify(task));
}

fn start(store: Store, state: ManyState) {
    store.set_failure(KIND, None);
    let engine = store.engine.get_untracked().unwrap_or_default();
    state.pace.set(Pace::new(&engine));
    state.run.set(Run::Running);
}

fn stop(store: Store, state: ManyState) {
    state.run.set(Run::Stopped);
    state.asked.set_value(None);
    store.call_off(Purpose::Table, SENTIMENT);
}

#[component]
pub fn RunBar() -> impl IntoView {
    let store = store();
    let state = expect_context::<ManyState>();
    let rows = move || state.rows();
    let done = move || state.outcomes.with(Vec::len);
    let off = move || store.health.get() != Health::Ready || state.reading.get() || rows() == 0;
    let begin = move |_| {
        if state.run.get_untracked() == Run::Done {
            state.forget_outcomes();
        }
        start(store, state);
    };
    // Of the time since rows were asked about: what asking in turn costs is the rest.
    let share = move || format!("{:.3}", state.engine_ms.get_value() / state.spent_ms.get().max(1.0));
    let button = move || {
        match state.run.get() {
        Run::Running => {
            view! { <button class="btn" on:click=move |_| stop(store, state) data-testid="many-cancel">{here::CANCEL}</button> }.into_any()
        }
        run => {
            let words = move || match run {
                Run::Stopped if done() > 0 => here::RESUME.to_owned(),
                Run::Done => here::AGAIN.to_owned(),
                _ => here::classify(rows()),
            };
            view! { <button class="btn main" disabled=off on:click=begin data-testid="many-run">{words}</button> }.into_any()
        }
    }
    };
    view! {
        <div class="run" data-testid="many-state" data-run=move || format!("{:?}", state.run.get()).to_lowercase() data-engine-share=share>
            {button}
            <Progress/>
            <span role="status">{move || told(store, state)}</span>
        </div>
    }
}

/// What stands beside the button while nothing runs.
fn told(store: Store, state: ManyState) -> String {
    let (done, rows) = (state.outcomes.with(Vec::len), state.rows());
    match (state.run.get(), store.failure(KIND)) {
        (Run::Stopped, Some(failure)) => words::failure(&failure),
        (Run::Stopped, None) => here::stopped(done, rows),
        (Run::Done, _) => here::finished(done, state.spent_ms.get() / 1e3),
        (Run::Idle, _) if rows > 0 && store.health.get() != Health::Ready => here::WAITING.into(),
        _ => String::new(),
    }
}

/// A bar and its numbers while rows are classified.
#[component]
fn Progress() -> impl IntoView {
    let store = store();
    let state = expect_context::<ManyState>();
    let rows = move || state.rows();
    let done = move || state.outcomes.with(Vec::len);
    let text = move || {
        let table = state.table.get()?;
        let missing = table.bytes_from(done());
        let per_s = done() as f64 / (state.spent_ms.get() / 1e3).max(1e-3);
        let left = words::shell::left(&time_left(missing as u64, state.pace.get().bytes_per_s));
        let windows = store.progress.get().filter(|(of, ..)| *of == Purpose::Table && is_long(state));
        let windows = windows.map(|(_, done, total)| here::windows(done, total)).unwrap_or_default();
        Some(here::progress(done(), rows(), per_s, &left) + &windows)
    };
    view! {
        <Show when=move || state.run.get() == Run::Running>
            <progress max=move || rows().to_string() value=move || done().to_string() aria-label=here::TITLE></progress>
            <span class="note" data-testid="many-progress">{text}</span>
        </Show>
    }
}

/// Whether a single review is being read: then its windows are what moves.
fn is_long(state: ManyState) -> bool {
    state.asked.with_value(|a| a.as_ref().is_some_and(|(range, _)| range.len() == 1))
}
