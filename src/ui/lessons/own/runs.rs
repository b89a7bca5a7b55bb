//! Which lessons run on the model in use, and why others do not.

use crate::ui::logic::address::{Address, Lesson};
use crate::ui::logic::own::runs;
use crate::ui::store::store;
use crate::ui::words::{own as here, shell};
use leptos::prelude::*;

#[component]
pub fn RunsOn() -> impl IntoView {
    let store = store();
    move || {
        let model = store.own.model().filter(|_| store.own.using.get())?;
        let lessons = shell::PARTS.iter().flat_map(|(_, lessons)| lessons.iter()).filter(|l| **l != Lesson::Own);
        let rows = lessons.map(|&lesson| {
            let to = Address { lesson, ..store.address.get_untracked() };
            view! {
                <tr data-testid="own-runs" data-lesson=lesson.slug()>
                    <th scope="row"><a href=format!("#{}", to.to_fragment())>{shell::name(lesson)}</a></th>
                    <td>{here::runs(runs(lesson, &model))}</td>
                </tr>
            }
        });
        Some(view! {
            <section class="card" aria-label=here::RUNS>
                <header><h2>{here::RUNS}</h2></header>
                <table>
                    <thead><tr>{here::RUNS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{rows.collect::<Vec<_>>()}</tbody>
                </table>
            </section>
        })
    }
}
