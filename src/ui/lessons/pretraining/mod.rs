//! Pre-training in a minute: a small BERT from random numbers on a text, beside a left-to-right model.

mod blanks;
mod controls;
mod figure;
mod guess;
mod numbers;

use crate::protocol::pretraining::{PretrainKind, PretrainTask};
use crate::protocol::{Failure, Kind};
use crate::ui::controls::{Head, Recorded, Remarks, SentenceBox, Tries};
use crate::ui::logic::pretraining::PretrainState;
use crate::ui::recorded;
use crate::ui::store::{Store, store};
use crate::ui::words::{self, pretraining as here};
use leptos::prelude::*;

const READ: Kind = Kind::Pretrain(PretrainKind::Read);

fn edit(store: Store, change: impl FnOnce(&mut PretrainState)) {
    store.address.update(|a| change(&mut a.pretraining));
}

/// What the text has to learn from is asked whenever it changes: the vocabulary is enough.
fn use_reading(store: Store) -> Memo<String> {
    let text = Memo::new(move |_| store.address.with(|a| a.pretraining.text()));
    Effect::new(move || {
        let text = text.get();
        if text.trim().is_empty() {
            return store.set_failure(READ, Some(Failure::EmptyText));
        }
        let known = store.pretraining.read.with_untracked(|r| r.as_ref().is_some_and(|(of, _)| *of == text));
        if known {
            store.set_failure(READ, None);
        } else if store.vocabulary_ready.get() {
            store.ask_pretraining(PretrainTask::Read(text));
        }
    });
    text
}

#[component]
pub fn PreTraining() -> impl IntoView {
    let store = store();
    let text = use_reading(store);
    if let Some((begun, told)) = recorded::pretraining(&store.address.with_untracked(|a| a.pretraining.begin())) {
        store.pretraining.show_recorded(begun, told);
    }
    let is_recorded = store.pretraining.recorded;
    let hides = RwSignal::new(false);
    let opening = move |()| edit(store, |p| *p = PretrainState::default());
    let tries = vec![(here::TRY_OPENING.to_string(), Callback::new(opening))];
    let about = move || {
        if let Some(failure) = store.failure(READ) {
            return Some(
                view! { <p class="told-off" data-testid="pretrain-refused">{words::failure(&failure)}</p> }.into_any(),
            );
        }
        let (of, report) = store.pretraining.read.get()?;
        (of == text.get())
            .then(|| view! { <p class="note" data-testid="pretrain-read">{here::report(&report)}</p> }.into_any())
    };
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <div class="sentence corpus"><SentenceBox label=here::TEXT testid="sentence" several_lines=true text typed=move |t| edit(store, |p| p.text = Some(t))/></div>
        <Tries tries/>
        <div role="status">{about}</div>
        <div class="cols">
            <div class="stack">
                <section class="card" aria-label=here::FIGURE>
                    <header><h2>{here::FIGURE}</h2><Recorded on=is_recorded/></header>
                    <controls::Controls/>
                    <guess::Faster hides/>
                    <div hidden=move || hides.get()><figure::Figure/></div>
                </section>
                <section class="card" aria-label=here::BLANKS>
                    <header><h2>{here::BLANKS}</h2><Recorded on=is_recorded/></header>
                    <blanks::Blanks/>
                </section>
                <section class="card" aria-label=here::NUMBERS>
                    <header><h2>{here::NUMBERS}</h2></header>
                    <numbers::Numbers/>
                </section>
            </div>
            <aside><Remarks look=here::LOOK article=here::ARTICLE misleads=here::MISLEADS/></aside>
        </div>
    }
}
