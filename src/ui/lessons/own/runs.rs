//! Which lessons run on the model in use, and why others do not.

use crate::protocol::Loaded;
use crate::protocol::own::OwnModel;
use crate::ui::logic::address::{Address, Lesson};
use crate::ui::logic::model::{CASED, Model};
use crate::ui::logic::own::runs;
use crate::ui::store::store;
use crate::ui::words::{own as here, shell};
use leptos::prelude::*;

/// A model of the page's own, whole but for the next-sentence head, which its source lacks.
fn of_page(loaded: &Loaded) -> OwnModel {
    OwnModel {
        title: loaded.title.clone(),
        base_hash: loaded.base_hash.clone(),
        bytes: CASED.weights,
        absent: Vec::new(),
        next_sentence: false,
    }
}

#[component]
pub fn RunsOn() -> impl IntoView {
    let store = store();
    move || {
        let model = match store.model.get() {
            Model::Base => return None,
            Model::Cased => store.loaded.with(|l| l.as_ref().map(of_page))?,
            Model::Own => store.own.model()?,
        };
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
