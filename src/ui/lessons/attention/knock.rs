//! What BERT loses without a layer's attention, and without each head of one layer.

use super::shown::Shown;
use crate::protocol::heads::{KnockTask, Left};
use crate::protocol::{Kind, PieceKind, Task, TextPair};
use crate::ui::controls::Note;
use crate::ui::logic::number::{percent, points};
use crate::ui::store::{Health, store};
use crate::ui::words::{self, heads as here};
use leptos::prelude::*;

#[component]
pub fn Knock(
    shown: RwSignal<Option<Shown>>,
    question: Memo<TextPair>,
    chosen: Signal<(usize, usize)>,
    picked: Signal<Option<usize>>,
) -> impl IntoView {
    let store = store();
    let task = Memo::new(move |_| {
        let position = picked.get()?;
        let piece = shown.with(|s| Some(s.as_ref()?.answer.tokens.pieces.get(position)?.kind))?;
        let task = KnockTask { text: question.get(), position, layer: chosen.get().0 };
        (piece != PieceKind::Special).then_some(task)
    });
    let answer = move || {
        let given = store.knocked.get()?;
        task.with(|t| t.as_ref() == Some(&given.question)).then_some(given)
    };
    let busy = move || store.is_busy(Kind::Knock);
    let off = move || store.health.get() != Health::Ready || busy() || task.with(Option::is_none);
    let act = move |_| {
        if let Some(task) = task.get_untracked() {
            store.set_failure(Kind::Knock, None);
            store.ask(Task::Knock(task));
        }
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
    let told = move || {
        let failed = store.failure(Kind::Knock).map(|f| words::failure(&f));
        failed.or_else(|| task.with(Option::is_none).then(|| here::PICK_WORD.to_owned()))
    };
    view! {
        <section class="card" aria-label=here::KNOCK>
            <header><h2>{here::KNOCK}</h2></header>
            <p><button class="btn" data-testid="knock" disabled=off on:click=act>{move || if busy() { here::KNOCKING } else { here::KNOCK_ACT }}</button></p>
            <div role="status">{move || told().map(|t| view! { <p class="note">{t}</p> })}</div>
            {tables}
            <Note>{here::KNOCK_NOTE}</Note>
        </section>
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
