//! The rates, the draw, and whole words.

use super::edit;
use crate::protocol::masking::Recipe;
use crate::ui::logic::masking::{MOST_CHOSEN, MaskingState, Rate, moved};
use crate::ui::store::store;
use crate::ui::words::masking as here;
use leptos::prelude::*;

#[component]
pub fn Controls(state: Memo<MaskingState>) -> impl IntoView {
    let store = store();
    let recipe = Memo::new(move |_| state.get().recipe);
    let slider = move |name: &'static str, testid: &'static str, rate: Rate, most: u8, value: fn(Recipe) -> u8| {
        let to = move |event| {
            let to = event_target_value(&event).parse().unwrap_or(0);
            edit(store, |m| m.recipe = moved(m.recipe, rate, to));
        };
        let now = move || value(recipe.get());
        view! {
            <label class="slider">{name}
                <input type="range" min="0" max=most.to_string() step="1" data-testid=testid prop:value=move || now().to_string()
                    aria-valuetext=move || here::percent(now()) on:input=to/>
                <output>{move || here::percent(now())}</output>
            </label>
        }
    };
    let seed = move |event| {
        if let Ok(seed) = event_target_value(&event).parse() {
            edit(store, |m| m.seed = seed);
        }
    };
    let whole = move |_| edit(store, |m| m.recipe.whole_words = !m.recipe.whole_words);
    let kept = move || here::kept(100 - recipe.get().hidden - recipe.get().random);
    view! {
        <fieldset class="rates">
            <legend class="sr">{here::CONTROLS}</legend>
            {slider(*here::CHOSEN, "rate-chosen", Rate::Chosen, MOST_CHOSEN, |r| r.chosen)}
            {slider(*here::HIDDEN, "rate-hidden", Rate::Hidden, 100, |r| r.hidden)}
            {slider(*here::RANDOM, "rate-random", Rate::Random, 100, |r| r.random)}
            <p class="note" data-testid="rate-kept">{kept}</p>
            <div class="pickers">
                <label>{here::SEED}
                    <input type="number" min="0" max="4294967295" step="1" data-testid="seed" prop:value=move || state.get().seed.to_string() on:input=seed/>
                </label>
                <button class="btn" data-testid="draw" on:click=move |_| edit(store, |m| m.seed = m.seed.wrapping_add(1))>{here::AGAIN}</button>
                <button class="btn" data-testid="whole-words" aria-pressed=move || recipe.get().whole_words.to_string() on:click=whole>{here::WHOLE}</button>
                <button class="plain" disabled=move || recipe.get() == Recipe::BERT on:click=move |_| edit(store, |m| m.recipe = Recipe::BERT)>{here::RECIPE}</button>
            </div>
        </fieldset>
    }
}
