//! Attention: where each head looks.

mod against;
mod ask;
mod beside;
mod flow;
mod guess;
mod knock;
mod links;
mod shown;
mod twin;
mod worked;

use super::text::{TextBoxes, pick, use_pick, use_question, use_text};
use crate::protocol::{Kind, Piece, TextPair};
use crate::ui::controls::{Choice, Head, Recorded, Section, Told};
use crate::ui::figures::arcs::Arcs;
use crate::ui::figures::heads_grid::HeadsGrid;
use crate::ui::figures::matrix::{Cells, Matrix};
use crate::ui::figures::token::Token;
use crate::ui::logic::address::Pick;
use crate::ui::logic::heads::ranked;
use crate::ui::logic::number::percent;
use crate::ui::logic::openings;
use crate::ui::store::store;
use crate::ui::words::lessons::{self as words, attention as here};
use leptos::prelude::*;
use shown::{Shown, use_attention};

fn opening() -> TextPair {
    TextPair { a: openings::ATTENTION.into(), b: None }
}

#[component]
pub fn Attention() -> impl IntoView {
    let store = store();
    let text = use_text(store, opening);
    let question = use_question(text);
    let (shown, answered, is_recorded) = use_attention(store, question);
    let picked = use_pick(store, move || {
        let at = |s: &Shown| {
            let named = s.answer.tokens.pieces.iter().position(|p| p.text == openings::ATTENTION_PIECE);
            named.or_else(|| s.pronoun())
        };
        shown.with(|s| s.as_ref().and_then(at))
    });
    let hovered = RwSignal::new(None::<usize>);
    let looking = Signal::derive(move || {
        let count = shown.with(|s| s.as_ref().map_or(0, Shown::tokens));
        hovered.get().or_else(|| picked.get()).filter(|&i| i < count)
    });
    let size = Memo::new(move |_| shown.with(|s| s.as_ref().map_or((12, 12), Shown::size)));
    let chosen = Signal::derive(move || {
        let (layer, head) = store.address.with(|a| a.head).unwrap_or(openings::ATTENTION_HEAD);
        let (layers, heads) = size.get();
        (layer.min(layers.saturating_sub(1)), head.min(heads.saturating_sub(1)))
    });
    let previewed = RwSignal::new(None::<(usize, usize)>);
    let head = Memo::new(move |_| previewed.get().unwrap_or_else(|| chosen.get()));
    let choose_head = move |h: (usize, usize)| store.address.update(|a| a.head = Some(h));
    let specials = Memo::new(move |_| store.address.with(|a| a.with_specials));
    let pick_piece = move |i: usize| pick(store, picked.get_untracked(), i);
    let hover_piece = move |i: Option<usize>| hovered.set(i);

    let visible = Memo::new(move |_| shown.with(|s| s.as_ref().map(|s| s.visible(specials.get())).unwrap_or_default()));
    let pieces =
        Signal::derive(move || shown.with(|s| s.as_ref().map(|s| s.answer.tokens.pieces.clone()).unwrap_or_default()));
    let cells_of = move |layer: usize, head: usize| {
        shown.with(|s| s.as_ref().map(|s| s.cells(layer, head, visible.get())).unwrap_or_default())
    };
    let cells: Memo<Cells> = Memo::new(move |_| cells_of(head.get().0, head.get().1));
    let looks = Signal::derive(move || {
        let (head, visible) = (head.get(), visible.get());
        shown.with(|s| s.as_ref().map(|s| s.looks(head, looking.get(), &visible)).unwrap_or_default())
    });
    let name = move |i: usize| pieces.with(|p| p.get(i).map(|p| p.text.clone()).unwrap_or_default());
    let heading =
        move || words::attention_heading(head.get().0 + 1, head.get().1 + 1, looking.get().map(name).as_deref());
    let lede = move || {
        let (layer, head) = chosen.get();
        let from = picked.get()?;
        let (to, share) = shown.with(|s| ranked(s.as_ref()?.heads()?.row(layer, head, from)).first().copied())?;
        Some(words::attention_lede(layer + 1, head + 1, &name(from), &name(to), &percent(share)))
    };
    // The matrix's cells are for the pointer; its pieces are picked by keyboard and thumb here.
    let chips = move || {
        let chip = |(index, piece): (usize, Piece)| {
            let pinned = Signal::derive(move || picked.get() == Some(index));
            let lit = Signal::derive(move || looking.get() == Some(index));
            view! { <Token piece index with_id=false pinned lit hover=hover_piece pin=pick_piece/> }
        };
        pieces.get().into_iter().enumerate().map(chip).collect::<Vec<_>>()
    };
    let view = Signal::derive(move || usize::from(store.address.with(|a| a.other_view)));
    let choose_view = move |i: usize| store.address.update(|a| a.other_view = i == 1);
    let go = move |a: &'static str, b: Option<&'static str>| {
        store.address.update(|s| {
            s.text = Some(TextPair { a: a.into(), b: b.map(str::to_owned) });
            s.piece = Pick::Opening;
            (s.head, s.refers) = (None, None);
        });
    };
    let try_one = move |name: &str, a: &'static str, b: Option<&'static str>| {
        (name.to_owned(), Callback::new(move |()| go(a, b)))
    };
    let tries = vec![
        try_one(openings::ATTENTION, openings::ATTENTION, None),
        try_one(*here::STREET_TRY, openings::ATTENTION_STREET, None),
        try_one(openings::ATTENTION_LINK, openings::ATTENTION_LINK, None),
        try_one(*here::PAIR_TRY, openings::ATTENTION_PAIR.0, Some(openings::ATTENTION_PAIR.1)),
    ];
    let hides = RwSignal::new(false);
    let has_answer = Memo::new(move |_| shown.with(Option::is_some));
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE} " " <span hidden=move || hides.get()>{lede}</span></p>
        <TextBoxes text tries/>
        <div class="cols">
            <div class="stack answer" class:stale=move || store.is_stale(Kind::Attend, answered.get(), is_recorded.get())>
                <section class="card" aria-label=here::FIGURE>
                    <header>
                        <h2 data-testid="heading">{heading}</h2>
                        <Recorded on=is_recorded/>
                        <Choice label=here::VIEW options=vec![*here::ARCS, *here::MATRIX] chosen=view choose=choose_view/>
                    </header>
                    <Told kind=Kind::Attend answered/>
                    <beside::Pickers size chosen choose=choose_head specials/>
                    <guess::LooksAt shown head=chosen picked hides/>
                    <div hidden=move || hides.get()><Show when=move || has_answer.get()>
                        {move || if view.get() == 0 {
                            view! { <Arcs pieces looks looking picked hover=hover_piece pick=pick_piece/> }.into_any()
                        } else {
                            view! {
                                <Matrix cells looking hover=hover_piece pick=pick_piece/>
                                <div class="row" role="group" aria-label=here::ARCS_LABEL>{chips}</div>
                            }
                            .into_any()
                        }}
                        <Show when=move || view.get() == 0 && looks.with(Vec::is_empty)><p class="note">{here::NO_LOOKS}</p></Show>
                        <twin::InWords shown head looking/>
                    </Show></div>
                </section>
                <Show when=move || has_answer.get()>
                    <section class="card" aria-label=here::ALL>
                        <header><h2>{here::ALL}</h2><span class="note">{here::ALL_NOTE}</span></header>
                        <HeadsGrid size chosen cells=cells_of hover=move |h| previewed.set(h) choose=choose_head/>
                    </section>
                    <worked::Worked shown question chosen picked/>
                    <links::Links shown chosen/>
                    <flow::Flow shown picked/>
                    <knock::Knock shown question chosen picked/>
                    <against::AgainstGradient shown question chosen picked/>
                </Show>
            </div>
            <aside>
                <Section title=words::LOOK_FOR>
                    <p>{here::LOOK}</p>
                    <p><button class="act" on:click=move |_| go(openings::ATTENTION_STREET, None)>{here::LOOK_LINK}</button></p>
                </Section>
                <Show when=move || !hides.get()><beside::Beside shown head visible specials choose=choose_head/></Show>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
                <Section title=words::MISLEADS><p>{here::MISLEADS}</p></Section>
            </aside>
        </div>
    }
}
