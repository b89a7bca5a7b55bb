//! The encoder from its manifest, bottom to top; a layer can be chosen, any part opened to its matrices.

use crate::protocol::probe::{Described, TensorFacts};
use crate::ui::logic::inside::{Part, PartFacts, parts};
use crate::ui::logic::number::{bytes, grouped};
use crate::ui::store::store;
use crate::ui::words::probe::{inside as here, layer_name, millions};
use leptos::prelude::*;

fn name(part: Part) -> String {
    match part {
        Part::Embeddings => here::PARTS[0].into(),
        Part::Layer(i) => layer_name(i + 1),
        Part::Pooler => here::PARTS[2].into(),
        Part::Head => here::PARTS[3].into(),
    }
}

/// `output.dense.weight 768 × 3072 4-bit`
fn tensor_line(t: &TensorFacts) -> String {
    let short = t.name.trim_start_matches("bert.").trim_start_matches("encoder.layer.");
    let shape = t.shape.iter().map(|n| grouped(*n as u64)).collect::<Vec<_>>().join(" × ");
    format!("{short}: {shape}, {}", t.scheme)
}

#[component]
pub fn Diagram(described: Memo<Option<Described>>, chosen: Memo<(usize, usize)>) -> impl IntoView {
    let store = store();
    let row = move |p: PartFacts| {
        let part = p.part;
        let here_now = move || part == Part::Layer(chosen.get().0);
        let label = match part {
            Part::Layer(i) => {
                let choose = move |_| store.address.update(|a| a.head = Some((i, chosen.get_untracked().1)));
                view! { <button class="act" aria-pressed=move || here_now().to_string() data-testid="choose-layer" on:click=choose>{name(part)}</button> }.into_any()
            }
            _ => name(part).into_any(),
        };
        let matrices = p.tensors.iter().filter(|t| t.shape.len() == 2).count();
        let lines: Vec<_> = p.tensors.iter().map(|t| view! { <small>{tensor_line(t)}</small> }).collect();
        view! {
            <tr class:here=here_now data-testid="model-part" data-weights=p.weights.to_string() data-bytes=p.bytes.to_string()>
                <th scope="row">{label}</th>
                <td><details><summary>{matrices}</summary>{lines}</details></td>
                <td class="num">{millions(p.weights)}</td><td class="num">{bytes(p.bytes)}</td>
            </tr>
        }
    };
    move || {
        let all = parts(&described.get()?);
        let weights = all.iter().map(|p| p.weights).sum();
        let size = all.iter().map(|p| p.bytes).sum();
        // The top of the page is the top of the model.
        let rows: Vec<_> = all.into_iter().rev().map(row).collect();
        Some(view! {
            <table class="parts">
                <thead><tr>{here::DIAGRAM_HEAD.into_iter().enumerate().map(|(i, h)| view! { <th scope="col" class:num=i.gt(&1)>{h}</th> }).collect::<Vec<_>>()}</tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row">{here::TOTAL}</th><td></td><td class="num">{millions(weights)}</td><td class="num">{bytes(size)}</td></tr></tfoot>
            </table>
        })
    }
}
