//! Named points on two axes of one scale, so that distances are true.

use crate::ui::logic::axis::placed;
use leptos::prelude::*;

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 240.0;
/// Around the points, for their names.
const ROOM: f64 = 26.0;
/// Below, for the axis's words.
const BELOW: f64 = 22.0;

#[component]
pub fn PointMap(label: String, axes: [String; 2], points: Vec<(String, [f64; 2])>) -> impl IntoView {
    let (names, points): (Vec<String>, Vec<[f64; 2]>) = points.into_iter().unzip();
    let dots = names.into_iter().zip(placed(&points, [WIDTH, HEIGHT], ROOM)).map(|(name, [x, y])| {
        view! {
            <g data-testid="map-point" data-name=name.clone()>
                <circle cx=format!("{x:.1}") cy=format!("{y:.1}") r="5"></circle>
                <text class="name" x=format!("{:.1}", x + 9.0) y=format!("{:.1}", y - 7.0)>{name.clone()}</text>
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
