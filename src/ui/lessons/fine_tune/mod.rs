//! Fine-tune: a visitor's own labels, learnt here.

mod changed;
mod data;
mod evaluate;
mod kept;
mod learning;
mod path;
mod pinned;
mod settings;

use crate::ui::controls::{Head, Section};
use crate::ui::store::store;
use crate::ui::words::fine_tune as here;
use crate::ui::words::lessons as words;
use changed::ChangedCard;
use data::DataCard;
use evaluate::Evaluate;
use kept::KeptCard;
use learning::Learning;
use leptos::prelude::*;
use path::Path;
use settings::SettingsCard;

#[component]
pub fn FineTune() -> impl IntoView {
    let lab = store().lab;
    let any_run = Memo::new(move |_| lab.run.with(Option::is_some));
    view! {
        <Head kicker=here::KICKER title=here::TITLE/>
        <p class="lede">{here::LEDE}</p>
        <Path/>
        <div class="stack lab">
            <DataCard/>
            <SettingsCard/>
            <Show when=move || any_run.get()><Learning/></Show>
            <Evaluate/>
            <ChangedCard/>
            <KeptCard/>
        </div>
        <aside class="three below">
            <Section title=words::LOOK_FOR><p>{here::LOOK}</p></Section>
            <Section title=words::ARTICLE_SAYS><p>{here::ARTICLE}</p></Section>
            <Section title=words::MISLEADS><p>{here::MISLEADS}</p><p>{here::MISLEADS_LEAK}</p></Section>
        </aside>
    }
}
