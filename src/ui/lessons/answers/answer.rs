//! The answer in words and lit in the text; what is under way, and what keeps it.

use super::question::Question;
use crate::protocol::Kind;
use crate::ui::controls::{Recorded, Told, Twin};
use crate::ui::logic::answers::lit;
use crate::ui::logic::number::percent;
use crate::ui::store::store;
use crate::ui::words::answers as here;
use leptos::prelude::*;

#[component]
pub fn Answer(question: Question) -> impl IntoView {
    let store = store();
    let answered = Signal::derive(move || question.answer(store).is_some());
    let recorded = Signal::derive(move || question.is_recorded(store));
    let shown = move || store.answers.get().filter(|_| store.failure(Kind::Answer).is_none());
    let stale = move || store.is_stale(Kind::Answer, answered.get(), recorded.get());
    let verdict = move || {
        let given = shown()?;
        let best = given.answer.best.first().copied();
        let said = match best {
            None => view! { <b>{here::NO_SPAN}</b> }.into_any(),
            Some(_) if given.answer.no_answer => {
                let p = percent(given.answer.null_probability);
                view! { <b>{here::NO_ANSWER}</b>{here::verdict(&p)} }.into_any()
            }
            Some(best) => {
                let [_, answer, _] = lit(&given.question.text, best.span);
                view! { <b>{answer}</b>{here::verdict(&percent(best.probability))} }.into_any()
            }
        };
        let span = best.map(|b| format!("{} {}", b.span[0], b.span[1]));
        Some(view! {
            <p class="verdict" data-testid="verdict" data-none=given.answer.no_answer.to_string() data-span=span>{said}</p>
        })
    };
    let text = move || {
        let given = shown()?;
        let best = given.answer.best.first()?;
        let [before, answer, after] = lit(&given.question.text, best.span);
        let faint = given.answer.no_answer;
        Some(view! {
            <p class="asked-text" lang="en" dir="auto" data-testid="lit-text">{before}<mark class:faint=faint data-testid="lit">{answer}</mark>{after}</p>
        })
    };
    let notes = move || {
        let given = shown()?;
        let best = given.answer.best.first()?;
        let (null, a) = (given.answer.null_score, &given.answer);
        Some(view! {
            <p class="note" data-testid="window-note">{here::window_note(best.window, a.windows.len())}</p>
            <p class="note" data-testid="null-note">{here::null_note(null, null - a.null_margin, a.null_threshold, a.no_answer)}</p>
        })
    };
    let in_words = move || {
        let given = question.answer(store)?;
        let best = given.answer.best.first()?;
        let [_, answer, _] = lit(&given.question.text, best.span);
        let null = given.answer.null_probability;
        Some(here::in_words(&given.question.question, &answer, best.probability, null))
    };
    view! {
        <section class="card" aria-label=here::FIGURE>
            <header><h2>{here::FIGURE}</h2><Recorded on=recorded/></header>
            <Told kind=Kind::Answer answered/>
            <Working question/>
            <div class="answer" class:stale=stale data-testid="answer" role="status">{verdict}</div>
            <div class="answer" class:stale=stale>{text}{notes}</div>
            <Twin><p>{in_words}</p></Twin>
        </section>
    }
}

/// How far the windows are, with a way to stop; the adapter on its way.
#[component]
fn Working(question: Question) -> impl IntoView {
    let store = store();
    let busy = move || store.is_busy(Kind::Answer);
    let stopped = move || question.stopped.with(|s| s.as_ref() == Some(&question.asked.get()));
    let bar = move || {
        let (done, total) = store.answering.get().filter(|_| busy() && !stopped())?;
        let share = done as f64 / total.max(1) as f64 * 100.0;
        Some(view! {
            <div class="working" data-testid="working">
                <span>{here::progress(done, total)}</span>
                <span class="track" role="progressbar" aria-label=here::READING aria-valuemin="0" aria-valuemax="100"
                    aria-valuenow=format!("{share:.0}")><i style:width=format!("{share:.2}%")></i></span>
                <button class="btn" type="button" data-testid="stop" on:click=move |_| question.stop(store)>{here::STOP}</button>
            </div>
        })
    };
    let adapter = move || {
        let (_, received, total) = store.adapter_loading.get().filter(|_| busy())?;
        Some(view! { <p class="note" data-testid="adapter-loading">{here::adapter(received, total)}</p> })
    };
    view! {
        {bar}
        <div role="status">{adapter}</div>
        <Show when=move || stopped() || question.failed(store)>
            <p class="again"><span>{move || stopped().then_some(*here::STOPPED)}</span>
                <button class="btn" data-testid="again" on:click=move |_| question.again()>{here::AGAIN}</button></p>
        </Show>
    }
}
