//! Labels with their counts and names, how the rows are split, and how long they are.

use crate::protocol::lab::{Arrangement, LabTask, Part};
use crate::ui::figures::histogram::{Histogram, Mark};
use crate::ui::lessons::fine_tune::settings::Number;
use crate::ui::logic::axis::ticks;
use crate::ui::logic::number::grouped;
use crate::ui::store::{Store, store};
use crate::ui::words::fine_tune::data as here;
use leptos::prelude::*;

const PARTS: [Part; 3] = [Part::Train, Part::Validation, Part::Test];

/// Asks for the same data under another arrangement.
pub fn arrange(store: Store, change: impl FnOnce(&mut Arrangement)) {
    let now = store.lab.data.with_untracked(|d| d.as_ref().map(|d| d.arrangement.clone()));
    let Some(mut arrangement) = now else { return };
    change(&mut arrangement);
    store.ask_lab(LabTask::Arrange(arrangement));
}

#[component]
pub fn Labels() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let labels = Memo::new(move |_| lab.data.with(|d| d.as_ref().map(|d| d.labels.clone())).unwrap_or_default());
    let rename = move |index: usize, name: String| {
        let mut names = labels.with_untracked(|l| l.iter().map(|l| l.name.clone()).collect::<Vec<_>>());
        if let Some(old) = names.get_mut(index) {
            *old = name;
            arrange(store, |a| a.names = names);
        }
    };
    let answers = Memo::new(move |_| lab.data.with(|d| d.as_ref().is_some_and(|d| d.answers)));
    let row = move |index: usize| {
        let label = move || labels.with(|l| l.get(index).cloned()).unwrap_or_default();
        let counts = move || label().counts.map(|n| view! { <td class="num">{grouped(n as u64)}</td> }).to_vec();
        view! {
            <tr data-testid="lab-label-row">
                <td><input disabled=move || answers.get() aria-label=move || format!("{}: {}", *here::RENAME, label().found) maxlength="100" autocomplete="off" spellcheck="false"
                    data-testid="lab-name" prop:value=move || label().name on:change=move |e| rename(index, event_target_value(&e))/></td>
                <td class="mono">{move || label().found}</td>
                {counts}
                <td class="num">{move || grouped(label().counts.iter().sum::<usize>() as u64)}</td>
            </tr>
        }
    };
    let rows = move || (0..labels.with(Vec::len)).map(row).collect::<Vec<_>>();
    view! {
        <div class="halves">
            <div>
                <h3>{move || if answers.get() { *here::QUESTIONS } else { *here::LABELS }}</h3>
                <div class="sideways" tabindex="0" role="region" aria-label=here::LABELS>
                    <table class="labels" data-testid="lab-labels">
                        <thead><tr>
                            <th scope="col">{here::LABEL}</th><th scope="col">{here::IN_FILE}</th>
                            {PARTS.map(|p| view! { <th scope="col" class="num">{here::counted(p)}</th> }).to_vec()}
                            <th scope="col" class="num">{here::ALL}</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <Split/>
            </div>
            <LengthsView/>
        </div>
    }
}

#[component]
fn Split() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let arrangement =
        Memo::new(move |_| lab.data.with(|d| d.as_ref().map(|d| d.arrangement.clone())).unwrap_or_default());
    let answers = Memo::new(move |_| lab.data.with(|d| d.as_ref().is_some_and(|d| d.answers)));
    let fixed = Memo::new(move |_| lab.data.with(|d| d.as_ref().map_or([false; 2], |d| d.fixed)));
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let validation = Signal::derive(move || percent(arrangement.with(|a| a.validation)));
    let test = Signal::derive(move || percent(arrangement.with(|a| a.test)));
    let seed = Signal::derive(move || arrangement.with(|a| a.seed.to_string()));
    let share = |text: String| text.parse::<f64>().ok().map(|p| (p / 100.0).clamp(0.0, 0.9));
    view! {
        <Show when=move || fixed.get() != [true; 2] fallback=|| view! { <p class="note">{here::SPLIT_FIXED}</p> }>
            <div class="fields" role="group" aria-label=here::SPLIT>
                <Show when=move || !fixed.get()[0]>
                    <Number name=*here::VALIDATION value=validation testid="lab-validation"
                        set=move |t| { if let Some(v) = share(t) { arrange(store, |a| a.validation = v) } }/>
                </Show>
                <Show when=move || !fixed.get()[1]>
                    <Number name=*here::TEST value=test testid="lab-test"
                        set=move |t| { if let Some(v) = share(t) { arrange(store, |a| a.test = v) } }/>
                </Show>
                <Number name=*here::SEED value=seed testid="lab-seed"
                    set=move |t| { if let Ok(v) = t.parse() { arrange(store, |a| a.seed = v) } }/>
            </div>
            <p class="note">{move || if answers.get() { *here::SPLIT_BY_TEXT } else { *here::SPLIT_NOTE }}</p>
        </Show>
    }
}

#[component]
fn LengthsView() -> impl IntoView {
    let lab = store().lab;
    let lengths = Memo::new(move |_| lab.data.with(|d| d.as_ref().map(|d| d.lengths.clone())).unwrap_or_default());
    let limit = Memo::new(move |_| lab.data.with(|d| d.as_ref().map_or(0, |d| d.arrangement.max_seq_length)));
    let width = move || lengths.with(|l| l.width).max(1);
    let edges = move |bin: usize| (bin * width(), (bin + 1) * width() - 1);
    let end = move || (lengths.with(|l| l.counts.len()) * width()).max(1) as f64;
    let bins = Signal::derive(move || lengths.with(|l| l.counts.clone()));
    let ticks = Signal::derive(move || {
        let end = end();
        let ticks = ticks(0.0, end, 5).into_iter().filter(|t| *t <= end);
        ticks.map(|t| (t / end, format!("{t:.0}"))).collect::<Vec<_>>()
    });
    let mark = Signal::derive(move || {
        let at = (limit.get() as f64 + 1.0) / end();
        (at < 1.0).then_some(Mark { at, cuts: true })
    });
    let answers = Memo::new(move |_| lab.data.with(|d| d.as_ref().is_some_and(|d| d.answers)));
    let cut = move || {
        let windowed = answers.get() && lengths.with(|l| l.cut) > 0;
        if windowed { here::CUT_IN_WINDOWS.to_owned() } else { lengths.with(|l| here::cut(l, limit.get())) }
    };
    view! {
        <div>
            <Histogram testid="lab-lengths" heading=Signal::derive(move || lengths.with(here::lengths)) bins ticks mark
                heads=[*here::STRETCH, *here::EXAMPLES] name=move |i| here::stretch(edges(i).0, edges(i).1)
                told=move |i, n| here::bar(n, edges(i).0, edges(i).1)/>
            <p class="note" data-testid="lab-cut">{cut}</p>
        </div>
    }
}
