//! What the training changed: the weights by layer, the attention of the pinned sentence, and where [CLS] lies.

use crate::protocol::lab::{Changed, ClassMap, LabTask, Phase};
use crate::ui::controls::Twin;
use crate::ui::figures::scatter::{Scatter, mark, mark_class};
use crate::ui::figures::shaded::Shaded;
use crate::ui::logic::changed::{Side, deltas, heads, sides};
use crate::ui::logic::number::{fixed, percent};
use crate::ui::store::store;
use crate::ui::words::fine_tune::changed as here;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn ChangedCard() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let done =
        Memo::new(move |_| lab.run.with(|r| r.as_ref().filter(|r| r.phase == Phase::Done).map(|r| r.id.clone())));
    // Of the run that has ended, none of one before it.
    let shown = Memo::new(move |_| {
        let run = done.get()?;
        lab.changed.get().filter(|c| c.run == run).map(Shown)
    });
    let busy = Memo::new(move |_| lab.changing.with(Option::is_some));
    let ask = move |_| {
        lab.changing.set(Some((0, 0)));
        store.ask_lab(LabTask::Changed);
    };
    let progress = move || lab.changing.get().map(|(read, of)| here::progress(read, of));
    view! {
        <Show when=move || done.with(Option::is_some)>
            <section class="card many" aria-labelledby="lab-changed" data-testid="lab-changed">
                <header><h2 id="lab-changed" tabindex="-1">{here::TITLE}</h2></header>
                <Show when=move || shown.with(Option::is_none)>
                    <p class="again">
                        <button class="btn" disabled=move || busy.get() on:click=ask data-testid="lab-show-changed">{here::SHOW}</button>
                        <span class="note">{here::COST}</span>
                    </p>
                </Show>
                <p class="note" role="status">{progress}</p>
                {move || shown.get().map(|Shown(c)| view! { <Found changed=c/> })}
            </section>
        </Show>
    }
}

/// By identity: what was found does not change.
#[derive(Clone)]
struct Shown(Arc<Changed>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[component]
fn Found(changed: Arc<Changed>) -> impl IntoView {
    let labels = store().lab.run.with_untracked(|r| r.as_ref().map(|r| r.labels.clone()).unwrap_or_default());
    let weights = (!changed.deltas.is_empty()).then(|| {
        let grid = deltas(&changed.deltas, *here::LINEARS);
        view! { <Shaded grid caption=here::WEIGHTS.into() corner=*here::LAYER write=share testid="changed-weights"/> }
    });
    let attention = (!changed.heads.is_empty()).then(|| {
        let caption = here::attention(&changed.text.a);
        view! { <Shaded grid=heads(&changed.heads) caption corner=*here::LAYER write=share testid="changed-heads"/> }
    });
    let map = changed.map.as_ref().and_then(|m| Some((m.clone(), sides(m)?)));
    view! {
        {if weights.is_none() { view! { <p>{here::HEAD_ALONE}</p> }.into_any() } else { weights.into_any() }}
        <p class="note">{here::WEIGHTS_NOTE}</p>
        {attention}
        <p class="note">{here::ATTENTION_NOTE}</p>
        {map.map(|(map, sides)| view! { <ClsMap map sides labels/> })}
    }
}

fn share(v: f64) -> String {
    percent(v as f32)
}

/// Both sides, what the shapes mean, and every point in numbers.
#[component]
fn ClsMap(map: ClassMap, sides: [Side; 2], labels: Vec<String>) -> impl IntoView {
    let name = |class: usize| labels.get(class).cloned().unwrap_or_default();
    let n = map.examples.len();
    let figure = |i: usize| {
        let Side { map: m, near_own } = &sides[i];
        let of = |(at, &(line, class)): (&[f64; 2], &(usize, usize))| (*at, class, here::point(line, &name(class)));
        let points = m.points.iter().zip(&map.examples).map(of).collect();
        let axes = [0, 1].map(|a| here::axis(a + 1, m.shares[a]));
        view! {
            <div data-testid=here::SIDE_IDS[i] data-first=m.shares[0].to_string() data-second=m.shares[1].to_string() data-near=near_own.to_string()>
                <Scatter title=here::SIDES[i].into() points axes testid="cls-map"/>
                <p class="note">{here::near(*near_own, n)}</p>
            </div>
        }
    };
    let key: Vec<_> = labels
        .iter()
        .enumerate()
        .map(|(class, label)| view! {
            <li><svg viewBox="0 0 16 16" aria-hidden="true"><path class=mark_class(class) d=mark(class, 8.0, 8.0)></path></svg>{label.clone()}</li>
        })
        .collect();
    let number = |v: f64| fixed(v, 2);
    let rows: Vec<_> = map
        .examples
        .iter()
        .enumerate()
        .map(|(i, &(line, class))| {
            let cells = sides.iter().flat_map(|s| s.map.points[i]).map(|v| view! { <td class="num">{number(v)}</td> });
            view! { <tr><td class="num">{line}</td><td>{name(class)}</td>{cells.collect::<Vec<_>>()}</tr> }
        })
        .collect();
    view! {
        <h3>{here::MAP}</h3>
        <p class="note">{here::MAP_NOTE}</p>
        <ul class="key">{key}</ul>
        <div class="halves">{figure(0)}{figure(1)}</div>
        <Twin>
            <div class="scroll sideways" tabindex="0" role="region" aria-label=here::MAP>
                <table class="judged-rows">
                    <thead><tr>{here::MAP_HEAD.map(|h| view! { <th scope="col">{h}</th> }).to_vec()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Twin>
    }
}
