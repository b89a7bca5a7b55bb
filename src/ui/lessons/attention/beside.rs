//! Beside the figure: which head, what receives most, the four blocks, heads with a habit.

use super::shown::Shown;
use crate::protocol::PieceKind;
use crate::ui::controls::Section;
use crate::ui::logic::heads::ranked;
use crate::ui::logic::number::percent;
use crate::ui::store::store;
use crate::ui::words::lessons::{self as words, attention as here};
use leptos::prelude::*;

/// Pieces listed as receiving most.
const MOST: usize = 5;

#[component]
pub fn Pickers(
    size: Memo<(usize, usize)>,
    chosen: Signal<(usize, usize)>,
    choose: impl Fn((usize, usize)) + Copy + Send + Sync + 'static,
    specials: Memo<bool>,
) -> impl IntoView {
    let store = store();
    let options = |count: usize, now: usize| {
        (0..count).map(|i| view! { <option value=i.to_string() selected=i == now>{i + 1}</option> }).collect::<Vec<_>>()
    };
    let layer = move |event| choose((event_target_value(&event).parse().unwrap_or(0), chosen.get_untracked().1));
    let head = move |event| choose((chosen.get_untracked().0, event_target_value(&event).parse().unwrap_or(0)));
    let toggle = move |_| store.address.update(|a| a.with_specials = !a.with_specials);
    view! {
        <div class="pickers">
            <label>{here::LAYER}
                <select on:change=layer data-testid="layer" prop:value=move || chosen.get().0.to_string()>{move || options(size.get().0, chosen.get_untracked().0)}</select>
            </label>
            <label>{here::HEAD}
                <select on:change=head data-testid="head-select" prop:value=move || chosen.get().1.to_string()>{move || options(size.get().1, chosen.get_untracked().1)}</select>
            </label>
            <button class="btn" aria-pressed=move || specials.get().to_string() on:click=toggle data-testid="specials">{here::SPECIALS}</button>
        </div>
    }
}

#[component]
pub fn Beside(
    shown: RwSignal<Option<Shown>>,
    head: Memo<(usize, usize)>,
    visible: Memo<Vec<usize>>,
    specials: Memo<bool>,
    choose: impl Fn((usize, usize)) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let received = move || {
        let (layer, head) = head.get();
        let shown = shown.get()?;
        let all = shown.heads()?.received(layer, head);
        let rows =
            ranked(&all).into_iter().filter(|(i, _)| visible.with(|v| v.contains(i))).take(MOST).map(|(i, share)| {
                let name = shown.answer.tokens.pieces[i].text.clone();
                view! { <tr><td class="mono">{name}</td><td class="num">{percent(share)}</td></tr> }
            });
        Some(view! { <table data-testid="received"><tbody>{rows.collect::<Vec<_>>()}</tbody></table> })
    };
    let found = Memo::new(move |_| {
        let shown = shown.get()?;
        let pieces: Vec<&str> = shown.answer.tokens.pieces.iter().map(|p| p.text.as_str()).collect();
        Some(shown.heads()?.habits(&pieces))
    });
    let habits = move || {
        let rows = found.get()?.into_iter().map(|f| {
            let name = format!("{}.{}", f.layer + 1, f.head + 1);
            view! {
                <tr>
                    <td><button class="act" on:click=move |_| choose((f.layer, f.head)) title=words::head_name(f.layer + 1, f.head + 1)>{name}</button></td>
                    <td>{words::habit(f.habit)}</td><td class="num">{percent(f.share)}</td>
                </tr>
            }
        });
        Some(view! { <table class="habits" data-testid="habits"><tbody>{rows.collect::<Vec<_>>()}</tbody></table> })
    };
    let pair = move || shown.with(|s| s.as_ref().is_some_and(Shown::is_pair));
    view! {
        <Show when=pair><Section title=here::BLOCKS><Blocks shown head specials/></Section></Show>
        <Section title=here::RECEIVED>{received}<p class="note">{here::RECEIVED_NOTE}</p></Section>
        <Section title=here::HABITS>{habits}<p class="note">{here::HABITS_NOTE}</p></Section>
    }
}

/// Shares between the two texts; with specials hidden they are a group of their own.
#[component]
fn Blocks(shown: RwSignal<Option<Shown>>, head: Memo<(usize, usize)>, specials: Memo<bool>) -> impl IntoView {
    move || {
        let (layer, head) = head.get();
        let shown = shown.get()?;
        let apart = !specials.get();
        let group =
            |p: &crate::protocol::Piece| if apart && p.kind == PieceKind::Special { 2 } else { p.segment as usize };
        let groups: Vec<usize> = shown.answer.tokens.pieces.iter().map(group).collect();
        let blocks = shown.heads()?.blocks(layer, head, &groups, 3);
        let columns = if apart { 3 } else { 2 };
        let names = ["A", "B", *here::SPECIAL_GROUP];
        let heads =
            (0..columns).map(|j| view! { <th scope="col" class="num">"→ " {names[j]}</th> }).collect::<Vec<_>>();
        let rows = (0..2).map(|i| {
            let cells = (0..columns).map(|j| {
                let share = blocks[i].as_ref().map_or("—".into(), |row| percent(row[j]));
                view! { <td class="num" data-testid="block" data-from=names[i] data-to=names[j]>{share}</td> }
            });
            view! { <tr><th scope="row">{names[i]}</th>{cells.collect::<Vec<_>>()}</tr> }
        });
        let corner = view! { <td></td> };
        Some(view! {
            <table data-testid="blocks"><thead><tr>{corner}{heads}</tr></thead><tbody>{rows.collect::<Vec<_>>()}</tbody></table>
            <p class="note">{here::BLOCKS_NOTE}</p>
        })
    }
}
