//! How alike the learned rows of two positions are.

use crate::protocol::probe::{ProbeKind, ProbeTask, Probed};
use crate::protocol::{Kind, Task};
use crate::ui::carried::carried;
use crate::ui::figures::paint::{paint, use_heat};
use crate::ui::lessons::probe::arrays_of;
use crate::ui::store::{Health, store};
use crate::ui::words::probe::{input as here, number, positions_note};
use leptos::{html, prelude::*};
use std::sync::Arc;

/// Positions compared, at most, and how many lie between two of them in BERT-Base's table.
const MOST: usize = 64;

type Cosines = (Vec<u32>, Arc<Vec<f32>>);

#[component]
pub fn Positions() -> impl IntoView {
    let store = store();
    let signal = store.probed(ProbeKind::Positions);
    let limit = move || store.loaded.with(|l| l.as_ref().map_or(512, |l| l.max_tokens));
    let step = move || (limit() / MOST).max(1);
    Effect::new(move || {
        let task = ProbeTask::Positions((0..limit() as u32).step_by(step()).take(MOST).collect());
        let known = signal.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task));
        if store.health.get() == Health::Ready && !known {
            store.ask(Task::Probe(task));
        }
    });
    let cosines: Memo<Option<Cosines>> = Memo::new(move |_| {
        let given = signal.get()?;
        let Probed::Positions(p) = &*given.answer else { return None };
        Some((p.positions.clone(), Arc::new(arrays_of(&given.arrays, &p.cosines).to_vec())))
    });
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let heat = use_heat();
    Effect::new(move || {
        let (Some(canvas), Some((positions, values))) = (canvas.get(), cosines.get()) else { return };
        let all: Vec<usize> = (0..positions.len()).collect();
        paint(&canvas, &values, positions.len(), &all, heat.get());
    });
    let chosen = carried("position", 8usize);
    let slide = move |event| chosen.set(event_target_value(&event).parse().unwrap_or(0));
    let count = move || cosines.with(|c| c.as_ref().map_or(1, |c| c.0.len()));
    let at = move || chosen.get().min(count() - 1);
    let position = move || cosines.with(|c| c.as_ref().map_or(0, |c| c.0[at()]));
    let rows = move || {
        let (positions, values) = cosines.get()?;
        let (n, at) = (positions.len(), at());
        // Near and far, as many as fit: 1, 2, 4, 8 … places further on, or back where there is no further.
        let steps =
            (0..6).map(|i| 1usize << i).filter_map(|d| if at + d < n { Some(at + d) } else { at.checked_sub(d) });
        let row = |other: usize| {
            let cosine = values[at * n + other];
            view! { <tr data-testid="alike" data-other=positions[other].to_string() data-cosine=cosine.to_string()><td class="num">{positions[other]}</td><td class="num">{number(cosine)}</td></tr> }
        };
        Some(std::iter::once(at).chain(steps).map(row).collect::<Vec<_>>())
    };
    view! {
        <header><h2>{here::POSITIONS}</h2><span class="note">{move || positions_note(step(), limit())}</span></header>
        <div role="status">{move || store.failure(Kind::Probe(ProbeKind::Positions)).map(|f| view! { <p class="told-off">{crate::ui::words::failure(&f)}</p> })}</div>
        <Show when=move || store.health.get() != Health::Ready><p class="note">{crate::ui::words::shell::WAITING}</p></Show>
        <Show when=move || cosines.with(Option::is_some)>
            <div class="figures">
                <canvas class="alike" node_ref=canvas role="img" aria-label=here::POSITIONS_SVG data-testid="positions"></canvas>
                <div>
                    <div class="pickers">
                        <label>{here::POSITION}
                            <input type="range" min="0" max=move || (count() - 1).to_string() prop:value=move || at().to_string() on:input=slide data-testid="position"/>
                        </label>
                        <b>{position}</b>
                    </div>
                    <table>
                        <thead><tr>{here::POSITIONS_HEAD.map(|h| view! { <th scope="col" class="num">{h}</th> })}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        </Show>
    }
}
