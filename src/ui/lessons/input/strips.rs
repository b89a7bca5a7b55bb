//! A piece's rows as strips: piece, position, segment, their sum, and the sum after LayerNorm.

use crate::ui::carried::carried;
use crate::ui::controls::Twin;
use crate::ui::figures::strip::{Strip, Values, length};
use crate::ui::lessons::probe::Shown;
use crate::ui::words::probe::{adds_up, dimension, input as here, number};
use leptos::prelude::*;
use std::sync::Arc;

/// The five rows of a piece in one of the answer's rows (the last: changed, if anything is).
fn rows_of(shown: &Shown, at: usize) -> Option<[Vec<f32>; 5]> {
    let rows = shown.rows()?;
    let embedding = rows.embedding.as_ref()?;
    let [b, s, _, h] = embedding.parts.shape[..] else { return None };
    let place = (b - 1) * s + at.min(s.saturating_sub(1));
    let part = |which: usize| shown.values(&embedding.parts, place * 3 + which, h).to_vec();
    let [word, position, segment] = [part(0), part(1), part(2)];
    if segment.len() != h || word.len() != h {
        return None;
    }
    let sum = (0..h).map(|i| word[i] + position[i] + segment[i]).collect();
    Some([word, position, segment, sum, shown.values(&embedding.normed, place, h).to_vec()])
}

/// The largest size but a few outliers: one number of a vector may be ten times all others.
fn most(values: &[Vec<f32>]) -> f32 {
    let mut sizes: Vec<f32> = values.iter().flatten().map(|v| v.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len().saturating_sub(1) * 199 / 200).copied().unwrap_or(1.0)
}

#[component]
pub fn Strips(shown: Memo<Option<Shown>>, at: Memo<usize>) -> impl IntoView {
    let rows = Memo::new(move |_| shown.with(|s| s.as_ref().and_then(|s| rows_of(s, at.get()))));
    let chosen = carried("dimension", 0usize);
    let width = move || rows.with(|r| r.as_ref().map_or(1, |r| r[0].len()));
    let marked = Signal::derive(move || chosen.get().min(width() - 1));
    let strip = move |i: usize| {
        let values = Signal::derive(move || {
            rows.with(|r| {
                let r = r.as_ref().map(|r| &r[..]).unwrap_or_default();
                // The four that add up have one scale, LayerNorm's another.
                let scale =
                    if i < 4 { most(r.get(..4).unwrap_or_default()) } else { most(r.get(4..).unwrap_or_default()) };
                let values = Arc::new(r.get(i).cloned().unwrap_or_default());
                Values { name: here::NAMES[i].into(), values, most: scale }
            })
        });
        view! { <Strip shown=values marked/> }
    };
    let value = move |i: usize| rows.with(|r| r.as_ref().and_then(|r| r[i].get(marked.get()).copied()).unwrap_or(0.0));
    let equation = move || adds_up([0, 1, 2, 3].map(value));
    let table = move || {
        let row = |(i, name): (usize, &'static str)| {
            let size = move || rows.with(|r| r.as_ref().map_or(0.0, |r| length(&r[i])));
            view! {
                <tr data-testid="part" data-part=i.to_string() data-value=move || value(i).to_string()>
                    <th scope="row">{name}</th><td class="num">{move || number(size())}</td><td class="num">{move || number(value(i))}</td>
                </tr>
            }
        };
        here::NAMES.into_iter().enumerate().map(row).collect::<Vec<_>>()
    };
    let slide = move |event| chosen.set(event_target_value(&event).parse().unwrap_or(0));
    view! {
        <Show when=move || rows.with(Option::is_some)>
            <div class="strips">{(0..5).map(strip).collect::<Vec<_>>()}</div>
            <div class="pickers">
                <label>{here::DIMENSION}
                    <input type="range" min="0" max=move || (width() - 1).to_string() prop:value=move || marked.get().to_string() on:input=slide data-testid="dimension"/>
                </label>
                <span>{move || dimension(marked.get() + 1, width())}</span>
                <b class="mono" data-testid="equation">{equation}</b>
            </div>
            <Twin>
                <table>
                    <thead><tr>{here::STRENGTH_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{table()}</tbody>
                </table>
            </Twin>
        </Show>
    }
}
