//! Points on a plane, each class in a shape and a colour of its own.

use crate::ui::logic::axis::placed;
use leptos::prelude::*;

/// Side of the plot in SVG units, and the room within.
const SIDE: f64 = 300.0;
const EDGE: f64 = 14.0;
const SIZE: f64 = 4.5;
/// Shapes, first filled, then hollow.
const SHAPES: usize = 5;

/// The class of a mark: colour by `k0` to `k4`, hollow from the sixth on. After ten they begin again.
pub fn mark_class(class: usize) -> String {
    format!("mark k{}{}", class % SHAPES, if class / SHAPES % 2 == 1 { " hollow" } else { "" })
}

/// A shape around (x, y).
pub fn mark(class: usize, x: f64, y: f64) -> String {
    let s = SIZE;
    match class % SHAPES {
        0 => format!("M{:.1} {y:.1}a{s} {s} 0 1 0 {:.1} 0a{s} {s} 0 1 0 {:.1} 0z", x - s, 2.0 * s, -2.0 * s),
        1 => format!("M{:.1} {:.1}h{w:.1}v{w:.1}h-{w:.1}z", x - s * 0.9, y - s * 0.9, w = s * 1.8),
        2 => format!("M{x:.1} {:.1}L{:.1} {:.1}H{:.1}z", y - s * 1.2, x + s * 1.15, y + s * 0.9, x - s * 1.15),
        3 => format!(
            "M{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}z",
            y - s * 1.3,
            x + s * 1.3,
            y + s * 1.3,
            x - s * 1.3
        ),
        _ => {
            let (a, b) = (s * 0.45, s * 1.25);
            format!(
                "M{:.1} {:.1}h{:.1}v{:.1}h{:.1}v{:.1}h{:.1}v{:.1}h{:.1}v{:.1}h{:.1}v{:.1}z",
                x - a,
                y - b,
                2.0 * a,
                b - a,
                b - a,
                2.0 * a,
                a - b,
                b - a,
                -2.0 * a,
                a - b,
                a - b,
                -2.0 * a,
            )
        }
    }
}

/// Both axes have one scale, so that distances are true. Each point has a class and a name.
#[component]
pub fn Scatter(
    title: String,
    points: Vec<([f64; 2], usize, String)>,
    axes: [String; 2],
    testid: &'static str,
) -> impl IntoView {
    let at: Vec<[f64; 2]> = points.iter().map(|p| p.0).collect();
    let marks: Vec<_> = points
        .iter()
        .zip(placed(&at, [SIDE; 2], EDGE))
        .map(|((_, class, name), [x, y])| {
            view! { <path class=mark_class(*class) d=mark(*class, x, y)><title>{name.clone()}</title></path> }
        })
        .collect();
    let [across, up] = axes;
    view! {
        <figure class="scatter" data-testid=testid>
            <figcaption>{title}</figcaption>
            <svg viewBox=format!("0 0 {SIDE} {SIDE}") aria-hidden="true">
                <rect class="frame" x="0.5" y="0.5" width=SIDE - 1.0 height=SIDE - 1.0></rect>
                {marks}
            </svg>
            <p class="note">{format!("→ {across} · ↑ {up}")}</p>
        </figure>
    }
}
