//! How good the adapter is: recorded figures of the held-out sets, and a sample judged here.

use super::question::set_text;
use crate::protocol::{Kind, Purpose, SENTIMENT, Task};
use crate::ui::controls::Note;
use crate::ui::lessons::recordings::Recordings;
use crate::ui::logic::number::percent;
use crate::ui::logic::quality::{self, Labelled};
use crate::ui::logic::review::task;
use crate::ui::logic::verdict::likelier;
use crate::ui::store::{Health, store};
use crate::ui::words::sentiment as here;
use crate::ui::words::{self, quality as words_of};
use leptos::prelude::*;

/// Texts of the sample in one question: few, so that it can be stopped soon.
const AT_ONCE: usize = 8;

#[component]
pub fn Judged() -> impl IntoView {
    let sets = &quality::recorded().sentiment.sets;
    view! {
        <section class="card" aria-label=words_of::TITLE data-testid="quality">
            <Recordings sets labels=*here::LABELS/>
            <Sample/>
        </section>
    }
}

/// One judged text.
#[derive(Clone, PartialEq)]
struct Said {
    of: Labelled,
    label: usize,
    probability: f32,
}

/// The sample, judged a few texts at a time.
#[component]
fn Sample() -> impl IntoView {
    let store = store();
    let sample = StoredValue::new(quality::sentiment_sample());
    let of = sample.with_value(Vec::len);
    let said = RwSignal::new(Vec::<Said>::new());
    let running = RwSignal::new(false);
    let ask = move || {
        let done = said.with_untracked(Vec::len);
        let texts: Vec<String> =
            sample.with_value(|s| s.iter().skip(done).take(AT_ONCE).map(|r| r.text.clone()).collect());
        running.set(!texts.is_empty());
        if !texts.is_empty() {
            store.ask(Task::Classify(task(Purpose::Judge, texts)));
        }
    };
    Effect::new(move || {
        let Some(given) = store.classified(Purpose::Judge).get() else { return };
        if !running.get_untracked() || given.question.texts.is_empty() {
            return;
        }
        let done = said.with_untracked(Vec::len);
        let rows = sample.with_value(|s| s[done.min(s.len())..].to_vec());
        let fresh = rows.into_iter().zip(&given.answer.rows).filter_map(|(of, row)| {
            let (label, probability) = likelier(&row.probabilities)?;
            Some(Said { of, label, probability })
        });
        said.update(|all| all.extend(fresh));
        ask();
    });
    on_cleanup(move || store.call_off(Purpose::Judge, SENTIMENT));
    let start = move |_| {
        said.set(Vec::new());
        store.set_failure(Kind::Classify(Purpose::Judge), None);
        ask();
    };
    let stop = move |_| {
        running.set(false);
        store.call_off(Purpose::Judge, SENTIMENT);
    };
    let failed = move || store.failure(Kind::Classify(Purpose::Judge)).map(|f| words::failure(&f));
    let going = move || running.get() && failed().is_none();
    let right = move || said.with(|s| s.iter().filter(|s| s.label == s.of.label).count());
    let told = move || {
        let done = said.with(Vec::len);
        match (done, done == of) {
            (0, _) => String::new(),
            (_, true) => words_of::judged_all(right(), of),
            (_, false) => words_of::judged(right(), done, of),
        }
    };
    view! {
        <div class="sample">
            <p class="again">
                <button class="btn" data-testid="judge" disabled=move || going() || store.health.get() != Health::Ready on:click=start>{words_of::judge(of)}</button>
                <Show when=going><button class="btn" data-testid="judge-stop" on:click=stop>{words_of::JUDGE_STOP}</button></Show>
                <span class="note">{words_of::JUDGE_ABOUT}</span>
            </p>
            <p role="status" data-testid="judged" data-done=move || said.with(Vec::len).to_string()>{told}</p>
            {move || failed().map(|t| view! { <p class="told-off">{t}</p> })}
            <Misread said=Signal::from(said)/>
        </div>
    }
}

#[component]
fn Misread(said: Signal<Vec<Said>>) -> impl IntoView {
    let store = store();
    let wrong =
        Memo::new(move |_| said.with(|s| s.iter().filter(|s| s.label != s.of.label).cloned().collect::<Vec<_>>()));
    let row = move |s: Said| {
        let text = s.of.text.clone();
        let take = move |_| {
            set_text(store, text.clone());
            crate::ui::browser::show("lesson");
        };
        view! {
            <tr><td><button class="act" on:click=take>{s.of.text}</button></td>
            <td>{here::label(s.of.label)}</td><td>{here::label(s.label)}</td><td class="num">{percent(s.probability)}</td></tr>
        }
    };
    let table =
        move || {
            (!wrong.with(Vec::is_empty)).then(|| view! {
            <div class="scroll short" tabindex="0" role="region" aria-label=words_of::misread(wrong.with(Vec::len))>
                <table class="misread">
                    <thead><tr>{words_of::MISREAD_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{wrong.get().into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        })
        };
    view! {
        <Show when=move || !said.with(Vec::is_empty)>
            <Note>{move || words_of::misread(wrong.with(Vec::len))}</Note>
            {table}
        </Show>
    }
}
