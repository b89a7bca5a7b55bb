use crate::ui::words::shell as words;
use leptos::prelude::*;

#[component]
pub fn Foot() -> impl IntoView {
    view! {
        <footer class="foot">
            <p>
                {words::FOOT_SOURCE}
                <a href=words::ARTICLE_URL rel="noreferrer" lang="en">{words::ARTICLE_TITLE}</a>
                {words::ARTICLE_PLACE} ". " {words::FOOT_MODEL} " "
                <a href=words::READ_URL>{words::READ}</a> " · " <a href=words::TEACH_URL>{words::TEACH}</a> " · " <a href="LICENSE.txt">{words::LICENSE}</a> " · " <a href="NOTICE.txt">{words::NOTICE}</a>
            </p>
        </footer>
    }
}
