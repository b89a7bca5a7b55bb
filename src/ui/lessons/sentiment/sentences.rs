//! Each sentence read alone.

use super::pointed::Pointed;
use super::question::Question;
use super::working::{Trouble, Working};
use crate::protocol::MAX_CLASSIFY_TEXTS;
use crate::ui::controls::{Recorded, Twin};
use crate::ui::figures::poles::Poles;
use crate::ui::logic::verdict::{POSITIVE, Verdict, positive, shares, verdict};
use crate::ui::words::sentiment as here;
use leptos::prelude::*;
use std::ops::Range;

#[component]
pub fn Sentences(question: Question, pointed: Pointed) -> impl IntoView {
    let asked = question.one_by_one;
    let count = Memo::new(move |_| question.sentences.with(Vec::len));
    let choose = move |wanted: bool| question.read_sentences.choose(question.text.get_untracked(), wanted);
    let offered = move || {
        question.whole.answered() && asked.wanted.with(Option::is_none) && question.changes.with(|c| c.is_empty())
    };
    let cut = move || {
        (asked.answered() && count.get() > MAX_CLASSIFY_TEXTS)
            .then(|| here::sentences_first(MAX_CLASSIFY_TEXTS, count.get()))
    };
    view! {
        <Show when=move || { count.get() > 1 }>
            <section class="card" aria-label=here::SENTENCES_TITLE data-testid="sentences">
                <header>
                    <h2>{here::SENTENCES_TITLE}</h2>
                    <Recorded on=Signal::derive(move || asked.is_recorded())/>
                </header>
                <p class="about">{here::SENTENCES_ABOUT}</p>
                <Trouble asked/>
                <Working asked what=*here::SENTENCES_READING stop=move || choose(false)/>
                <Show when=offered>
                    <p class="again"><button class="btn" on:click=move |_| choose(true)>{here::SENTENCES_READ}</button>
                    <span class="note">{move || here::sentences_cost(count.get())}</span></p>
                </Show>
                <List question pointed/>
                {move || cut().map(|t| view! { <p class="note">{t}</p> })}
            </section>
        </Show>
    }
}

#[component]
fn List(question: Question, pointed: Pointed) -> impl IntoView {
    let picked = RwSignal::new(None::<Range<usize>>);
    let hovered = RwSignal::new(None::<Range<usize>>);
    let number = RwSignal::new(None::<usize>);
    pointed.releases(number);
    Effect::new(move || {
        if number.with(Option::is_none) {
            picked.set(None);
        }
    });
    Effect::new(move || {
        question.text.track();
        number.set(None);
    });
    Effect::new(move || pointed.set(hovered.get().or_else(|| picked.get())));
    let rows = Memo::new(move |_| question.one_by_one.answer().map(|a| a.rows.clone()).unwrap_or_default());
    let lines = move || {
        let text = question.text.get();
        let one = |(i, (range, row)): (usize, (Range<usize>, crate::protocol::ClassifiedRow))| {
            let slice = text[range.clone()].to_owned();
            let p = positive(&row);
            let share = shares(&row);
            let (enter, focus, click) = (range.clone(), range.clone(), range);
            let pick = move |_| {
                let on = number.get_untracked() != Some(i);
                number.set(on.then_some(i));
                picked.set(on.then(|| click.clone()));
            };
            view! {
                <button type="button" class="sentence-row" aria-pressed=move || (number.get() == Some(i)).to_string()
                    data-testid="sentence-row" data-positive=p.map(|p| p.to_string())
                    on:pointerenter=move |_| hovered.set(Some(enter.clone())) on:pointerleave=move |_| hovered.set(None)
                    on:focus=move |_| hovered.set(Some(focus.clone())) on:blur=move |_| hovered.set(None) on:click=pick>
                    <span class="w" lang="en">{slice}</span>
                    <Poles shares=Signal::derive(move || share)/>
                    <span class="v">{share.map(here::share)}</span>
                </button>
            }
        };
        let ranges = question.sentences.get();
        ranges.into_iter().zip(rows.get()).enumerate().map(one).collect::<Vec<_>>()
    };
    let counted = move || {
        rows.with(|rows| {
            if rows.is_empty() {
                return String::new();
            }
            let of = |v: Verdict| rows.iter().filter(|r| verdict(&r.probabilities) == Some(v)).count();
            here::sentences_said(of(Verdict::Says(1 - POSITIVE)), of(Verdict::Says(POSITIVE)), of(Verdict::Unsure))
        })
    };
    let words = move || {
        let text = question.text.get();
        let line = |(r, row): (Range<usize>, crate::protocol::ClassifiedRow)| {
            let p = positive(&row)?;
            Some(view! { <li>{here::row_said(&text[r], p)}</li> })
        };
        question.sentences.get().into_iter().zip(rows.get()).map(line).collect::<Vec<_>>()
    };
    view! {
        <div class="answer" class:stale=move || question.one_by_one.is_stale()>
            <p class="counted">{counted}</p>
            <div class="sentence-rows">{lines}</div>
            <Twin><ol>{words}</ol></Twin>
        </div>
    }
}
