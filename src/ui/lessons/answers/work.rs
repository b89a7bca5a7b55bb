//! One logit worked out: a piece's vector times the two learned rows.

use super::question::Question;
use crate::protocol::{Kind, Task};
use crate::ui::controls::Told;
use crate::ui::logic::answers::largest_terms;
use crate::ui::logic::number::signed;
use crate::ui::store::store;
use crate::ui::words::answers as here;
use leptos::prelude::*;

/// Products shown.
const TERMS: usize = 6;

#[component]
pub fn Work(question: Question) -> impl IntoView {
    let store = store();
    let ready = Memo::new(move |_| question.work(store).is_some());
    let busy = move || store.is_busy(Kind::WorkOut);
    let act = move |_| {
        if let Some(task) = untrack(|| question.work(store)) {
            store.ask(Task::WorkOut(task));
        }
    };
    let worked = move || {
        let given = question.worked(store)?;
        let array = |i: usize| given.arrays.get(i).cloned().unwrap_or_default();
        let vector = array(given.answer.vector.index);
        let rows = [(*here::BEGINNING, given.answer.start.index, 0), (*here::END, given.answer.end.index, 1)];
        let one = |(name, index, which): (&'static str, usize, usize)| {
            let (terms, sum) = largest_terms(&vector, &array(index), TERMS);
            let line = |(i, v, w): (usize, f32, f32)| {
                view! { <tr><td class="num">{i + 1}</td><td class="num">{signed(v)}</td><td class="num">{signed(w)}</td><td class="num">{signed(v * w)}</td></tr> }
            };
            let told = here::product(name, &given.answer.piece, sum, given.answer.bias[which]);
            view! {
                <p data-testid="product">{told}</p>
                <table>
                    <thead><tr>{here::WORK_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{terms.into_iter().map(line).collect::<Vec<_>>()}</tbody>
                </table>
            }
        };
        Some(view! { <div data-testid="worked">{rows.map(one)}</div> })
    };
    view! {
        <Show when=move || ready.get()>
            <section class="card" aria-label=here::WORK>
                <header><h2>{here::WORK}</h2></header>
                <p class="about">{here::WORK_ABOUT}</p>
                <Told kind=Kind::WorkOut answered=true/>
                <p><button class="btn" data-testid="work" disabled=busy on:click=act>{here::WORK_ACT}</button></p>
                <div role="status">{worked}</div>
            </section>
        </Show>
    }
}
