//! BERT's answer to the pair, and to the pair changed.

use super::bar::Follows;
use super::question::{Question, Reply};
use crate::protocol::{ClassifyTask, Kind, Purpose};
use crate::ui::controls::{Recorded, Told, Twin};
use crate::ui::logic::number::percent;
use crate::ui::store::{Answer as Signal_, Store, store};
use crate::ui::words::next_sentence as here;
use leptos::prelude::*;

const PAIR: Kind = Kind::Classify(Purpose::Pair);
const CHANGED: Kind = Kind::Classify(Purpose::ChangedPair);

/// The reply to this very question.
pub fn reply_to(store: Store, task: &ClassifyTask) -> Option<Reply> {
    let signal: Signal_<_, _> = store.classified(task.purpose);
    signal.with(|g| g.as_ref().filter(|g| g.question == *task).cloned())
}

/// P(first label) and the likelier label, of a reply to one pair.
fn verdict(reply: &Reply) -> Option<(String, f32)> {
    let probabilities = &reply.answer.rows.first()?.probabilities;
    let (&first, &second) = (probabilities.first()?, probabilities.get(1)?);
    let (label, p) = if first >= second { (0, first) } else { (1, second) };
    Some((reply.answer.adapter.labels.get(label)?.clone(), p))
}

#[component]
pub fn Answer(question: Question) -> impl IntoView {
    let store = store();
    let Question { plain, changed, .. } = question;
    let shown = move |purpose| store.classified(purpose).get().filter(|_| store.failure(PAIR).is_none());
    let answered = Signal::derive(move || plain.with(|t| reply_to(store, t)).is_some());
    let changed_answered =
        Signal::derive(move || changed.with(|t| t.as_ref().is_none_or(|t| reply_to(store, t).is_some())));
    let is_recorded = Signal::derive(move || {
        let of = |t: &ClassifyTask| reply_to(store, t).is_some_and(|r| r.recorded);
        plain.with(of) || changed.with(|t| t.as_ref().is_some_and(of))
    });
    let switches = Memo::new(move |_| store.address.with(|a| (a.swapped, a.one_segment)));
    let big = move || {
        let (label, p) = verdict(&shown(Purpose::Pair)?)?;
        Some(view! { <p class="verdict" data-testid="verdict"><b>{label}</b>{here::at(&percent(p))}</p> })
    };
    let bar = move |purpose, which, name| {
        let reply = shown(purpose)?;
        let row = reply.answer.rows.first().filter(|r| !r.probabilities.is_empty())?.clone();
        Some(view! { <Follows which name labels=reply.answer.adapter.labels.clone() row/> })
    };
    let changed_bar = move || {
        changed.with(Option::is_some).then(|| {
            let (swapped, one_segment) = switches.get();
            let stale = move || !changed_answered.get();
            view! {
                <div class="answer" class:stale=stale data-testid="changed">
                    {bar(Purpose::ChangedPair, "changed", here::change_name(swapped, one_segment))}
                </div>
            }
        })
    };
    let stale = move || store.is_stale(PAIR, answered.get(), is_recorded.get());
    view! {
        <section class="card" aria-label=here::FIGURE>
            <header>
                <h2>{here::ASKS}</h2>
                <Recorded on=is_recorded/>
                <Switches/>
            </header>
            <Told kind=PAIR answered/>
            // Its failures alone: what both wait for is said above.
            <Told kind=CHANGED answered=true/>
            <div class="answer" class:stale=stale data-testid="answer">
                {big}
                {move || bar(Purpose::Pair, "typed", *here::AS_TYPED)}
            </div>
            {changed_bar}
            <Twin><InWords question/></Twin>
        </section>
    }
}

#[component]
fn Switches() -> impl IntoView {
    let store = store();
    let swapped = move || store.address.with(|a| a.swapped).to_string();
    let one_segment = move || store.address.with(|a| a.one_segment).to_string();
    view! {
        <div class="switches" role="group" aria-label=here::CHANGES>
            <button class="btn" data-testid="swap" aria-pressed=swapped
                on:click=move |_| store.address.update(|a| a.swapped = !a.swapped)>{here::SWAP}</button>
            <button class="btn" data-testid="one-segment" aria-pressed=one_segment
                on:click=move |_| store.address.update(|a| a.one_segment = !a.one_segment)>{here::ONE_SEGMENT}</button>
        </div>
    }
}

/// The same numbers as sentences, straight from the answers shown.
#[component]
fn InWords(question: Question) -> impl IntoView {
    let store = store();
    let both = |reply: &Reply| {
        let p = reply.answer.rows.first()?.probabilities.clone();
        Some([percent(*p.first()?), percent(*p.get(1)?)])
    };
    move || {
        let [next, not] = both(&question.plain.with(|t| reply_to(store, t))?)?;
        let changed = question.changed.with(|t| t.as_ref().and_then(|t| reply_to(store, t)));
        let moved = changed.as_ref().and_then(both).map(|[after, _]| {
            let (swapped, one_segment) = store.address.with(|a| (a.swapped, a.one_segment));
            view! { <p>{here::moved(here::change_name(swapped, one_segment), &next, &after)}</p> }
        });
        Some(view! { <p>{here::in_words(&next, &not)}</p> {moved} })
    }
}
