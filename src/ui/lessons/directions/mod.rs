//! Both directions: a word hidden, and BERT with one side, the other, both or neither in sight.

mod by_word;
mod flow;
mod guess;
mod views;

use super::probe::{use_answered, use_asking, use_pieces, use_recorded, use_shown};
use super::text::{TextBoxes, use_pick, use_question, use_text};
use crate::protocol::probe::ProbeKind;
use crate::protocol::{Kind, TextPair};
use crate::ui::controls::{Head, Note, Recorded, Section, Told};
use crate::ui::logic::address::Pick;
use crate::ui::logic::directions::{MAX_PIECES, WordAt, each_word, first_hidden, question, words as words_of};
use crate::ui::logic::openings;
use crate::ui::store::store;
use crate::ui::words::lessons as words;
use crate::ui::words::probe::{directions as here, hidden_word, too_many_words};
use leptos::prelude::*;

const KIND: ProbeKind = ProbeKind::Directions;

fn opening() -> TextPair {
    TextPair { a: openings::DIRECTIONS[0].into(), b: None }
}

#[component]
pub fn Directions() -> impl IntoView {
    let store = store();
    let text = use_text(store, opening);
    let asked = use_question(text);
    let pieces = use_pieces(store, asked, KIND);
    let all: Memo<Vec<WordAt>> =
        Memo::new(move |_| pieces.with(|p| p.as_ref().map(|t| words_of(t)).unwrap_or_default()));
    let picked = use_pick(store, move || all.with(|w| first_hidden(w, openings::DIRECTIONS_WORD)));
    // Something is always hidden: Escape brings the lesson's own word back.
    let hidden = Memo::new(move |_| {
        all.with(|w| picked.get().filter(|&i| i < w.len()).or_else(|| first_hidden(w, openings::DIRECTIONS_WORD)))
    });
    let word = Memo::new(move |_| hidden.get().and_then(|i| all.with(|w| w.get(i).cloned())));
    let task = Memo::new(move |_| word.with(|w| w.as_ref().map(|w| asked.with(|t| question(t, w)))));
    let count = move || pieces.with(|p| p.as_ref().map_or(0, |t| t.pieces.len()));
    let in_turn = Memo::new(move |_| {
        let task = all.with(|w| asked.with(|t| each_word(t, w)));
        (!task.rows.is_empty() && count() <= MAX_PIECES).then_some(task)
    });
    use_asking(store, task);
    use_asking(store, in_turn);
    let shown = use_shown(store, KIND);
    let answered = use_answered(shown, task);
    let is_recorded = use_recorded(shown, answered);
    let heading =
        move || word.with(|w| w.as_ref().map(|w| hidden_word(&w.typed))).unwrap_or_else(|| here::VIEWS.into());
    let hides = RwSignal::new(false);
    let chips = move || {
        let chip = |(i, w): (usize, WordAt)| {
            let pressed = move || (hidden.get() == Some(i)).to_string();
            let pick = move |_| store.address.update(|a| a.piece = Pick::At(i));
            view! { <button class="tok" class:mask=w.open aria-pressed=pressed lang="en" data-testid="word" on:click=pick>{w.typed.clone()}</button> }
        };
        all.get().into_iter().enumerate().map(chip).collect::<Vec<_>>()
    };
    let go = move |a: &'static str| {
        store.address.update(|s| {
            s.text = (a != openings::DIRECTIONS[0]).then(|| TextPair { a: a.into(), b: None });
            s.piece = Pick::Opening;
        });
    };
    let tries = openings::DIRECTIONS.map(|a| (a.to_owned(), Callback::new(move |()| go(a)))).into();
    let long = move || (count() > MAX_PIECES).then(|| too_many_words(count(), MAX_PIECES));
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <TextBoxes text tries/>
        <div class="cols">
            <div class="stack answer" class:stale=move || store.is_stale(Kind::Probe(KIND), answered.get(), is_recorded.get())>
                <section class="card" aria-label=here::VIEWS>
                    <header><h2 data-testid="heading">{heading}</h2><Recorded on=is_recorded/></header>
                    <div class="row" role="group" aria-label=here::WORDS>{chips}</div>
                    <Told kind=Kind::Probe(KIND) answered/>
                    <guess::WhichSide shown answered word hides/>
                    <div hidden=move || hides.get()><views::Views shown word/></div>
                    <Note>{here::LOSS}</Note>
                    <Note>{here::JOINED}</Note>
                </section>
                <section class="card" aria-label=here::FLOW><flow::Flow all hidden/></section>
                <section class="card" aria-label=here::BY_WORD>
                    <header><h2>{here::BY_WORD}</h2><span class="note">{here::BY_WORD_NOTE}</span></header>
                    {move || long().map(|t| view! { <p class="note" data-testid="too-many">{t}</p> })}
                    <div hidden=move || hides.get()><by_word::ByWord task=in_turn all hidden/></div>
                </section>
            </div>
            <aside>
                <Section title=words::LOOK_FOR><p>{here::LOOK}</p></Section>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p><p>{here::AT_ONCE}</p></Section>
                <Section title=words::MISLEADS><p>{here::MISLEADS}</p></Section>
            </aside>
        </div>
    }
}
