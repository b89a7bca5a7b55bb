//! The review itself: its words tinted by their pull, to be clicked away or replaced.

use super::question::{Question, can_weigh, change};
use super::slopes::Evidence;
use super::working::{Trouble, Working};
use crate::protocol::MAX_CLASSIFY_TEXTS;
use crate::ui::logic::sentence::{SpanKind, spans};
use crate::ui::logic::verdict::{Pull, strength};
use crate::ui::store::store;
use crate::ui::words::sentiment as here;
use leptos::prelude::*;
use std::ops::Range;

/// Most spans that are drawn.
const MAX_SPANS: usize = 1_300;
/// A longer text is set smaller.
const LARGE_WORDS: usize = 60;

/// `lit` is the stretch of the text, in bytes, that something else points at.
#[component]
pub fn ReviewText(
    question: Question,
    pulls: Memo<Vec<Option<Pull>>>,
    evidence: Evidence,
    #[prop(into)] lit: Signal<Option<Range<usize>>>,
) -> impl IntoView {
    let store = store();
    let hovered = RwSignal::new(None::<usize>);
    let held = RwSignal::new(None::<usize>);
    let Question { text, words, changes, .. } = question;
    Effect::new(move |before: Option<(u32, String)>| {
        let now = (store.escapes.get(), text.get());
        if before.as_ref().is_some_and(|b| *b != now) {
            held.set(None);
            hovered.set(None);
        }
        if before.is_some_and(|b| b.0 != now.0) && changes.with_untracked(|c| !c.is_empty()) {
            store.address.update(|a| a.changes.clear());
        }
        now
    });
    // What tints each word.
    let tints = Memo::new(move |_| match evidence.by_slope.get() {
        true => evidence.slopes.get(),
        false => pulls.with(|p| p.iter().map(|p| p.map(|p| p.pull)).collect()),
    });
    let click = move |word: usize| {
        let changed = changes.with_untracked(|c| c.contains_key(&word));
        held.set((!changed).then_some(word));
        change(store, word, (!changed).then(String::new));
    };
    let draw = move || {
        let text = text.get();
        let mut word = 0;
        let shown = spans(&text).into_iter().take(MAX_SPANS).map(|span| {
            let slice = text[span.range.clone()].to_owned();
            let range = span.range;
            let is_lit = move || lit.with(|l| l.as_ref().is_some_and(|l| range.start >= l.start && range.end <= l.end));
            if span.kind == SpanKind::Between {
                return view! { <span class:lit=is_lit>{slice}</span> }.into_any();
            }
            word += 1;
            view! { <Word slice number=word - 1 question tints lit=Signal::derive(is_lit) hovered click/> }.into_any()
        });
        shown.collect::<Vec<_>>()
    };
    let drawn = move || {
        let all = words.with(Vec::len);
        let shown = text.with(|t| spans(t).into_iter().take(MAX_SPANS).filter(|s| s.kind != SpanKind::Between).count());
        (shown < all).then(|| here::drawn(shown, all))
    };
    let word_of =
        move |i: usize| words.with(|w| w.get(i).map(|r| text.with(|t| t[r.clone()].to_owned()))).unwrap_or_default();
    let read_out = move || {
        let word = hovered.get().or_else(|| held.get())?;
        let slope = evidence.slopes.with(|s| s.get(word).copied().flatten()).filter(|_| evidence.by_slope.get());
        if let Some(slope) = slope {
            return Some(here::slope(&word_of(word), slope));
        }
        let pull = pulls.with(|p| p.get(word).copied().flatten())?;
        Some(here::pull(&word_of(word), pull.pull, pull.without))
    };
    view! {
        <p class="weighed" lang="en" class:large=move || words.with(|w| w.len() <= LARGE_WORDS) data-testid="weighed">{draw}</p>
        {move || drawn().map(|t| view! { <p class="note">{t}</p> })}
        <p class="read-out" data-testid="read-out">{move || read_out().unwrap_or_else(|| here::HINT.into())}</p>
        {move || held.get().map(|word| view! { <Replace name=word_of(word) word held/> })}
        <Weighing question/>
        <p class="tints" aria-hidden="true">
            <span class="one">"− "{here::legend(0)}</span><span class="two">"+ "{here::legend(1)}</span><span>{here::LEGEND_STEPS}</span>
        </p>
    }
}

