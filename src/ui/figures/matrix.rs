//! One head as a matrix: rows look, columns are looked at.

use super::paint::{paint, use_heat};
use crate::ui::logic::number::percent;
use crate::ui::words::lessons as words;
use leptos::{ev, html, prelude::*};
use std::sync::Arc;

/// Beyond so many pieces names no longer fit beside the cells.
const MAX_NAMED: usize = 40;

/// What is drawn: (S, S) values, the pieces' texts, and which pieces are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cells {
    pub values: Arc<Vec<f32>>,
    pub names: Arc<Vec<String>>,
    pub shown: Vec<usize>,
}

#[component]
pub fn Matrix(
    cells: Memo<Cells>,
    looking: Signal<Option<usize>>,
    hover: impl Fn(Option<usize>) + Copy + Send + Sync + 'static,
    pick: impl Fn(usize) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let heat = use_heat();
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            cells.with(|c| paint(&canvas, &c.values, c.names.len(), &c.shown, heat.get()));
        }
    });
    let under = RwSignal::new(None::<(usize, usize)>);
    let cell_at = move |event: &ev::PointerEvent| {
        let canvas = canvas.get_untracked()?;
        let side = cells.with_untracked(|c| c.shown.len()) as f64;
        let at = |offset: i32, size: i32| {
            ((f64::from(offset) / f64::from(size.max(1)) * side) as usize).min(side as usize - 1)
        };
        let (row, column) = (at(event.offset_y(), canvas.client_height()), at(event.offset_x(), canvas.client_width()));
        cells.with_untracked(|c| Some((*c.shown.get(row)?, *c.shown.get(column)?)))
    };
    let moved = move |event: ev::PointerEvent| {
        let cell = cell_at(&event);
        if under.get_untracked() != cell {
            under.set(cell);
            hover(cell.map(|c| c.0));
        }
    };
    let left = move |_| {
        under.set(None);
        hover(None);
    };
    let clicked = move |_| {
        if let Some((row, _)) = under.get_untracked() {
            pick(row);
        }
    };
    let read_out = move || {
        under.get().map(|(i, j)| {
            cells.with(|c| {
                let share = c.values.get(i * c.names.len() + j).copied().unwrap_or(0.0);
                words::look(&c.names[i], &c.names[j], &percent(share))
            })
        })
    };
    let names = move |rows: bool| {
        let c = cells.get();
        let named = c.shown.len() <= MAX_NAMED;
        let item = |&i: &usize| {
            let on = move || if rows { looking.get() == Some(i) } else { under.get().is_some_and(|u| u.1 == i) };
            view! { <li class:on=on>{c.names[i].clone()}</li> }
        };
        named.then(|| c.shown.iter().map(item).collect::<Vec<_>>())
    };
    view! {
        <div class="matrix">
            <ol class="top" aria-hidden="true">{move || names(false)}</ol>
            <ol class="left" aria-hidden="true">{move || names(true)}</ol>
            <canvas node_ref=canvas role="img" aria-label=words::attention::AXES data-testid="matrix"
                on:pointermove=moved on:pointerleave=left on:click=clicked></canvas>
        </div>
        <p class="read-out" data-testid="read-out">{move || read_out().unwrap_or_else(|| words::attention::AXES.into())}</p>
    }
}
