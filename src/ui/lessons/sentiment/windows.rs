//! A long review as overlapping windows: which said what, and how their mean becomes the answer.

use super::pointed::Pointed;
use super::question::Question;
use crate::protocol::{ClassifiedRow, ClassifiedWindow};
use crate::ui::browser;
use crate::ui::controls::Twin;
use crate::ui::logic::number::{list, percent, signed};
use crate::ui::logic::sentence::{byte_from_utf16, slice_utf16};
use crate::ui::logic::verdict::{POSITIVE, strength_of_share};
use crate::ui::words::sentiment as here;
use leptos::{ev, prelude::*};

/// Characters of a window's beginning and end in the read-out.
const EXCERPT: usize = 60;

#[component]
pub fn Windows(question: Question, row: Memo<Option<ClassifiedRow>>, pointed: Pointed) -> impl IntoView {
    let windows = Memo::new(move |_| row.with(|r| r.as_ref().map(|r| r.windows.clone()).unwrap_or_default()));
    let stale = move || question.whole.is_stale();
    view! {
        <Show when=move || windows.with(|w| w.len() > 1)>
            <section class="card" aria-label=here::WINDOWS_LABEL data-testid="windows">
                <header><h2>{move || here::windows_title(windows.with(Vec::len))}</h2></header>
                <p class="about">{here::WINDOWS_ABOUT}</p>
                <div class="answer" class:stale=stale>
                    <Strip question windows pointed/>
                    <Table windows row/>
                </div>
            </section>
        </Show>
    }
}

/// Two rows of windows, as neighbours overlap; each stands where its text does.
#[component]
fn Strip(question: Question, windows: Memo<Vec<ClassifiedWindow>>, pointed: Pointed) -> impl IntoView {
    let picked = RwSignal::new(None::<usize>);
    let hovered = RwSignal::new(None::<usize>);
    // Arrow keys walk over the windows: one of them is reached by Tab.
    let current = RwSignal::new(0usize);
    Effect::new(move || {
        windows.track();
        picked.set(None);
        hovered.set(None);
        current.set(0);
    });
    pointed.releases(picked);
    let shown = Memo::new(move |_| hovered.get().or_else(|| picked.get()));
    Effect::new(move || {
        let span = shown.get().and_then(|i| windows.with(|w| w.get(i).map(|w| w.span)));
        let bytes =
            |[start, end]: [usize; 2]| question.text.with(|t| byte_from_utf16(t, start)..byte_from_utf16(t, end));
        pointed.set(span.map(bytes));
    });
    let keyed = move |event: ev::KeyboardEvent| {
        let last = windows.with_untracked(|w| w.len().saturating_sub(1));
        let at = current.get_untracked();
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1).min(last),
            "ArrowLeft" | "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        current.set(to);
        browser::focus(&id(to));
    };
    let row = move |odd: usize| {
        let units = question.text.with(|t| t.encode_utf16().count().max(1));
        let width = move |n: usize| format!("{:.3}%", n as f64 / units as f64 * 100.0);
        let count = windows.with(Vec::len);
        let mut at = 0;
        let mut one = |(i, w): (usize, &ClassifiedWindow)| {
            let [start, end] = w.span;
            let before = width(start.saturating_sub(at));
            at = end;
            let p = w.probabilities.get(POSITIVE).copied().unwrap_or(0.5);
            let class = format!("window {} t{}", if p < 0.5 { "one" } else { "two" }, strength_of_share(p));
            let sign = if p < 0.5 { "− " } else { "+ " };
            let pick = move |_| picked.update(|p| *p = (*p != Some(i)).then_some(i));
            view! {
                <span style:width=before></span>
                <button type="button" class=class id=id(i) style:width=width(end - start)
                    tabindex=move || if current.get() == i { "0" } else { "-1" }
                    aria-label=here::window_name(i + 1, count, p) aria-pressed=move || (picked.get() == Some(i)).to_string()
                    data-testid="window" data-positive=p.to_string() data-start=start.to_string() data-end=end.to_string()
                    on:pointerenter=move |_| hovered.set(Some(i)) on:pointerleave=move |_| hovered.set(None)
                    on:focus=move |_| { current.set(i); hovered.set(Some(i)) } on:blur=move |_| hovered.set(None)
                    on:click=pick>{sign}{percent(p.max(1.0 - p))}</button>
            }
        };
        windows.with(|w| w.iter().enumerate().skip(odd).step_by(2).map(&mut one).collect::<Vec<_>>())
    };
    let told = move || shown.get().map_or_else(|| here::WINDOWS_PICK.into(), |i| read_out(question, windows, i));
    view! {
        <div class="strip" role="group" aria-label=here::WINDOWS_LABEL on:keydown=keyed>
            <div>{move || row(0)}</div>
            <div>{move || row(1)}</div>
        </div>
        <p class="read-out" data-testid="window-said">{told}</p>
    }
}

