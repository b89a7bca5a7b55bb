//! Inside: what the model is made of, what it took, and the numbers in it.

mod block;
mod codes;
mod diagram;
mod grid;
mod lens;
mod sizes;
mod stored;

use super::probe::{use_answered, use_asking, use_pieces, use_shown};
use super::text::{TextBoxes, use_question, use_text};
use crate::protocol::probe::{Described, ProbeKind, ProbeRow, ProbeTask, Probed, RowsTask};
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::controls::{Head, Remarks, Told};
use crate::ui::logic::address::Pick;
use crate::ui::logic::openings;
use crate::ui::store::{Health, Store, store};
use crate::ui::words::probe::inside as here;
use leptos::prelude::*;

const KIND: ProbeKind = ProbeKind::Inside;
const TOP_K: usize = 3;

fn opening() -> TextPair {
    TextPair { a: openings::INSIDE.into(), b: None }
}

/// The model by its manifest, asked for once.
fn use_described(store: Store) -> Memo<Option<Described>> {
    let signal = store.probed(ProbeKind::Describe);
    Effect::new(move || {
        if store.health.get() == Health::Ready && signal.with_untracked(Option::is_none) {
            store.ask(Task::Probe(ProbeTask::Describe));
        }
    });
    Memo::new(move |_| match &*signal.get()?.answer {
        Probed::Described(d) => Some(d.clone()),
        _ => None,
    })
}

#[component]
pub fn Inside() -> impl IntoView {
    let store = store();
    let text = use_text(store, opening);
    let asked = use_question(text);
    let read = use_pieces(store, asked, KIND);
    let described = use_described(store);
    // Layer and head, the last ones at first: where the answer is made.
    let chosen = Memo::new(move |_| {
        let size = described.with(|d| d.as_ref().map(|d| (d.config.num_hidden_layers, d.config.num_attention_heads)));
        let (layers, heads) = size.unwrap_or((12, 12));
        let (layer, head) = store.address.with(|a| a.head).unwrap_or((layers - 1, 0));
        (layer.min(layers - 1), head.min(heads - 1))
    });
    let task = Memo::new(move |_| {
        let ready = read.with(Option::is_some) && described.with(Option::is_some);
        ready.then(|| RowsTask {
            purpose: KIND,
            text: asked.get(),
            rows: vec![ProbeRow::default()],
            top_k: TOP_K,
            block: Some(chosen.get().0),
            lens: true,
            ..RowsTask::default()
        })
    });
    use_asking(store, task);
    let shown = use_shown(store, KIND);
    let answered = use_answered(shown, task);
    let go = move |a: &'static str| {
        store.address.update(|s| {
            s.text = Some(TextPair { a: a.into(), b: None });
            s.piece = Pick::Opening;
        });
    };
    let tries = [openings::INSIDE, openings::BLANK[0]].map(|a| (a.to_owned(), Callback::new(move |()| go(a)))).into();
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <TextBoxes text tries/>
        <div class="cols">
            <div class="stack answer" class:stale=move || store.is_stale(Kind::Probe(KIND), answered.get(), false)>
                <section class="card" aria-label=here::LENS>
                    <header><h2>{here::LENS}</h2><span class="note">{here::LENS_NOTE}</span></header>
                    <Told kind=Kind::Probe(KIND) answered/>
                    <lens::Lens shown/>
                </section>
                <section class="card" aria-label=here::DIAGRAM>
                    <header><h2>{here::DIAGRAM}</h2></header>
                    <diagram::Diagram described chosen/>
                </section>
                <section class="card" aria-label=here::BLOCK>
                    <header><h2>{here::BLOCK}</h2></header>
                    <block::Block shown described chosen/>
                </section>
                <section class="card" aria-label=crate::ui::words::stored::STORED><stored::StoredMatrix described chosen/></section>
                <section class="card" aria-label=here::SIZES>
                    <sizes::Sizes shown described/>
                </section>
            </div>
            <aside>
                <Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/>
            </aside>
        </div>
    }
}
