//! Each word hidden in its turn: what each side loses on it.

use crate::protocol::Kind;
use crate::protocol::probe::{ProbeKind, RowsTask};
use crate::ui::controls::Recorded;
use crate::ui::lessons::probe::{use_answered, use_recorded, use_shown};
use crate::ui::logic::directions::{WordAt, loss};
use crate::ui::store::store;
use crate::ui::words::probe::{by_word_progress, directions as here, nats};
use leptos::prelude::*;

const KIND: ProbeKind = ProbeKind::ByWord;
/// Losses are drawn up to here, in nats.
const MOST: f32 = 12.0;
/// The views' columns: left, right, both, as rows of a word's three.
const COLUMNS: [(usize, &str); 3] = [(1, "left"), (2, "right"), (0, "both")];

#[component]
pub fn ByWord(task: Memo<Option<RowsTask>>, all: Memo<Vec<WordAt>>, hidden: Memo<Option<usize>>) -> impl IntoView {
    let store = store();
    let shown = use_shown(store, KIND);
    let answered = use_answered(shown, task);
    let is_recorded = use_recorded(shown, answered);
    // Left, right, both of each word.
    let losses = move || {
        let shown = shown.get().filter(|_| answered.get())?;
        let rows = &shown.rows()?.rows;
        let words = all.get().into_iter().enumerate().filter(|(_, w)| !w.open);
        let of_word = |((i, word), three): ((usize, WordAt), &[Vec<_>])| {
            let values = COLUMNS.map(|(row, _)| loss(&three[row], &word).unwrap_or_default());
            (Some(i), word.typed, values)
        };
        Some(words.zip(rows.chunks_exact(3)).map(of_word).collect::<Vec<_>>())
    };
    let row = move |(at, typed, values): (Option<usize>, String, [f32; 3])| {
        let cells = COLUMNS.into_iter().zip(values).map(|((_, name), value)| {
            let width = format!("{:.1}%", value.clamp(0.0, MOST) / MOST * 100.0);
            view! { <td class="loss" data-view=name data-loss=value.to_string()><span class="num">{nats(value)}</span><i class=name style:width=width></i></td> }
        });
        let on = move || at.is_some() && hidden.get() == at;
        view! { <tr data-testid="by-word" data-word=typed.clone() class:on=on><th scope="row">{typed.clone()}</th>{cells.collect::<Vec<_>>()}</tr> }
    };
    let table = move || {
        let all = losses()?;
        let n = all.len().max(1) as f32;
        let mean = std::array::from_fn(|i| all.iter().map(|(_, _, v)| v[i]).sum::<f32>() / n);
        let rows: Vec<_> = all.into_iter().map(row).collect();
        Some(view! {
            <table class="by-word">
                <thead><tr>{here::BY_WORD_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                <tbody>{rows}</tbody>
                <tfoot>{row((None, here::MEAN.into(), mean))}</tfoot>
            </table>
        })
    };
    let progress = move || {
        let (done, total) = store.probing.get().filter(|_| store.is_busy(Kind::Probe(KIND)))?;
        Some(view! { <p class="note" role="status">{by_word_progress(done, total)}</p> })
    };
    view! { <Recorded on=is_recorded/>{progress}{table} }
}
