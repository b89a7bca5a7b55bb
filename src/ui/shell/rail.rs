//! The lessons in the article's order.

use crate::ui::logic::address::{Address, Pick};
use crate::ui::logic::change::Change;
use crate::ui::store::store;
use crate::ui::words::shell as words;
use leptos::prelude::*;
use std::collections::BTreeMap;

#[component]
pub fn Rail() -> impl IntoView {
    let store = store();
    let mut number = 0;
    let parts = words::PARTS.map(|(part, lessons)| {
        let first = number + 1;
        number += lessons.len();
        let items = lessons.iter().zip(first..).map(move |(&lesson, number)| {
            // The sentence travels; what was picked in it does not.
            let href = move || {
                let there = store.address.with(|a| match a.lesson == lesson {
                    true => a.clone(),
                    false => Address { lesson, piece: Pick::Opening, other_view: false, changes: BTreeMap::new(), change: Change::Nothing, form: 0, ..a.clone() },
                });
                format!("#{}", there.to_fragment())
            };
            let current = move || store.address.with(|a| a.lesson == lesson).then_some("page");
            view! { <li><a href=href aria-current=current><small>{number}</small><span>{words::name(lesson)}</span></a></li> }
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
        </nav>
    }
}
