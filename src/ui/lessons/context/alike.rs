//! The answer: the cosines of a layer, a pair's way through the layers, and the map of a layer.

use super::{Reply, edit};
use crate::protocol::NamedCandidate;
use crate::ui::controls::{Note, Twin};
use crate::ui::figures::curves::{Curves, Ink, Plot, Series};
use crate::ui::figures::map::PointMap;
use crate::ui::logic::context::{Alike, shade};
use crate::ui::logic::number::{fixed, minus, percent};
use crate::ui::logic::pca;
use crate::ui::store::store;
use crate::ui::words::context as here;
use leptos::prelude::*;

pub fn cosine(value: f64) -> String {
    minus(value, 3)
}

#[component]
pub fn AlikeView(#[prop(into)] shown: Signal<Option<Reply>>) -> impl IntoView {
    let store = store();
    let alike = Memo::new(move |_| shown.with(|g| g.as_ref().map(|g| Alike::of(&g.answer))));
    let enough = Memo::new(move |_| alike.with(|a| a.as_ref().is_some_and(|a| a.found.len() > 1 && a.layers() > 0)));
    let told = move || {
        shown.with(|g| {
            let g = g.as_ref()?;
            let missing = g.answer.sentences.iter().enumerate().filter(|(_, s)| s.at.is_none());
            let missing: Vec<usize> = missing.map(|(i, _)| i + 1).collect();
            let row = here::row(g.question.word.trim(), &g.answer.pieces, &g.answer.ids);
            let gone = (!missing.is_empty()).then(|| {
                view! { <p class="told-off" data-testid="not-found">{here::not_found(g.question.word.trim(), &missing)}</p> }
            });
            Some(view! { <p data-testid="row">{row}</p>{gone} })
        })
    };
    let layers = Memo::new(move |_| alike.with(|a| a.as_ref().map_or(12, Alike::layers)));
    let layer = Memo::new(move |_| store.address.with(|a| a.context.layer).unwrap_or(usize::MAX).min(layers.get()));
    // The pair followed, by its places among the found.
    let pair = Memo::new(move |_| {
        let alike = alike.get()?;
        let at = |n: usize| alike.found.iter().position(|&f| f == n);
        let chosen = store.address.with(|a| a.context.between);
        let chosen = chosen.and_then(|(i, j)| Some((at(i)?, at(j)?))).filter(|(i, j)| i != j);
        chosen.or_else(|| alike.pairs().first().copied()).map(|(i, j)| (i.min(j), i.max(j)))
    });
    let hides = RwSignal::new(false);
    let moved = move |event| {
        let layer = event_target_value(&event).parse().ok();
        edit(store, |c| c.layer = layer);
    };
    view! {
        {told}
        <Show when=move || alike.with(Option::is_some) && !enough.get()><p class="told-off">{here::TOO_FEW}</p></Show>
        <Show when=move || enough.get()>
            <label class="slider">{here::LAYER}
                <input type="range" min="0" max=move || layers.get().to_string() step="1" data-testid="context-layer"
                    prop:value=move || layer.get().to_string() aria-valuetext=move || here::layer_of(layer.get(), layers.get()) on:input=moved/>
                <output data-testid="context-layer-name">{move || here::layer_of(layer.get(), layers.get())}</output>
            </label>
            <super::guess::Nearest shown alike layer hides/>
            <div hidden=move || hides.get()>
                <Cells alike layer pair/>
                <Note>{here::CELLS_NOTE}</Note>
                <Drift alike layer pair/>
                <Read shown alike layer/>
                <Mapped alike layer/>
            </div>
        </Show>
    }
}

#[component]
fn Cells(alike: Memo<Option<Alike>>, layer: Memo<usize>, pair: Memo<Option<(usize, usize)>>) -> impl IntoView {
    let store = store();
    let table = move || {
        let alike = alike.get()?;
        let (layer, n) = (layer.get(), alike.found.len());
        let all = alike.pairs().into_iter().map(|(i, j)| alike.cosine(layer, i, j));
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), c| (l.min(c), h.max(c)));
        let numbers = alike.found.clone();
        let heads: Vec<_> = numbers.iter().map(|f| view! { <th scope="col" class="num">{f + 1}</th> }).collect();
        let rows = (0..n).map(|i| {
            let cells = (0..n).map(|j| {
                let value = alike.cosine(layer, i, j);
                let text = cosine(value);
                if i == j {
                    return view! { <td class="num self">{text}</td> }.into_any();
                }
                let (from, to) = (numbers[i], numbers[j]);
                let on = move || (pair.get() == Some((i.min(j), i.max(j)))).to_string();
                let choose = move |_| edit(store, |c| c.between = Some((from.min(to), from.max(to))));
                view! {
                    <td class=format!("num shade-{}", shade(value, low, high))>
                        <button aria-pressed=on aria-label=here::cell(from + 1, to + 1, &text) data-testid="cosine"
                            data-pair=format!("{}.{}", from + 1, to + 1) data-cosine=value.to_string() on:click=choose>{text.clone()}</button>
                    </td>
                }
                .into_any()
            });
            view! { <tr><th scope="row" class="num">{numbers[i] + 1}</th>{cells.collect::<Vec<_>>()}</tr> }
        });
        let corner = view! { <td></td> };
        Some(view! { <thead><tr>{corner}{heads}</tr></thead><tbody>{rows.collect::<Vec<_>>()}</tbody> })
    };
    let said = move || {
        let alike = alike.get()?;
        let layer = layer.get();
        let [most, least] = alike
            .extremes(layer)?
            .map(|(i, j)| (alike.found[i] + 1, alike.found[j] + 1, cosine(alike.cosine(layer, i, j))));
        Some(here::extremes(&here::layer_name(layer), most, least))
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=here::CELLS>
            <table class="cosines" data-testid="cosines"><caption class="sr">{here::CELLS}</caption>{table}</table>
        </div>
        <p class="read-out" data-testid="extremes">{said}</p>
    }
}

