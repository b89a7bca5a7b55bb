//! The pinned sentence: what is said of it before and now.

use crate::protocol::lab::Pinned;
use crate::ui::logic::number::percent;
use crate::ui::store::store;
use crate::ui::words::fine_tune::learning as here;
use leptos::prelude::*;

#[component]
pub fn PinnedView() -> impl IntoView {
    let lab = store().lab;
    let any = Memo::new(move |_| lab.pinned.with(|p| p.now.as_ref().is_some_and(|n| !n.probabilities.is_empty())));
    let answers = Memo::new(move |_| lab.run.with(|r| r.as_ref().is_some_and(|r| r.answers)));
    let labels = Memo::new(move |_| match answers.get() {
        true => vec![
            lab.pinned.with(|p| p.now.as_ref().map(|n| n.answer.clone())).unwrap_or_default(),
            here::NO_ANSWER.into(),
        ],
        false => lab.run.with(|r| r.as_ref().map(|r| r.labels.clone())).unwrap_or_default(),
    });
    let text = move || {
        lab.pinned.with(|p| {
            let text = &p.now.as_ref()?.text;
            Some(text.b.as_ref().map_or_else(|| text.a.clone(), |b| format!("{} — {b}", text.a)))
        })
    };
    let probability = move |which: fn(&crate::ui::logic::lab::Before<Pinned>) -> Option<&Pinned>, label: usize| {
        lab.pinned.with(|p| which(p).and_then(|p| p.probabilities.get(label).copied())).unwrap_or(0.0)
    };
    let row = move |label: usize| {
        let before = move || probability(|p| p.first.as_ref(), label);
        let now = move || probability(|p| p.now.as_ref(), label);
        let width = |p: f32| format!("{:.2}%", p.clamp(0.0, 1.0) * 100.0);
        view! {
            <div class="pin-row" data-testid="pin-row" data-probability=move || now().to_string()>
                <span class="w">{move || labels.with(|l| l.get(label).cloned())}</span>
                <span class="t" aria-hidden="true">
                    <i style:width=move || width(now())></i><b style:left=move || width(before())></b>
                </span>
                <span class="v">{move || percent(now())}</span>
                <span class="was">{move || format!("{} {}", *here::BEFORE, percent(before()))}</span>
            </div>
        }
    };
    let rows = move || (0..labels.with(Vec::len)).map(row).collect::<Vec<_>>();
    view! {
        <Show when=move || any.get()>
            <div class="pinned" data-testid="lab-pinned">
                <h3>{move || if answers.get() { *here::PINNED_QUESTION } else { *here::PINNED }}<small>{here::PINNED_NOTE}</small></h3>
                <p class="typed">{text}</p>
                {rows}
            </div>
        </Show>
    }
}
