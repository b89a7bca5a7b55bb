//! The one thing that is changed: buttons for the picked piece and for all.

use crate::protocol::Piece;
use crate::ui::logic::change::Change;
use crate::ui::store::store;
use crate::ui::words::probe::{input as here, piece_at};
use leptos::prelude::*;

#[component]
pub fn Changes(pieces: Memo<Vec<Piece>>, at: Memo<usize>, change: Memo<Change>) -> impl IntoView {
    let store = store();
    let set = move |to: Change| store.address.update(|a| a.change = to);
    let button = move |name: &'static str, key: &'static str, of: fn(usize) -> Change| {
        let pressed = move || (change.get() == of(at.get())).to_string();
        let click = move |_| {
            let to = of(at.get_untracked());
            set(if change.get_untracked() == to { Change::Nothing } else { to });
        };
        view! { <button class="btn" aria-pressed=pressed on:click=click data-testid="change" data-change=key>{name}</button> }
    };
    let partner = move || match change.get() {
        Change::Trade(i, j) if i == at.get() => Some(j),
        Change::Trade(i, j) if j == at.get() => Some(i),
        _ => None,
    };
    let trade = move |event| {
        let with: Option<usize> = event_target_value(&event).parse().ok();
        set(with.map_or(Change::Nothing, |with| Change::Trade(at.get_untracked(), with)));
    };
    let options = move || {
        let own = at.get();
        let now = partner();
        let others = pieces.get().into_iter().enumerate().filter(move |(i, _)| *i != own);
        let option = move |(i, p): (usize, Piece)| {
            view! { <option value=i.to_string() selected=now == Some(i)>{piece_at(&p.text, i)}</option> }
        };
        others.map(option).collect::<Vec<_>>()
    };
    view! {
        <div class="changes" role="group" aria-label=here::CHANGE>
            {button(*here::NOTHING, "nothing", |_| Change::Nothing)}
            {button(*here::NO_POSITIONS, "no-positions", |_| Change::NoPositions)}
            {button(*here::NO_SEGMENTS, "no-segments", |_| Change::NoSegments)}
            {button(*here::NO_WORD, "no-word", Change::NoWord)}
            {button(*here::FLIP, "flip", Change::Flip)}
            {button(*here::FLIP_ALL, "flip-all", |_| Change::FlipAll)}
            <label>{here::TRADE}
                <select on:change=trade data-testid="trade">
                    <option value="" selected=move || partner().is_none()>{here::TRADE_NONE}</option>
                    {options}
                </select>
            </label>
        </div>
    }
}
