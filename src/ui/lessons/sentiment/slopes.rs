//! The second kind of evidence: gradient × input of each word, and where it and leaving out disagree.

use super::question::Question;
use crate::protocol::{Kind, SlopesTask, Task};
use crate::ui::carried::carried;
use crate::ui::controls::{Choice, Told};
use crate::ui::logic::evidence::{by_word, compare};
use crate::ui::logic::verdict::Pull;
use crate::ui::store::{Health, store};
use crate::ui::words::sentiment as here;
use leptos::prelude::*;

/// What the words are weighed by.
#[derive(Clone, Copy)]
pub struct Evidence {
    /// Whether gradient × input tints the words.
    pub by_slope: RwSignal<bool>,
    /// Of each word; empty until it was asked for and has come.
    pub slopes: Memo<Vec<Option<f32>>>,
    /// Of punctuation, [CLS] and [SEP].
    pub rest: Memo<Option<f32>>,
}

/// Asks for gradients once they are wanted, after the review itself.
pub fn use_evidence(question: Question) -> Evidence {
    let store = store();
    let by_slope = carried("by slope", false);
    let wanted = Memo::new(move |_| {
        (by_slope.get() && question.whole.answered())
            .then(|| SlopesTask { adapter: store.lab.sentiment_adapter(), text: question.text.get() })
    });
    let call_off = move || {
        if store.busy.with_untracked(|b| b.contains(&Kind::Slopes)) {
            store
                .ask_instead(Task::Slopes(SlopesTask { adapter: store.lab.sentiment_adapter(), ..Default::default() }));
        }
    };
    Effect::new(move || {
        let ready = store.health.get() == Health::Ready;
        let Some(task) = wanted.get() else { return call_off() };
        let known = store.slopes.with_untracked(|g| g.as_ref().is_some_and(|g| g.question == task));
        if ready && !known {
            store.set_failure(Kind::Slopes, None);
            store.ask(Task::Slopes(task));
        }
    });
    on_cleanup(call_off);
    let found = Memo::new(move |_| {
        let given = store.slopes.get()?;
        let now = SlopesTask { adapter: store.lab.sentiment_adapter(), text: question.text.get() };
        let words = question.words.get();
        (given.question == now).then(|| by_word(&now.text, &words, &given.answer))
    });
    let slopes = Memo::new(move |_| found.get().map(|f| f.0).unwrap_or_default());
    let rest = Memo::new(move |_| found.get().map(|f| f.1));
    Evidence { by_slope, slopes, rest }
}

/// Which way tints the words, and how far both agree.
#[component]
pub fn Ways(question: Question, evidence: Evidence, pulls: Memo<Vec<Option<Pull>>>) -> impl IntoView {
    let store = store();
    let Evidence { by_slope, slopes, rest } = evidence;
    let chosen = Signal::derive(move || usize::from(by_slope.get()));
    let answered = Signal::derive(move || !slopes.with(Vec::is_empty));
    let word = move |i: usize| {
        let range = question.words.with(|w| w.get(i).cloned())?;
        question.text.with(|t| t.get(range).map(str::to_owned))
    };
    let compared = move || {
        let found = pulls.with(|p| slopes.with(|s| compare(p, s)))?;
        let apart = found.apart.and_then(|(i, a, b)| Some(here::apart(&word(i)?, a, b)));
        Some(view! {
            <p data-testid="ways-agree" data-same=found.same.to_string() data-strong=found.strong.to_string()>
                {here::agree(found.same, found.strong)}" "{apart}" "{rest.get().map(here::rest)}
            </p>
        })
    };
    view! {
        <div class="ways" data-testid="ways">
            <Choice label=here::WAYS options=here::WAY_NAMES.into() chosen choose=move |i| by_slope.set(i == 1)/>
            <p class="note">{move || if by_slope.get() { *here::SLOPE_IS } else { *here::LEFT_OUT_IS }}</p>
            <Show when=move || by_slope.get()>
                <Told kind=Kind::Slopes answered/>
                <div role="status">
                    {move || (store.is_busy(Kind::Slopes) && !answered.get()).then(|| view! { <p class="note">{here::SLOPING}</p> })}
                    {compared}
                </div>
                <p class="note">{here::WHY_APART}</p>
            </Show>
        </div>
    }
}
