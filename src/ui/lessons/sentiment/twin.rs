//! The same in words: the answer, and every word by its strength.

use super::question::Question;
use super::slopes::Evidence;
use crate::protocol::ClassifiedRow;
use crate::ui::controls::Twin;
use crate::ui::logic::number::{percent, signed};
use crate::ui::logic::verdict::{Pull, shares, strongest};
use crate::ui::words::sentiment as here;
use leptos::prelude::*;

#[component]
pub fn InWords(
    question: Question,
    row: Memo<Option<ClassifiedRow>>,
    pulls: Memo<Vec<Option<Pull>>>,
    evidence: Evidence,
) -> impl IntoView {
    let said = move || {
        row.with(|r| {
            let r = r.as_ref()?;
            let [negative, positive] = shares(r)?;
            Some(view! { <p>{here::said(negative, positive, r.pieces, r.windows.len())}</p> })
        })
    };
    let table = move || {
        let all = pulls.with(|p| strongest(p));
        if all.is_empty() {
            return view! { <p>{here::NO_PULL}</p> }.into_any();
        }
        let word =
            |i: usize| question.words.with(|w| w.get(i).map(|r| question.text.with(|t| t[r.clone()].to_owned())));
        let slopes = evidence.slopes.get();
        let asked = !slopes.is_empty();
        let rows = all.into_iter().map(|(i, p)| {
            let slope = slopes.get(i).copied().flatten().map_or("—".into(), signed);
            view! {
                <tr><td>{word(i)}</td><td class="num">{signed(p.pull)}</td><td class="num">{percent(p.without)}</td>
                {asked.then(|| view! { <td class="num">{slope}</td> })}</tr>
            }
        });
        view! {
            <p>{here::PULL_IS}</p>
            <div class="scroll short" tabindex="0" role="region" aria-label=here::WORDS_CAPTION>
                <table data-testid="pulls">
                    <thead><tr><th scope="col">{here::WORDS_HEAD[0]}</th><th scope="col" class="num">{here::WORDS_HEAD[1]}</th><th scope="col" class="num">{here::WORDS_HEAD[2]}</th>
                    {asked.then(|| view! { <th scope="col" class="num">{here::WAY_NAMES[1]}</th> })}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <Twin>{said}{table}</Twin> }
}
