//! The end of a quiz: both scores, and each pair again.

use crate::protocol::ClassifiedRow;
use crate::ui::logic::number::percent;
use crate::ui::logic::paragraphs::PlacedPair;
use crate::ui::logic::quiz::{self, Play};
use crate::ui::store::store;
use crate::ui::words::next_sentence as here;
use leptos::prelude::*;

#[component]
pub fn Score(pairs: Vec<PlacedPair>, play: RwSignal<Play>, rows: Signal<Option<Vec<ClassifiedRow>>>) -> impl IntoView {
    let store = store();
    let others = move |_| store.address.update(|a| a.quiz = Some(a.quiz.map_or(1, |s| s.wrapping_add(1))));
    let close = move |_| store.address.update(|a| a.quiz = None);
    let all = StoredValue::new(pairs);
    let big = move || {
        let you = play.with(|p| all.with_value(|all| p.score(all)));
        let bert = rows.with(|r| all.with_value(|all| quiz::bert_score(all, r.as_ref()?, quiz::PAIRS)));
        here::final_score(you, bert, quiz::PAIRS)
    };
    let line = move |(i, pair): (usize, &PlacedPair)| {
        let guess = play.with(|p| p.guess(i)).unwrap_or_default();
        let row = rows.with(|r| r.as_ref().and_then(|r| r.get(i).cloned()));
        let bert = row.and_then(|r| {
            let said = quiz::says_next(&r)?;
            Some(here::bert_cell(said == pair.is_next(), &percent(quiz::follows(&r)?)))
        });
        view! {
            <tr>
                <td>{pair.a.text()}<br/><span class="second">{pair.b.text()}</span></td>
                <td>{here::truth_cell(pair.is_next())}</td>
                <td>{here::you_cell(guess == pair.is_next())}</td>
                <td class="num">{bert.unwrap_or_else(|| "…".into())}</td>
            </tr>
        }
    };
    let body = move || all.with_value(|all| all.iter().enumerate().map(line).collect::<Vec<_>>());
    view! {
        <p class="verdict" data-testid="final">{big}</p>
        <div class="under">
            <button class="btn main" id="quiz-go" data-testid="quiz-again" on:click=others>{here::AGAIN}</button>
            <button class="btn" on:click=close>{here::CLOSE_QUIZ}</button>
        </div>
        <div class="scroll" tabindex="0" role="region" aria-label=here::ALL_TEN>
            <table data-testid="quiz-table">
                <thead><tr>{here::SCORE_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}
