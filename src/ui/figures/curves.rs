//! Values over steps: one axis below, one at the side, a line for each series.

use crate::ui::controls::Twin;
use crate::ui::logic::axis::{Point, sampled, thinned, tick, ticks};
use crate::ui::logic::number::{fixed, written};
use leptos::prelude::*;

/// The plot and the room around it, in SVG units.
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 16.0;
const BELOW: f64 = 34.0;
/// Points of a line that are drawn, and rows of the twin.
const DRAWN: usize = 400;
const TOLD: usize = 16;

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// The value itself where `Strong` is its mean.
    Pale,
    #[default]
    Strong,
    /// Dashed, in another hue, with a dot for each point.
    Dots,
}

impl Ink {
    fn class(self) -> &'static str {
        match self {
            Self::Pale => "pale",
            Self::Strong => "strong",
            Self::Dots => "dots",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    pub name: String,
    pub ink: Ink,
    /// By step, in order.
    pub points: Vec<Point>,
}

/// What is drawn: series, the heading of the axis below, and what values are written as.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plot {
    pub series: Vec<Series>,
    /// The last step of the whole run: the axis does not grow while it runs.
    pub last_step: f64,
    /// Bounds that the side's axis has at least.
    pub from: Option<f64>,
    pub to: Option<f64>,
    /// A step worth a mark, and its name.
    pub mark: Option<(f64, String)>,
    /// What one value is written as in the twin.
    pub percent: bool,
}

#[component]
pub fn Curves(
    #[prop(into)] title: &'static str,
    /// The heading of the steps.
    #[prop(into)]
    steps: &'static str,
    testid: &'static str,
    #[prop(into)] plot: Signal<Plot>,
    /// The newest values, in words.
    #[prop(into)]
    now: Signal<String>,
) -> impl IntoView {
    let drawn = move || plot.with(draw);
    let legend = move || {
        let items = plot.with(|p| p.series.iter().map(|s| (s.name.clone(), s.ink.class())).collect::<Vec<_>>());
        items.into_iter().map(|(name, class)| view! { <li class=class>{name}</li> }).collect::<Vec<_>>()
    };
    view! {
        <figure class="curves" data-testid=testid>
            <figcaption>{title}<span>{now}</span></figcaption>
            <svg viewBox=format!("0 0 {} {}", LEFT + WIDTH + RIGHT, TOP + HEIGHT + BELOW) role="img"
                aria-label=move || format!("{title}: {}", now.get())>{drawn}</svg>
            <ul class="inks" aria-hidden="true">{legend}</ul>
            <Twin><Told plot steps/></Twin>
        </figure>
    }
}

fn draw(plot: &Plot) -> impl IntoView + use<> {
    let all = || plot.series.iter().flat_map(|s| &s.points).filter(|p| p.1.is_finite());
    let low = all().map(|p| p.1).fold(plot.from.unwrap_or(f64::INFINITY), f64::min);
    let high = all().map(|p| p.1).fold(plot.to.unwrap_or(f64::NEG_INFINITY), f64::max);
    let side = ticks(low, high, 4);
    let below = ticks(0.0, plot.last_step.max(1.0), 5);
    let (bottom, top) = (side[0], side[side.len() - 1]);
    let end = plot.last_step.max(1.0);
    let x = move |step: f64| LEFT + step / end * WIDTH;
    let y = move |value: f64| TOP + HEIGHT - (value - bottom) / (top - bottom).max(f64::MIN_POSITIVE) * HEIGHT;
    let step = |t: &[f64]| t.get(1).zip(t.first()).map_or(1.0, |(b, a)| b - a);
    let (side_step, below_step) = (step(&side), step(&below));
    let percent = plot.percent;
    let written =
        move |v: f64| if percent { format!("{} %", tick(v * 100.0, side_step * 100.0)) } else { tick(v, side_step) };
    let rules = side.into_iter().map(move |v| {
        let at = y(v);
        view! {
            <line class="grid" x1=LEFT x2=LEFT + WIDTH y1=format!("{at:.1}") y2=format!("{at:.1}")></line>
            <text class="side" x=LEFT - 7.0 y=format!("{:.1}", at + 4.0)>{written(v)}</text>
        }
    });
    let steps = below.into_iter().filter(|v| *v <= end).map(move |v| {
        view! { <text x=format!("{:.1}", x(v)) y=TOP + HEIGHT + 18.0>{tick(v, below_step)}</text> }
    });
    let mark = plot.mark.as_ref().map(|(step, name)| {
        let at = format!("{:.1}", x(*step));
        let anchor = if *step > 0.8 * end { "end" } else { "start" };
        let beside = x(*step) + if *step > 0.8 * end { -5.0 } else { 5.0 };
        view! {
            <line class="mark" x1=at.clone() x2=at y1=TOP y2=TOP + HEIGHT></line>
            <text class="mark" x=format!("{beside:.1}") y=TOP + HEIGHT - 6.0 text-anchor=anchor>{name.clone()}</text>
        }
    });
    let lines = plot.series.iter().map(|s| {
        let points: Vec<Point> = s.points.iter().copied().filter(|p| p.1.is_finite()).collect();
        let thin = thinned(&points, DRAWN);
        let path: Vec<String> = thin.iter().map(|&(a, b)| format!("{:.1},{:.1}", x(a), y(b))).collect();
        let dots = (s.ink == Ink::Dots || thin.len() == 1).then(|| {
            let dot = |&(a, b): &Point| view! { <circle cx=format!("{:.1}", x(a)) cy=format!("{:.1}", y(b)) r="3.5"></circle> };
            thin.iter().map(dot).collect::<Vec<_>>()
        });
        view! { <g class=s.ink.class()><polyline points=path.join(" ")></polyline>{dots}</g> }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        {rules.collect::<Vec<_>>()}{steps.collect::<Vec<_>>()}
        <line x1=LEFT x2=LEFT + WIDTH y1=TOP + HEIGHT y2=TOP + HEIGHT></line>
        {lines}{mark}
    }
}

/// The same in a table: a few steps, the last among them.
#[component]
fn Told(#[prop(into)] plot: Signal<Plot>, steps: &'static str) -> impl IntoView {
    move || {
        plot.with(|plot| {
            let told: Vec<&Series> = plot.series.iter().filter(|s| s.ink != Ink::Pale).collect();
            let mut at: Vec<f64> = Vec::new();
            for s in &told {
                at.extend(sampled(s.points.len(), TOLD).into_iter().map(|i| s.points[i].0));
            }
            at.sort_by(f64::total_cmp);
            at.dedup();
            let percent = plot.percent;
            let value = |s: &Series, step: f64| {
                let found = s.points.iter().find(|p| p.0 == step).map(|p| p.1);
                found.map(|v| if percent { fixed(v * 100.0, 1) + " %" } else { number(v) })
            };
            let heads: Vec<_> =
                told.iter().map(|s| view! { <th scope="col" class="num">{s.name.clone()}</th> }).collect();
            let row = |step: f64| {
                let cells: Vec<_> = told.iter().map(|s| view! { <td class="num">{value(s, step)}</td> }).collect();
                view! { <tr><th scope="row" class="num">{format!("{step:.0}")}</th>{cells}</tr> }
            };
            let rows: Vec<_> = at.into_iter().map(row).collect();
            view! {
                <div class="scroll short" tabindex="0" role="region" aria-label=steps>
                    <table><thead><tr><th scope="col" class="num">{steps}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            }
        })
    }
}

/// Four digits that count.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 {
        written(format!("{value:.2e}")).replace('-', "−")
    } else {
        fixed(value, 4)
    }
}
