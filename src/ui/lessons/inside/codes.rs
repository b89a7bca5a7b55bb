//! The tables beside a stored group: its codes, its weights, what rounding costs.

use crate::protocol::probe::Stored;
use crate::ui::controls::Recorded;
use crate::ui::logic::number::{fixed, percent};
use crate::ui::logic::stored::{Matrix, Rounding, weight};
use crate::ui::words::stored as here;
use leptos::prelude::*;

/// Grids of more steps than these are not shown step by step.
pub const FEW: i16 = 16;

/// What each code stands for, and how often it comes. Of many, those of the group.
pub fn codes(stored: &Stored) -> impl IntoView + use<> {
    let [first, last] = stored.range;
    let all = stored.counts.iter().sum::<u64>().max(1) as f32;
    let most = stored.counts.iter().copied().max().unwrap_or_default().max(1) as f32;
    let few = last - first < FEW;
    let rows = (first..=last).filter(|c| few || stored.codes.contains(c)).map(|code| {
        let count = stored.counts.get((code - first) as usize).copied().unwrap_or_default();
        let here_too = stored.codes.iter().filter(|c| **c == code).count();
        let width = format!("{:.1}%", count as f32 / most * 100.0);
        view! {
            <tr data-testid="code" data-count=count.to_string()>
                <th scope="row" class="num">{here::code(code)}</th><td class="num">{here::weight(weight(stored, code))}</td>
                <td class="num">{here_too}</td><td class="loss"><span class="num">{percent(count as f32 / all)}</span><i style:width=width></i></td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <div class="scroll short" tabindex="0" role="region" aria-label=here::STORED>
            <table class="by-word"><thead><tr>{here::CODES_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
}

/// The 32 weights, and how far each is from its original.
pub fn weights(stored: &Stored, originals: Option<&[f32]>) -> impl IntoView + use<> {
    let columns = if originals.is_some() { 5 } else { 3 };
    let rows = stored.codes.iter().enumerate().map(|(i, &code)| {
        let value = weight(stored, code);
        let original = originals.and_then(|o| o.get(i)).map(|&o| {
            view! { <td class="num">{here::weight(o)}</td><td class="num">{here::weight(value - o)}</td> }
        });
        view! { <tr data-testid="weight" data-value=value.to_string()><td class="num">{i + 1}</td><td class="num">{here::code(code)}</td><td class="num">{here::weight(value)}</td>{original}</tr> }
    });
    let rows: Vec<_> = rows.collect();
    let off = originals.map(|o| {
        let off = |(&c, &o): (&i16, &f32)| (weight(stored, c) - o).abs();
        let worst = stored.codes.iter().zip(o).map(off).fold(0.0, f32::max);
        view! { <p>{here::of_group(worst, worst / stored.scale.max(f32::MIN_POSITIVE))}</p> }
    });
    let heads: Vec<_> =
        here::WEIGHTS_HEAD.into_iter().take(columns).map(|h| view! { <th scope="col" class="num">{h}</th> }).collect();
    view! { {off}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table> }
}

/// What rounding costs: hidden words guessed, and how far the weights are off.
pub fn judged(r: &'static Rounding, matrix: Option<&'static Matrix>) -> impl IntoView + use<> {
    let off = matrix.map(|m| [0.0, m.off[0], m.off[1]]);
    let rows = here::WORDS_ROWS.into_iter().zip(&r.words).enumerate().map(|(i, (name, w))| {
        let off = off.map(|o| percent(o[i] as f32));
        view! { <tr data-testid="rounding"><th scope="row">{name}</th><td class="num">{fixed(w.loss, 4)}</td><td class="num">{percent(w.top_1 as f32)}</td><td class="num">{off}</td></tr> }
    });
    let rows: Vec<_> = rows.collect();
    let told = matrix.map(|m| view! { <p>{here::matrix_off(m.off)}</p> });
    let heads = here::WORDS_HEAD.into_iter().enumerate();
    let heads: Vec<_> = heads.map(|(i, h)| view! { <th scope="col" class:num=i != 0>{h}</th> }).collect();
    view! {
        <h3 class="plain-head">{here::judged(&r.words[0])}" "<Recorded on=true/></h3>
        <table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        {told}
    }
}
