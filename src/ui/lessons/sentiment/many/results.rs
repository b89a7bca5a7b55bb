//! What was said: the spread, the score, the files, and the rows page by page.

use super::files::Files;
use super::histogram::Histogram;
use super::score::Score;
use super::state::ManyState;
use crate::engine::judge::said;
use crate::protocol::TextPair;
use crate::ui::browser;
use crate::ui::logic::many::{By, PAGE_ROWS, pages};
use crate::ui::logic::number::{grouped, percent};
use crate::ui::store::store;
use crate::ui::words::many as here;
use leptos::prelude::*;

#[component]
pub fn Results() -> impl IntoView {
    view! {
        <div class="many-figures"><Histogram/><Score/></div>
        <Files/>
        <Rows/>
    }
}

/// A page of the rows, in the order chosen.
#[component]
fn Rows() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let rows = move || state.rows();
    let order = Memo::new(move |_| state.outcomes.with(|o| state.sort.get().order(rows(), o)));
    let page = move || state.page.get().min(pages(rows()) - 1);
    let has_labels = Memo::new(move |_| state.table.with(|t| t.as_ref().is_some_and(|t| t.has_labels())));
    // A row keeps its place in the document, and the keyboard's focus, while others are answered.
    let shown = move || order.with(|o| o.iter().skip(page() * PAGE_ROWS).take(PAGE_ROWS).copied().collect::<Vec<_>>());
    let last = move || ((page() + 1) * PAGE_ROWS).min(rows());
    let is_last = move || page() + 1 == pages(rows());
    let turn = move |by: isize| state.page.set(page().saturating_add_signed(by).min(pages(rows()) - 1));
    view! {
        <table class="many-rows" data-testid="many-rows">
            <caption class="sr">{here::TABLE}</caption>
            <thead><tr>
                {By::ALL.map(|by| view! { <Head by/> }).collect_view()}
                {move || has_labels.get().then(|| view! { <th scope="col">{here::GIVEN}</th> })}
                <th scope="col" class="review">{here::REVIEW}</th>
            </tr></thead>
            <tbody>
                <For each=shown key=|i| *i let(index)><Line index has_labels/></For>
            </tbody>
        </table>
        <div class="under">
            <button class="btn" disabled=move || page() == 0 on:click=move |_| turn(-1)>{here::PREVIOUS}</button>
            <span role="status" data-testid="many-page">{move || here::shown(page() * PAGE_ROWS + 1, last(), rows())}</span>
            <button class="btn" disabled=is_last on:click=move |_| turn(1) data-testid="many-next">{here::NEXT}</button>
            <span>{here::HINT}</span>
        </div>
    }
}

/// A column's name, which sorts by it.
#[component]
fn Head(by: By) -> impl IntoView {
    let state = expect_context::<ManyState>();
    let sorted = move || match state.sort.get() {
        s if s.by != by => "none",
        s if s.descending => "descending",
        _ => "ascending",
    };
    let name = move || here::column_head(by, &state.labels.with(|l| l.last().cloned().unwrap_or_default()));
    let mark = move || match sorted() {
        "ascending" => " ↑",
        "descending" => " ↓",
        _ => "",
    };
    let click = move |_| {
        state.sort.update(|s| *s = s.clicked(by));
        state.page.set(0);
    };
    let number = by != By::Label;
    view! {
        <th scope="col" class:num=number aria-sort=sorted>
            <button class="plain" on:click=click data-testid="many-sort">{name}<span aria-hidden="true">{mark}</span></button>
        </th>
    }
}

#[component]
fn Line(index: usize, has_labels: Memo<bool>) -> impl IntoView {
    let store = store();
    let state = expect_context::<ManyState>();
    let row = state.table.with_untracked(|t| t.as_ref().and_then(|t| t.rows.get(index).cloned())).unwrap_or_default();
    let outcome = Memo::new(move |_| state.outcomes.with(|o| o.get(index).cloned()));
    let name = move |i: usize| state.labels.with(|l| l.get(i).cloned().unwrap_or_default());
    let class = Memo::new(move |_| outcome.with(|o| o.as_ref().and_then(|o| said(&o.probabilities))));
    let label = move || match (class.get(), outcome.with(Option::is_some)) {
        (Some(said), _) => name(said),
        (None, true) => here::NO_ANSWER.to_owned(),
        (None, false) => String::new(),
    };
    let probability = move || outcome.with(|o| o.as_ref().and_then(|o| o.last()).map(percent));
    let pieces = move || outcome.with(|o| o.as_ref().map(|o| grouped(o.pieces as u64)));
    let given = row.class;
    let wrong = move || given.is_some() && class.get().is_some() && class.get() != given;
    let text = row.text.clone();
    let pick = move |_| {
        store.address.update(|a| a.text = Some(TextPair { a: text.clone(), b: None }));
        window().scroll_to_with_x_and_y(0.0, 0.0);
        browser::focus("lesson");
    };
    view! {
        <tr class:wrong=wrong data-line=row.line.to_string()>
            <td class="num">{grouped(row.line as u64)}</td>
            <td>{label}</td>
            <td class="num">{probability}</td>
            <td class="num">{pieces}</td>
            {move || has_labels.get().then(|| view! { <td>{given.map(name)}{move || wrong().then_some(" ✗")}</td> })}
            <td class="review"><button class="plain" title=here::PICK on:click=pick data-testid="many-pick">{row.text}</button></td>
        </tr>
    }
}
