//! Calibration: of the answers given with a probability, how many were right.

use crate::ui::logic::number::{grouped, percent};
use crate::ui::logic::quality::Bin;
use crate::ui::words::quality as words;
use leptos::prelude::*;

/// The plot's side, and the room around it for axes and counts, in SVG units.
const SIDE: f32 = 240.0;
const LEFT: f32 = 44.0;
const TOP: f32 = 10.0;
const COUNTS: f32 = 46.0;
const BELOW: f32 = 22.0;

/// Right of an axis that runs from `from` to 1.
fn along(value: f32, from: f32) -> f32 {
    (value - from) / (1.0 - from) * SIDE
}

/// A point for each bin of answers, where it would lie on the diagonal were the probabilities true; the bars
/// below count the answers. Two labels: no answer is given with less than one half.
#[component]
pub fn Calibration(bins: Vec<Bin>) -> impl IntoView {
    let shown: Vec<Bin> = bins.iter().copied().filter(|b| b.n > 0).collect();
    let lowest = shown.iter().map(|b| b.accuracy).fold(0.5_f32, f32::min);
    // Accuracies below one half make room for themselves.
    let bottom = (lowest * 10.0).floor() / 10.0;
    let x = |p: f32| LEFT + along(p, 0.5);
    let y = |p: f32| TOP + SIDE - along(p, bottom);
    let most = shown.iter().map(|b| b.n).max().unwrap_or(1).max(1) as f32;
    let foot = TOP + SIDE + 8.0 + COUNTS;
    let points = shown.iter().map(|b| format!("{:.1},{:.1}", x(b.confidence), y(b.accuracy))).collect::<Vec<_>>();
    let dots = shown.iter().map(|b| {
        view! { <circle cx=format!("{:.1}", x(b.confidence)) cy=format!("{:.1}", y(b.accuracy)) r="4.5"></circle> }
    });
    let counts = shown.iter().map(|b| {
        let height = (b.n as f32 / most * (COUNTS - 12.0)).max(1.0);
        let (from, to) = (x(b.low.max(0.5)) + 1.0, x(b.high.min(1.0)) - 1.0);
        view! {
            <rect x=format!("{from:.1}") y=format!("{:.1}", foot - height) width=format!("{:.1}", (to - from).max(1.0)) height=format!("{height:.1}")></rect>
            <text x=format!("{:.1}", (from + to) / 2.0) y=format!("{:.1}", foot - height - 3.0) class="count">{grouped(b.n)}</text>
        }
    });
    let ticks_x = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0].map(|p: f32| {
        view! { <text x=format!("{:.1}", x(p)) y=format!("{:.1}", foot + 15.0) class="tick">{format!("{:.0} %", p * 100.0)}</text> }
    });
    let step = if bottom < 0.3 { 2 } else { 1 };
    let ticks_y: Vec<_> = ((bottom * 10.0).round() as usize..=10)
        .step_by(step)
        .map(|tenth| {
            let at = y(tenth as f32 / 10.0);
            view! {
                <line class="grid" x1=LEFT.to_string() x2=(LEFT + SIDE).to_string() y1=format!("{at:.1}") y2=format!("{at:.1}")></line>
                <text x=(LEFT - 6.0).to_string() y=format!("{:.1}", at + 4.0) class="tick side">{format!("{} %", tenth * 10)}</text>
            }
        })
        .collect();
    let view_box = format!("0 0 {} {}", LEFT + SIDE + 24.0, foot + BELOW);
    let row = |b: &Bin| {
        view! {
            <tr><td>{words::bin(b.low, b.high)}</td><td class="num">{grouped(b.n)}</td>
            <td class="num">{percent(b.confidence)}</td><td class="num">{percent(b.accuracy)}</td></tr>
        }
    };
    view! {
        <figure class="calibration" data-testid="calibration">
            <figcaption>{words::CALIBRATION}</figcaption>
            <svg viewBox=view_box role="img" aria-label=words::CALIBRATION_LABEL>
                {ticks_y}{ticks_x.into_iter().collect_view()}
                <line class="diagonal" x1=format!("{:.1}", x(0.5)) y1=format!("{:.1}", y(0.5)) x2=format!("{:.1}", x(1.0)) y2=format!("{:.1}", y(1.0))></line>
                <g class="counts">{counts.collect_view()}</g>
                <polyline points=points.join(" ")></polyline>
                {dots.collect_view()}
            </svg>
            <table class="fine">
                <thead><tr>{words::CALIBRATION_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                <tbody>{shown.iter().map(row).collect_view()}</tbody>
            </table>
        </figure>
    }
}
