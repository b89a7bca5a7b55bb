//! A matrix as the file holds it: one group of codes on its grid, beside the f32 originals where they are recorded.

use super::codes::{codes, judged, weights};
use super::grid::drawn;
use crate::model::manifest::GROUP;
use crate::protocol::probe::{Described, ProbeKind, ProbeTask, Probed, StoredTask};
use crate::protocol::{Kind, Task};
use crate::ui::carried::carried;
use crate::ui::controls::{Note, Twin};
use crate::ui::logic::inside::{Part, part_of};
use crate::ui::logic::number::grouped;
use crate::ui::logic::stored::{coded, rounding};
use crate::ui::store::{Health, store};
use crate::ui::words::{self, stored as here};
use leptos::prelude::*;

const KIND: ProbeKind = ProbeKind::Stored;

#[component]
pub fn StoredMatrix(described: Memo<Option<Described>>, chosen: Memo<(usize, usize)>) -> impl IntoView {
    let store = store();
    // The chosen layer's matrices, then those of no layer: their names, rows and groups.
    let matrices: Memo<Vec<(String, usize, usize)>> = Memo::new(move |_| {
        let layer = chosen.get().0;
        let mine = |name: &str| part_of(name) == Some(Part::Layer(layer));
        let shown = |name: &str| mine(name) || !matches!(part_of(name), None | Some(Part::Layer(_)));
        let Some(d) = described.get() else { return Vec::new() };
        let facts = |t: &crate::protocol::probe::TensorFacts| (t.name.clone(), t.shape[0], t.shape[1] / GROUP);
        let mut all: Vec<_> = coded(&d).filter(|t| shown(&t.name)).map(facts).collect();
        all.sort_by_key(|m| !mine(&m.0));
        all
    });
    let (row, group) = (carried("stored row", 0usize), carried("stored group", 0usize));
    let at = Memo::new(move |_| {
        let form = store.address.with(|a| a.form);
        matrices.with(|m| m.get(form.min(m.len().saturating_sub(1))).cloned())
    });
    let task = Memo::new(move |_| {
        let (tensor, rows, groups) = at.get()?;
        Some(StoredTask { tensor, row: row.get().min(rows - 1), group: group.get().min(groups - 1) })
    });
    Effect::new(move || {
        let Some(task) = task.get().map(ProbeTask::Stored) else { return };
        let known = store.probed(KIND).with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task));
        if store.health.get() == Health::Ready && !known {
            store.ask_instead(Task::Probe(task));
        }
    });
    let found = Memo::new(move |_| match &*store.probed(KIND).get()?.answer {
        Probed::Stored(s) => Some((**s).clone()),
        _ => None,
    });
    // The question that what is found answers.
    let of = Memo::new(move |_| match store.probed(KIND).get()?.question {
        ProbeTask::Stored(task) => Some(task),
        _ => None,
    });
    let recorded = Memo::new(move |_| store.loaded.with(|l| l.as_ref().and_then(|l| rounding(&l.base_hash))));
    let matrix = Memo::new(move |_| of.with(|of| recorded.get()?.matrix(&of.as_ref()?.tensor)));
    let originals = Memo::new(move |_| of.with(|of| of.as_ref().and_then(|t| matrix.get()?.originals(t.row, t.group))));
    let options = move || {
        let option = |(i, (name, rows, groups)): (usize, (String, usize, usize))| {
            let short = name.trim_start_matches("bert.").trim_end_matches(".weight").to_owned();
            let on = move || at.with(|a| a.as_ref().is_some_and(|a| a.0 == name));
            view! { <option value=i.to_string() selected=on>{format!("{short} ({} × {})", grouped(rows as u64), grouped((groups * GROUP) as u64))}</option> }
        };
        matrices.get().into_iter().enumerate().map(option).collect::<Vec<_>>()
    };
    let choose = move |event| {
        let form = event_target_value(&event).parse().unwrap_or_default();
        store.address.update(|a| a.form = form);
    };
    let number = move |name: &'static str, testid: &'static str, value: RwSignal<usize>, which: usize| {
        let most = move || at.with(|a| a.as_ref().map_or(1, |a| [a.1, a.2][which]));
        let set = move |event| value.set(event_target_value(&event).parse::<usize>().unwrap_or(1).clamp(1, most()) - 1);
        view! {
            <label>{name}" "<input type="number" min="1" max=move || most().to_string() data-testid=testid
                prop:value=move || (value.get().min(most() - 1) + 1).to_string() on:change=set/></label>
        }
    };
    let figure = move || {
        let (stored, originals) = (found.get()?, originals.get());
        Some(view! {
            <p data-testid="grid" data-scale=stored.scale.to_string() data-minimum=stored.minimum.map(|m| m.to_string())>{here::grid(stored.scale, stored.minimum)}</p>
            {drawn(&stored, originals.as_deref())}
            <p class="note">{if originals.is_some() { *here::KEY } else { *here::KEY_ALONE }}</p>
            {codes(&stored)}
            <Twin>{weights(&stored, originals.as_deref())}</Twin>
        })
    };
    let told = move || {
        let failed = store.failure(Kind::Probe(KIND)).map(|f| words::failure(&f));
        failed
            .or_else(|| (store.is_busy(Kind::Probe(KIND)) && found.with(Option::is_none)).then(|| here::READING.into()))
    };
    let cost = move || match recorded.get() {
        Some(r) => judged(r, matrix.get()).into_any(),
        None => {
            store.loaded.with(Option::is_some).then(|| view! { <p class="note">{here::NOT_RECORDED}</p> }).into_any()
        }
    };
    view! {
        <header><h2>{here::STORED}</h2></header>
        <p>{here::LEDE}</p>
        <div class="pickers">
            <label>{here::MATRIX}" "<select data-testid="stored-matrix" on:change=choose>{options}</select></label>
            {number(*here::ROW, "stored-row", row, 0)}{number(*here::GROUP, "stored-group", group, 1)}
        </div>
        <div role="status">{move || told().map(|t| view! { <p class="note">{t}</p> })}</div>
        <div class="codes" class:stale=move || found.with(Option::is_some) && task.get() != of.get()>{figure}</div>
        {cost}
        <Note>{here::NOTE}</Note>
    }
}
