//! The best beginnings and ends, those that are out with their reason, and "no answer" among them.

use super::question::Question;
use crate::ui::controls::Recorded;
use crate::ui::logic::answers::{Line, lines, lit};
use crate::ui::logic::number::{percent, signed};
use crate::ui::store::store;
use crate::ui::words::answers as here;
use leptos::prelude::*;

#[component]
pub fn Spans(question: Question) -> impl IntoView {
    let store = store();
    let recorded = Signal::derive(move || question.is_recorded(store));
    let rows = move || {
        let given = question.answer(store)?;
        let text = given.question.text.clone();
        let row = move |line: Line| {
            match line {
            Line::Allowed(_, span) => {
                let [_, answer, _] = lit(&text, span.span);
                view! {
                    <tr data-testid="span"><td dir="auto">{answer}</td><td class="num">{signed(span.start_logit)}</td>
                        <td class="num">{signed(span.end_logit)}</td><td class="num">{signed(span.score())}</td>
                        <td class="num">{percent(span.probability)}</td></tr>
                }
                .into_any()
            }
            Line::Refused { start, end, score, why } => view! {
                <tr class="out" data-testid="refused"><td><s>{here::from_to(&start, &end)}</s></td><td colspan="2">{here::why(why)}</td>
                    <td class="num">{signed(score)}</td><td class="num">"—"</td></tr>
            }
            .into_any(),
            Line::NoAnswer { score, probability } => view! {
                <tr data-testid="null"><td><i>{here::NO_ANSWER}</i></td><td colspan="2">"[CLS] … [CLS]"</td>
                    <td class="num">{signed(score)}</td><td class="num">{percent(probability)}</td></tr>
            }
            .into_any(),
        }
        };
        Some(lines(&given.answer).into_iter().map(row).collect::<Vec<_>>())
    };
    view! {
        <Show when=move || question.answer(store).is_some()>
            <section class="card" aria-label=here::SPANS>
                <header><h2>{here::SPANS}</h2><Recorded on=recorded/></header>
                <div class="scroll" tabindex="0" role="region" aria-label=here::SPANS>
                    <table data-testid="spans">
                        <thead><tr>{here::SPANS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        </Show>
    }
}
