//! What the last answer took, step by step, and Base beside Large.

use crate::protocol::probe::Described;
use crate::ui::controls::Recorded;
use crate::ui::lessons::probe::Shown;
use crate::ui::logic::inside::{BASE, LARGE, large_bytes, large_ms, parts};
use crate::ui::logic::number::{bytes, grouped, milliseconds};
use crate::ui::store::store;
use crate::ui::words::probe::inside as here;
use crate::ui::words::shell;
use leptos::prelude::*;

#[component]
pub fn Sizes(
    shown: Memo<Option<Shown>>,
    described: Memo<Option<Described>>,
    by_recording: Signal<bool>,
) -> impl IntoView {
    let stats = Memo::new(move |_| shown.with(|s| s.as_ref().and_then(Shown::rows).map(|r| r.stats.clone())));
    let times = move || {
        let stats = stats.get()?;
        let rows = stats.steps_ms.into_iter().map(|(name, ms)| {
            view! { <tr data-testid="step" data-ms=ms.to_string()><th scope="row">{shell::step(&name).to_owned()}</th><td class="num">{milliseconds(ms)}</td></tr> }
        });
        Some(view! { <table><tbody>{rows.collect::<Vec<_>>()}</tbody></table> })
    };
    let store = store();
    let sizes = move || {
        // The article's two models: a visitor's own is neither.
        let described = described.get().filter(|_| !store.own.using.get())?;
        let all = parts(&described);
        let (weights, stored): (u64, u64) = (all.iter().map(|p| p.weights).sum(), all.iter().map(|p| p.bytes).sum());
        // The CPU tells the encoder's time; a GPU only that of the whole.
        let took = stats.with(|s| {
            let s = s.as_ref()?;
            let named = |name: &str| s.steps_ms.iter().find(|(n, _)| n == name).map(|(_, ms)| *ms);
            named("encoder").or_else(|| named("gpu+read"))
        });
        let (layers, hidden) = (described.config.num_hidden_layers, described.config.hidden_size);
        let of = |value: u64| grouped(value);
        let told = |text: String, what: &'static str| view! { {text}<small>{what}</small> }.into_any();
        let time = |ms: Option<f64>, what: &'static str| ms.map_or("—".into_any(), |ms| told(milliseconds(ms), what));
        let cells = [
            (of(BASE.layers).into_any(), of(LARGE.layers).into_any()),
            (of(BASE.hidden).into_any(), of(LARGE.hidden).into_any()),
            (of(BASE.heads).into_any(), of(LARGE.heads).into_any()),
            (of(BASE.weights).into_any(), of(LARGE.weights).into_any()),
            (told(bytes(stored), *here::HERE), told(bytes(large_bytes(stored, weights)), *here::ESTIMATE)),
            (time(took, *here::MEASURED), time(took.map(|ms| large_ms(ms, layers, hidden)), *here::ESTIMATE)),
        ];
        let rows = here::SIZES_ROWS.into_iter().zip(cells).map(|(name, (base, large))| {
            view! { <tr data-testid="size"><th scope="row">{name}</th><td>{base}</td><td>{large}</td></tr> }
        });
        Some(view! {
            <table class="parts">
                <thead><tr>{here::SIZES_HEAD.map(|h| if h.is_empty() { view! { <td></td> }.into_any() } else { view! { <th scope="col">{h}</th> }.into_any() })}</tr></thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })
    };
    view! {
        <header><h2>{here::SIZES}</h2><Recorded on=by_recording/></header>
        {sizes}
        <p class="note">{here::SIZES_NOTE}</p>
        <h3 class="plain-head">{here::TIME}</h3>
        {times}
        <p class="note">{here::TIME_NOTE}</p>
    }
}
