//! The first numbers, and all of them as files.

use super::Shown;
use crate::ui::browser;
use crate::ui::logic::features::{rows, to_csv};
use crate::ui::logic::number::minus;
use crate::ui::logic::{csv, npy::npy};
use crate::ui::store::store;
use crate::ui::words::features as here;
use leptos::prelude::*;

/// Rows and numbers shown.
const ROWS: usize = 8;
const NUMBERS: usize = 5;

#[component]
pub fn Files(shown: Memo<Option<Shown>>, live: Signal<bool>) -> impl IntoView {
    let store = store();
    let off = move || !live.get() || shown.with(Option::is_none);
    let save = move |make: fn(&Shown)| shown.with_untracked(|s| s.iter().for_each(make));
    let told = move || {
        shown.with(|s| {
            let s = s.as_ref()?;
            let cut = s.0.answer.texts.iter().filter(|t| t.total > t.read).count();
            let limit = store.loaded.with(|l| l.as_ref().map_or(512, |l| l.max_tokens));
            let size = here::size(s.values().len() / s.width().max(1), s.width(), s.by_piece());
            let cut = (cut > 0).then(|| view! { <p class="told-off" data-testid="cut">{here::cut(cut, limit)}</p> });
            Some(view! { <p data-testid="feature-size">{size}</p>{cut} })
        })
    };
    view! {
        {told}
        {move || shown.get().map(|s| view! { <First s/> })}
        <div class="under">
            <button class="btn" disabled=off on:click=move |_| save(save_csv) data-testid="csv">{here::CSV}</button>
            <button class="btn" disabled=off on:click=move |_| save(save_npy) data-testid="npy">{here::NPY}</button>
            <Show when=move || shown.with(|s| s.as_ref().is_some_and(Shown::by_piece))>
                <button class="btn" disabled=off on:click=move |_| save(save_names) data-testid="names">{here::NAMES}</button>
            </Show>
        </div>
        <p class="note">{here::NPY_NOTE}</p>
    }
}

fn save_csv(s: &Shown) {
    let _ = browser::download("features.csv", "text/csv", &to_csv(&s.0.question, &s.0.answer, s.values()));
}

fn save_npy(s: &Shown) {
    let _ = browser::download_bytes("features.npy", &npy(&s.0.answer.values.shape, s.values()));
}

/// Which piece of which text each row is.
fn save_names(s: &Shown) {
    let mut out = csv::row([here::HEAD[0], here::HEAD[2]]);
    for (text, piece) in rows(&s.0.answer) {
        out += &csv::row([(text + 1).to_string().as_str(), piece.unwrap_or_default()]);
    }
    let _ = browser::download("features-rows.csv", "text/csv", &out);
}

#[component]
fn First(s: Shown) -> impl IntoView {
    let names = rows(&s.0.answer);
    let lines = names.iter().zip(s.values().chunks_exact(s.width().max(1))).take(ROWS).map(|((text, piece), numbers)| {
        let name = piece.map(str::to_owned).unwrap_or_else(|| s.0.question.texts.get(*text).cloned().unwrap_or_default());
        let cells = numbers.iter().take(NUMBERS).map(|v| view! { <td class="num">{minus(f64::from(*v), 3)}</td> });
        view! { <tr><th scope="row" class="num">{text + 1}</th><td>{name}</td>{cells.collect::<Vec<_>>()}<td aria-hidden="true">"…"</td></tr> }
    });
    let lines: Vec<_> = lines.collect();
    let name = if s.by_piece() { here::HEAD[2] } else { here::HEAD[1] };
    let told = here::shown(lines.len(), names.len());
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=here::NUMBERS>
            <table data-testid="first-numbers">
                <thead><tr><th scope="col">{here::HEAD[0]}</th><th scope="col">{name}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
        <p class="note">{told}</p>
    }
}
