//! Attention against gradient: where a hidden piece's place looks, beside what its answer hangs on.

use super::ask::{Act, AskCard, use_picked};
use super::shown::Shown;
use crate::protocol::heads::{Against, AgainstTask};
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::logic::agreement::{apart, mean_row, spearman};
use crate::ui::logic::number::{percent, signed};
use crate::ui::store::{Given, store};
use crate::ui::words::heads as here;
use leptos::prelude::*;

/// What stands beside each other: of one head, of all heads, gradient × input.
struct Sides {
    one: Vec<f32>,
    all: Vec<f32>,
    products: Vec<f32>,
}

impl Sides {
    fn of(given: &Given<AgainstTask, Against>, (layer, head): (usize, usize)) -> Option<Self> {
        let answer = &given.answer;
        let [_, heads, s] = answer.looks.shape[..] else { return None };
        let rows = given.arrays.get(answer.looks.index)?;
        let one = rows.get((layer * heads + head) * s..)?.get(..s)?.to_vec();
        let products = answer.products.get(..s)?.to_vec();
        Some(Self { one, all: mean_row(rows, s), products })
    }

    /// Spearman's ρ of the sizes with one head, and with all, over the pieces kept.
    fn agreement(&self, keep: impl Fn(usize) -> bool) -> [Option<f64>; 2] {
        let kept = |values: &[f32]| -> Vec<f32> {
            values.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, v)| v.abs()).collect()
        };
        let sizes = kept(&self.products);
        [&self.one, &self.all].map(|looks| spearman(&kept(looks), &sizes))
    }
}

#[component]
pub fn AgainstGradient(
    shown: RwSignal<Option<Shown>>,
    question: Memo<TextPair>,
    chosen: Signal<(usize, usize)>,
    picked: Signal<Option<usize>>,
) -> impl IntoView {
    let store = store();
    let task = use_picked(shown, picked, move |position| AgainstTask { text: question.get(), position });
    let figure = move || {
        let given = store.against.get().filter(|g| task.with(|t| t.as_ref() == Some(&g.question)))?;
        let (answer, (layer, head)) = (&given.answer, chosen.get());
        let sides = Sides::of(&given, (layer, head))?;
        let name = format!("{}.{}", layer + 1, head + 1);
        let [one, all] = sides.agreement(|_| true);
        let [one_plain, all_plain] = sides.agreement(|i| !answer.special.get(i).is_some_and(|s| *s));
        let sizes: Vec<f32> = sides.products.iter().map(|p| p.abs()).collect();
        let far = apart(&sides.all, &sizes).map(|(i, a, g)| here::ranks_apart(&answer.pieces[i], a, g, sizes.len()));
        let told =
            here::agreement(&name, &here::rho(one), &here::rho(all), &here::rho(one_plain), &here::rho(all_plain));
        let most = sizes.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let rows = answer.pieces.iter().enumerate().map(|(i, piece)| {
            let (one, all, product) = (sides.one[i], sides.all[i], sides.products[i]);
            view! {
                <tr data-testid="against-piece" data-one=one.to_string() data-all=all.to_string() data-product=product.to_string() class:on=i == given.question.position>
                    <th scope="row" class="mono">{piece.clone()}</th>
                    {bar(percent(one), one, "")}{bar(percent(all), all, "")}
                    {bar(signed(product), product.abs() / most, if product < 0.0 { "right" } else { "left" })}
                </tr>
            }
        });
        let heads = [
            here::AGAINST_PIECE.to_owned(),
            name.clone(),
            here::AGAINST_ALL_HEADS.into(),
            here::AGAINST_GRADIENT.into(),
        ];
        let heads: Vec<_> = heads.into_iter().map(|h| view! { <th scope="col">{h}</th> }).collect();
        Some(view! {
            <p data-testid="against-of" data-piece=answer.piece.clone() data-score=answer.score.to_string()>{here::against_of(&answer.piece, answer.score)}</p>
            <div class="scroll" tabindex="0" role="region" aria-label=here::AGAINST>
                <table class="by-word worked"><thead><tr>{heads}</tr></thead><tbody>{rows.collect::<Vec<_>>()}</tbody></table>
            </div>
            <p class="read-out" data-testid="agreement" data-all=all.map(|r| r.to_string())>{told}" "{far}</p>
        })
    };
    let act = Act { testid: "against-act", act: *here::AGAINST_ACT, busy: *here::AGAINST_BUSY };
    let asked = Signal::derive(move || task.get().map(Task::Against));
    view! {
        <AskCard name=*here::AGAINST note=*here::AGAINST_WHY act kind=Kind::Against task=asked>{figure}</AskCard>
    }
}

/// A number and its size as a bar, 0 to 1.
fn bar(told: String, size: f32, class: &'static str) -> impl IntoView {
    let width = format!("{:.1}%", size.clamp(0.0, 1.0) * 100.0);
    view! { <td class="loss"><span class="num">{told}</span><i class=class style:width=width></i></td> }
}
