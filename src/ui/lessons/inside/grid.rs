//! The grid of a group's codes as a line, the stored weights on it, their f32 originals above.

use super::codes::FEW;
use crate::protocol::probe::Stored;
use crate::ui::logic::stored::{span, weight};
use crate::ui::words::stored as here;
use leptos::prelude::*;

/// Of the drawing, in its own units.
const WIDTH: f64 = 640.0;
const EDGE: f64 = 16.0;
const LINE: f64 = 118.0;

/// The grid as a line, stored weights below it, originals above.
pub fn drawn(stored: &Stored, originals: Option<&[f32]>) -> impl IntoView + use<> {
    let [mut low, mut high] = span(stored);
    for v in originals.into_iter().flatten() {
        (low, high) = (low.min(*v), high.max(*v));
    }
    let x = move |w: f32| EDGE + f64::from((w - low) / (high - low).max(f32::MIN_POSITIVE)) * (WIDTH - 2.0 * EDGE);
    let [first, last] = stored.range;
    let steps = (first..=last).filter(|_| last - first < FEW).map(|c| x(weight(stored, c)));
    let steps: Vec<_> = steps.map(|x| view! { <line x1=x x2=x y1=LINE - 5.0 y2=LINE + 5.0></line> }).collect();
    let mut stacked = std::collections::BTreeMap::<i16, usize>::new();
    let dots = stored.codes.iter().map(|&code| {
        let below = stacked.entry(code).or_default();
        *below += 1;
        view! { <circle cx=x(weight(stored, code)) cy=LINE + 4.0 + 9.0 * *below as f64 r="4"></circle> }
    });
    let dots: Vec<_> = dots.collect();
    let tallest = stacked.values().copied().max().unwrap_or_default();
    let ways = originals.into_iter().flatten().zip(&stored.codes).enumerate().map(|(i, (&v, &code))| {
        // Three heights, so that neighbours do not lie on each other.
        let y = 24.0 + 14.0 * (i % 3) as f64;
        let (from, to) = (x(v), x(weight(stored, code)));
        view! { <path class="way" d=format!("M{from:.1} {y}L{to:.1} {:.1}", LINE - 6.0)></path><rect class="original" x=from - 3.0 y=y - 6.0 width="6" height="6"></rect> }
    });
    let ways: Vec<_> = ways.collect();
    view! {
        <svg class="grid-line" viewBox=format!("0 0 {WIDTH} {}", LINE + 30.0 + 9.0 * tallest as f64) role="img" aria-label=here::FIGURE data-testid="grid-line">
            <line x1=EDGE x2=WIDTH - EDGE y1=LINE y2=LINE></line>{steps}{ways}{dots}
            <text x=EDGE y=LINE - 10.0>{here::weight(low)}</text><text class="end" x=WIDTH - EDGE y=LINE - 10.0>{here::weight(high)}</text>
        </svg>
    }
}
