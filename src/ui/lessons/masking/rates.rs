//! The same text at 5, 15 and 40 percent, each drawn several times.

use super::table::nats;
use crate::protocol::masking::MaskUse;
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::logic::masking::{DRAWS, MaskingState, RATES, at_rate};
use crate::ui::logic::number::percent;
use crate::ui::logic::sentence::check_text;
use crate::ui::store::{Health, store};
use crate::ui::words::{self, masking as here};
use leptos::prelude::*;

const KIND: Kind = Kind::Mask(MaskUse::Rates);

#[component]
pub fn Rates(state: Memo<MaskingState>, text: Memo<String>) -> impl IntoView {
    let store = store();
    let task = Memo::new(move |_| state.get().rates_task(TextPair { a: text.get(), b: None }));
    let given = store.masked[MaskUse::Rates as usize];
    // Only the answer to what stands here now: it is asked for by a button, so none may be there.
    let answer = move || given.get().filter(|g| task.with(|t| g.question == *t));
    let busy = move || store.is_busy(KIND);
    let off = move || store.health.get() != Health::Ready || busy() || check_text(&text.get()).is_some();
    let act = move |_| {
        store.set_failure(KIND, None);
        store.ask(Task::Mask(task.get_untracked()));
    };
    let rows = move || {
        let answer = answer()?.answer;
        let row = |(rate, trials): (u8, &[crate::protocol::masking::MaskedTrial])| {
            let found = at_rate(trials);
            let cell = |f: &dyn Fn(crate::ui::logic::masking::AtRate) -> String| found.map_or("—".into(), f);
            view! {
                <tr data-testid="rate-row" data-rate=rate.to_string()>
                    <th scope="row">{here::percent(rate)}</th><td class="num">{cell(&|f| f.chosen.to_string())}</td>
                    <td class="num">{cell(&|f| nats(f.loss))}</td><td class="num">{cell(&|f| percent(f.right as f32))}</td>
                </tr>
            }
        };
        let all: Vec<_> = RATES.into_iter().zip(answer.trials.chunks(DRAWS as usize)).map(row).collect();
        let heads = here::RATES_HEAD.iter().enumerate();
        let heads: Vec<_> = heads.map(|(i, h)| view! { <th scope="col" class:num={i > 0}>{*h}</th> }).collect();
        Some(view! { <table data-testid="rates"><thead><tr>{heads}</tr></thead><tbody>{all}</tbody></table> })
    };
    view! {
        <section class="card" aria-label=here::RATES>
            <header><h2>{here::RATES}</h2></header>
            <p><button class="btn" data-testid="try-rates" disabled=off on:click=act>{move || if busy() { *here::TRYING } else { *here::TRY_RATES }}</button></p>
            <div role="status">{move || store.failure(KIND).map(|f| view! { <p class="told-off">{words::failure(&f)}</p> })}</div>
            {rows}
            <p class="note">{here::RATES_NOTE}</p>
        </section>
    }
}
