//! How good an adapter is on sets that it never saw: figures recorded by `cargo xtask quality … --record`.

use crate::ui::controls::Choice;
use crate::ui::figures::calibration::Calibration;
use crate::ui::figures::confusion::Confusion;
use crate::ui::logic::quality::HeldOut;
use crate::ui::words::{quality as words_of, shell};
use leptos::prelude::*;

/// A card's head and the held-out sets, one shown at a time. `labels`: the adapter's, in its order.
#[component]
pub fn Recordings(sets: &'static [HeldOut], labels: [&'static str; 2]) -> impl IntoView {
    let chosen = RwSignal::new(0usize);
    let names: Vec<&'static str> = sets.iter().map(|s| s.name.as_str()).collect();
    let any = !sets.is_empty();
    let several = sets.len() > 1;
    let shown = move || {
        sets.get(chosen.get()).map(|s| {
            view! {
                <p>{words_of::set(&s.name, s.n, s.accuracy, s.low, s.high, s.ece)}</p>
                <div class="figures"><Confusion labels=labels.map(String::from).into() cells=s.confusion.map(Vec::from).into()/><Calibration bins=s.bins.clone()/></div>
            }
        })
    };
    view! {
        <header>
            <h2>{words_of::TITLE}</h2>
            {any.then(|| view! { <span class="recorded" title=shell::RECORDED_TITLE>{shell::RECORDED}</span> })}
            {several.then(|| view! { <Choice label=words_of::SETS options=names chosen=Signal::from(chosen) choose=move |i| chosen.set(i)/> })}
        </header>
        {shown}
        {(!any).then(|| view! { <p data-testid="not-judged">{words_of::NOT_YET}</p> })}
    }
}
