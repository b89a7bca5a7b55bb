//! One layer's numbers for the visitor's sentence: what enters, query, key, value, where a head looks, what leaves.

use crate::protocol::Piece;
use crate::protocol::probe::{Described, ProbedBlock};
use crate::ui::controls::Twin;
use crate::ui::figures::strip::{Strip, Values, length};
use crate::ui::figures::token::Token;
use crate::ui::lessons::probe::{Shown, arrays_of};
use crate::ui::lessons::text::{pick, use_pick};
use crate::ui::logic::inside::scores;
use crate::ui::logic::number::percent;
use crate::ui::store::store;
use crate::ui::words::probe::{input, inside as here, layer_name, number};
use leptos::prelude::*;
use std::sync::Arc;

/// A piece's five vectors in the block.
fn vectors(shown: &Shown, block: &ProbedBlock, at: usize) -> [Vec<f32>; 5] {
    let h = block.before.shape.get(1).copied().unwrap_or_default();
    let qkv = |which: usize| shown.values(&block.qkv, at * 3 + which, h).to_vec();
    [shown.values(&block.before, at, h).to_vec(), qkv(0), qkv(1), qkv(2), shown.values(&block.after, at, h).to_vec()]
}

#[component]
pub fn Block(
    shown: Memo<Option<Shown>>,
    described: Memo<Option<Described>>,
    chosen: Memo<(usize, usize)>,
) -> impl IntoView {
    let store = store();
    let pieces: Memo<Vec<Piece>> = Memo::new(move |_| {
        shown.with(|s| s.as_ref().and_then(Shown::rows).map(|r| r.tokens.pieces.clone()).unwrap_or_default())
    });
    let picked =
        use_pick(store, move || pieces.with(|p| p.iter().position(|p| p.kind == crate::protocol::PieceKind::Mask)));
    let at = Memo::new(move |_| picked.get().filter(|&i| i < pieces.with(Vec::len)).unwrap_or(0));
    let five = Memo::new(move |_| {
        shown.with(|s| {
            let s = s.as_ref()?;
            Some(vectors(s, s.rows()?.block.as_ref()?, at.get()))
        })
    });
    let marked = Signal::derive(|| 0usize);
    let strip = move |i: usize| {
        let values = Signal::derive(move || {
            let values = five.with(|f| f.as_ref().map(|f| f[i].clone()).unwrap_or_default());
            // Each has its own scale: their sizes differ by an order.
            let most = length(&values) / (values.len().max(1) as f32).sqrt() * 3.0;
            Values { name: here::BLOCK_NAMES[i].into(), values: Arc::new(values), most }
        });
        view! { <Strip shown=values marked/> }
    };
    let lengths = move || {
        let five = five.get()?;
        let row = |(name, v): (&'static str, &Vec<f32>)| {
            let first = v.iter().take(4).map(|v| number(*v)).collect::<Vec<_>>().join(", ");
            view! { <tr data-testid="vector"><th scope="row">{name}</th><td class="num">{number(length(v))}</td><td>{first}" …"</td></tr> }
        };
        Some(here::BLOCK_NAMES.into_iter().zip(&five).map(row).collect::<Vec<_>>())
    };
    let chips = move || {
        let pick_piece = move |i: usize| pick(store, picked.get_untracked(), i);
        let chip = |(index, piece): (usize, Piece)| {
            let pinned = Signal::derive(move || at.get() == index);
            view! { <Token piece index with_id=false pinned lit=Signal::derive(|| false) hover=|_| () pin=pick_piece/> }
        };
        pieces.get().into_iter().enumerate().map(chip).collect::<Vec<_>>()
    };
    let looks = move || {
        let (shown, head, from) = (shown.get()?, chosen.get().1, at.get());
        let (block, config) = (shown.rows()?.block.as_ref()?, described.get()?.config);
        let s = pieces.with(Vec::len);
        let all = arrays_of(&shown.arrays, &block.attentions);
        let shares = all.get((head * s + from) * s..(head * s + from) * s + s)?;
        let dots = scores(arrays_of(&shown.arrays, &block.qkv), config.hidden_size, config.head_size(), head, from);
        let rows = pieces.get().into_iter().zip(dots).zip(shares.to_vec()).map(|((piece, dot), share)| {
            view! {
                <tr data-testid="look" data-share=share.to_string()>
                    <th scope="row" class="mono">{piece.text}</th><td class="num">{number(dot)}</td><td class="num">{percent(share)}</td>
                </tr>
            }
        });
        Some(rows.collect::<Vec<_>>())
    };
    let select = move |which: usize| {
        let count = move || {
            described
                .with(|d| d.as_ref().map_or(12, |d| [d.config.num_hidden_layers, d.config.num_attention_heads][which]))
        };
        let now = move || if which == 0 { chosen.get().0 } else { chosen.get().1 };
        let changed = move |event| {
            let to = event_target_value(&event).parse().unwrap_or(0);
            let (layer, head) = chosen.get_untracked();
            store.address.update(|a| a.head = Some(if which == 0 { (to, head) } else { (layer, to) }));
        };
        let options = move || {
            (0..count())
                .map(|i| view! { <option value=i.to_string() selected=now() == i>{i + 1}</option> })
                .collect::<Vec<_>>()
        };
        let (name, testid) = if which == 0 { (*here::LAYER, "layer") } else { (*here::HEAD, "head-select") };
        view! { <label>{name}<select data-testid=testid on:change=changed>{options}</select></label> }
    };
    view! {
        <div class="pickers">{select(0)}{select(1)}</div>
        <div class="row" role="group" aria-label=here::PIECES>{chips}</div>
        <Show when=move || five.with(Option::is_some)>
            <h3 class="plain-head">{move || layer_name(chosen.get().0 + 1)}</h3>
            <div class="strips">{(0..5).map(strip).collect::<Vec<_>>()}</div>
            <Twin>
                <table>
                    <thead><tr>{input::STRENGTH_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{lengths}</tbody>
                </table>
            </Twin>
            <h3 class="plain-head">{here::LOOKS}</h3>
            <table>
                <thead><tr>{here::LOOKS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                <tbody>{looks}</tbody>
            </table>
        </Show>
    }
}
