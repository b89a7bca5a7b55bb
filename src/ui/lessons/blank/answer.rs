//! The answer: each sentence with its gaps filled, and the bars of each gap.

use super::question::{self, Question};
use super::table::TableButton;
use crate::protocol::{AskedWord, BlankFill, Kind};
use crate::ui::carried::carried;
use crate::ui::controls::{Note, Twin};
use crate::ui::figures::bars::{Bar, Bars};
use crate::ui::figures::gapped::Gapped;
use crate::ui::logic::number::percent;
use crate::ui::logic::sentence::{self, MASK};
use crate::ui::store::store;
use crate::ui::words::lessons::{self as words, blank as here};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// (sentence, gap)
type Place = (usize, usize);

#[component]
pub fn Answers(question: Question, answered: Signal<bool>, is_recorded: Signal<bool>) -> impl IntoView {
    let store = store();
    let hovered = RwSignal::new(None::<(Place, String)>);
    let pinned = carried("blank pinned", BTreeMap::<Place, String>::new());
    // Words that were hidden by clicking, by gap, for as long as the text is not typed in.
    let hidden = carried("blank hidden", BTreeMap::<usize, (String, Vec<Option<String>>)>::new());
    Effect::new(move |before: Option<(u32, Vec<String>)>| {
        let now = (store.escapes.get(), question.sentences.get());
        if before.is_some_and(|b| b != now) {
            pinned.update(BTreeMap::clear);
            hovered.set(None);
        }
        now
    });
    let given = store.blanks;
    let failed = move || store.failure(Kind::Blank).is_some();
    let fill = move |sentence: usize, gap: usize| {
        let place = (sentence, gap);
        let preview = hovered.with(|h| h.as_ref().filter(|(p, _)| *p == place).map(|(_, w)| w.clone()));
        preview.or_else(|| pinned.with(|p| p.get(&place).cloned())).or_else(|| {
            given.with(|g| {
                let blanks = &g.as_ref()?.answer.sentences.get(sentence)?.blanks;
                // While a newer answer is on its way the old words stand in, if the gaps are as many.
                let as_many = question.sentences.with(|s| s.get(sentence).map(|s| s.matches(MASK).count()));
                (as_many == Some(blanks.len())).then(|| blanks.get(gap)?.top.first().map(|t| t.piece.clone()))?
            })
        })
    };
    let click = move |sentence: usize, range: std::ops::Range<usize>, gap: Option<usize>| {
        let text = question.sentences.with_untracked(|s| s.get(sentence).cloned()).unwrap_or_default();
        let mut words = hidden
            .with_untracked(|h| h.get(&sentence).filter(|(t, _)| *t == text).map(|(_, w)| w.clone()))
            .unwrap_or_else(|| vec![None; text.matches(MASK).count()]);
        let by = match gap {
            // Back comes the word that was hidden; a gap that was typed takes BERT's word.
            Some(n) => {
                let was = if n < words.len() { words.remove(n) } else { None };
                was.or_else(|| untrack(|| fill(sentence, n))).unwrap_or_default()
            }
            None => {
                let n = text[..range.start].matches(MASK).count();
                words.insert(n.min(words.len()), Some(text[range.clone()].to_owned()));
                MASK.to_owned()
            }
        };
        let text = sentence::replaced(&text, range, &by);
        hidden.update(|h| drop(h.insert(sentence, (text.clone(), words))));
        question::set_sentence(store, sentence, text);
    };
    let one = move |sentence: usize| {
        let text = Signal::derive(move || question.sentences.with(|s| s.get(sentence).cloned().unwrap_or_default()));
        let blanks = move || {
            let shown = given.with(|g| g.as_ref().and_then(|g| g.answer.sentences.get(sentence).cloned()));
            shown.filter(|_| !failed()).map(|s| s.blanks).unwrap_or_default()
        };
        let gaps = move || {
            let blanks = blanks();
            let several = blanks.len() > 1;
            blanks
                .into_iter()
                .enumerate()
                .map(|(n, blank)| view! { <Gap place=(sentence, n) several blank hovered pinned/> })
                .collect::<Vec<_>>()
        };
        view! {
            <div class="one" data-testid="answer" data-sentence=sentence.to_string()>
                <Gapped text fill=move |n| fill(sentence, n) click=move |range, gap| click(sentence, range, gap)/>
                <div class="gaps">{gaps}</div>
            </div>
        }
    };
    let two = Memo::new(move |_| question.sentences.with(|s| s.len() > 1));
    let several = move || question.sentences.with(|s| s.iter().any(|s| s.matches(MASK).count() > 1));
    view! {
        <div class="answer" class:stale=move || store.is_stale(Kind::Blank, answered.get(), is_recorded.get()) class:versus=move || two.get()>
            {move || (0..1 + usize::from(two.get())).map(one).collect::<Vec<_>>()}
        </div>
        <Show when=several><Note>{here::SEVERAL}</Note></Show>
        <div class="under">
            <OwnWord question/>
            <TableButton question/>
            <span>{here::HINT}</span>
        </div>
        <Twin><InWords/></Twin>
    }
}

