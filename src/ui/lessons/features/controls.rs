//! What the vectors are made of, and the work when there is much of it.

use super::{KIND, call_off, edit};
use crate::protocol::Task;
use crate::protocol::features::{FeaturesTask, Layers, Vectors};
use crate::ui::controls::Choice;
use crate::ui::logic::features::UNASKED_LINES;
use crate::ui::store::{Health, store};
use crate::ui::words::context::{layer_name, layer_of};
use crate::ui::words::features as here;
use leptos::prelude::*;

const VECTORS: [Vectors; 4] = [Vectors::First, Vectors::Mean, Vectors::Pooled, Vectors::Pieces];

#[component]
pub fn Controls() -> impl IntoView {
    let store = store();
    let vectors = Memo::new(move |_| store.address.with(|a| a.features.vectors()));
    let layers = Memo::new(move |_| store.address.with(|a| a.features.layers()));
    let last = Memo::new(move |_| store.loaded.with(|l| l.as_ref().map_or(12, |l| l.layers)));
    let layer = Memo::new(move |_| match layers.get() {
        Layers::One(layer) => layer.min(last.get()),
        _ => last.get(),
    });
    let of = Signal::derive(move || VECTORS.iter().position(|v| *v == vectors.get()).unwrap_or(0));
    let made = Signal::derive(move || match layers.get() {
        Layers::One(_) => 0,
        Layers::Sum => 1,
        Layers::Joined => 2,
    });
    let choose = move |i: usize| {
        let layers = [Layers::One(last.get_untracked()), Layers::Sum, Layers::Joined][i];
        edit(store, |f| f.layers = Some(layers));
    };
    let moved = move |event| {
        if let Ok(layer) = event_target_value(&event).parse() {
            edit(store, |f| f.layers = Some(Layers::One(layer)));
        }
    };
    view! {
        <div class="pickers">
            <span>{here::VECTORS}</span>
            <Choice label=here::VECTORS options=here::VECTORS_OF.to_vec() chosen=of choose=move |i: usize| edit(store, |f| f.vectors = Some(VECTORS[i]))/>
        </div>
        <Show when=move || vectors.get() != Vectors::Pooled>
            <div class="pickers">
                <span>{here::LAYERS}</span>
                <Choice label=here::LAYERS options=here::LAYERS_OF.to_vec() chosen=made choose/>
            </div>
            <Show when=move || made.get() == 0>
                <label class="slider">{here::LAYER}
                    <input type="range" min="0" max=move || last.get().to_string() step="1" data-testid="feature-layer"
                        prop:value=move || layer.get().to_string() aria-valuetext=move || layer_name(layer.get()) on:input=moved/>
                    <output>{move || layer_of(layer.get(), last.get())}</output>
                </label>
            </Show>
        </Show>
    }
}

/// The button that many lines wait for, and how far they are.
#[component]
pub fn Work(task: Memo<FeaturesTask>, answered: Signal<bool>) -> impl IntoView {
    let store = store();
    let many = Memo::new(move |_| task.with(|t| Some(t.texts.len()).filter(|n| *n > UNASKED_LINES)));
    let busy = Memo::new(move |_| store.is_busy(KIND));
    let ready = move || store.health.get() == Health::Ready;
    let start = move |_| {
        store.set_failure(KIND, None);
        store.ask_instead(Task::Features(task.get_untracked()));
    };
    view! {
        {move || (!busy.get() && !answered.get()).then(|| many.get()).flatten().map(|n| view! {
            <div class="under">
                <button class="btn main" disabled=move || !ready() on:click=start data-testid="read-lines">{here::READ}</button>
                <span>{here::waiting(n)}</span>
            </div>
        })}
        <div role="status">{move || store.reading.get().filter(|_| busy.get()).map(|(done, total)| view! {
            <div class="under">
                <progress max=total.to_string() prop:value=done as f64></progress>
                <span data-testid="reading">{here::reading(done, total)}</span>
                <button class="btn" on:click=move |_| call_off(store) data-testid="cancel-reading">{here::CANCEL}</button>
            </div>
        })}</div>
    }
}
