//! Guessed first: which part of the input the answer at the blank needs most.

use crate::protocol::probe::{ProbeKind, ProbeTask, Probed, ProbedRows, RowsTask};
use crate::protocol::{NamedCandidate, Piece, TextPair};
use crate::ui::controls::{Guess, Question, Truth};
use crate::ui::lessons::probe::{Shown, use_asking};
use crate::ui::logic::change::without_parts;
use crate::ui::logic::guess::largest;
use crate::ui::logic::number::percent;
use crate::ui::store::store;
use crate::ui::words::guess as here;
use leptos::prelude::*;

const KIND: ProbeKind = ProbeKind::Parts;

#[component]
pub fn WhichPart(
    shown: Memo<Option<Shown>>,
    question: Memo<TextPair>,
    pieces: Memo<Vec<Piece>>,
    at: Memo<usize>,
    hides: RwSignal<bool>,
) -> impl IntoView {
    let store = store();
    // The first guess at the first blank of the text as typed.
    let first: Memo<Option<NamedCandidate>> = Memo::new(move |_| {
        let shown = shown.get().filter(|s| question.with(|q| s.task.text == *q))?;
        shown.rows()?.rows.first()?.first()?.top.first().cloned()
    });
    let piece = move || pieces.with(|p| p.get(at.get()).map(|p| p.text.clone()));
    let task: Memo<Option<RowsTask>> = Memo::new(move |_| {
        let first = first.get()?;
        let rows = without_parts(at.get(), pieces.with(Vec::len));
        Some(RowsTask {
            purpose: KIND,
            text: question.get(),
            rows,
            asked: Some(first.candidate.id),
            ..RowsTask::default()
        })
    });
    // Asked once the visitor guesses.
    use_asking(store, Memo::new(move |_| task.get().filter(|_| hides.get())));
    let asked = Signal::derive(move || {
        let (word, piece) = (first.get()?.piece, piece()?);
        Some(Question { text: here::which_part(&word), options: here::part_options(&piece).into() })
    });
    let truth = Signal::derive(move || {
        let given = store.probed(KIND).get()?;
        let ours = task.with(|t| matches!((&given.question, t), (ProbeTask::Rows(a), Some(b)) if a == b));
        let Probed::Rows(rows) = &*given.answer else { return None };
        let [whole, own, positions, segments] = probabilities(rows).filter(|_| ours)?;
        let told = [own, positions, segments].map(percent);
        let told = here::parts_told(&first.get()?.piece, &percent(whole), told, &piece()?);
        Some(Truth { right: largest(&[-own, -positions, -segments]), told })
    });
    view! { <Guess question=asked truth hides/> }
}

/// Of the word asked about at the first blank: as typed, without the piece's own row, positions, segments.
fn probabilities(rows: &ProbedRows) -> Option<[f32; 4]> {
    let of = |row: usize| Some(rows.rows.get(row)?.first()?.truth.as_ref()?.candidate.probability);
    Some([of(0)?, of(1)?, of(2)?, of(3)?])
}
