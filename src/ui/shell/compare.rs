//! The same golden sentence on the CPU, in a worker of its own that is ended afterwards.

use crate::protocol::*;
use crate::ui::link::{Heard, Link};
use crate::ui::logic::number::percent;
use crate::ui::store::{Health, store};
use crate::ui::{browser, words};
use leptos::prelude::*;
use std::time::Duration;

#[component]
pub fn CompareCpu() -> impl IntoView {
    let store = store();
    let proof = RwSignal::new(None::<Proof>);
    let failure = RwSignal::new(None::<Failure>);
    let running = RwSignal::new(false);
    let link = StoredValue::new_local(None::<Link>);
    // Dropped after its callback has returned, never inside it.
    let end = move || {
        running.set(false);
        set_timeout(move || drop(link.try_update_value(Option::take)), Duration::ZERO);
    };
    on_cleanup(move || drop(link.try_update_value(Option::take)));
    let send = move |id, task| {
        link.with_value(|l| l.iter().for_each(|l| l.send(Request { id, task: Task::clone(&task) }, Vec::new())))
    };
    let hear = move |heard| match heard {
        Heard::Event(Message { body: Event::Loaded(_), .. }, _) => send(2, Task::Prove),
        Heard::Event(Message { body: Event::Proof { proof: p, .. }, .. }, _) => {
            proof.set(Some(p));
            end();
        }
        Heard::Event(Message { body: Event::Failed { failure: f, .. }, .. }, _) => {
            failure.set(Some(f));
            end();
        }
        Heard::Died(reason) => {
            failure.set(Some(Failure::Worker { reason }));
            end();
        }
        Heard::Event(..) => {}
    };
    let start = move |_| {
        running.set(true);
        failure.set(None);
        if store.proof.with_untracked(Option::is_none) {
            store.ask(Task::Prove);
        }
        match Link::start(hear) {
            Ok(started) => {
                link.set_value(Some(started));
                send(1, Task::Load(browser::load(browser::model_url(), EngineChoice::Cpu)));
            }
            Err(reason) => failure.set(Some(Failure::Worker { reason })),
        }
    };
    let result = move || {
        let (cpu, here) = (proof.get()?, store.proof.get()?);
        let pairs: Vec<_> = here.rows.iter().zip(&cpu.rows).map(|(a, b)| (a.piece.clone(), a.here, b.here)).collect();
        let worst = pairs.iter().map(|(_, a, b)| (a - b).abs()).fold(0.0, f32::max);
        let rows = pairs.into_iter().map(|(piece, a, b)| {
            view! { <tr><td class="mono">{piece}</td><td class="num">{percent(a)}</td><td class="num">{percent(b)}</td></tr> }
        });
        Some(view! {
            <div class="result right" data-testid="cpu-proof" data-passed=cpu.passed.to_string()>
                <p>{words::shell::cpu_agrees(&percent(worst))}</p>
                <table>
                    <thead><tr>{words::shell::PROOF_CPU_HEAD.iter().enumerate().map(|(i, h)| view! { <th scope="col" class=(i != 0).then_some("num")>{*h}</th> }).collect_view()}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        })
    };
    view! {
        <button class="btn" disabled=move || running.get() || store.health.get() != Health::Ready on:click=start>
            {move || if running.get() { *words::shell::COMPARING } else { *words::shell::COMPARE_CPU }}
        </button>
        {move || failure.get().map(|f| view! { <p class="result wrong">{words::failure(&f)}</p> })}
        {result}
    }
}
