//! A guess that the visitor commits to before they see BERT's answer. Nobody has to.

use crate::ui::browser;
use crate::ui::carried::carried;
use crate::ui::store::store;
use crate::ui::words::guess as here;
use leptos::prelude::*;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub text: String,
    pub options: Vec<String>,
}

/// The right options (several where they tie), and what BERT said, in a sentence with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    pub right: Vec<usize>,
    pub told: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Closed,
    Asking,
    /// Which option.
    Committed(usize),
}

/// Offers the question; while it is open, `hides` is true and the lesson keeps its answer out of sight. `question` is
/// None where there is nothing to guess, `truth` until the answer is in.
#[component]
pub fn Guess(
    #[prop(into)] question: Signal<Option<Question>>,
    #[prop(into)] truth: Signal<Option<Truth>>,
    hides: RwSignal<bool>,
) -> impl IntoView {
    let store = store();
    let stage = carried("guess", Stage::Closed);
    hides.set(stage.get_untracked() == Stage::Asking);
    // The button that was pressed is gone: the keyboard goes on at what took its place.
    let go = move |to: Stage| {
        stage.set(to);
        hides.set(to == Stage::Asking);
        request_animation_frame(|| browser::focus("guess-go"));
    };
    let asked = Memo::new(move |_| question.get());
    // Another text, piece or layer: what was guessed is not about it.
    Effect::new(move |before: Option<Option<Question>>| {
        let now = asked.get();
        if before.is_some_and(|b| b != now) {
            stage.set(Stage::Closed);
            hides.set(false);
        }
        now
    });
    Effect::new(move |before: Option<u32>| {
        let escapes = store.escapes.get();
        if before.is_some_and(|b| b != escapes) && stage.get_untracked() == Stage::Asking {
            go(Stage::Closed);
        }
        escapes
    });
    // The lesson may be gone with it.
    on_cleanup(move || {
        let _ = hides.try_set(false);
    });
    let ask = move |q: Question| {
        let option = |(i, name): (usize, String)| {
            let id = (i == 0).then_some("guess-go");
            view! { <button class="btn" id=id aria-describedby="guess-asked" data-testid="guess-option" on:click=move |_| go(Stage::Committed(i))>{name}</button> }
        };
        let options: Vec<_> = q.options.into_iter().enumerate().map(option).collect();
        view! {
            <p id="guess-asked"><b>{q.text}</b></p>
            <div class="under" role="group" aria-labelledby="guess-asked">
                {options}<button class="plain" data-testid="guess-skip" on:click=move |_| go(Stage::Closed)>{here::SKIP}</button>
            </div>
        }
    };
    let judged = move |guess: usize, q: Question| {
        let said = q.options.get(guess).cloned().unwrap_or_default();
        let verdict = move || match truth.get() {
            Some(t) => {
                let right = t.right.contains(&guess);
                view! { <p class="truth" class:wrong=!right data-testid="guess-told" data-right=right.to_string()>{here::judged(&said, right)}" "{t.told}</p> }.into_any()
            }
            None => view! { <p class="note">{here::WAIT}</p> }.into_any(),
        };
        view! {
            <div role="status">{verdict}</div>
            <p><button class="plain" id="guess-go" data-testid="guess-again" on:click=move |_| go(Stage::Asking)>{here::AGAIN}</button></p>
        }
    };
    move || {
        let q = asked.get()?;
        let shown = match stage.get() {
            Stage::Closed => view! { <button class="btn" id="guess-go" data-testid="guess-start" on:click=move |_| go(Stage::Asking)>{here::START}</button> }.into_any(),
            Stage::Asking => ask(q).into_any(),
            Stage::Committed(guess) => judged(guess, q).into_any(),
        };
        Some(view! { <div class="guess" data-testid="guess-first">{shown}</div> })
    }
}
