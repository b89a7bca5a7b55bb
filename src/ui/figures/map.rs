//! Named points on two axes of one scale, so that distances are true.

use leptos::prelude::*;

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 240.0;
/// Around the points, for their names.
const ROOM: f64 = 26.0;
/// Below, for the axis's words.
const BELOW: f64 = 22.0;

#[component]
pub fn PointMap(label: String, axes: [String; 2], points: Vec<(String, [f64; 2])>) -> impl IntoView {
    let bounds = |axis: usize| {
        let values = points.iter().map(|p| p.1[axis]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)))
    };
    let ((left, right), (low, high)) = (bounds(0), bounds(1));
    let scale = ((WIDTH - 2.0 * ROOM) / (right - left).max(1e-9)).min((HEIGHT - 2.0 * ROOM) / (high - low).max(1e-9));
    // Points that all lie in one place stay there rather than being blown up.
    let scale = if scale > 1e6 { 0.0 } else { scale };
    let x = move |v: f64| WIDTH / 2.0 + (v - f64::midpoint(left, right)) * scale;
    let y = move |v: f64| HEIGHT / 2.0 - (v - f64::midpoint(low, high)) * scale;
    let dots = points.into_iter().map(|(name, [a, b])| {
        view! {
            <g data-testid="map-point" data-name=name.clone()>
                <circle cx=format!("{:.1}", x(a)) cy=format!("{:.1}", y(b)) r="5"></circle>
                <text class="name" x=format!("{:.1}", x(a) + 9.0) y=format!("{:.1}", y(b) - 7.0)>{name.clone()}</text>
            </g>
        }
    });
    let [first, second] = axes;
    view! {
        <svg class="point-map" viewBox=format!("0 0 {WIDTH} {}", HEIGHT + BELOW) role="img" aria-label=label>
            <rect x="1" y="1" width=WIDTH - 2.0 height=HEIGHT - 2.0 rx="8"></rect>
            {dots.collect::<Vec<_>>()}
            <text x=WIDTH / 2.0 y=HEIGHT + 16.0>{first}</text>
            <text transform=format!("translate(14 {}) rotate(-90)", HEIGHT / 2.0) x="0" y="0">{second}</text>
        </svg>
    }
}
