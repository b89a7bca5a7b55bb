//! Counts over equal stretches of a range.

use crate::ui::controls::Twin;
use leptos::prelude::*;

/// Of the drawing, in its own units.
const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 120.0;
const FOOT: f64 = 18.0;
const HEAD: f64 = 14.0;

/// A dashed line across, at a share of the width; counts at or beyond it are drawn apart when `cuts`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    pub at: f64,
    pub cuts: bool,
}

/// `name(bin)` is its stretch; `told(bin, count)` both in words; `ticks` stand below, at shares of the width.
#[component]
pub fn Histogram(
    testid: &'static str,
    #[prop(into)] heading: Signal<String>,
    #[prop(into)] bins: Signal<Vec<usize>>,
    #[prop(into)] ticks: Signal<Vec<(f64, String)>>,
    #[prop(into)] mark: Signal<Option<Mark>>,
    /// Of the twin: stretches and counts.
    heads: [&'static str; 2],
    name: impl Fn(usize) -> String + Copy + Send + Sync + 'static,
    told: impl Fn(usize, usize) -> String + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let drawn = move || {
        let bins = bins.get();
        let most = bins.iter().copied().max().unwrap_or(0);
        let width = WIDTH / bins.len().max(1) as f64;
        let cut_from = mark.get().filter(|m| m.cuts).map_or(f64::INFINITY, |m| m.at * WIDTH);
        let bar = |(i, &n): (usize, &usize)| {
            let height = HEIGHT * n as f64 / most.max(1) as f64;
            // A bin that holds any shows it.
            let height = if n > 0 { height.max(1.5) } else { 0.0 };
            let x = i as f64 * width;
            let beyond = x + width / 2.0 > cut_from;
            view! {
                <rect class:cut=beyond x=format!("{:.1}", x + 1.0) y=format!("{:.1}", HEAD + HEIGHT - height)
                    width=format!("{:.1}", (width - 2.0).max(0.5)) height=format!("{height:.1}")>
                    <title>{told(i, n)}</title>
                </rect>
            }
        };
        let tallest = bins.iter().position(|&n| n == most && n > 0).map(|i| {
            let (x, anchor) = placed((i as f64 + 0.5) / bins.len() as f64);
            view! { <text class="count" x=format!("{x:.1}") y=HEAD - 3.0 text-anchor=anchor>{most.to_string()}</text> }
        });
        view! { {bins.iter().enumerate().map(bar).collect::<Vec<_>>()}{tallest} }
    };
    let foot = HEAD + HEIGHT + FOOT - 4.0;
    let below = move || {
        let tick = |(at, text): (f64, String)| {
            let (x, anchor) = placed(at);
            view! { <text x=format!("{x:.1}") y=foot text-anchor=anchor>{text}</text> }
        };
        ticks.get().into_iter().map(tick).collect::<Vec<_>>()
    };
    let line = move || {
        mark.get().map(|m| {
            let x = format!("{:.1}", m.at * WIDTH);
            view! { <line class="half" class:limit=m.cuts x1=x.clone() x2=x y1=HEAD y2=HEAD + HEIGHT></line> }
        })
    };
    let row = move |(i, n): (usize, usize)| view! { <tr><td>{name(i)}</td><td class="num">{n.to_string()}</td></tr> };
    let rows = move || bins.get().into_iter().enumerate().filter(|(_, n)| *n > 0).map(row).collect::<Vec<_>>();
    view! {
        <figure class="histogram" data-testid=testid>
            <figcaption>{heading}</figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {}", HEAD + HEIGHT + FOOT) role="img" aria-label=heading>
                {drawn}
                <line x1="0" x2=WIDTH y1=HEAD + HEIGHT y2=HEAD + HEIGHT></line>
                {line}{below}
            </svg>
            <Twin>
                <table data-testid="bins">
                    <thead><tr><th scope="col">{heads[0]}</th><th scope="col" class="num">{heads[1]}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </Twin>
        </figure>
    }
}

/// Where a text at a share of the width stands, and its anchor: those at the ends stay inside.
fn placed(at: f64) -> (f64, &'static str) {
    match at {
        at if at < 0.03 => (1.0, "start"),
        at if at > 0.97 => (WIDTH - 1.0, "end"),
        at => (at * WIDTH, "middle"),
    }
}
