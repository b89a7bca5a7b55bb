//! What it came to: before and after, the confusion matrix, and the rows behind its counts.

use crate::protocol::lab::{Judged, LabKind, LabTask, Part, Phase, RowsAsked, RunState, Which};
use crate::ui::controls::Choice;
use crate::ui::figures::confusion::Confusion;
use crate::ui::logic::number::{fixed, percent};
use crate::ui::store::{Store, store};
use crate::ui::words;
use crate::ui::words::fine_tune::{learning as here, part};
use leptos::prelude::*;

const PARTS: [Part; 2] = [Part::Validation, Part::Test];

fn ask(store: Store, asked: RowsAsked) {
    store.lab.asked_rows.set(asked);
    store.ask_lab(LabTask::Rows(asked));
}

#[component]
pub fn Evaluate() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let of = move |f: fn(&RunState) -> Option<Judged>| lab.run.with(|r| r.as_ref().and_then(f));
    let before = Memo::new(move |_| of(|r| r.before.clone()));
    let after = Memo::new(move |_| of(|r| r.after.clone()));
    let test = Memo::new(move |_| of(|r| r.test.clone()));
    let answers = Memo::new(move |_| lab.run.with(|r| r.as_ref().is_some_and(|r| r.answers)));
    let any = Memo::new(move |_| after.with(Option::is_some));
    let part_of = Memo::new(move |_| lab.asked_rows.get().part);
    let shown = Memo::new(move |_| if part_of.get() == Part::Test { test.get() } else { after.get() });
    // The rows are asked for anew with every validation, and once the test rows are judged.
    Effect::new(move || {
        if shown.with(Option::is_some) {
            store.ask_lab(LabTask::Rows(lab.asked_rows.get_untracked()));
        }
    });
    let choose = move |i: usize| ask(store, RowsAsked { part: PARTS[i], which: Which::Wrong });
    let chosen = Signal::derive(move || usize::from(part_of.get() == Part::Test));
    let has_test = Memo::new(move |_| test.with(Option::is_some));
    let judging = move || lab.judging.get().map(|(p, done, all)| format!("{}: {done} / {all}", part(p)));
    view! {
        <section class="card many" aria-labelledby="lab-evaluate" data-testid="lab-evaluate">
            <header>
                <h2 id="lab-evaluate" tabindex="-1">{here::EVALUATE}</h2>
                <Show when=move || has_test.get()>
                    <Choice label=here::ROWS options=PARTS.map(part).into() chosen choose/>
                </Show>
            </header>
            <Show when=move || any.get() fallback=|| view! { <p class="note">{here::NOT_YET}</p> }>
                <Measures before after test/>
                <div class="halves">
                    <Show when=move || !answers.get()><Matrix shown/></Show>
                    <Rows/>
                </div>
            </Show>
            <p class="note" role="status">{judging}</p>
        </section>
    }
}

/// The figures side by side.
#[component]
fn Measures(before: Memo<Option<Judged>>, after: Memo<Option<Judged>>, test: Memo<Option<Judged>>) -> impl IntoView {
    let lab = store().lab;
    let answers = Memo::new(move |_| lab.run.with(|r| r.as_ref().is_some_and(|r| r.answers)));
    let measures = move || if answers.get() { *here::ANSWER_MEASURES } else { *here::MEASURES };
    let row = |name: &'static str, judged: Memo<Option<Judged>>, testid: &'static str| {
        move || {
            judged.get().map(|j| {
                let share = |p: f64| percent(p as f32);
                view! {
                    <tr data-testid=testid data-accuracy=j.accuracy.to_string() data-loss=j.loss.to_string()>
                        <th scope="row">{name}<small>{words::fine_tune::rows(j.n)}</small></th>
                        <td class="num">{share(j.accuracy)}</td>
                        <td class="num">{format!("{} – {}", share(j.low), share(j.high))}</td>
                        <td class="num">{fixed(j.loss, 3)}</td>
                        <td class="num">{fixed(j.macro_f1, 3)}</td>
                    </tr>
                }
            })
        }
    };
    let moved = move || {
        let (b, a) = (before.get()?, after.get()?);
        Some(here::moved(b.accuracy, a.accuracy))
    };
    view! {
        <div class="sideways" tabindex="0" role="region" aria-label=here::EVALUATE>
            <table class="measures">
                <thead><tr><td></td>{move || measures().map(|m| view! { <th scope="col" class="num">{m}</th> }).to_vec()}</tr></thead>
                <tbody>
                    {row(*here::BEFORE_TRAINING, before, "judged-before")}
                    {row(*here::AFTER_TRAINING, after, "judged-after")}
                    {row(*here::ON_TEST, test, "judged-test")}
                </tbody>
            </table>
        </div>
        <p class="note" data-testid="lab-moved">{moved}</p>
        <Show when=move || answers.get()><p class="note">{here::ANSWER_NOTE}</p></Show>
    }
}

