//! This run beside BERT-Base's own pre-training, and what that would take here.

use crate::protocol::pretraining::Told;
use crate::ui::logic::number::grouped;
use crate::ui::logic::pretraining::{seconds, times};
use crate::ui::store::store;
use crate::ui::words::pretraining as here;
use leptos::prelude::*;

#[component]
pub fn Numbers() -> impl IntoView {
    let store = store();
    let state = store.pretraining;
    // A recorded run says nothing of this device.
    let live = move || state.run.get().filter(|r| !state.recorded.get() && r.pieces_per_s > 0.0);
    let mine = move || -> [String; 7] {
        let report = state.read.with(|r| r.as_ref().map(|(_, report)| report.clone()));
        let unknown = || "—".to_owned();
        let text = report.as_ref().map_or_else(unknown, |r| here::words_of(r.pieces as u64));
        let numbers = report.as_ref().map_or_else(unknown, |r| grouped(r.parameters as u64));
        let Some(run) = live() else {
            return [text, numbers, unknown(), unknown(), unknown(), unknown(), unknown()];
        };
        let step = state.points.with(|p| p.last().map_or(0, |p| p.step));
        let a_step = run.pieces_per_s / run.pairs_per_s.max(1e-9) * run.settings.rows as f64;
        let all = a_step * f64::from(step);
        [
            text,
            numbers,
            here::about(a_step),
            grouped(u64::from(step)),
            here::about(all),
            here::about(run.pieces_per_s),
            here::time(all / run.pieces_per_s),
        ]
    };
    let rows = move || {
        let row = |((name, mine), paper): ((&'static str, String), &'static str)| {
            view! { <tr data-testid="pretrain-number"><th scope="row">{name}</th><td class="num">{mine}</td><td class="num">{paper}</td></tr> }
        };
        here::NUMBERS_ROWS.into_iter().zip(mine()).zip(here::PAPER).map(row).collect::<Vec<_>>()
    };
    let years = move || match live().and_then(|r: Told| Some((r.pieces_per_s, seconds(r.pieces_per_s)?))) {
        Some((rate, [small, large])) => view! {
            <p class="read-out" data-testid="pretrain-years" data-rate=rate.to_string() data-seconds=large.to_string()>
                {here::years(&here::about(rate), &here::time(small), times().round() as u64, &here::time(large))}
            </p>
        }
        .into_any(),
        None => view! { <p class="note">{here::NUMBERS_WAIT}</p> }.into_any(),
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=here::NUMBERS>
            <table class="measures"><thead><tr>{here::NUMBERS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead><tbody>{rows}</tbody></table>
        </div>
        {years}
        <p class="note">{here::NUMBERS_NOTE}</p>
    }
}