/// What BERT gives a word of several pieces; None where it was not asked.
fn chained(asked: &AskedWord) -> Option<f32> {
    (!asked.chain.is_empty()).then(|| asked.chain.iter().map(|c| c.probability).product())
}

/// A word of several pieces in words: how its probability came about.
fn in_pieces(asked: &AskedWord) -> String {
    match chained(asked) {
        Some(whole) => {
            let steps: Vec<String> = asked.chain.iter().map(|c| percent(c.probability)).collect();
            words::chain(&asked.word, &asked.pieces, &steps, &percent(whole))
        }
        None => words::own_word_pieces(&asked.word, &asked.pieces),
    }
}

/// One gap: its likeliest words and the visitor's own.
#[component]
fn Gap(
    place: Place,
    several: bool,
    blank: BlankFill,
    hovered: RwSignal<Option<(Place, String)>>,
    pinned: RwSignal<BTreeMap<Place, String>>,
) -> impl IntoView {
    let mut bars: Vec<Bar> = blank
        .top
        .iter()
        .map(|t| Bar {
            word: t.piece.clone(),
            probability: t.candidate.probability,
            rank: Some(t.candidate.rank),
            mine: false,
        })
        .collect();
    let mut cut = Vec::new();
    for asked in &blank.asked {
        match asked.candidate {
            Some(c) => {
                let (word, rank) = (asked.word.clone(), Some(c.rank));
                bars.push(Bar { word, probability: c.probability, rank, mine: true })
            }
            None => {
                if let Some(probability) = chained(asked) {
                    bars.push(Bar { word: asked.word.clone(), probability, rank: None, mine: true });
                }
                cut.push(in_pieces(asked));
            }
        }
    }
    let hover = move |word: Option<String>| hovered.set(word.map(|w| (place, w)));
    let pin = move |word: String| {
        pinned.update(|p| {
            if p.get(&place) == Some(&word) {
                p.remove(&place);
            } else {
                p.insert(place, word);
            }
        });
    };
    let chosen = Signal::derive(move || pinned.with(|p| p.get(&place).cloned()));
    let heading = several.then(|| view! { <h3>{words::gap_number(place.1 + 1)}</h3> });
    view! {
        <div class="gap-bars" data-testid="gap-bars" data-gap=place.1.to_string()>
            {heading}
            <Bars bars pinned=chosen hover pin/>
            {cut.into_iter().map(|t| view! { <p class="note">{t}</p> }).collect_view()}
        </div>
    }
}

#[component]
fn OwnWord(question: Question) -> impl IntoView {
    let store = store();
    let typed = RwSignal::new(String::new());
    let asked = move || {
        let word = |word: String| {
            let gone = word.clone();
            let act = move |_| question::drop_word(store, &question.task.get_untracked(), &gone);
            view! { <button class="plain" type="button" aria-label=words::forget(&word) on:click=act>{word.clone()} " ✕"</button> }
        };
        question.task.with(|t| t.asked.iter().cloned().map(word).collect::<Vec<_>>())
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        question::ask_word(store, &question.task.get_untracked(), &typed.get_untracked());
        typed.set(String::new());
    };
    view! {
        <form class="own" on:submit=submit>
            {asked}
            <label class="sr" for="own-word">{here::OWN_WORD}</label>
            <input id="own-word" data-testid="own-word" placeholder=here::OWN_WORD autocomplete="off" autocapitalize="off"
                spellcheck="false" maxlength="100" prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))/>
            <button class="btn" type="submit">{here::ASK}</button>
        </form>
    }
}

/// The same numbers as sentences, straight from the answer shown.
#[component]
fn InWords() -> impl IntoView {
    let store = store();
    move || {
        let answer = store.blanks.get().filter(|_| store.failure(Kind::Blank).is_none())?.answer;
        let mut lines = Vec::new();
        for (i, sentence) in answer.sentences.iter().enumerate() {
            for (n, blank) in sentence.blanks.iter().enumerate() {
                let top: Vec<_> =
                    blank.top.iter().map(|t| (t.piece.clone(), percent(t.candidate.probability))).collect();
                let gap = (sentence.blanks.len() > 1).then_some(n + 1);
                let which = (answer.sentences.len() > 1).then_some(i + 1);
                lines.push(words::blank_words(which, gap, &top));
                lines.extend(blank.asked.iter().map(|a| match a.candidate {
                    Some(c) => words::own_word(&a.word, &percent(c.probability), c.rank),
                    None => in_pieces(a),
                }));
            }
        }
        Some(lines.into_iter().map(|l| view! { <p>{l}</p> }).collect::<Vec<_>>())
    }
}
