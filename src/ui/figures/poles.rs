//! Two labels that share one whole: a bar cut where their probabilities meet.

use crate::ui::logic::number::percent;
use crate::ui::logic::verdict::SURE;
use leptos::prelude::*;

/// The bar alone, for lists; what it shows is written beside it.
#[component]
pub fn Poles(#[prop(into)] shares: Signal<Option<[f32; 2]>>) -> impl IntoView {
    let width = move |share: f32| format!("{:.3}%", (share * 100.0).clamp(0.0, 100.0));
    view! {
        <span class="poles" aria-hidden="true">
            {move || shares.get().map(|[one, two]| view! {
                <i class="one" style:width=width(one)></i>
                <i class="two" style:width=width(two)></i>
            })}
        </span>
    }
}

/// The bar with both labels and their probabilities, and the band in which neither is likely enough to be named.
#[component]
pub fn Scale(
    #[prop(into)] labels: Signal<[String; 2]>,
    #[prop(into)] shares: Signal<Option<[f32; 2]>>,
    /// What the band means, written below it.
    band: String,
) -> impl IntoView {
    const { assert!(SURE == 0.75, "the band's place in sentiment.css is for three in four") };
    let end = move |which: usize| {
        let value = move || shares.get().map_or("—".into(), |s| percent(s[which]));
        let class = if which == 0 { "end one" } else { "end two" };
        view! { <span class=class>{move || labels.with(|l| l[which].clone())}<b data-testid="share" data-label=which.to_string()>{value}</b></span> }
    };
    view! {
        <div class="scale">
            {end(0)}
            <Poles shares/>
            {end(1)}
            <span class="band"><span>{band}</span></span>
        </div>
    }
}
