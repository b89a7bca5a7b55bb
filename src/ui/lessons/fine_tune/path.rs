//! The article's four stages: what it would run, what happens here in its place, and how far the visitor is.

use crate::protocol::lab::Phase;
use crate::ui::browser;
use crate::ui::store::store;
use crate::ui::words::fine_tune as here;
use leptos::prelude::*;

#[component]
pub fn Path() -> impl IntoView {
    let lab = store().lab;
    let trained = move || lab.run.with(|r| r.as_ref().is_some_and(|r| r.phase == Phase::Done));
    let has_data = move || lab.data.with(|d| d.as_ref().is_some_and(|d| d.refused.is_none()));
    let answers = move || lab.data.with(|d| d.as_ref().is_some_and(|d| d.answers));
    let now = Memo::new(move |_| match (has_data(), trained()) {
        (_, true) => 3,
        (true, false) => 1,
        (false, false) if lab.is_running() => 1,
        (false, false) => 0,
    });
    let best = move || lab.run.with(|r| r.as_ref().and_then(|r| r.best.map(|b| b.step)));
    let stage = move |i: usize| {
        let state = move || match now.get() {
            n if i < n => *here::DONE,
            n if i == n => *here::NOW,
            _ => "",
        };
        let command = move || {
            let of = if answers() { here::questions_command } else { here::command };
            lab.settings.with(|s| of(i, s.as_ref(), best()))
        };
        let whose = move || if answers() { *here::GOOGLES_CODE } else { *here::THE_ARTICLE };
        view! {
            <li data-state=state aria-current=move || (now.get() == i).then_some("step")>
                <button class="plain" on:click=move |_| browser::show(here::ANCHORS[i])>
                    <span class="number" aria-hidden="true">{move || if i < now.get() { "✓".to_owned() } else { (i + 1).to_string() }}</span>
                    {here::STAGES[i]}<span class="sr">{move || format!(" {}", state())}</span>
                </button>
                <p><span>{whose}</span><code>{command}</code></p>
                <p><span>{here::HERE}</span>{here::HAPPENS[i]}</p>
            </li>
        }
    };
    view! {
        <ol class="stages" aria-label=here::PATH data-testid="path">{(0..here::STAGES.len()).map(stage).collect_view()}</ol>
    }
}
