//! What each position sees: the pieces of the pair, their segments, and which vector is read.

use super::answer::reply_to;
use super::question::Question;
use crate::protocol::{Kind, Piece, Tokens};
use crate::ui::controls::{Note, Twin};
use crate::ui::figures::token::Token;
use crate::ui::lessons::text::{pick, use_pick};
use crate::ui::logic::number::percent;
use crate::ui::logic::pair::in_one_segment;
use crate::ui::store::store;
use crate::ui::words::next_sentence as here;
use leptos::prelude::*;

#[component]
pub fn Seen(question: Question) -> impl IntoView {
    let store = store();
    let one_segment = Memo::new(move |_| store.address.with(|a| a.one_segment));
    let tokens = Memo::new(move |_| {
        store.tokens.with(|g| {
            let tokens = g.as_ref().map(|g| &*g.answer)?;
            Some(if one_segment.get() { in_one_segment(tokens) } else { tokens.clone() })
        })
    });
    let stale = move || {
        let other = store.tokens.with(|g| g.as_ref().is_none_or(|g| question.read.with(|q| g.question != *q)));
        other || store.failure(Kind::Tokenize).is_some()
    };
    let picked = use_pick(store, || None);
    let hovered = RwSignal::new(None::<usize>);
    let seat = move |(index, piece): (usize, Piece)| {
        let pinned = Signal::derive(move || picked.get() == Some(index));
        let lit = Signal::derive(move || hovered.get() == Some(index));
        let segment = piece.segment;
        view! {
            <span class="seat" class:read=index == 0>
                <Token piece index with_id=false pinned lit hover=move |at| hovered.set(at)
                    pin=move |i| pick(store, picked.get_untracked(), i)/>
                <span class="strip" class:b=segment == 1 data-testid="segment" aria-hidden="true">{here::segment(segment)}</span>
            </span>
        }
    };
    let seats = move || tokens.get().map(|t| t.pieces.into_iter().enumerate().map(seat).collect::<Vec<_>>());
    let told = move || {
        let at = hovered.get().or_else(|| picked.get());
        let piece = at.and_then(|i| Some((i, tokens.with(|t| t.as_ref()?.pieces.get(i).cloned())?)));
        piece.map_or(here::PICK.to_owned(), |(i, p)| here::seat(i, &p.text, p.id, p.segment))
    };
    let cut = move || tokens.with(|t| t.as_ref().and_then(|t| t.cut.as_ref().map(|c| here::cut(c.total, c.limit))));
    view! {
        <section class="card" aria-label=here::SEEN data-testid="seen">
            <header><h2>{here::SEEN}</h2></header>
            {move || cut().map(|c| view! { <p class="told-off" data-testid="cut">{c}</p> })}
            <div class="answer" class:stale=stale>
                <div class="row seats" role="group" aria-label=here::PIECES>{seats}</div>
                <p class="read-out" data-testid="seat">{told}</p>
            </div>
            <Path question/>
            <Note>{here::PATH_NOTE}</Note>
            <Twin><p>{move || tokens.with(|t| t.as_ref().map(segments_in_words))}</p></Twin>
        </section>
    }
}

/// Pieces of each segment, specials included, as they stand in the input.
fn segments_in_words(tokens: &Tokens) -> String {
    let of = |segment| {
        let pieces = tokens.pieces.iter().filter(|p| p.segment == segment).map(|p| p.text.as_str());
        (segment, pieces.collect::<Vec<_>>().join(" "))
    };
    [0, 1].map(of).into_iter().filter(|(_, p)| !p.is_empty()).map(|(s, p)| here::segment_words(s, &p)).collect()
}

/// From [CLS] to the two probabilities, with the numbers of the pair that was read last.
#[component]
fn Path(question: Question) -> impl IntoView {
    let store = store();
    let reply = move || {
        let changed = question.changed.get();
        reply_to(store, changed.as_ref().unwrap_or(&question.plain.get()))
    };
    let numbers = move || {
        let reply = reply()?;
        let row = reply.answer.rows.first().filter(|r| !r.logits.is_empty())?.clone();
        let adapter = reply.answer.adapter.clone();
        let line = |i: usize, text: String| {
            let label = adapter.labels.get(i).cloned().unwrap_or_default();
            view! { <span class="number"><small>{i}</small>" "{label}" "<b>{text}</b></span> }
        };
        let logits = row.logits.iter().enumerate().map(|(i, l)| line(i, here::logit(*l))).collect::<Vec<_>>();
        let shares = row.probabilities.iter().enumerate().map(|(i, p)| line(i, percent(*p))).collect::<Vec<_>>();
        Some(view! {
            <li data-testid="logits"><b>{here::CLASSIFIER}</b>{logits}</li>
            <li><b>{here::softmax(row.temperature)}</b>{shares}</li>
        })
    };
    let layers = move || store.loaded.with(|l| l.as_ref().map_or(12, |l| l.layers));
    view! {
        <ol class="path" aria-label=here::PATH>
            <li><span class="tok sp">"[CLS]"</span><span>{move || here::after_layers(layers())}</span></li>
            <li><b>{here::POOLER}</b><span>{here::POOLER_IS}</span></li>
            {numbers}
        </ol>
    }
}
