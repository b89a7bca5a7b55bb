//! Both distributions over the pieces of the window that said the answer.

use super::question::Question;
use crate::model::adapter::softmax;
use crate::ui::controls::{Recorded, Twin};
use crate::ui::logic::number::percent;
use crate::ui::store::store;
use crate::ui::words::answers as here;
use leptos::prelude::*;

/// Rows of the twin.
const LIKELIEST: usize = 12;

#[component]
pub fn Strips(question: Question) -> impl IntoView {
    let store = store();
    let recorded = Signal::derive(move || question.is_recorded(store));
    let chances = Memo::new(move |_| {
        let given = question.answer(store)?;
        let shown = &given.answer.shown;
        let of = |logits: &[f32]| softmax(logits, 1.0);
        Some((shown.window, shown.pieces.clone(), of(&shown.start_logits), of(&shown.end_logits)))
    });
    let strip = |name: &'static str, pieces: &[String], chances: &[f32]| {
        let bar = |(i, (piece, &p)): (usize, (&String, &f32))| {
            let height = format!("{:.3}", p * 40.0);
            let y = format!("{:.3}", 40.0 - p * 40.0);
            view! { <rect x=i.to_string() y=y width="0.8" height=height><title>{format!("{piece} {}", percent(p))}</title></rect> }
        };
        let bars = pieces.iter().zip(chances).enumerate().map(bar).collect::<Vec<_>>();
        view! {
            <p class="name">{name}</p>
            <svg class="chances" data-testid="strip" viewBox=format!("0 0 {} 40", pieces.len().max(1)) preserveAspectRatio="none"
                role="img" aria-label=name>{bars}</svg>
        }
    };
    let strips = move || {
        chances.with(|c| {
            let (window, pieces, start, end) = c.as_ref()?;
            let top = |p: &[f32]| {
                let best = (0..p.len()).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap_or(0);
                format!(
                    "“{}” {}",
                    pieces.get(best).map_or("", String::as_str),
                    percent(p.get(best).copied().unwrap_or(0.0))
                )
            };
            Some(view! {
                {strip(*here::BEGINNING, pieces, start)}
                {strip(*here::END, pieces, end)}
                <p class="note">{here::strips_note(*window, pieces.len(), &top(start), &top(end))}</p>
            })
        })
    };
    let twin = move || {
        chances.with(|c| {
            let (_, pieces, start, end) = c.as_ref()?;
            let mut order: Vec<usize> = (0..pieces.len()).collect();
            order.sort_by(|&a, &b| (start[b] + end[b]).total_cmp(&(start[a] + end[a])));
            let row = |&i: &usize| {
                view! { <tr><td>{pieces[i].clone()}</td><td class="num">{percent(start[i])}</td><td class="num">{percent(end[i])}</td></tr> }
            };
            Some(order.iter().take(LIKELIEST).map(row).collect::<Vec<_>>())
        })
    };
    view! {
        <Show when=move || chances.with(Option::is_some)>
            <section class="card" aria-label=here::STRIPS data-testid="strips">
                <header><h2>{here::STRIPS}</h2><Recorded on=recorded/></header>
                {strips}
                <Twin>
                    <table data-testid="strip-table">
                        <thead><tr>{here::STRIPS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                        <tbody>{twin}</tbody>
                    </table>
                </Twin>
            </section>
        </Show>
    }
}
