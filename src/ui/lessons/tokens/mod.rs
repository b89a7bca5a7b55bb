//! Tokens: how a text, or a pair, becomes pieces.

mod beside;
mod case;
mod changed;
mod pieces;
mod steps;

use super::text::{TextBoxes, use_pick, use_question, use_text};
use crate::protocol::{Kind, PieceKind, Task, TextPair, Tokens as Read};
use crate::ui::controls::{Choice, Head, Recorded, Remarks, Told, Twin};
use crate::ui::logic::{openings, sentence};
use crate::ui::recorded;
use crate::ui::store::store;
use crate::ui::words::cased::of_vocabulary;
use crate::ui::words::lessons::{self as words, tokens as here};
use leptos::prelude::*;
use std::sync::Arc;

/// Most pieces BERT-Base reads; the model's own number once it is in.
const MAX_TOKENS: usize = 512;

fn opening() -> TextPair {
    TextPair { a: openings::TOKENS.0.into(), b: Some(openings::TOKENS.1.into()) }
}

#[component]
pub fn Tokens() -> impl IntoView {
    let store = store();
    let text = use_text(store, opening);
    let question = use_question(text);
    Effect::new(move || {
        let text = question.get();
        let both = format!("{}{}", text.a, text.b.as_deref().unwrap_or(""));
        let failure = sentence::check_text(&both);
        let refused = failure.is_some();
        store.set_failure(Kind::Tokenize, failure);
        let live = store.tokens.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == text && !g.recorded));
        if refused || live {
            return;
        }
        if let Some(given) = recorded::tokens(&text) {
            store.tokens.set(Some(given));
        }
        if store.vocabulary_ready.get() {
            store.ask(Task::Tokenize(text));
        }
    });
    let answered =
        Signal::derive(move || store.tokens.with(|g| g.as_ref().is_some_and(|g| question.with(|q| g.question == *q))));
    let is_recorded =
        Signal::derive(move || answered.get() && store.tokens.with(|g| g.as_ref().is_some_and(|g| g.recorded)));
    let failed = move || store.failure(Kind::Tokenize).is_some();
    let shown = RwSignal::new(None::<(TextPair, Arc<Read>)>);
    Effect::new(move || {
        let now = store.tokens.get().filter(|_| !failed()).map(|g| (g.question, g.answer));
        let same = |a: &Option<(TextPair, Arc<Read>)>| match (a, &now) {
            (Some(a), Some(b)) => Arc::ptr_eq(&a.1, &b.1),
            (a, b) => a.is_none() && b.is_none(),
        };
        if !shown.with_untracked(same) {
            shown.set(now);
        }
    });
    let tokens = Signal::derive(move || shown.with(|s| s.as_ref().map_or(Arc::default(), |(_, t)| t.clone())));
    let asked = Signal::derive(move || shown.with(|s| s.as_ref().map_or(TextPair::default(), |(q, _)| q.clone())));
    let picked = use_pick(store, move || {
        let at = |t: &Arc<Read>| t.pieces.iter().position(|p| p.text == openings::TOKENS_PIECE);
        tokens.with(at)
    });
    let view = Signal::derive(move || usize::from(store.address.with(|a| a.other_view)));
    let choose = move |i: usize| store.address.update(|a| a.other_view = i == 1);
    let counts = move || {
        tokens.with(|t| {
            let unknown = t.pieces.iter().filter(|p| p.kind == PieceKind::Unknown).count();
            let segments = 1 + usize::from(t.pieces.iter().any(|p| p.segment == 1));
            let limit = store.loaded.with(|l| l.as_ref().map_or(MAX_TOKENS, |l| l.max_tokens));
            words::token_counts(t.pieces.len(), limit, segments, unknown)
        })
    };
    let cut = move || {
        tokens.with(|t| {
            t.cut.as_ref().map(|cut| {
                let last = |which: u32| {
                    t.pieces.iter().rev().find(|p| p.segment == which && p.span.is_some()).and_then(|p| p.word)
                };
                let ends: Vec<String> =
                    cut.at.iter().filter_map(|(which, _)| Some(t.words.get(last(*which)?)?.typed.clone())).collect();
                words::cut_notice(cut.total, cut.limit, &ends)
            })
        })
    };
    let try_one = |name: &'static str, a: &'static str, b: Option<&'static str>| {
        let act = Callback::new(move |()| {
            super::text::set_text(store, TextPair { a: a.into(), b: b.map(str::to_owned) });
        });
        (name.to_owned(), act)
    };
    let tries = here::TRIES.iter().map(|(name, a, b)| try_one(name, a, *b)).collect();
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{move || of_vocabulary(*here::LEDE, store.vocabulary_size())}</p>
        <TextBoxes text tries/>
        <div class="stack answer" class:stale=move || store.is_stale(Kind::Tokenize, answered.get(), is_recorded.get())>
            <section class="card" aria-label=here::PIECES>
                <header>
                    <h2 data-testid="counts">{counts}</h2>
                    <Recorded on=is_recorded/>
                    <Choice label=here::VIEW options=vec![*here::PIECES, *here::TABLE] chosen=view choose/>
                </header>
                <Told kind=Kind::Tokenize answered/>
                {move || cut().map(|c| view! { <p class="told-off" data-testid="cut">{c}</p> })}
                {move || if view.get() == 0 {
                    view! { <pieces::Pieces asked tokens picked/> }.into_any()
                } else {
                    view! { <pieces::Table asked tokens/> }.into_any()
                }}
                <Twin><p>{move || tokens.with(|t| words::tokens_words(t))}</p></Twin>
            </section>
            <div class="split">
                <section class="card"><steps::Steps tokens picked/></section>
                <section class="card"><changed::Changed asked tokens/></section>
            </div>
            <section class="card" aria-label=here::CASE>
                <case::Case asked tokens/>
                <beside::Beside asked tokens is_recorded/>
            </section>
            <aside class="three">
                <Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/>
            </aside>
        </div>
    }
}
