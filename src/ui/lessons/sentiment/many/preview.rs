//! How the file is read: its first rows, which column is what, and the rows that cannot be read.

use super::source::{Source, read_as};
use super::state::ManyState;
use crate::text::table::{Format, Layout};
use crate::ui::words::many as here;
use leptos::prelude::*;

/// Bad rows that are listed.
const LISTED: usize = 200;

#[component]
pub fn Preview() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let layout = move || state.layout.get().unwrap_or_default();
    let several = move || layout().columns > 1;
    view! {
        <Show when=several><Columns/></Show>
        <FirstRows/>
        <div role="status" data-testid="many-summary">{move || summary(state)}</div>
        <BadRows/>
    }
}

fn summary(state: ManyState) -> impl IntoView {
    if state.unreadable.get() {
        return Some(view! { <p class="told-off">{here::UNREADABLE}</p> }.into_any());
    }
    if state.reading.get() {
        return Some(view! { <p class="note">{here::READING}</p> }.into_any());
    }
    state.table.get().map(|t| {
        let size = state.source.with(|s| s.as_ref().map_or(0, Source::bytes)) as u64;
        let full = t.full_at.map(|line| view! { <p class="told-off">{here::full(line)}</p> });
        let nothing = t.rows.is_empty().then(|| view! { <p class="told-off">{here::NOTHING}</p> });
        view! { <p>{here::summary(t.rows.len(), t.bad.len(), size)}</p>{full}{nothing} }.into_any()
    })
}

/// Which column is the text, which the label, and whether the first row has names.
#[component]
fn Columns() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let layout = move || state.layout.get().unwrap_or_default();
    let change = move |change: &dyn Fn(&mut Layout)| {
        let mut new = state.layout.get_untracked().unwrap_or_default();
        change(&mut new);
        read_as(state, new);
    };
    let options = move |chosen: Option<usize>| {
        let l = layout();
        let name = |i: usize| here::column(i, l.header.as_ref().and_then(|h| h.get(i)).map(String::as_str));
        let option = |i: usize| view! { <option value=i.to_string() selected=chosen == Some(i)>{name(i)}</option> };
        (0..l.columns).map(option).collect::<Vec<_>>()
    };
    let text = move |event| {
        let column = event_target_value(&event).parse().unwrap_or_default();
        change(&|l| {
            l.text = column;
            l.label = l.label.filter(|&c| c != column);
        });
    };
    let label = move |event| {
        let column = event_target_value(&event).parse().ok();
        change(&|l| l.label = column);
    };
    let header = move |_| {
        let first = state.first_rows.with_untracked(|r| r.first().cloned());
        change(&|l| l.header = if l.header.is_some() { None } else { first.clone() });
    };
    view! {
        <div class="pickers">
            <label>{here::TEXT_IN}
                <select data-testid="text-column" on:change=text>{move || options(Some(layout().text))}</select>
            </label>
            <label>{here::LABEL_IN}
                <select data-testid="label-column" on:change=label>
                    <option value="" selected=move || layout().label.is_none()>{here::NO_LABELS}</option>
                    {move || options(layout().label)}
                </select>
            </label>
            <label>
                <input type="checkbox" data-testid="has-header" prop:checked=move || layout().header.is_some() on:change=header/>
                {here::HEADER}
            </label>
        </div>
    }
}

#[component]
fn FirstRows() -> impl IntoView {
    let state = expect_context::<ManyState>();
    move || {
        let layout = state.layout.get()?;
        let mut rows = state.first_rows.get();
        if layout.format == Format::Lines && layout.header.is_none() || rows.is_empty() {
            return None;
        }
        let class = |i: usize| if i == layout.text { "chosen" } else { "" };
        let head = layout.header.as_ref().map(|_| rows.remove(0)).map(|names| {
            let cells: Vec<_> =
                names.into_iter().enumerate().map(|(i, n)| view! { <th scope="col" class=class(i)>{n}</th> }).collect();
            view! { <thead><tr>{cells}</tr></thead> }
        });
        let row = |cells: Vec<String>| {
            let cells: Vec<_> =
                cells.into_iter().enumerate().map(|(i, c)| view! { <td class=class(i)>{c}</td> }).collect();
            view! { <tr>{cells}</tr> }
        };
        let body: Vec<_> = rows.into_iter().take(4).map(row).collect();
        Some(view! {
            <div class="first-rows" tabindex="0" role="region" aria-label=here::PREVIEW data-testid="preview">
                <table>{head}<tbody>{body}</tbody></table>
            </div>
        })
    }
}

#[component]
fn BadRows() -> impl IntoView {
    let state = expect_context::<ManyState>();
    move || {
        let table = state.table.get().filter(|t| !t.bad.is_empty())?;
        let told: Vec<_> = table.bad.iter().take(LISTED).map(|b| view! { <li>{here::bad(b)}</li> }).collect();
        let more = table.bad.len().saturating_sub(LISTED);
        let more = (more > 0).then(|| view! { <p class="note">{here::bad_more(more)}</p> });
        Some(view! {
            <details class="twin" open=table.bad.len() <= 12 data-testid="bad-rows">
                <summary>{here::bad_heading(table.bad.len())}</summary>
                <ul class="bad-rows">{told}</ul>
                {more}
            </details>
        })
    }
}
