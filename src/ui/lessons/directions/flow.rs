//! Information flow as the article draws it: BERT, left to right, two passes joined at the end.

use crate::ui::controls::Choice;
use crate::ui::logic::directions::WordAt;
use crate::ui::store::store;
use crate::ui::words::probe::directions as here;
use leptos::prelude::*;

const LAYERS: usize = 3;
/// Words drawn: the hidden one and its neighbours.
const WORDS: usize = 5;
const STEP: f64 = 100.0;
const RISE: f64 = 62.0;

fn x(word: usize) -> f64 {
    50.0 + word as f64 * STEP
}

fn y(layer: usize) -> f64 {
    40.0 + (LAYERS - layer) as f64 * RISE
}

/// Lines of one pass, `shift` to the side of the nodes: (from, to, layer), and whether they lead to the hidden word.
fn lines(count: usize, hidden: usize, sees: fn(usize, usize) -> bool, class: &'static str, shift: f64) -> Vec<AnyView> {
    let mut all = Vec::new();
    for layer in 0..LAYERS {
        for (query, key) in (0..count).flat_map(|q| (0..count).map(move |k| (q, k))).filter(|&(q, k)| sees(q, k)) {
            // What the top of the hidden word rests on: in the top layer its own lines, below them all that feed those.
            let feeds = if layer + 1 == LAYERS { query == hidden } else { sees(hidden, query) };
            let class = if feeds { format!("{class} feeds") } else { class.to_owned() };
            all.push(
                view! { <line class=class x1=x(key) + shift y1=y(layer) x2=x(query) + shift y2=y(layer + 1)></line> }
                    .into_any(),
            );
        }
    }
    all
}

#[component]
pub fn Flow(all: Memo<Vec<WordAt>>, hidden: Memo<Option<usize>>) -> impl IntoView {
    let store = store();
    let form = Memo::new(move |_| store.address.with(|a| a.form).min(2));
    let choose = move |i: usize| store.address.update(|a| a.form = i);
    let figure = move || {
        let all = all.get();
        let at = hidden.get().unwrap_or(0);
        let first = at.saturating_sub(WORDS / 2).min(all.len().saturating_sub(WORDS));
        let named: Vec<String> = all.iter().skip(first).take(WORDS).map(|w| w.typed.clone()).collect();
        let (count, own) = (named.len(), at - first.min(at));
        let (left, right) = (|q: usize, k: usize| k <= q, |q: usize, k: usize| k >= q);
        let drawn = match form.get() {
            0 => lines(count, own, |_, _| true, "both", 0.0),
            1 => lines(count, own, left, "left", 0.0),
            _ => {
                let mut both = lines(count, own, left, "left", -9.0);
                both.extend(lines(count, own, right, "right", 9.0));
                both
            }
        };
        let nodes = (0..count).flat_map(|w| (0..=LAYERS).map(move |l| (w, l))).map(|(w, l)| {
            let class = if w == own && (l == 0 || l == LAYERS) { "node own" } else { "node" };
            view! { <circle class=class cx=x(w) cy=y(l) r="9"></circle> }
        });
        let joint = (form.get() == 2 && count > 0).then(|| {
            view! { <line class="both feeds" x1=x(own) y1=y(LAYERS) x2=x(own) y2="12"></line><circle class="node own" cx=x(own) cy="12" r="7"></circle> }
        });
        let labels = named.into_iter().enumerate().map(|(w, word)| {
            let short: String =
                if word.chars().count() > 11 { word.chars().take(10).chain(['…']).collect() } else { word };
            let text = if w == own { "?".to_owned() } else { short };
            view! { <text x=x(w) y=y(0) + 30.0>{text}</text> }
        });
        view! {
            <svg class="flow" viewBox="0 0 500 270" role="img" aria-label=here::FLOW_WORDS[form.get()] data-testid="flow" data-form=form.get().to_string()>
                {drawn}{joint}{nodes.collect::<Vec<_>>()}{labels.collect::<Vec<_>>()}
            </svg>
        }
    };
    view! {
        <header>
            <h2>{here::FLOW}</h2>
            <Choice label=here::FLOW_VIEW options=here::FLOWS.into() chosen=Signal::from(form) choose/>
        </header>
        {figure}
        <p>{move || here::FLOW_WORDS[form.get()]}</p>
    }
}
