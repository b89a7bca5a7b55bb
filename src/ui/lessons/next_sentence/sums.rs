//! Both losses of pre-training on the visitor's pair, and their sum.

use super::question::{Question, drawn};
use crate::protocol::masking::{MaskTask, MaskUse};
use crate::protocol::{Kind, Task};
use crate::ui::controls::{Choice, Note};
use crate::ui::logic::masking::{MaskingState, class_loss, loss};
use crate::ui::logic::number::fixed;
use crate::ui::logic::pair::check_pair;
use crate::ui::store::{Health, store};
use crate::ui::words::{self, masking, next_sentence as here};
use leptos::prelude::*;

const KIND: Kind = Kind::Mask(MaskUse::Pair);

#[component]
pub fn Sums(question: Question) -> impl IntoView {
    let store = store();
    let seed = RwSignal::new(MaskingState::default().seed);
    // 0: B follows A. A drawn pair brings its own truth.
    let chosen = RwSignal::new(None::<usize>);
    let truth =
        Signal::derive(move || chosen.get().unwrap_or_else(|| drawn(store).map_or(0, |draw| usize::from(!draw.real))));
    let task = Memo::new(move |_| {
        let state = MaskingState { seed: seed.get(), ..MaskingState::default() };
        MaskTask { purpose: MaskUse::Pair, next_sentence: true, ..state.task(question.pair.get()) }
    });
    Effect::new(move |before: Option<crate::protocol::TextPair>| {
        let now = question.pair.get();
        if before.is_some_and(|b| b != now) {
            chosen.set(None);
        }
        now
    });
    let given = store.masked[MaskUse::Pair as usize];
    let answer = move || given.get().filter(|g| task.with(|t| g.question == *t)).map(|g| g.answer);
    let busy = move || store.is_busy(KIND);
    let off = move || store.health.get() != Health::Ready || busy() || question.pair.with(check_pair).is_some();
    let ask = move || {
        store.set_failure(KIND, None);
        store.ask(Task::Mask(task.get_untracked()));
    };
    let again = move |_| {
        if answer().is_some() {
            seed.update(|s| *s = s.wrapping_add(1));
        }
        ask();
    };
    let sums = move || {
        let answer = answer()?;
        let trial = answer.trials.first()?;
        let words = loss(trial);
        let next = class_loss(&trial.next_logits, truth.get())?;
        let hidden: Vec<String> = trial
            .chosen
            .iter()
            .filter_map(|c| {
                let piece = answer.tokens.pieces.get(c.position)?;
                Some(format!("{} ({})", piece.text, masking::fate(c.fate)))
            })
            .collect();
        let total = words.unwrap_or(0.0) + next;
        let row = |name: &'static str, testid: &'static str, value: Option<f64>| {
            let shown = value.map_or("—".into(), |v| fixed(v, 3));
            view! { <tr><th scope="row">{name}</th><td class="num" data-testid=testid data-loss=value.map(|v| v.to_string())>{shown}</td></tr> }
        };
        Some(view! {
            <p data-testid="sum-hidden">{here::sum_hidden(&hidden)}</p>
            <table data-testid="sums"><tbody>
                {row(*here::SUM_WORDS, "sum-words", words)}
                {row(*here::SUM_NEXT, "sum-next", Some(next))}
                {row(*here::SUM_TOTAL, "sum-total", Some(total))}
            </tbody></table>
        })
    };
    view! {
        <section class="card" aria-label=here::SUMS>
            <header>
                <h2>{here::SUMS}</h2>
                <Choice label=here::SUM_TRUTH options=here::SUM_TRUTHS.into() chosen=truth choose=move |i| chosen.set(Some(i))/>
            </header>
            <p><button class="btn" data-testid="sum-up" disabled=off on:click=again>
                {move || if busy() { *here::SUMMING } else if answer().is_some() { *masking::AGAIN } else { *here::SUM_UP }}
            </button></p>
            <div role="status">{move || store.failure(KIND).map(|f| view! { <p class="told-off">{words::failure(&f)}</p> })}</div>
            {sums}
            <Note>{here::SUMS_NOTE}</Note>
        </section>
    }
}
