//! The input: three rows that add up to what enters the first layer.

mod answer;
mod changes;
mod guess;
mod positions;
mod strips;

use super::probe::{use_answered, use_asking, use_pieces, use_recorded, use_shown};
use super::text::{TextBoxes, pick, use_pick, use_question, use_text};
use crate::protocol::probe::ProbeKind;
use crate::protocol::{Kind, Piece, PieceKind, TextPair};
use crate::ui::controls::{Head, Note, Recorded, Remarks, Told};
use crate::ui::figures::token::Token;
use crate::ui::logic::address::Pick;
use crate::ui::logic::change::Change;
use crate::ui::logic::openings;
use crate::ui::store::store;
use crate::ui::words::probe::input as here;
use crate::ui::words::shell::WAITING;
use leptos::prelude::*;

const KIND: ProbeKind = ProbeKind::Input;

fn opening() -> TextPair {
    TextPair { a: openings::INPUT.0.into(), b: Some(openings::INPUT.1.into()) }
}

#[component]
pub fn TheInput() -> impl IntoView {
    let store = store();
    let text = use_text(store, opening);
    let asked = use_question(text);
    let read = use_pieces(store, asked, KIND);
    let pieces: Memo<Vec<Piece>> =
        Memo::new(move |_| read.with(|r| r.as_ref().map(|t| t.pieces.clone()).unwrap_or_default()));
    let picked = use_pick(store, move || {
        // The first piece after [CLS]; it is never alone.
        pieces.with(|p| p.iter().position(|p| p.kind != PieceKind::Special))
    });
    let at = Memo::new(move |_| picked.get().filter(|&i| i < pieces.with(Vec::len)).unwrap_or(0));
    let change = Memo::new(move |_| store.address.with(|a| a.change.within(pieces.with(Vec::len))));
    let task = Memo::new(move |_| {
        pieces.with(|p| (!p.is_empty()).then(|| asked.with(|t| change.get().question(t, p, openings::INPUT_TOP_K))))
    });
    use_asking(store, task);
    let shown = use_shown(store, KIND);
    let answered = use_answered(shown, task);
    let is_recorded = use_recorded(shown, answered);
    let hides = RwSignal::new(false);
    let not_recorded = move || is_recorded.get() && at.get() >= openings::INPUT_PIECES;
    let pick_piece = move |i: usize| pick(store, picked.get_untracked(), i);
    let chips = move || {
        let chip = |(index, piece): (usize, Piece)| {
            let pinned = Signal::derive(move || at.get() == index);
            let lit = Signal::derive(move || change.get().touches(index));
            view! { <Token piece index with_id=false pinned lit hover=|_| () pin=pick_piece/> }
        };
        pieces.get().into_iter().enumerate().map(chip).collect::<Vec<_>>()
    };
    let go = move |(a, b): (&'static str, Option<&'static str>)| {
        store.address.update(|s| {
            s.text = Some(TextPair { a: a.into(), b: b.map(str::to_owned) });
            (s.piece, s.change) = (Pick::Opening, Change::Nothing);
        });
    };
    let try_one = |name: &'static str, pair: (&'static str, Option<&'static str>)| {
        (name.to_owned(), Callback::new(move |()| go(pair)))
    };
    let tries = vec![
        try_one(openings::INPUT.1, (openings::INPUT.0, Some(openings::INPUT.1))),
        try_one(openings::INSIDE, (openings::INSIDE, None)),
    ];
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <TextBoxes text tries/>
        <div class="cols">
            <div class="stack answer" class:stale=move || store.is_stale(Kind::Probe(KIND), answered.get(), is_recorded.get())>
                <section class="card" aria-label=here::STRIPS>
                    <header><h2>{here::STRIPS}</h2><Recorded on=is_recorded/></header>
                    <div class="row" role="group" aria-label=here::PIECES>{chips}</div>
                    <Told kind=Kind::Probe(KIND) answered/>
                    <Show when=not_recorded><p class="told-off">{WAITING}</p></Show>
                    <strips::Strips shown at/>
                    <Note>{here::STRIP_NOTE}</Note>
                </section>
                <section class="card" aria-label=here::CHANGE>
                    <header><h2>{here::CHANGE}</h2><Recorded on=is_recorded/></header>
                    <guess::WhichPart shown question=asked pieces at hides/>
                    <div hidden=move || hides.get()>
                        <changes::Changes pieces at change/>
                        <h3 class="plain-head">{here::ANSWER}</h3>
                        <answer::BeforeAfter shown/>
                    </div>
                </section>
                <section class="card" aria-label=here::POSITIONS><positions::Positions/></section>
            </div>
            <aside>
                <Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/>
            </aside>
        </div>
    }
}
