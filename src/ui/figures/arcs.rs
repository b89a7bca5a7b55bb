//! One head as arcs from the looking piece to those it takes from.

use crate::protocol::Piece;
use crate::ui::figures::token;
use crate::ui::logic::arcs::Layout;
use crate::ui::logic::number::percent;
use crate::ui::words::lessons::attention as words;
use leptos::{ev, html, prelude::*};

/// A look: from a piece to a piece, and its share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    pub from: usize,
    pub to: usize,
    pub share: f32,
}

/// Values written beside arcs, at most, and the least share that is.
const MAX_VALUES: usize = 3;
const LEAST_VALUE: f32 = 0.05;

/// `looks` strongest first. Hover previews a piece's looks, a click pins them.
#[component]
pub fn Arcs(
    pieces: Signal<Vec<Piece>>,
    looks: Signal<Vec<Look>>,
    looking: Signal<Option<usize>>,
    picked: Signal<Option<usize>>,
    hover: impl Fn(Option<usize>) + Copy + Send + Sync + 'static,
    pick: impl Fn(usize) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let place: NodeRef<html::Div> = NodeRef::new();
    let room = RwSignal::new(0.0);
    let measure = move || {
        // Called from frames and resizes too, when the figure may be gone.
        if let Some(Some(div)) = place.try_get_untracked() {
            room.try_set(f64::from(div.client_width()));
        }
    };
    place.on_load(move |_| request_animation_frame(measure));
    let resized = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    let layout = Memo::new(move |_| pieces.with(|p| Layout::new(p.iter().map(|p| p.text.as_str()), room.get())));
    let arcs = move || {
        let layout = layout.get();
        let numbered = looking.get().is_some();
        let mut written: Vec<(f64, f64)> = Vec::new();
        let mut draw = |(n, look): (usize, &Look)| {
            let arc = layout.arc(look.from, look.to)?;
            let free = written.iter().all(|(x, y)| (arc.x - x).abs() > 56.0 || (arc.y - y).abs() > 15.0);
            let told = numbered && free && n < MAX_VALUES && look.share > LEAST_VALUE;
            let value = told.then(|| {
                written.push((arc.x, arc.y));
                view! { <text class="value" x=arc.x.to_string() y=arc.y.to_string()>{percent(look.share)}</text> }
            });
            let width = format!("{:.2}", 1.0 + look.share * 9.0);
            let opacity = format!("{:.2}", 0.25 + look.share * 0.7);
            Some(view! { <path d=arc.path stroke-width=width stroke-opacity=opacity></path> {value} })
        };
        looks.with(|l| l.iter().enumerate().filter_map(&mut draw).collect::<Vec<_>>())
    };
    let chips = move || {
        let layout = layout.get();
        let chip = |(i, (piece, at)): (usize, (&Piece, &crate::ui::logic::arcs::Place))| {
            let pressed = move || (picked.get() == Some(i)).to_string();
            let keyed = move |event: ev::KeyboardEvent| {
                if matches!(event.key().as_str(), "Enter" | " ") {
                    event.prevent_default();
                    pick(i);
                }
            };
            let class = token::classes(piece).replacen("tok", "piece", 1);
            view! {
                <g class=class role="button" tabindex="0" aria-label=piece.text.clone() aria-pressed=pressed data-testid="arc-piece"
                    on:pointerenter=move |_| hover(Some(i)) on:pointerleave=move |_| hover(None)
                    on:focus=move |_| hover(Some(i)) on:blur=move |_| hover(None)
                    on:click=move |_| pick(i) on:keydown=keyed>
                    <rect x=at.x.to_string() y=at.y.to_string() width=at.width.to_string() height=at.height.to_string() rx="6"></rect>
                    <text x=(at.x + at.width / 2.0).to_string() y=(at.y + 19.0).to_string() aria-hidden="true">{piece.text.clone()}</text>
                </g>
            }
        };
        pieces.with(|p| p.iter().zip(&layout.places).enumerate().map(chip).collect::<Vec<_>>())
    };
    let view_box = move || layout.with(|l| format!("0 0 {:.0} {:.0}", l.width.max(1.0), l.height));
    view! {
        <div node_ref=place>
            <svg class="arcs" class:down=move || layout.with(|l| l.down) viewBox=view_box role="group" aria-label=words::ARCS_LABEL>
                <g aria-hidden="true">{arcs}</g>
                {chips}
            </svg>
        </div>
    }
}
