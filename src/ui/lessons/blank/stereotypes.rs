//! Sentence pairs in which the model repeats a stereotype, under a warning that says so.

use super::question;
use crate::ui::controls::{Note, OfUncased};
use crate::ui::logic::number::percent;
use crate::ui::logic::openings::{BLANK, STEREOTYPE_NOT, STEREOTYPES};
use crate::ui::recorded;
use crate::ui::store::store;
use crate::ui::words::lessons::{self as words, blank as here};
use crate::ui::words::shell;
use leptos::prelude::*;

#[component]
pub fn Stereotypes() -> impl IntoView {
    let store = store();
    let share = |sentence: usize, word: &str| recorded::probability(sentence, word).map_or("—".into(), percent);
    let pairs = STEREOTYPES.map(|(sentences, asked)| {
        let row = |sentence: usize| {
            let cells = asked.map(|word| view! { <td class="num">{format!("{word} {}", share(sentence, word))}</td> });
            view! { <tr><th scope="row" lang="en">{BLANK[sentence].replace("[MASK]", "___")}</th>{cells.to_vec()}</tr> }
        };
        let act = move |_| {
            question::try_sentences(store, BLANK[sentences[0]], Some(BLANK[sentences[1]]));
            store.address.update(|a| a.asked = Some(asked.map(String::from).into()));
        };
        view! {
            <tbody data-testid="stereotype">
                {sentences.map(row).to_vec()}
                <tr><td colspan="3"><button class="act" on:click=act>{here::SET_BESIDE}</button></td></tr>
            </tbody>
        }
    });
    let not = words::stereotype_not(
        &BLANK[STEREOTYPE_NOT].replace("[MASK]", "___"),
        &share(STEREOTYPE_NOT, "he"),
        &share(STEREOTYPE_NOT, "she"),
    );
    view! {
        <section class="card" aria-label=here::STEREOTYPES>
            <header>
                <h2>{here::STEREOTYPES}</h2>
                <span class="recorded" title=shell::RECORDED_TITLE>{shell::RECORDED}</span>
            </header>
            <p class="told-off" data-testid="warning">{here::WARNING}</p>
            <div class="scroll" tabindex="0" role="region" aria-label=here::STEREOTYPES>
                <table class="pairs">{pairs.to_vec()}</table>
            </div>
            <Note>{not}</Note>
            <OfUncased/>
        </section>
    }
}
