//! A pronoun and its noun: the heads that link them in this text.

use super::shown::Shown;
use crate::ui::controls::Note;
use crate::ui::logic::address::Pick;
use crate::ui::logic::directions::{WordAt, words as words_of};
use crate::ui::logic::links::{chance, guess, links};
use crate::ui::logic::number::percent;
use crate::ui::store::store;
use crate::ui::words::heads as here;
use crate::ui::words::lessons::head_name;
use leptos::prelude::*;

/// Heads listed.
const LISTED: usize = 6;

#[component]
pub fn Links(shown: RwSignal<Option<Shown>>, chosen: Signal<(usize, usize)>) -> impl IntoView {
    let store = store();
    let words: Memo<Vec<WordAt>> =
        Memo::new(move |_| shown.with(|s| s.as_ref().map(|s| words_of(&s.answer.tokens)).unwrap_or_default()));
    let marked = Memo::new(move |_| {
        let count = words.with(Vec::len);
        let own = store.address.with(|a| a.refers).filter(|&(p, n)| p < count && n < count && p != n);
        own.or_else(|| words.with(|w| guess(w)))
    });
    let mark = move |which: usize, event| {
        let Ok(to) = event_target_value(&event).parse::<usize>() else { return };
        let (pronoun, noun) = marked.get_untracked().unwrap_or((to, to));
        store.address.update(|a| a.refers = Some(if which == 0 { (to, noun) } else { (pronoun, to) }));
    };
    let select = move |which: usize| {
        let own = move || store.address.with(|a| a.refers).or_else(|| marked.get());
        let now = move || own().map(|(p, n)| [p, n][which]);
        let options = move || {
            let option = |(i, w): (usize, WordAt)| view! { <option value=i.to_string() selected=now() == Some(i)>{here::word_at(&w.typed, i + 1)}</option> };
            words.get().into_iter().enumerate().map(option).collect::<Vec<_>>()
        };
        let (name, testid) = [(*here::PRONOUN, "link-pronoun"), (*here::NOUN, "link-noun")][which];
        view! {
            <label>{name}" "<select data-testid=testid on:change=move |e| mark(which, e)>
                <option value="" selected=move || now().is_none()>{here::NO_WORD}</option>{options}
            </select></label>
        }
    };
    let found = move || {
        let (shown, words) = (shown.get()?, words.get());
        let (pronoun, noun) = marked.get()?;
        let (pronoun, noun) = (words.get(pronoun)?, words.get(noun)?);
        let all = links(&shown.heads()?, &pronoun.pieces, &noun.pieces);
        let by_chance = chance(&noun.pieces, shown.tokens());
        let strongest = all.iter().filter(|l| l.strongest).count();
        let told = here::links_found(&pronoun.typed, &noun.typed, strongest, all.len(), &percent(by_chance));
        let at = pronoun.pieces.first().copied()?;
        let row = |l: &crate::ui::logic::links::Link| {
            let (layer, head) = (l.layer, l.head);
            let choose = move |_| {
                store.address.update(|a| {
                    a.head = Some((layer, head));
                    a.piece = Pick::At(at);
                });
            };
            let name = format!("{}.{}", layer + 1, head + 1);
            view! {
                <tr data-testid="link-head" data-head=name.clone() data-share=l.share.to_string() data-others=l.others.to_string() class:on=move || chosen.get() == (layer, head)>
                    <th scope="row"><button class="act" title=head_name(layer + 1, head + 1) on:click=choose>{name.clone()}</button></th>
                    <td class="num">{percent(l.share)}</td><td class="num">{here::times(l.share / by_chance)}</td><td class="num">{percent(l.others)}</td>
                </tr>
            }
        };
        let rows: Vec<_> = all.iter().take(LISTED).map(row).collect();
        let heads = here::LINKS_HEAD.into_iter().enumerate();
        let heads: Vec<_> = heads.map(|(i, h)| view! { <th scope="col" class:num=i != 0>{h}</th> }).collect();
        Some(view! {
            <p data-testid="links-found" data-strongest=strongest.to_string() data-chance=by_chance.to_string()>{told}</p>
            <table class="worked"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        })
    };
    let told = move || {
        if marked.get().is_none() {
            let try_it = move |_| {
                store.address.update(|a| {
                    a.text = Some(crate::protocol::TextPair {
                        a: crate::ui::logic::openings::ATTENTION_LINK.into(),
                        b: None,
                    });
                    (a.piece, a.refers) = (Pick::Opening, None);
                });
            };
            return Some(view! { <p class="note">{here::LINKS_PICK}" "<button class="act" lang="en" data-testid="link-try" on:click=try_it>{crate::ui::logic::openings::ATTENTION_LINK}</button></p> }.into_any());
        }
        store.address.with(|a| a.refers).is_none().then(|| view! { <p class="note">{here::LINKS_HOW}</p> }.into_any())
    };
    view! {
        <section class="card" aria-label=here::LINKS>
            <header><h2>{here::LINKS}</h2></header>
            <div class="pickers">{select(0)}{select(1)}</div>
            {told}
            {found}
            <Note>{here::LINKS_NOTE}</Note>
        </section>
    }
}
