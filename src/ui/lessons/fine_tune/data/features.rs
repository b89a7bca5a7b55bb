//! An example as the article prints it: tokens, ids, mask, segments, label.

use crate::protocol::lab::{Features, LabKind, LabTask, Part};
use crate::ui::controls::Choice;
use crate::ui::logic::number::grouped;
use crate::ui::store::store;
use crate::ui::words;
use crate::ui::words::fine_tune::{data as here, part};
use leptos::prelude::*;

const PARTS: [Part; 3] = [Part::Train, Part::Validation, Part::Test];

#[component]
pub fn FeaturesView() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(0usize);
    let index = RwSignal::new(0usize);
    let count = move || lab.data.with(|d| d.as_ref().map_or(0, |d| d.counts[chosen.get()]));
    // Asked while it is open, anew when the data changes.
    Effect::new(move || {
        let (of, data) = (count(), lab.data.with(Option::is_some));
        let at = index.get().min(of.saturating_sub(1));
        if open.get() && data && of > 0 {
            store.ask_lab(LabTask::Features { part: PARTS[chosen.get()], index: at });
        }
    });
    let turn =
        move |by: isize| index.set(index.get_untracked().saturating_add_signed(by).min(count().saturating_sub(1)));
    let choose = move |i: usize| {
        chosen.set(i);
        index.set(0);
    };
    let failure = move || store.lab_failure(LabKind::Features).map(|f| words::failure(&f));
    let text = move || lab.features.with(|f| f.as_ref().map(printed));
    view! {
        <details class="twin features" data-testid="lab-features" on:toggle=move |e| open.set(is_open(&e))>
            <summary>{here::FEATURES}</summary>
            <div class="under">
                <Choice label=here::PART options=PARTS.map(part).into() chosen=Signal::from(chosen) choose/>
                <button class="btn" disabled=move || index.get() == 0 on:click=move |_| turn(-1)>{here::PREVIOUS}</button>
                <span role="status">{move || format!("{} / {}", grouped((index.get() + 1).min(count()) as u64), grouped(count() as u64))}</span>
                <button class="btn" disabled=move || { index.get() + 1 >= count() } on:click=move |_| turn(1)>{here::NEXT}</button>
            </div>
            {move || failure().map(|t| view! { <p class="told-off">{t}</p> })}
            {move || text().map(|t| view! { <pre tabindex="0" role="region" aria-label=here::FEATURES data-testid="lab-printed">{t}</pre> })}
        </details>
    }
}

fn is_open(event: &leptos::ev::Event) -> bool {
    let target = js_sys::Reflect::get(event, &"target".into());
    target.and_then(|t| js_sys::Reflect::get(&t, &"open".into())).is_ok_and(|o| o.is_truthy())
}

/// As `run_classifier.py` logs the first of a run.
fn printed(f: &Features) -> String {
    let numbers = |v: &[u32]| v.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    // As run_squad.py logs it.
    let [starts, ends] =
        [0, 1].map(|i| f.printed.places.iter().map(|p| p[i].to_string()).collect::<Vec<_>>().join(" "));
    let places = match f.printed.places.is_empty() {
        true => String::new(),
        false => format!("\nstart_position: {starts}\nend_position: {ends}"),
    };
    format!(
        "*** Example ***\nguid: {}-{}\ntokens: {}\ninput_ids: {}\ninput_mask: {}\nsegment_ids: {}\nlabel: {}{places}",
        f.part.map_or("", part),
        f.index,
        f.printed.tokens.join(" "),
        numbers(&f.printed.input_ids),
        numbers(&f.printed.input_mask),
        numbers(&f.printed.segment_ids),
        f.printed.label.as_ref().map_or("—".into(), |(name, class)| format!("{name} (id = {class})")),
    )
}
