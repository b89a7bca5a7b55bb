//! The text as BERT is given it: what was hidden, replaced and kept, with the gaps to guess in.

use super::{Guesses, Reply};
use crate::protocol::masking::{ChosenPiece, Fate};
use crate::ui::figures::token::classes;
use crate::ui::logic::masking::score;
use crate::ui::words::masking as here;
use leptos::prelude::*;

#[component]
pub fn Figure(
    #[prop(into)] shown: Signal<Option<Reply>>,
    #[prop(into)] answered: Signal<bool>,
    guesses: Guesses,
) -> impl IntoView {
    let Guesses { typed, open } = guesses;
    let counts = move || {
        shown.with(|g| {
            let g = g.as_ref()?;
            let trial = g.answer.trials.first()?;
            let of = |fate| trial.chosen.iter().filter(|c| c.fate == fate).count();
            let by = [Fate::Hidden, Fate::Replaced, Fate::Kept].map(of);
            let cut = g
                .answer
                .tokens
                .cut
                .as_ref()
                .map(|c| view! { <p class="told-off" data-testid="cut">{here::cut(c.total, c.limit)}</p> });
            let none = trial.chosen.is_empty().then(|| view! { <p class="told-off">{here::NONE}</p> });
            // [CLS] and [SEP] are never chosen.
            let pieces = g.answer.tokens.pieces.iter().filter(|p| p.span.is_some()).count();
            Some(view! { {cut}<p data-testid="mask-counts">{here::counts(pieces, trial.chosen.len(), by)}</p>{none} })
        })
    };
    let pieces = move || {
        let g = shown.get()?;
        let trial = g.answer.trials.first()?;
        let mut gap = 0;
        let chips = g.answer.tokens.pieces.iter().enumerate().map(|(at, piece)| {
            let Some(chosen) = trial.chosen.iter().find(|c| c.position == at) else {
                return view! { <span class=classes(piece)>{piece.text.clone()}</span> }.into_any();
            };
            if open.get() && chosen.fate == Fate::Hidden {
                gap += 1;
                return view! { <Gap at number=gap guesses/> }.into_any();
            }
            if open.get() {
                return view! { <span class="tok">{chosen.reads.clone()}</span> }.into_any();
            }
            chip(chosen, &piece.text).into_any()
        });
        Some(chips.collect::<Vec<_>>())
    };
    let told = move || {
        shown.with(|g| {
            let g = g.as_ref()?;
            let trial = g.answer.trials.first()?;
            let truth = |at: usize| g.answer.tokens.pieces.get(at).map_or("", |p| p.text.as_str());
            typed.with(|typed| {
                let found = score(trial, truth, |at| typed.get(&at).map(String::as_str));
                (found.of > 0 && !open.get()).then(|| here::score(found, !typed.is_empty()))
            })
        })
    };
    let toggle = move |_| open.update(|o| *o = !*o);
    view! {
        {counts}
        <div class="row masked" lang="en" role="group" aria-label=here::PIECES>{pieces}</div>
        <div class="under">
            <button class="btn" class:main=move || open.get() data-testid="guess" disabled=move || !answered.get() on:click=toggle>
                {move || if open.get() { *here::REVEAL } else { *here::GUESS }}
            </button>
            <span role="status" data-testid="score">{told}</span>
        </div>
    }
}

fn chip(chosen: &ChosenPiece, truth: &str) -> impl IntoView + use<> {
    let class = match chosen.fate {
        Fate::Hidden => "tok mask",
        Fate::Replaced => "tok unk",
        Fate::Kept => "tok keep",
    };
    let replaced = (chosen.fate == Fate::Replaced).then(|| view! { <s>{truth.to_owned()}</s> });
    let shown = if chosen.fate == Fate::Hidden { truth.to_owned() } else { chosen.reads.clone() };
    view! {
        <span class=class data-testid="chosen" data-fate=here::fate(chosen.fate) data-piece=truth.to_owned()
            title=here::chip(chosen.fate, truth, &chosen.reads)>
            {replaced}{shown}<small>{here::fate(chosen.fate)}</small>
        </span>
    }
}

#[component]
fn Gap(at: usize, number: usize, guesses: Guesses) -> impl IntoView {
    let value = move || guesses.typed.with(|t| t.get(&at).cloned().unwrap_or_default());
    let input = move |event| {
        let text = event_target_value(&event);
        guesses.typed.update(|t| if text.is_empty() { drop(t.remove(&at)) } else { drop(t.insert(at, text)) });
    };
    view! {
        <label class="tok mask"><span class="sr">{here::gap(number)}</span>
            <input data-testid="guess-gap" size="8" maxlength="40" autocomplete="off" autocapitalize="off" spellcheck="false"
                prop:value=value on:input=input/>
        </label>
    }
}