/// Of a window's element.
fn id(window: usize) -> String {
    format!("window-{window}")
}

fn read_out(question: Question, windows: Memo<Vec<ClassifiedWindow>>, i: usize) -> String {
    windows.with(|all| {
        let Some(w) = all.get(i) else { return String::new() };
        let weights: usize = all.iter().map(|w| w.weight).sum();
        let text = question.text.with(|t| excerpt(slice_utf16(t, w.span)));
        let p = w.probabilities.get(POSITIVE).copied().unwrap_or(0.5);
        here::window(i + 1, all.len(), p, w.weight as f32 / weights.max(1) as f32, &text)
    })
}

/// The beginning and the end of a stretch.
fn excerpt(text: &str) -> String {
    let count = text.chars().count();
    if count <= 2 * EXCERPT {
        return format!("“{text}”");
    }
    let first: String = text.chars().take(EXCERPT).collect();
    let last: String = text.chars().skip(count - EXCERPT).collect();
    format!("“{}” … “{}”", first.trim_end(), last.trim_start())
}

/// Each window's numbers, and the mean that is the answer.
#[component]
fn Table(windows: Memo<Vec<ClassifiedWindow>>, row: Memo<Option<ClassifiedRow>>) -> impl IntoView {
    let logits = |l: &[f32]| list(l.iter().copied().map(signed));
    let line = move |name: String, from: String, weight: usize, p: f32, l: &[f32]| {
        view! {
            <tr><td>{name}</td><td class="num">{from}</td><td class="num">{weight}</td><td class="num">{percent(p)}</td><td class="num">{logits(l)}</td></tr>
        }
    };
    let lines = move || {
        windows.with(|all| {
            let mut at = 0;
            let one = |(i, w): (usize, &ClassifiedWindow)| {
                // Weights add up to where a window ends.
                at += w.weight;
                let from = format!("{}–{at}", (at + 1).saturating_sub(w.pieces));
                line(
                    (i + 1).to_string(),
                    from,
                    w.weight,
                    w.probabilities.get(POSITIVE).copied().unwrap_or(0.5),
                    &w.logits,
                )
            };
            all.iter().enumerate().map(one).collect::<Vec<_>>()
        })
    };
    let mean = move || {
        row.with(|r| {
            let r = r.as_ref()?;
            let p = r.probabilities.get(POSITIVE).copied()?;
            Some(line(here::WINDOWS_MEAN.into(), format!("1–{}", r.pieces), r.pieces, p, &r.logits))
        })
    };
    view! {
        <Twin>
            <div class="scroll short" tabindex="0" role="region" aria-label=here::WINDOWS_LABEL>
                <table data-testid="window-table">
                    <thead><tr>{here::WINDOWS_HEAD.map(|h| view! { <th scope="col">{h}</th> })}</tr></thead>
                    <tbody>{lines}{mean}</tbody>
                </table>
            </div>
        </Twin>
    }
}
