//! One file: which column is what, its first rows, and the rows that cannot be read.

use crate::protocol::lab::{Columns, ReadFile};
use crate::ui::store::store;
use crate::ui::words::fine_tune::data as here;
use crate::ui::words::many;
use leptos::prelude::*;

#[component]
pub fn FileView(index: usize) -> impl IntoView {
    let lab = store().lab;
    let file =
        Memo::new(move |_| lab.data.with(|d| d.as_ref().and_then(|d| d.files.get(index).cloned())).unwrap_or_default());
    let several = Memo::new(move |_| file.with(|f| f.column_count > 1));
    let summary = move || file.with(|f| here::file(&f.name, &f.role, f.rows, f.bad, f.bytes));
    let full = move || file.with(|f| f.full_at).map(|line| view! { <p class="told-off">{here::full(line)}</p> });
    view! {
        <div class="file" data-testid="lab-file">
            <p data-testid="lab-summary">{summary}</p>
            {full}
            <Show when=move || several.get()><Pickers index file/></Show>
            <FirstRows file/>
            <BadRows file/>
        </div>
    }
}

#[component]
fn Pickers(index: usize, file: Memo<ReadFile>) -> impl IntoView {
    let lab = store().lab;
    let columns = move || file.with(|f| f.columns);
    let change = move |change: &dyn Fn(&mut Columns)| {
        let mut new = file.with_untracked(|f| f.columns);
        change(&mut new);
        lab.columns.update(|all| {
            all.resize(all.len().max(index + 1), None);
            all[index] = Some(new);
        });
    };
    let options = move |chosen: Option<usize>| {
        file.with(|f| {
            let name = |i: usize| many::column(i, f.header.as_ref().and_then(|h| h.get(i)).map(String::as_str));
            let option = |i: usize| view! { <option value=i.to_string() selected=chosen == Some(i)>{name(i)}</option> };
            (0..f.column_count).map(option).collect::<Vec<_>>()
        })
    };
    let text = move |event| {
        let column = event_target_value(&event).parse().unwrap_or_default();
        change(&|c| {
            c.text = column;
            c.label = c.label.filter(|&l| l != column);
            c.second = c.second.filter(|&s| s != column);
        });
    };
    let second = move |event| change(&|c| c.second = event_target_value(&event).parse().ok().filter(|s| *s != c.text));
    let label = move |event| change(&|c| c.label = event_target_value(&event).parse().ok());
    view! {
        <div class="pickers">
            <label>{move || if columns().answers { *here::ANSWER_IN } else { *here::LABEL_IN }}
                <select data-testid="lab-label" on:change=label>
                    <option value="" selected=move || columns().label.is_none()>{here::NONE}</option>
                    {move || options(columns().label)}
                </select>
            </label>
            <label>{here::TEXT_IN}
                <select data-testid="lab-text" on:change=text>{move || options(Some(columns().text))}</select>
            </label>
            <label>{move || if columns().answers { *here::QUESTION_IN } else { *here::SECOND_IN }}
                <select data-testid="lab-second" on:change=second>
                    <option value="" selected=move || columns().second.is_none()>{here::NONE}</option>
                    {move || options(columns().second)}
                </select>
            </label>
            <label>
                <input type="checkbox" data-testid="lab-header" prop:checked=move || columns().header
                    on:change=move |_| change(&|c| c.header = !c.header)/>
                {here::HEADER}
            </label>
            <Show when=move || columns().second.is_some()>
                <label>
                    <input type="checkbox" data-testid="lab-answers" prop:checked=move || columns().answers
                        on:change=move |_| change(&|c| c.answers = !c.answers)/>
                    {here::ANSWERS}
                </label>
            </Show>
        </div>
    }
}

#[component]
fn FirstRows(file: Memo<ReadFile>) -> impl IntoView {
    move || {
        let f = file.get();
        if f.first_rows.is_empty() {
            return None;
        }
        let class = move |i: usize| {
            let c = f.columns;
            let chosen = i == c.text || c.second == Some(i) || c.label == Some(i);
            if chosen { "chosen" } else { "" }
        };
        let head = f.header.as_ref().map(|names| {
            let cell = |(i, n): (usize, &String)| view! { <th scope="col" class=class(i)>{n.clone()}</th> };
            view! { <thead><tr>{names.iter().enumerate().map(cell).collect::<Vec<_>>()}</tr></thead> }
        });
        let row = |cells: &Vec<String>| {
            let cell = |(i, c): (usize, &String)| view! { <td class=class(i)>{c.clone()}</td> };
            view! { <tr>{cells.iter().enumerate().map(cell).collect::<Vec<_>>()}</tr> }
        };
        let body: Vec<_> = f.first_rows.iter().map(row).collect();
        Some(view! {
            <div class="first-rows" tabindex="0" role="region" aria-label=here::PREVIEW data-testid="preview">
                <table>{head}<tbody>{body}</tbody></table>
            </div>
        })
    }
}

#[component]
fn BadRows(file: Memo<ReadFile>) -> impl IntoView {
    move || {
        let (bad, rows) = file.with(|f| (f.bad, f.bad_rows.clone()));
        if bad == 0 {
            return None;
        }
        let more = bad - rows.len().min(bad);
        let told: Vec<_> = rows.iter().map(|b| view! { <li>{many::bad(b)}</li> }).collect();
        let more = (more > 0).then(|| view! { <p class="note">{many::bad_more(more)}</p> });
        Some(view! {
            <details class="twin" open=bad <= 12 data-testid="bad-rows">
                <summary>{here::bad_heading(bad)}</summary>
                <ul class="bad-rows">{told}</ul>
                {more}
            </details>
        })
    }
}
