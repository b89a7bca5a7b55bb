//! The five views of a hidden word, side by side.

use crate::protocol::probe::ProbedBlank;
use crate::ui::controls::Twin;
use crate::ui::lessons::probe::Shown;
use crate::ui::logic::directions::{WordAt, loss};
use crate::ui::logic::number::percent;
use crate::ui::words::probe::{directions as here, nats, view_words};
use leptos::prelude::*;

/// For tests and readers of the page's source: the views by name, in the words' order.
const VIEWS: [&str; 5] = ["both", "left", "right", "neither", "joined"];
/// Likeliest words listed of each.
const SHOWN: usize = 3;

#[component]
pub fn Views(shown: Memo<Option<Shown>>, word: Memo<Option<WordAt>>) -> impl IntoView {
    // The word that the answer is about, not the one just picked.
    let views = move || {
        let shown = shown.get()?;
        let rows = shown.rows()?;
        let hidden = shown.task.rows.first()?.masked.clone();
        let word = word.get()?;
        let at = if hidden.is_empty() { word.pieces } else { hidden };
        let word = WordAt { pieces: at, ..word };
        Some(rows.rows.iter().chain(&rows.joined).map(|blanks| (blanks.clone(), word.clone())).collect::<Vec<_>>())
    };
    let row = |((i, name), (blanks, word)): ((usize, &'static str), (Vec<ProbedBlank>, WordAt))| {
        let loss = loss(&blanks, &word);
        let of_word = blanks.iter().filter(|b| word.pieces.contains(&b.position));
        let several = word.pieces.len() > 1;
        let tops = of_word.map(|b| {
            let list = b.top.iter().take(if several { 1 } else { SHOWN });
            let words = list
                .map(|t| view! { <li><b class="mono">{t.piece.clone()}</b>" "{percent(t.candidate.probability)}</li> });
            view! { <ol class="tops">{words.collect::<Vec<_>>()}</ol> }
        });
        let width = format!("{:.1}%", loss.unwrap_or(0.0).clamp(0.0, 12.0) / 12.0 * 100.0);
        view! {
            <tr data-testid="view" data-view=VIEWS[i] data-loss=loss.map(|l| l.to_string())>
                <th scope="row">{name}</th>
                <td>{tops.collect::<Vec<_>>()}</td>
                <td class="loss"><span class="num">{loss.map_or("—".into(), nats)}</span><i class=VIEWS[i] style:width=width></i></td>
            </tr>
        }
    };
    let rows = move || {
        let named = here::NAMES.into_iter().enumerate();
        views().map(|v| named.zip(v).map(row).collect::<Vec<_>>())
    };
    let in_words = move || {
        let lines = here::NAMES.into_iter().zip(views()?).map(|(name, (blanks, word))| {
            let blank = blanks.iter().find(|b| word.pieces.contains(&b.position));
            let top: Vec<_> = blank
                .iter()
                .flat_map(|b| &b.top)
                .map(|t| (t.piece.clone(), percent(t.candidate.probability)))
                .collect();
            let truth = blank.and_then(|b| b.truth.as_ref()).map(|t| percent(t.candidate.probability));
            let loss = loss(&blanks, &word).map(nats).unwrap_or_default();
            let told = truth.as_ref().map(|share| (word.typed.as_str(), share.as_str(), loss.as_str()));
            view! { <p>{view_words(name, &top, told)}</p> }
        });
        Some(lines.collect::<Vec<_>>())
    };
    view! {
        <Show when=move || shown.with(Option::is_some)>
            <table class="views">
                <thead><tr>{here::VIEW_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <Twin>{in_words}</Twin>
        </Show>
    }
}
