//! The verdict on the whole, and what the visitor's changes did to it.

use super::question::Question;
use super::working::{Trouble, Working};
use crate::protocol::ClassifiedRow;
use crate::ui::controls::{Note, Recorded};
use crate::ui::figures::poles::{Poles, Scale};
use crate::ui::logic::verdict::{POSITIVE, disagree, likelier, positive, shares, verdict};
use crate::ui::words::sentiment as here;
use leptos::prelude::*;

/// The row of the whole review; while a newer one is under way, the older one's.
pub fn use_row(question: Question) -> Memo<Option<ClassifiedRow>> {
    Memo::new(move |_| {
        let asked = question.whole;
        let shown = asked.answer().or_else(|| asked.latest().filter(|_| asked.wanted.with(Option::is_some)))?;
        shown.rows.first().filter(|r| !r.probabilities.is_empty()).cloned()
    })
}

/// Heading of the card: label and probability, in letters.
#[component]
pub fn Verdict(question: Question, row: Memo<Option<ClassifiedRow>>) -> impl IntoView {
    let text = move || {
        row.with(|r| {
            let p = &r.as_ref()?.probabilities;
            let (label, probability) = likelier(p)?;
            Some(here::verdict(verdict(p)?, label, probability))
        })
    };
    let label = move || row.with(|r| likelier(&r.as_ref()?.probabilities).map(|(l, _)| here::label(l)));
    let probability = move || row.with(|r| likelier(&r.as_ref()?.probabilities).map(|(_, p)| p.to_string()));
    view! {
        <h2 class="answer" class:stale=move || question.whole.is_stale() data-testid="verdict" data-label=label
            data-probability=probability aria-live="polite">
            {move || text().unwrap_or_else(|| if question.whole.is_busy() { *here::READING } else { *here::NOT_READ }.into())}
        </h2>
        <Recorded on=Signal::derive(move || question.whole.is_recorded())/>
    }
}

/// The bar, the same after the visitor's changes, and what is to be said of either.
#[component]
pub fn Answer(question: Question, row: Memo<Option<ClassifiedRow>>) -> impl IntoView {
    let labels = Signal::derive(move || here::LABELS.map(String::from));
    let whole = Signal::derive(move || row.with(|r| r.as_ref().and_then(shares)));
    let stop = move || {
        question.read.choose(question.text.get_untracked(), false);
    };
    let stopped = move || question.whole.wanted.with(Option::is_none) && !question.text.with(|t| t.trim().is_empty());
    let read = move |_| question.read.choose(question.text.get_untracked(), true);
    let mixed = move || {
        let windows = row.with(|r| r.as_ref().map(|r| r.windows.clone())).unwrap_or_default();
        if disagree(windows.iter().map(|w| w.probabilities.as_slice())) {
            return Some(*here::WINDOWS_DISAGREE);
        }
        let alone = question.one_by_one.answer()?;
        disagree(alone.rows.iter().map(|r| r.probabilities.as_slice())).then_some(*here::SENTENCES_DISAGREE)
    };
    let said = move || {
        row.with(|r| {
            let r = r.as_ref()?;
            let [negative, positive] = shares(r)?;
            Some(here::said(negative, positive, r.pieces, r.windows.len()))
        })
    };
    view! {
        <Trouble asked=question.whole/>
        <Working asked=question.whole what=*here::READING stop/>
        <Show when=stopped>
            <p class="again">{here::STOPPED}" "<button class="btn" on:click=read>{here::READ_IT}</button></p>
        </Show>
        <div class="answer" class:stale=move || question.whole.is_stale()>
            <Scale labels shares=whole band=here::band()/>
            <Changed question row/>
            <p class="sr">{said}</p>
            <div role="status">{move || mixed().map(|t| view! { <p class="mixed" data-testid="mixed">{t}</p> })}</div>
        </div>
        <Note>{here::band_rule()}</Note>
    }
}

/// Before and after, once something was changed.
#[component]
fn Changed(question: Question, row: Memo<Option<ClassifiedRow>>) -> impl IntoView {
    let changes = question.changes;
    let after = Memo::new(move |_| {
        let shown = question.changed.answer()?;
        shown.rows.first().cloned().filter(|r| !r.probabilities.is_empty())
    });
    let after_shares = Signal::derive(move || after.with(|r| r.as_ref().and_then(shares)));
    let moved = move || {
        let before = row.with(|r| r.as_ref().and_then(positive))?;
        Some(here::moved(before, after.with(|r| r.as_ref().and_then(positive))?))
    };
    let counted = move || {
        changes.with(|c| {
            let left_out = c.values().filter(|by| by.is_empty()).count();
            here::changed_count(left_out, c.len() - left_out)
        })
    };
    let nothing = move || question.changed.wanted.with(Option::is_none) && question.whole.answered();
    let label = move || after.with(|r| likelier(&r.as_ref()?.probabilities).map(|(l, _)| here::label(l)));
    let probability = move || after.with(|r| r.as_ref()?.probabilities.get(POSITIVE).map(|p| p.to_string()));
    view! {
        <Show when=move || changes.with(|c| !c.is_empty())>
            <div class="changed" data-testid="changed" data-label=label data-positive=probability>
                <span class="end">{here::AFTER}<small>{counted}</small></span>
                <Poles shares=after_shares/>
                <span class="end two" role="status">{move || moved().or_else(|| nothing().then(|| here::NOTHING_LEFT.into()))}</span>
            </div>
            <Trouble asked=question.changed/>
        </Show>
    }
}