#[component]
fn Drift(alike: Memo<Option<Alike>>, layer: Memo<usize>, pair: Memo<Option<(usize, usize)>>) -> impl IntoView {
    let plot = Signal::derive(move || {
        let (Some(alike), Some(pair)) = (alike.get(), pair.get()) else { return Plot::default() };
        let name = |(i, j): (usize, usize)| here::pair(alike.found[i] + 1, alike.found[j] + 1);
        let points = |(i, j)| alike.drift(i, j).into_iter().enumerate().map(|(l, c)| (l as f64, c)).collect();
        let others = alike.pairs().into_iter().filter(|p| *p != pair);
        let mut series: Vec<Series> =
            others.map(|p| Series { name: name(p), ink: Ink::Pale, points: points(p) }).collect();
        series.push(Series { name: name(pair), ink: Ink::Strong, points: points(pair) });
        let at = layer.get();
        let mark = Some((at as f64, here::layer_name(at)));
        Plot { series, last_step: alike.layers() as f64, from: None, to: Some(1.0), mark, percent: false }
    });
    let now = Signal::derive(move || {
        let (Some(alike), Some((i, j))) = (alike.get(), pair.get()) else { return String::new() };
        let (name, at) = (here::pair(alike.found[i] + 1, alike.found[j] + 1), layer.get());
        let [from, to] = [0, at].map(|l| cosine(alike.cosine(l, i, j)));
        here::now(&name, &from, &to, &here::layer_name(at))
    });
    view! { <Curves title=here::DRIFT steps=here::LAYERS_AXIS testid="drift" plot now/> }
}

/// What the masked-word head reads in each sentence's vector at the layer.
#[component]
fn Read(#[prop(into)] shown: Signal<Option<Reply>>, alike: Memo<Option<Alike>>, layer: Memo<usize>) -> impl IntoView {
    let rows = move || {
        let (shown, alike) = (shown.get()?, alike.get()?);
        let read = shown.answer.words.get(layer.get())?.clone();
        let row = |(found, top): (&usize, Vec<NamedCandidate>)| {
            let list: Vec<String> =
                top.iter().map(|t| format!("{} {}", t.piece, percent(t.candidate.probability))).collect();
            view! { <tr data-testid="read-word"><th scope="row" class="num">{found + 1}</th><td class="mono">{list.join(" · ")}</td></tr> }
        };
        Some(alike.found.iter().zip(read).map(row).collect::<Vec<_>>())
    };
    view! {
        <h3>{move || here::read(&here::layer_of(layer.get(), alike.with(|a| a.as_ref().map_or(12, Alike::layers))))}</h3>
        <table class="worked"><tbody>{rows}</tbody></table>
        <Note>{here::READ_NOTE}</Note>
    }
}

#[component]
fn Mapped(alike: Memo<Option<Alike>>, layer: Memo<usize>) -> impl IntoView {
    let map = Memo::new(move |_| {
        let alike = alike.get()?;
        Some((pca::map(alike.gram(layer.get()), alike.found.len())?, alike.found))
    });
    move || {
        let (map, found) = map.get()?;
        let shares = map.shares.map(|s| percent(s as f32));
        let label = here::map_label(&here::layer_name(layer.get()), [&shares[0], &shares[1]]);
        let axes = [0, 1].map(|i| here::axis(here::AXES[i], &shares[i]));
        let points: Vec<_> = found.iter().zip(&map.points).map(|(f, p)| ((f + 1).to_string(), *p)).collect();
        let rows = points.iter().map(|(name, p)| {
            view! { <tr><th scope="row">{name.clone()}</th><td class="num">{fixed(p[0], 2)}</td><td class="num">{fixed(p[1], 2)}</td></tr> }
        });
        let rows: Vec<_> = rows.collect();
        Some(view! {
            <h3>{here::MAP}</h3>
            <PointMap label axes=axes.clone() points/>
            <Note>{here::MAP_NOTE}</Note>
            <Twin>
                <p data-testid="map-axes">{axes.join("; ")}</p>
                <table data-testid="map-points">
                    <thead><tr><th scope="col">{here::TABLE_HEAD[0]}</th><th scope="col" class="num">{here::TABLE_HEAD[1]}</th><th scope="col" class="num">{here::TABLE_HEAD[2]}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </Twin>
        })
    }
}
