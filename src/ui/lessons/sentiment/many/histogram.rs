//! How the probabilities spread.

use super::state::ManyState;
use crate::ui::controls::Twin;
use crate::ui::logic::histogram::counts;
use crate::ui::words::many as here;
use leptos::prelude::*;

const BINS: usize = 20;
/// Of the drawing, in its own units.
const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 120.0;
const FOOT: f64 = 18.0;
const HEAD: f64 = 14.0;

#[component]
pub fn Histogram() -> impl IntoView {
    let state = expect_context::<ManyState>();
    let bins = Memo::new(move |_| state.outcomes.with(|o| counts(o.iter().filter_map(|o| o.last()), BINS)));
    let label = move || state.labels.with(|l| l.last().cloned().unwrap_or_default());
    let heading = move || here::histogram(&label(), bins.with(|b| b.iter().sum()));
    let drawn =
        move || {
            let bins = bins.get();
            let most = bins.iter().copied().max().unwrap_or(0);
            let bar = |(i, &n): (usize, &usize)| {
                let width = WIDTH / BINS as f64;
                let height = HEIGHT * n as f64 / most.max(1) as f64;
                // A bin that holds any shows it.
                let height = if n > 0 { height.max(1.5) } else { 0.0 };
                let (low, high) = edges(i);
                view! {
                    <rect x=format!("{:.1}", i as f64 * width + 1.0) y=format!("{:.1}", HEAD + HEIGHT - height)
                        width=format!("{:.1}", width - 2.0) height=format!("{height:.1}")>
                        <title>{here::bin(n, low, high)}</title>
                    </rect>
                }
            };
            let tallest = bins.iter().position(|&n| n == most && n > 0).map(|i| {
            let x = (i as f64 + 0.5) * WIDTH / BINS as f64;
            let anchor = if i == 0 { "start" } else if i + 1 == BINS { "end" } else { "middle" };
            let x = if i == 0 { 1.0 } else if i + 1 == BINS { WIDTH - 1.0 } else { x };
            view! { <text class="count" x=format!("{x:.1}") y=HEAD - 3.0 text-anchor=anchor>{most.to_string()}</text> }
        });
            view! { {bins.iter().enumerate().map(bar).collect::<Vec<_>>()}{tallest} }
        };
    let foot = HEAD + HEIGHT + FOOT - 4.0;
    view! {
        <figure class="histogram" data-testid="histogram">
            <figcaption>{heading}</figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {}", HEAD + HEIGHT + FOOT) role="img" aria-label=heading>
                {drawn}
                <line x1="0" x2=WIDTH y1=HEAD + HEIGHT y2=HEAD + HEIGHT></line>
                <line class="half" x1=WIDTH / 2.0 x2=WIDTH / 2.0 y1=HEAD y2=HEAD + HEIGHT></line>
                <text x="1" y=foot>"0 %"</text>
                <text x=WIDTH / 2.0 y=foot text-anchor="middle">"50 %"</text>
                <text x=WIDTH - 1.0 y=foot text-anchor="end">"100 %"</text>
            </svg>
            <Twin><InWords bins/></Twin>
        </figure>
    }
}

/// Of a bin, in percent.
fn edges(bin: usize) -> (usize, usize) {
    (bin * 100 / BINS, (bin + 1) * 100 / BINS)
}

#[component]
fn InWords(bins: Memo<Vec<usize>>) -> impl IntoView {
    let row = |(i, n): (usize, usize)| {
        let (low, high) = edges(i);
        view! { <tr><td>{here::bin_range(low, high)}</td><td class="num">{n.to_string()}</td></tr> }
    };
    let rows = move || bins.get().into_iter().enumerate().filter(|(_, n)| *n > 0).map(row).collect::<Vec<_>>();
    view! {
        <table data-testid="bins">
            <thead><tr><th scope="col">{here::SHARE}</th><th scope="col" class="num">{here::ROWS}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
