//! How many of a labelled file's rows were right.

use super::state::ManyState;
use crate::engine::judge::Judged;
use crate::ui::logic::many::judged;
use crate::ui::logic::number::{grouped, percent};
use crate::ui::words::many as here;
use leptos::prelude::*;

#[component]
pub fn Score() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let score = Memo::new(move |_| {
        let labels = state.labels.with(Vec::len);
        state.table.with(|t| {
            let judged = t.as_ref().map(|t| state.outcomes.with(|o| judged(&t.rows, o, labels)));
            judged.filter(|j| j.n > 0)
        })
    });
    move || score.get().map(|j| view! { <Shown j/> })
}

#[component]
fn Shown(j: Judged) -> impl IntoView {
    let state = expect_context::<ManyState>();
    let labels = state.labels.get_untracked();
    let share = |p: f64| percent(p as f32);
    let (low, high) = j.interval();
    let sentence = here::accuracy(&share(j.accuracy()), &share(low), &share(high), j.n);
    let heads: Vec<_> = labels.iter().map(|l| view! { <th scope="col" class="num">{l.clone()}</th> }).collect();
    let row = |(truth, counts): (usize, &Vec<usize>)| {
        let cell = |(said, n): (usize, &usize)| {
            view! { <td class="num" class:right=said == truth>{grouped(*n as u64)}{if said == truth { " ✓" } else { "" }}</td> }
        };
        let cells: Vec<_> = counts.iter().enumerate().map(cell).collect();
        view! { <tr><th scope="row">{labels.get(truth).cloned()}</th>{cells}</tr> }
    };
    let rows: Vec<_> = j.confusion.iter().enumerate().map(row).collect();
    view! {
        <div class="score" data-testid="many-score" data-right=j.right.to_string() data-n=j.n.to_string()>
            <h3>{here::JUDGED}</h3>
            <p>{sentence}</p>
            <table>
                <thead>
                    <tr><td></td><th scope="colgroup" colspan=labels.len().to_string()>{here::SAID}</th></tr>
                    <tr><th scope="col">{here::IN_FILE}</th>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