/// One word: its tint, its line and its sign say how it pulls; struck through when left out.
#[component]
fn Word(
    slice: String,
    number: usize,
    question: Question,
    tints: Memo<Vec<Option<f32>>>,
    lit: Signal<bool>,
    hovered: RwSignal<Option<usize>>,
    click: impl Fn(usize) + Copy + 'static,
) -> impl IntoView {
    let pull = move || tints.with(|t| t.get(number).copied().flatten());
    let by = Memo::new(move |_| question.changes.with(|c| c.get(&number).cloned()));
    let class = move || {
        let tint = pull().filter(|p| strength(*p) > 0);
        let tint = tint.map_or("", |p| if p < 0.0 { TINTS[0][strength(p)] } else { TINTS[1][strength(p)] });
        let lit = if lit.get() { " lit" } else { "" };
        format!("{tint}{lit}")
    };
    let name = {
        let slice = slice.clone();
        move || by.with(|by| here::word_name(&slice, by.as_deref(), pull()))
    };
    let shown = {
        let slice = slice.clone();
        move || match by.get() {
            None => slice.clone().into_any(),
            Some(by) => view! { <s>{slice.clone()}</s>{(!by.is_empty()).then(|| view! { " "<b>{by}</b> })} }.into_any(),
        }
    };
    view! {
        <button type="button" class=class aria-label=name aria-pressed=move || by.with(Option::is_some).to_string()
            data-testid="word" data-word=slice data-pull=move || pull().map(|p| p.to_string())
            on:pointerenter=move |_| hovered.set(Some(number)) on:pointerleave=move |_| hovered.set(None)
            on:focus=move |_| hovered.set(Some(number)) on:blur=move |_| hovered.set(None)
            on:click=move |_| click(number)>{shown}</button>
    }
}

/// Classes of the tints: to negative and to positive, by strength.
const TINTS: [[&str; 5]; 2] =
    [["", "one t1", "one t2", "one t3", "one t4"], ["", "two t1", "two t2", "two t3", "two t4"]];

/// Another word in the place of the one just left out.
#[component]
fn Replace(name: String, word: usize, held: RwSignal<Option<usize>>) -> impl IntoView {
    let store = store();
    let typed = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        change(store, word, Some(typed.get_untracked().trim().to_owned()));
    };
    let back = move |_| {
        held.set(None);
        change(store, word, None);
    };
    view! {
        <form class="own" on:submit=submit>
            <label for="instead">{here::replace(&name)}</label>
            <input id="instead" data-testid="instead" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="100"
                prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
            <button class="btn" type="submit">{here::REPLACE}</button>
            <button class="btn" type="button" on:click=back>{here::BRING_BACK}</button>
        </form>
    }
}

/// Whether the words are weighed, are being weighed, or wait to be asked for.
#[component]
fn Weighing(question: Question) -> impl IntoView {
    let count = move || question.words.with(Vec::len);
    let windows = move || question.whole.answer().and_then(|a| a.rows.first().map(|r| r.windows.len())).unwrap_or(1);
    let asked = question.evidence;
    let offered = move || question.whole.answered() && can_weigh(count()) && text_unweighed(question);
    let too_many = move || (count() > MAX_CLASSIFY_TEXTS).then(|| here::too_many_to_weigh(count(), MAX_CLASSIFY_TEXTS));
    let choose = move |wanted: bool| question.weigh.choose(question.text.get_untracked(), wanted);
    view! {
        <Trouble asked/>
        <Working asked what=*here::WEIGHING stop=move || choose(false)/>
        <Show when=offered>
            <p class="again"><button class="btn" data-testid="weigh" on:click=move |_| choose(true)>{here::WEIGH}</button>
            <span class="note">{move || here::weigh_cost(count(), windows())}</span></p>
        </Show>
        {move || too_many().map(|t| view! { <p class="note">{t}</p> })}
    }
}

/// Nothing asks for the words: the visitor may. While a change of theirs goes first, it is only a matter of time.
fn text_unweighed(question: Question) -> bool {
    question.evidence.wanted.with(Option::is_none)
        && (question.changed.wanted.with(Option::is_none) || question.changed.answered())
}
