//! What the engine chip opens to: facts, the proof, the second engine, storage, drills.

use super::compare::CompareCpu;
use crate::engine::EngineKind;
use crate::protocol::{Drill, EngineChoice, Kind, Proof, Task};
use crate::ui::controls::{CasedButton, Choice};
use crate::ui::logic::model::Model;
use crate::ui::logic::number::{bytes, difference, grouped, milliseconds, percent};
use crate::ui::store::{Health, store};
use crate::ui::words::{self, shell};
use leptos::prelude::*;

#[component]
pub fn EnginePanel() -> impl IntoView {
    let store = store();
    // Heap and storage as they are when the panel is opened.
    if store.health.get_untracked() == Health::Ready {
        store.ask(Task::Storage);
    }
    let ready = Memo::new(move |_| store.health.get() == Health::Ready);
    let on_gpu = move || store.engine.with(|e| e.as_ref().is_some_and(|e| e.kind == EngineKind::Gpu));
    let checking = move || store.is_busy(Kind::Prove);
    let removed = RwSignal::new(false);
    let remove = move |_| {
        store.ask(Task::RemoveModel);
        removed.set(true);
    };
    let choice = Signal::derive(move || match store.address.with(|a| a.engine) {
        EngineChoice::Auto => 0,
        EngineChoice::Gpu => 1,
        EngineChoice::Cpu => 2,
    });
    let choose = move |i: usize| {
        let engine = [EngineChoice::Auto, EngineChoice::Gpu, EngineChoice::Cpu][i];
        store.address.update(|a| a.engine = engine);
    };
    view! {
        <section class="panel" aria-label=shell::ENGINE_PANEL>
            <header>
                <h2>{shell::ENGINE_PANEL}</h2>
                <Choice label=shell::RUN_ON options=shell::ENGINES.to_vec() chosen=choice choose/>
            </header>
            <Facts/>
            <div class="doing">
                // There is a reference for the page's own models alone.
                <Show when=move || store.model.get() != Model::Own>
                    <button class="btn main" disabled=move || !ready.get() || checking() data-testid="prove"
                        on:click=move |_| store.ask(Task::Prove)>
                        {move || if checking() { *shell::CHECKING } else { *shell::CHECK }}
                    </button>
                    <Show when=on_gpu><CompareCpu/></Show>
                </Show>
                <CasedButton/>
                <button class="btn" disabled=move || !ready.get() on:click=remove>{shell::REMOVE}</button>
                <Show when=move || ready.get() && on_gpu()>
                    <button class="btn" on:click=move |_| store.tell(Task::Drill(Drill::LoseGpu))>{shell::LOSE_GPU}</button>
                </Show>
                <Show when=move || ready.get()>
                    <button class="btn" data-testid="drill-panic" on:click=move |_| store.tell(Task::Drill(Drill::Panic))>{shell::STOP_ENGINE}</button>
                </Show>
            </div>
            <Show when=move || removed.get()><p class="result note" role="status">{shell::REMOVED}</p></Show>
            {move || store.failure(Kind::Prove).map(|f| view! { <p class="result wrong">{words::failure(&f)}</p> })}
            {move || store.proof.get().map(|proof| view! { <ProofResult proof/> })}
        </section>
    }
}

#[component]
fn Facts() -> impl IntoView {
    let store = store();
    let rows = move || {
        let mut rows: Vec<(&str, String, Option<String>)> = Vec::new();
        store.engine.with(|e| {
            if let Some(e) = e {
                let note = if e.software { *shell::SOFTWARE_NOTE } else { "" };
                rows.push((*shell::RUNS_ON, format!("{}{note}", e.adapter), None));
                rows.push((*shell::WEIGHTS, format!("{}, {}", e.scheme, bytes(e.weight_bytes)), None));
                rows.push((*shell::TIER, e.tier.clone(), None));
                let heap = store.storage.with(|s| s.as_ref().map_or(0, |s| s.wasm_heap_bytes));
                rows.push((*shell::MEMORY, shell::memory(e.memory_bytes, heap), None));
            }
        });
        store.stats.with(|s| {
            if let Some(s) = s {
                rows.push((*shell::LAST, milliseconds(s.total_ms), None));
                if s.dispatches > 0 {
                    let work = shell::gpu_work(s.dispatches, s.passes, s.submits, s.bytes_read);
                    rows.push((*shell::DISPATCHES, work, None));
                }
            }
        });
        store.loaded.with(|l| {
            if let Some(l) = l {
                rows.push((*shell::ARRIVED, shell::arrived(l.downloaded_bytes, l.cached_bytes, l.load_ms), None));
                rows.push((*shell::SOURCE, l.source.origin.clone(), Some(l.source.changes.clone())));
                rows.push((*shell::BASE_HASH, l.base_hash.chars().take(16).collect(), None));
            }
        });
        store.storage.with(|s| {
            if let Some(s) = s {
                rows.push((*shell::STORED, bytes(s.model_bytes), None));
            }
        });
        let row = |(name, value, more): (&'static str, String, Option<String>)| {
            // The manifest speaks for itself.
            let lang = (name == *shell::SOURCE).then_some("en");
            view! { <dt>{name}</dt><dd lang=lang>{value}{more.filter(|m| !m.is_empty()).map(|m| view! { <small>{m}</small> })}</dd> }
        };
        rows.into_iter().map(row).collect_view()
    };
    view! { <dl class="facts">{rows}</dl> <Steps/> }
}

/// Where the last answer's time went.
#[component]
fn Steps() -> impl IntoView {
    let store = store();
    move || {
        let stats = store.stats.get().filter(|s| !s.steps_ms.is_empty())?;
        let all: f64 = stats.steps_ms.iter().map(|(_, ms)| ms.max(0.0)).sum();
        let bar = stats.steps_ms.iter().map(|(_, ms)| {
            let width = format!("{:.1}%", ms.max(0.0) / all.max(1e-9) * 100.0);
            view! { <i style:width=width></i> }
        });
        let told: Vec<_> =
            stats.steps_ms.iter().map(|(name, ms)| format!("{} {}", shell::step(name), milliseconds(*ms))).collect();
        Some(view! {
            <div class="steps-bar" aria-hidden="true">{bar.collect_view()}</div>
            <p class="note">{told.join(" · ")}</p>
        })
    }
}

#[component]
fn ProofResult(proof: Proof) -> impl IntoView {
    let (worst, tolerance) = (difference(proof.worst_difference), difference(proof.tolerance));
    let verdict = shell::proof_result(proof.compared, &worst, &tolerance, proof.passed);
    let rows = proof.rows.iter().map(|r| {
        view! {
            <tr>
                <td class="mono">{r.piece.clone()}</td>
                <td class="num">{percent(r.here)}</td>
                <td class="num">{percent(r.reference)}</td>
                <td class="num">{percent(r.f32_model)}</td>
            </tr>
        }
    });
    let class = if proof.passed { "result right" } else { "result wrong" };
    view! {
        <div class=class data-testid="proof" data-passed=proof.passed.to_string()
            data-worst=proof.worst_difference.to_string() data-compared=grouped(proof.compared as u64) role="status">
            <p>{verdict}</p>
            <p class="note">{proof.sentence.clone()}</p>
            <table>
                <thead><tr>{shell::PROOF_HEAD.iter().enumerate().map(|(i, h)| view! { <th scope="col" class=(i != 0).then_some("num")>{*h}</th> }).collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
