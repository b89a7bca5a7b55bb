//! Two sentences that differ in a capital, for both of the page's models.

use crate::protocol::TextPair;
use crate::ui::controls::Section;
use crate::ui::logic::address::Address;
use crate::ui::logic::model::CASED;
use crate::ui::logic::openings::CAPITALS;
use crate::ui::store::store;
use crate::ui::words::cased as here;
use leptos::prelude::*;

/// Links, so that they can be copied and say in the address which model they want.
#[component]
pub fn Capitals() -> impl IntoView {
    let store = store();
    let link = move |cased: bool| {
        let text = Some(TextPair { a: CAPITALS[0].into(), b: None });
        let to = Address { text, versus: Some(CAPITALS[1].into()), cased, ..store.address.with(Address::home) };
        format!("#{}", to.to_fragment())
    };
    view! {
        <Section title=here::MATTERS>
            <p>{here::MATTERS_TEXT}</p>
            <p><a href=move || link(false) data-testid="ask-uncased">{here::ASK_UNCASED}</a></p>
            <p><a href=move || link(true) data-testid="ask-cased">{here::ask_cased(CASED.weights)}</a></p>
        </Section>
    }
}
