//! Inside: what the model is made of, what it took, and the numbers in it.

mod block;
mod codes;
mod diagram;
mod grid;
mod lens;
mod sizes;
mod stored;

use super::probe::{use_answered, use_asking, use_pieces, use_recorded, use_shown};
use super::text::{TextBoxes, use_question, use_text};
use crate::protocol::probe::{Described, ProbeKind, ProbeRow, ProbeTask, Probed, RowsTask};
use crate::protocol::{Kind, Task, TextPair};
use crate::ui::controls::{Head, Recorded, Remarks, Told};
use crate::ui::logic::address::Pick;
use crate::ui::logic::openings;
use crate::ui::recorded;
use crate::ui::store::{Health, Store, store};
use crate::ui::words::probe::inside as here;
use crate::ui::words::shell::WAITING;
use leptos::prelude::*;

const KIND: ProbeKind = ProbeKind::Inside;

fn opening() -> TextPair {
    TextPair { a: openings::INSIDE.into(), b: None }
}

/// The model by its manifest, asked for once; until then by the manifest that this page was built with.
fn use_described(store: Store) -> Memo<Option<Described>> {
    let signal = store.probed(ProbeKind::Describe);
    Effect::new(move || {
        if signal.with_untracked(Option::is_none) {
            signal.set(recorded::probed(&ProbeTask::Describe));
        }
        if store.health.get() == Health::Ready && signal.with_untracked(|g| g.as_ref().is_none_or(|g| g.recorded)) {
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
    let by_recording = move || store.probed(ProbeKind::Describe).with(|g| g.as_ref().is_some_and(|g| g.recorded));
    let by_recording = Signal::derive(by_recording);
    // Layer and head, the last ones at first: where the answer is made.
    let chosen = Memo::new(move |_| {
        let size = described.with(|d| d.as_ref().map(|d| (d.config.num_hidden_layers, d.config.num_attention_heads)));
        let (layers, heads) = size.unwrap_or((12, 12));
        let (layer, head) = store.address.with(|a| a.head).unwrap_or((layers - 1, 0));
        (layer.min(layers - 1), head.min(heads - 1))
    });
    let task = Memo::new(move |_| {
        // The model that has come may have other layers than the one that was recorded.
        let outdated = by_recording.get() && store.health.get() == Health::Ready;
        let ready = read.with(Option::is_some) && described.with(Option::is_some) && !outdated;
        ready.then(|| RowsTask {
            purpose: KIND,
            text: asked.get(),
            rows: vec![ProbeRow::default()],
            top_k: openings::INSIDE_TOP_K,
            block: Some(chosen.get().0),
            lens: true,
            ..RowsTask::default()
        })
    });
    use_asking(store, task);
    let shown = use_shown(store, KIND);
    let answered = use_answered(shown, task);
    let is_recorded = use_recorded(shown, answered);
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
            <div class="stack answer" class:stale=move || store.is_stale(Kind::Probe(KIND), answered.get(), is_recorded.get())>
                <section class="card" aria-label=here::LENS>
                    <header><h2>{here::LENS}</h2><Recorded on=is_recorded/><span class="note">{here::LENS_NOTE}</span></header>
                    <Told kind=Kind::Probe(KIND) answered/>
                    <lens::Lens shown/>
                </section>
                <section class="card" aria-label=here::DIAGRAM>
                    <header><h2>{here::DIAGRAM}</h2><Recorded on=by_recording/></header>
                    <diagram::Diagram described chosen/>
                </section>
                <section class="card" aria-label=here::BLOCK>
                    <header><h2>{here::BLOCK}</h2></header>
                    <Show when=move || is_recorded.get()><p class="told-off">{WAITING}</p></Show>
                    <block::Block shown described chosen/>
                </section>
                <section class="card" aria-label=crate::ui::words::stored::STORED><stored::StoredMatrix described chosen/></section>
                <section class="card" aria-label=here::SIZES>
                    <sizes::Sizes shown described by_recording/>
                </section>
            </div>
            <aside>
                <Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/>
            </aside>
        </div>
    }
}
