//! Next sentence: does the second text follow the first?

mod answer;
mod bar;
mod how_good;
mod question;
mod quiz;
mod score;
mod seen;
mod sums;

use crate::protocol::TextPair;
use crate::ui::controls::{Head, Section, SentenceBox, Tries};
use crate::ui::recorded;
use crate::ui::store::store;
use crate::ui::words::lessons as words;
use crate::ui::words::next_sentence as here;
use answer::Answer;
use how_good::HowGood;
use leptos::prelude::*;
use question::{draw, drawn, set_pair, try_pair, use_question};
use quiz::Quiz;
use seen::Seen;

#[component]
pub fn NextSentence() -> impl IntoView {
    let store = store();
    let question = use_question(store);
    let pair = question.pair;
    let first = Signal::derive(move || pair.with(|p| p.a.clone()));
    let second = Signal::derive(move || pair.with(|p| p.b.clone().unwrap_or_default()));
    let type_a = move |a: String| set_pair(store, TextPair { a, b: Some(second.get_untracked()) });
    let type_b = move |b: String| set_pair(store, TextPair { a: first.get_untracked(), b: Some(b) });
    let try_one =
        |(which, name): (usize, &str)| (name.to_owned(), Callback::new(move |()| try_pair(store, which, false, false)));
    let tries = here::TRIES.into_iter().map(try_one).collect();
    let source = move || drawn(store).map(|d| here::drawn(d.pair().a.title(), d.pair().b.title(), d.real));
    let act = move |which: usize, swapped: bool, one_segment: bool, name: &'static str| {
        view! { <p><button class="act" on:click=move |_| try_pair(store, which, swapped, one_segment)>{name}</button></p> }
    };
    let typed = |which| recorded::follows(which, false, false);
    let one_segment = |which| recorded::follows(which, false, true);
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <div class="sentence even">
            <SentenceBox label=words::TEXT_A testid="sentence" class="a" text=first typed=type_a/>
            <SentenceBox label=words::TEXT_B testid="sentence-b" class="b" text=second typed=type_b/>
        </div>
        <Tries tries>
            <span class="draws" role="group" aria-label=here::DRAW>
                <span aria-hidden="true">{here::DRAW}</span>
                <button class="plain" data-testid="draw-next" on:click=move |_| draw(store, true)>{here::DRAW_NEXT}</button>
                <button class="plain" data-testid="draw-random" on:click=move |_| draw(store, false)>{here::DRAW_RANDOM}</button>
            </span>
        </Tries>
        <p class="note source" role="status" data-testid="source">{source}</p>
        <div class="cols">
            <div class="stack">
                <Answer question/>
                <Seen question/>
                <sums::Sums question/>
                <Quiz/>
                <HowGood/>
            </div>
            <aside>
                <Section title=words::LOOK_FOR>
                    <p>{here::look_swap(&typed(0), &recorded::follows(0, true, false))}</p>
                    {act(0, true, false, *here::LOOK_SWAP)}
                    <p>{here::look_segment([&typed(0), &typed(1)], [&one_segment(0), &one_segment(1)])}</p>
                    {act(1, false, true, *here::LOOK_SEGMENT)}
                </Section>
                <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
                <Section title=words::MISLEADS>
                    <p>{here::misleads_store(&typed(3), &typed(2))}</p>
                    {act(3, false, false, *here::MISLEADS_STORE)}
                    <p>{here::misleads_bread(&typed(4))}</p>
                    {act(4, false, false, *here::MISLEADS_BREAD)}
                    <p>{here::MISLEADS_LABEL}</p>
                </Section>
            </aside>
        </div>
    }
}
