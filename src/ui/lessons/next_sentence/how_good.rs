//! How good is it? The judged pairs, recorded.

use crate::ui::lessons::recordings::Recordings;
use crate::ui::logic::quality;
use crate::ui::words::next_sentence as here;
use crate::ui::words::quality as words_of;
use leptos::prelude::*;

#[component]
pub fn HowGood() -> impl IntoView {
    let sets = &quality::recorded().next_sentence.sets;
    view! {
        <section class="card" aria-label=words_of::TITLE data-testid="quality">
            <Recordings sets labels=*here::LABELS/>
            <p class="note">{here::JUDGED_ON}</p>
        </section>
    }
}
