//! The lessons in the article's order. Those not yet built are listed, and no links.

use crate::ui::logic::address::{Address, Lesson, Pick};
use crate::ui::logic::change::Change;
use crate::ui::store::store;
use crate::ui::words::shell as words;
use leptos::prelude::*;
use std::collections::BTreeMap;

fn lesson_of(name: &str) -> Option<Lesson> {
    match name {
        "Fill the blank" => Some(Lesson::Blank),
        "Attention" => Some(Lesson::Attention),
        "Tokens" => Some(Lesson::Tokens),
        "Next sentence" => Some(Lesson::NextSentence),
        "Sentiment" => Some(Lesson::Sentiment),
        "Fine-tune" => Some(Lesson::FineTune),
        "Context" => Some(Lesson::Context),
        "Masking" => Some(Lesson::Masking),
        "Both directions" => Some(Lesson::Directions),
        "The input" => Some(Lesson::Input),
        "Inside" => Some(Lesson::Inside),
        "Ask a text" => Some(Lesson::Answers),
        _ => None,
    }
}

#[component]
pub fn Rail() -> impl IntoView {
    let store = store();
    let mut number = 0;
    let parts = words::PARTS.map(|(part, names)| {
        let first = number + 1;
        number += names.len();
        let items = names.iter().zip(first..).map(move |(name, number)| {
            let Some(lesson) = lesson_of(name) else {
                return view! {
                    <li><span class="shut"><small>{number}</small><span>{*name}<span class="sr">", " {words::NOT_OPEN}</span></span></span></li>
                }
                .into_any();
            };
            // The sentence travels; what was picked in it does not.
            let href = move || {
                let there = store.address.with(|a| match a.lesson == lesson {
                    true => a.clone(),
                    false => Address { lesson, piece: Pick::Opening, other_view: false, changes: BTreeMap::new(), change: Change::Nothing, form: 0, ..a.clone() },
                });
                format!("#{}", there.to_fragment())
            };
            let current = move || store.address.with(|a| a.lesson == lesson).then_some("page");
            view! { <li><a href=href aria-current=current><small>{number}</small><span>{*name}</span></a></li> }.into_any()
        });
        view! { <h2>{part}</h2><ol>{items.collect_view()}</ol> }
    });
    let rail: NodeRef<leptos::html::Nav> = NodeRef::new();
    // On phones the rail is a strip: the current lesson is brought into it.
    Effect::new(move || {
        store.address.with(|a| a.lesson);
        let Some(rail) = rail.get() else { return };
        request_animation_frame(move || {
            if let Ok(Some(current)) = rail.query_selector("[aria-current]") {
                let (strip, item) = (rail.get_bounding_client_rect(), current.get_bounding_client_rect());
                let off = item.x() + item.width() / 2.0 - strip.x() - strip.width() / 2.0;
                rail.set_scroll_left(rail.scroll_left() + off as i32);
            }
        });
    });
    view! {
        <nav class="rail" node_ref=rail aria-label=words::LESSONS>
            <div>{parts.into_iter().collect_view()}</div>
            <p class="legend">{words::RAIL_LEGEND}</p>
        </nav>
    }
}
