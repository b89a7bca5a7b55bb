//! Below a figure that was pinned: old, new, and the difference.

use super::pins::{Pin, Pins};
use super::{element, read};
use crate::ui::logic::compare::{Change, Compared, What, compare, short};
use crate::ui::logic::number::written;
use crate::ui::store::store;
use crate::ui::words::share as words;
use leptos::prelude::*;

/// Changes that are listed.
const LISTED: usize = 40;

/// A plain number in the page's language; all else as it is.
fn localized(cell: String) -> String {
    if cell.parse::<f64>().is_ok() { written(cell) } else { cell }
}

#[component]
pub fn ComparedView(number: usize, pinned: Memo<Option<Pin>>, looks: RwSignal<u32>) -> impl IntoView {
    let store = store();
    let pins = Pins::expect();
    let compared: Memo<Option<Compared>> = Memo::new(move |before: Option<&Option<Compared>>| {
        looks.track();
        let pin = pinned.get()?;
        let card = element(number)?;
        if read::is_stale(&card) {
            return before.cloned().flatten();
        }
        let origin = [*words::LIVE, *words::RECORDED];
        Some(compare(&pin.shot, &read::shot(store, &card), origin))
    });
    let row = |change: &Change| {
        let what = match &change.what {
            What::Texts => words::TEXT.to_owned(),
            What::Model => words::MODEL.to_owned(),
            What::Origin => words::VALUES.to_owned(),
            What::Setting(key) => words::setting(key).to_owned(),
            What::Cell(parts) => {
                parts.iter().map(String::as_str).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
            }
        };
        let shown = |text: &str| if text.is_empty() { words::NONE.to_owned() } else { localized(short(text)) };
        let difference =
            change.difference.as_ref().map(|(value, unit)| words::difference(&written(value.clone()), unit));
        view! {
            <tr data-testid="change">
                <th scope="row">{what}</th><td>{shown(&change.old)}</td><td>{shown(&change.new)}</td><td class="num">{difference}</td>
            </tr>
        }
    };
    let shown = move || {
        let Compared { changes, equal } = compared.get()?;
        let id = pinned.with_untracked(|p| p.as_ref().map(|p| p.id))?;
        let table = if changes.is_empty() {
            view! { <p class="note">{words::NOTHING_YET}</p> }.into_any()
        } else {
            let rows: Vec<_> = changes.iter().take(LISTED).map(row).collect();
            let rest = words::rest(equal, changes.len().saturating_sub(LISTED));
            view! {
                <div class="scroll" tabindex="0" role="region" aria-label=words::AGAINST>
                    <table data-testid="changes-since">
                        <thead><tr>{words::HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p class="note">{rest}</p>
            }
            .into_any()
        };
        Some(view! {
            <details class="against" open=true data-testid="against">
                <summary>{words::AGAINST}</summary>
                {table}
                <button class="btn" data-testid="release-here" on:click=move |_| pins.release(id)>{words::RELEASE}</button>
            </details>
        })
    };
    view! { {shown} }
}
