//! What BERT loses without a layer's attention, and without each head of one layer.

use super::ask::{Act, AskCard, use_picked};
use super::shown::Shown;
use crate::protocol::heads::{KnockTask, Left};
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::logic::number::{percent, points};
use crate::ui::store::store;
use crate::ui::words::heads as here;
use leptos::prelude::*;

#[component]
pub fn Knock(
    shown: RwSignal<Option<Shown>>,
    question: Memo<TextPair>,
    chosen: Signal<(usize, usize)>,
    picked: Signal<Option<usize>>,
) -> impl IntoView {
    let store = store();
    let asks = move |position| KnockTask { text: question.get(), position, layer: chosen.get().0 };
    let task = use_picked(shown, picked, asks);
    let answer = move || {
        let given = store.knocked.get()?;
        task.with(|t| t.as_ref() == Some(&given.question)).then_some(given)
    };
    let tables = move || {
        let given = answer()?;
        let a = &given.answer;
        let whole = a.whole.truth.probability;
        let layer = given.question.layer + 1;
        Some(view! {
            <p data-testid="knock-whole" data-probability=whole.to_string()>{here::whole(&a.piece, &percent(whole), &a.whole.first)}</p>
            <div class="figures">
                {table(here::BY_LAYER.into(), "knock-layer", &a.layers, whole, None)}
                {table(here::by_head(layer), "knock-head", &a.heads, whole, Some(layer))}
            </div>
        })
    };
    let act = Act { testid: "knock", act: *here::KNOCK_ACT, busy: *here::KNOCKING };
    let asked = Signal::derive(move || task.get().map(Task::Knock));
    view! {
        <AskCard name=*here::KNOCK note=*here::KNOCK_NOTE act kind=Kind::Knock task=asked>{tables}</AskCard>
    }
}

/// One row for each silence: what is left for the piece, the change in points, the first guess.
fn table(
    caption: String,
    testid: &'static str,
    all: &[Left],
    whole: f32,
    layer: Option<usize>,
) -> impl IntoView + use<> {
    let worst = all.iter().map(|l| l.truth.probability).fold(f32::INFINITY, f32::min);
    let rows = all.iter().enumerate().map(|(i, left)| {
        let p = left.truth.probability;
        let name = layer.map_or_else(|| (i + 1).to_string(), |layer| format!("{layer}.{}", i + 1));
        view! {
            <tr data-testid=testid data-number=(i + 1).to_string() data-probability=p.to_string() class:on=p == worst>
                <th scope="row" class="num">{name}</th><td class="num">{percent(p)}</td><td class="num">{points(p - whole)}</td>
                <td class="mono">{left.first.clone()}</td>
            </tr>
        }
    });
    let heads = here::KNOCK_HEAD.iter().enumerate();
    let heads: Vec<_> = heads.map(|(i, h)| view! { <th scope="col" class:num={i < 3}>{*h}</th> }).collect();
    view! {
        <table class="worked">
            <caption>{caption}</caption>
            <thead><tr>{heads}</tr></thead><tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
}