#[component]
fn Matrix(shown: Memo<Option<Judged>>) -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let labels = move || lab.run.with(|r| r.as_ref().map(|r| r.labels.clone())).unwrap_or_default();
    let chosen = Signal::derive(move || match lab.asked_rows.get().which {
        Which::Cell { truly, said } => Some((truly, said)),
        Which::Wrong => None,
    });
    let open = Callback::new(move |(truly, said)| {
        let now = lab.asked_rows.get_untracked();
        let cell = Which::Cell { truly, said };
        let which = if now.which == cell { Which::Wrong } else { cell };
        ask(store, RowsAsked { which, ..now });
    });
    move || {
        shown.get().map(|j| {
            view! {
                <div class="sideways" tabindex="0" role="region" aria-label=here::MATRIX_HINT>
                    <Confusion labels=labels() cells=j.confusion open chosen/>
                    <p class="note">{here::MATRIX_HINT}</p>
                </div>
            }
        })
    }
}

/// The rows asked for.
#[component]
fn Rows() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let label = move |i: usize| lab.run.with(|r| r.as_ref().and_then(|r| r.labels.get(i).cloned())).unwrap_or_default();
    let heading = move || match lab.asked_rows.get().which {
        Which::Wrong => here::WRONG.to_owned(),
        Which::Cell { truly, said } => here::cell(&label(truly), &label(said)),
    };
    let running = Memo::new(move |_| lab.run.with(|r| r.as_ref().is_some_and(|r| r.phase != Phase::Failed)));
    let all = move |_| ask(store, RowsAsked { which: Which::Wrong, ..lab.asked_rows.get_untracked() });
    let is_cell = move || lab.asked_rows.get().which != Which::Wrong;
    let failure = move || store.lab_failure(LabKind::Rows).map(|f| words::failure(&f));
    let body = move || {
        let (_, rows) = lab.rows.get()?;
        if rows.rows.is_empty() {
            return Some(view! { <p class="note">{here::NONE_WRONG}</p> }.into_any());
        }
        let line = |r: &crate::protocol::lab::JudgedRow| {
            let [truly, said] = match &r.answers {
                Some(texts) => texts.clone().map(|t| if t.is_empty() { here::NO_ANSWER.to_owned() } else { t }),
                None => [label(r.truly), label(r.said)],
            };
            // The text of a question is long.
            let second = r.text.b.as_ref().filter(|_| r.answers.is_none());
            let text = second.map_or_else(|| r.text.a.clone(), |b| format!("{} — {b}", r.text.a));
            let pair = r.text.clone();
            let pick = move |_| {
                lab.pin.set(pair.clone());
                store.ask_lab(LabTask::Pin(pair.clone()));
            };
            let off = move || !running.get();
            view! {
                <tr class:wrong=r.answers.is_some() || r.truly != r.said>
                    <td class="num">{r.line}</td><td>{truly}</td><td>{said}</td>
                    <td class="num">{percent(r.probability)}</td>
                    <td class="text"><button class="plain" disabled=off title=here::PICK on:click=pick>{text}</button></td>
                </tr>
            }
        };
        let lines: Vec<_> = rows.rows.iter().map(line).collect();
        let heads = here::ROW_HEAD.map(|h| view! { <th scope="col">{h}</th> }).to_vec();
        Some(
            view! {
                <div class="scroll sideways" tabindex="0" role="region" aria-label=here::ROWS>
                    <table class="judged-rows"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>
                </div>
                <p class="note">{here::shown(rows.rows.len(), rows.of)}</p>
            }
            .into_any(),
        )
    };
    view! {
        <div data-testid="lab-rows">
            <h3>{heading}</h3>
            {move || is_cell().then(|| view! { <p><button class="act" on:click=all>{here::CLOSE}</button></p> })}
            {move || failure().map(|t| view! { <p class="told-off">{t}</p> })}
            {body}
        </div>
    }
}
