//! One cell of the matrix worked out: query times key, scaled, through the softmax.

use super::shown::Shown;
use crate::protocol::heads::HeadTask;
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::controls::Note;
use crate::ui::logic::heads::ranked;
use crate::ui::logic::look::{HeadVectors, Score};
use crate::ui::logic::number::{fixed, percent};
use crate::ui::store::{Health, store};
use crate::ui::words::{self, heads as here};
use leptos::prelude::*;

/// Products listed.
const LISTED: usize = 5;

#[component]
pub fn Worked(
    shown: RwSignal<Option<Shown>>,
    question: Memo<TextPair>,
    chosen: Signal<(usize, usize)>,
    picked: Signal<Option<usize>>,
) -> impl IntoView {
    let store = store();
    let open = RwSignal::new(false);
    let target = RwSignal::new(None::<usize>);
    let task = Memo::new(move |_| {
        let (layer, head) = chosen.get();
        HeadTask { text: question.get(), layer, head }
    });
    let there = move || store.head.with(|g| g.as_ref().is_some_and(|g| task.with(|t| g.question == *t)));
    Effect::new(move || {
        let task = task.get();
        if open.get() && store.health.get() == Health::Ready && !untrack(there) && store.failure(Kind::Attend).is_none()
        {
            store.ask(Task::Head(task));
        }
    });
    Effect::new(move || {
        picked.track();
        question.track();
        target.set(None);
    });
    let figure = move || {
        let given = store.head.get().filter(|_| there())?;
        let array = &given.answer.vectors;
        let head = HeadVectors::new(given.arrays.get(array.index)?, &array.shape)?;
        let names: Vec<String> = given.answer.tokens.pieces.iter().map(|p| p.text.clone()).collect();
        let from = picked.get().filter(|&i| i < names.len())?;
        let row = head.row(from);
        let shares: Vec<f32> = row.iter().map(|s| s.share as f32).collect();
        let to = target.get().filter(|&i| i < names.len()).or_else(|| ranked(&shares).first().map(|r| r.0))?;
        // What the figure above shows of the same look, from the engine's own softmax.
        let (layer, number) = chosen.get();
        let shown_share = shown.with(|s| s.as_ref()?.heads()?.row(layer, number, from).get(to).copied());
        let products = head.products(from, to);
        let listed = products.iter().take(LISTED).map(|p| {
            view! { <tr><th scope="row" class="num">{p.dimension + 1}</th><td class="num">{fixed(p.query.into(), 3)}</td><td class="num">{fixed(p.key.into(), 3)}</td><td class="num">{fixed(p.product, 3)}</td></tr> }
        });
        let rest: f64 = products.iter().skip(LISTED).map(|p| p.product).sum();
        let heads = here::PRODUCTS_HEAD.map(|h| view! { <th scope="col" class="num">{h}</th> });
        let picks: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(i, n)| view! { <option value=i.to_string() selected=i == to>{n.clone()}</option> })
            .collect();
        let choose = move |event| target.set(event_target_value(&event).parse().ok());
        let score = row[to];
        let root = (head.length() as f64).sqrt();
        Some(view! {
            <div class="pickers"><label>{here::LOOKED_AT} <select data-testid="key-of" on:change=choose>{picks}</select></label></div>
            <p>{here::step_products(&names[from], &names[to], head.length())}</p>
            <table><thead><tr>{heads.to_vec()}</tr></thead><tbody>
                {listed.collect::<Vec<_>>()}
                <tr><th scope="row">{here::others(products.len().saturating_sub(LISTED))}</th><td></td><td></td><td class="num">{fixed(rest, 3)}</td></tr>
            </tbody></table>
            <p data-testid="look-score">{here::step_scale(score.dot, root, score.scaled)}</p>
            <p>{here::STEP_SOFTMAX}</p>
            {softmax_table(&names, &row, to)}
            <p class="read-out" data-testid="look-share" data-share=score.share.to_string() data-shown=shown_share.map(|s| s.to_string())>
                {here::step_share(&percent(score.share as f32), shown_share.map(percent).as_deref())}
            </p>
        })
    };
    let told = move || {
        let failed = store.failure(Kind::Head).map(|f| words::failure(&f));
        let waiting = || (picked.get().is_none()).then(|| here::PICK.to_owned());
        failed.or_else(waiting)
    };
    view! {
        <section class="card" aria-label=here::WORKED>
            <header><h2>{here::WORKED}</h2></header>
            <Show when=move || !open.get() fallback=move || view! {
                <div role="status">{move || told().map(|t| view! { <p class="note">{t}</p> })}</div>
                {figure}
            }>
                <p><button class="btn" data-testid="work-out" disabled=move || store.health.get() != Health::Ready on:click=move |_| open.set(true)>{here::WORK_OUT}</button></p>
            </Show>
            <Note>{here::WORKED_NOTE}</Note>
        </section>
    }
}

fn softmax_table(names: &[String], row: &[Score], to: usize) -> impl IntoView + use<> {
    let heads = here::SOFTMAX_HEAD.iter().enumerate();
    let heads: Vec<_> = heads.map(|(i, h)| view! { <th scope="col" class:num={i > 0}>{*h}</th> }).collect();
    let lines = names.iter().zip(row).enumerate().map(|(i, (name, s))| {
        view! {
            <tr class:on=i == to data-testid="softmax-row">
                <th scope="row" class="mono">{name.clone()}</th><td class="num">{fixed(s.dot, 2)}</td>
                <td class="num">{fixed(s.scaled, 2)}</td><td class="num">{percent(s.share as f32)}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll short" tabindex="0" role="region" aria-label=here::STEP_SOFTMAX>
            <table class="worked"><thead><tr>{heads}</tr></thead><tbody>{lines.collect::<Vec<_>>()}</tbody></table>
        </div>
    }
}
