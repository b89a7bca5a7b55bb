//! Why BERT: pre-trained once, fine-tuned often, told by what this page itself has loaded.

use crate::ui::controls::{Head, Remarks, Twin};
use crate::ui::logic::address::{Address, Lesson};
use crate::ui::logic::number::{bytes, percent};
use crate::ui::logic::shipped::{adapters, together};
use crate::ui::store::store;
use crate::ui::words::{own, why as here};
use leptos::prelude::*;

const MOST_TASKS: usize = 20;

#[component]
pub fn Why() -> impl IntoView {
    let store = store();
    let tasks = Memo::new(move |_| match store.address.with(|a| a.form) {
        0 => adapters().len(),
        n => n.min(MOST_TASKS),
    });
    // Of the parts that were loaded in this run, from the network or the cache.
    let base = Memo::new(move |_| store.loaded.with(|l| l.as_ref().map(|l| l.downloaded_bytes + l.cached_bytes)));
    let sums = Memo::new(move |_| base.get().map(|base| together(base, tasks.get())));
    let set = move |event| {
        let to = event_target_value(&event).parse().unwrap_or(1).clamp(1, MOST_TASKS);
        store.address.update(|a| a.form = to);
    };
    let bar = move |name: &'static str, testid: &'static str, of: fn([u64; 2]) -> u64, mine: bool| {
        let value = move || sums.get().map_or_else(|| here::NOT_IN.to_owned(), |s| bytes(of(s)));
        let width =
            move || sums.get().map_or("0".into(), |s| format!("{:.3}%", of(s) as f64 / s[1].max(s[0]) as f64 * 100.0));
        view! {
            <div class="bar-row" class:mine=mine data-testid=testid data-bytes=move || sums.get().map(|s| of(s).to_string())>
                <span class="w">{name}</span>
                <span class="t" aria-hidden="true"><i style:width=width></i></span>
                <span class="v">{value}</span>
            </div>
        }
    };
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <div class="cols">
            <div class="stack">
                <section class="card" aria-label=here::FIGURE>
                    <header><h2>{here::FIGURE}</h2></header>
                    <label class="slider">{here::TASKS}
                        <input type="range" min="1" max=MOST_TASKS.to_string() step="1" data-testid="tasks"
                            prop:value=move || tasks.get().to_string() on:input=set/>
                        <output>{move || tasks.get()}</output>
                    </label>
                    <div class="bars">
                        {bar(*here::SHARED, "shared", |s| s[0], false)}
                        {bar(*here::APART, "apart", |s| s[1], true)}
                    </div>
                    <p class="note">{here::ESTIMATE}</p>
                    <Twin>
                        <p>{move || sums.get().map_or_else(|| here::NOT_IN.to_owned(), |s| here::told(tasks.get(), &bytes(s[0]), &bytes(s[1])))}</p>
                    </Twin>
                </section>
                <section class="card" aria-label=here::PARTS>
                    <header><h2>{here::PARTS}</h2></header>
                    <Parts base/>
                </section>
            </div>
            <aside>
                <Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/>
            </aside>
        </div>
    }
}

/// What the page is made of: the base, its adapters, and the visitor's own.
#[component]
fn Parts(base: Memo<Option<u64>>) -> impl IntoView {
    let store = store();
    let row = move |name: &'static str, weighs: Option<u64>, by: &'static str| {
        let share = move || base.get().zip(weighs.or(base.get())).map(|(base, n)| percent(n as f32 / base as f32));
        let weighs = move || weighs.or(base.get()).map_or_else(|| here::NOT_IN.to_owned(), bytes);
        view! {
            <tr data-testid="part"><th scope="row">{name}</th><td class="num">{weighs}</td><td class="num">{share}</td><td>{by}</td></tr>
        }
    };
    let shipped = here::ADAPTERS.into_iter().filter_map(|(name, title, by)| {
        let found = adapters().iter().find(|a| a.name == name)?;
        Some(row(title, Some(found.bytes), by))
    });
    let lab = format!(
        "#{}",
        Address { lesson: Lesson::FineTune, ..store.address.with_untracked(Address::home) }.to_fragment()
    );
    view! {
        <table class="parts">
            <thead><tr>{here::PARTS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
            <tbody>
                {move || match store.own.using.get() {
                    true => row(*own::DEFAULT_TITLE, None, ""),
                    false => row(*here::BASE, None, *here::BASE_BY),
                }}
                {shipped.collect::<Vec<_>>()}
                <tr><th scope="row">{here::YOURS}</th><td></td><td></td><td>{here::YOURS_BY}" "<a href=lab>{here::YOURS_LINK}</a></td></tr>
            </tbody>
        </table>
    }
}
