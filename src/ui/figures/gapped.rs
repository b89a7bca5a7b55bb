//! A sentence set large: its words hide when clicked, its gaps hold what BERT puts there.

use crate::ui::logic::sentence::{self, SpanKind};
use crate::ui::words::lessons::blank as words;
use leptos::prelude::*;

/// Most spans that are drawn; BERT reads no more than 512 pieces.
const MAX_SPANS: usize = 1_300;

/// `fill(n)` is the word in gap n; `click(range, n)` hides the word at a range, or opens gap n.
#[component]
pub fn Gapped(
    #[prop(into)] text: Signal<String>,
    fill: impl Fn(usize) -> Option<String> + Copy + Send + Sync + 'static,
    click: impl Fn(std::ops::Range<usize>, Option<usize>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let draw = move || {
        text.with(|text| {
            let spans = sentence::spans(text);
            let several = spans.iter().filter(|s| s.kind == SpanKind::Blank).count() > 1;
            let mut gaps = 0;
            let shown = spans.into_iter().take(MAX_SPANS).map(|span| {
                let slice = text[span.range.clone()].to_owned();
                let range = span.range;
                match span.kind {
                    SpanKind::Between => view! { <span>{slice}</span> }.into_any(),
                    SpanKind::Word => {
                        view! { <button title=words::HIDE on:click=move |_| click(range.clone(), None)>{slice}</button> }
                            .into_any()
                    }
                    SpanKind::Blank => {
                        gaps += 1;
                        let n = gaps - 1;
                        let word = move || fill(n).unwrap_or_else(|| "····".into());
                        let number = several.then(|| view! { <sub aria-hidden="true">{gaps}</sub> });
                        view! {
                            <button class="gap" class:open=move || fill(n).is_none() data-testid="gap" title=words::SHOW
                                on:click=move |_| click(range.clone(), Some(n))>{word}{number}</button>
                        }
                        .into_any()
                    }
                }
            });
            shown.collect::<Vec<_>>()
        })
    };
    view! { <p class="big" lang="en">{draw}</p> }
}
