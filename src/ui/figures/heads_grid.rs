//! All heads as small multiples: a grid for the arrow keys, one cell chosen.

use super::matrix::Cells;
use super::paint::{paint, use_heat};
use crate::ui::browser;
use crate::ui::words::lessons as words;
use leptos::{ev, html, prelude::*};

type Head = (usize, usize);

/// `cells(layer, head)` is what a cell draws. Hover previews a head, click or arrows choose it.
#[component]
pub fn HeadsGrid(
    size: Memo<(usize, usize)>,
    chosen: Signal<Head>,
    cells: impl Fn(usize, usize) -> Cells + Copy + Send + Sync + 'static,
    hover: impl Fn(Option<Head>) + Copy + Send + Sync + 'static,
    choose: impl Fn(Head) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let heat = use_heat();
    let keyed = move |event: ev::KeyboardEvent| {
        let ((layers, heads), (l, h)) = (size.get_untracked(), chosen.get_untracked());
        let next = match event.key().as_str() {
            "ArrowLeft" => (l, h.saturating_sub(1)),
            "ArrowRight" => (l, (h + 1).min(heads.saturating_sub(1))),
            "ArrowUp" => (l.saturating_sub(1), h),
            "ArrowDown" => ((l + 1).min(layers.saturating_sub(1)), h),
            "Home" => (l, 0),
            "End" => (l, heads.saturating_sub(1)),
            _ => return,
        };
        event.prevent_default();
        choose(next);
        browser::focus(&format!("head-{}-{}", next.0, next.1));
    };
    let cell = move |layer: usize, head: usize| {
        let canvas: NodeRef<html::Canvas> = NodeRef::new();
        Effect::new(move || {
            if let Some(canvas) = canvas.get() {
                let c = cells(layer, head);
                paint(&canvas, &c.values, c.names.len(), &c.shown, heat.get());
            }
        });
        let on = move || chosen.get() == (layer, head);
        view! {
            <div role="gridcell" id=format!("head-{layer}-{head}") data-testid="head" tabindex=move || if on() { "0" } else { "-1" }
                aria-selected=move || on().to_string() aria-label=words::head_name(layer + 1, head + 1)
                title=words::head_name(layer + 1, head + 1)
                on:pointerenter=move |_| hover(Some((layer, head))) on:pointerleave=move |_| hover(None)
                on:click=move |_| choose((layer, head))>
                <canvas node_ref=canvas aria-hidden="true"></canvas>
            </div>
        }
    };
    let rows = move || {
        let (layers, heads) = size.get();
        let row = |layer: usize| {
            view! {
                <div role="row">
                    <span role="rowheader">{layer + 1}</span>
                    {(0..heads).map(|head| cell(layer, head)).collect::<Vec<_>>()}
                </div>
            }
        };
        (0..layers).map(row).collect::<Vec<_>>()
    };
    let columns =
        move || (1..=size.get().1).map(|n| view! { <span role="columnheader">{n}</span> }).collect::<Vec<_>>();
    view! {
        <div class="heads" role="grid" aria-label=words::attention::ALL on:keydown=keyed>
            <div role="row"><span role="columnheader"><span class="sr">{words::attention::LAYER}</span></span>{columns}</div>
            {rows}
        </div>
    }
}
