//! What the files say, what the model takes, and the button that makes it the page's.

use crate::protocol::Kind;
use crate::protocol::own::{Looked, Make, OwnTask};
use crate::ui::controls::Choice;
use crate::ui::logic::number::{bytes, grouped};
use crate::ui::store::store;
use crate::ui::words::own as here;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn LookedAt() -> impl IntoView {
    let store = store();
    move || {
        let looked = store.own.looked.get()?;
        let refused = looked.refused.as_ref().map(here::failure);
        let stopped = refused.is_some();
        Some(view! {
            <section class="card" aria-label=here::FACTS data-testid="own-looked">
                <header><h2>{here::FACTS}</h2></header>
                <Facts looked=looked.clone()/>
                <h3>{here::TAKES}</h3>
                <Takes looked=looked.clone()/>
                {refused.map(|r| view! { <p class="told-off" data-testid="own-refused">{r}</p> })}
                {(!stopped).then(|| view! { <MakeIt/> })}
            </section>
        })
    }
}

#[component]
fn Facts(looked: Arc<Looked>) -> impl IntoView {
    let c = &looked.config;
    let (name, size) = looked.files.first().cloned().unwrap_or_default();
    let rows = [
        (*here::SHAPE, here::shape(c.num_hidden_layers, c.hidden_size, c.num_attention_heads, c.vocab_size)),
        (*here::PARAMETERS, grouped(looked.parameters)),
        (*here::FILE, here::file(&name, size, &looked.types)),
        (*here::READS, here::reads(c.do_lower_case, looked.said_by)),
        (*here::HEADS, here::heads(&looked.absent, looked.next_sentence)),
    ];
    view! { <dl class="facts">{rows.map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })}</dl> }
}

#[component]
fn Takes(looked: Arc<Looked>) -> impl IntoView {
    let rows: Vec<_> = looked.takes.iter().zip(*here::SCHEMES).map(|(takes, (_, name))| {
        let gpu = if looked.no_gpu.is_some() { "—".to_owned() } else { bytes(takes.stored_bytes) };
        view! {
            <tr data-testid="own-takes" data-stored=takes.stored_bytes.to_string() data-cpu=takes.cpu_bytes.to_string()>
                <th scope="row">{name}</th><td>{bytes(takes.stored_bytes)}</td><td>{gpu}</td><td>{bytes(takes.cpu_bytes)}</td>
            </tr>
        }
    }).collect();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=here::TAKES>
            <table>
                <thead><tr>{here::TAKES_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="note">{here::TAKES_NOTE}</p>
        {looked.no_gpu.as_ref().map(|reason| view! { <p class="note">{here::no_gpu(reason)}</p> })}
    }
}

#[component]
fn MakeIt() -> impl IntoView {
    let own = store().own;
    let store = store();
    let scheme = Signal::derive(move || here::SCHEMES.iter().position(|(s, _)| *s == own.scheme.get()).unwrap_or(0));
    let case = Signal::derive(move || usize::from(!own.lower_case.get()));
    let making = move || store.is_busy(Kind::Own) && own.making.with(Option::is_some);
    let make = move |_| {
        let title = own.title.get_untracked();
        let title = if title.trim().is_empty() { here::DEFAULT_TITLE.to_owned() } else { title.trim().to_owned() };
        let task = Make { title, scheme: own.scheme.get_untracked(), lower_case: own.lower_case.get_untracked() };
        store.ask_own(OwnTask::Make(task), Vec::new());
        own.making.set(Some((0, 1)));
    };
    view! {
        <div class="own about">
            <label>{here::NAME} " "
                <input data-testid="own-title" maxlength="60" autocomplete="off" placeholder=here::DEFAULT_TITLE
                    prop:value=move || own.title.get() on:input=move |e| own.title.set(event_target_value(&e))/>
            </label>
        </div>
        <div class="pickers">
            <span>{here::BITS}</span>
            <Choice label=here::BITS options=here::SCHEMES.map(|(_, name)| name).to_vec() chosen=scheme choose=move |i: usize| own.scheme.set(here::SCHEMES[i].0)/>
            <span>{here::CASE}</span>
            <Choice label=here::CASE options=here::CASES.to_vec() chosen=case choose=move |i| own.lower_case.set(i == 0)/>
        </div>
        <div class="run">
            <button class="btn main" disabled=making on:click=make data-testid="own-use">{here::USE}</button>
            {move || own.making.get().filter(|_| making()).map(|(done, total)| view! {
                <progress max=total.to_string() value=done.to_string() aria-label=here::MAKING></progress>
                <span class="note" data-testid="own-making">{here::done(done, total)}</span>
                <button class="btn" data-testid="own-cancel" on:click=move |_| store.ask_own(OwnTask::About, Vec::new())>{here::CANCEL}</button>
            })}
        </div>
    }
}
