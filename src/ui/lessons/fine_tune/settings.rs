//! The settings under the article's names, what they will cost, and the start.

mod more;
mod start;

use crate::model::adapter::Target;
use crate::protocol::lab::{Depth, Hyperparameters, LabTask};
use crate::ui::controls::{Choice, SentenceBox};
use crate::ui::store::store;
use crate::ui::words::fine_tune::settings as here;
use leptos::{ev, prelude::*};
use more::More;
use start::Start;
use wasm_bindgen::JsCast as _;

#[component]
pub fn SettingsCard() -> impl IntoView {
    let lab = store().lab;
    let any = Memo::new(move |_| lab.settings.with(Option::is_some));
    view! {
        <section class="card many" aria-labelledby="lab-train" data-testid="lab-settings">
            <header><h2 id="lab-train" tabindex="-1">{here::TITLE}</h2></header>
            <Show when=move || any.get() fallback=|| view! { <p class="note">{here::NEEDS_DATA}</p> }>
                <DepthChoice/>
                <Basics/>
                <More/>
                <Watch/>
                <Start/>
            </Show>
        </section>
    }
}

/// The form's settings, or a value of them.
pub fn setting<T: Default + Send + Sync + PartialEq + 'static>(
    read: impl Fn(&Hyperparameters) -> T + Send + Sync + 'static,
) -> Memo<T> {
    let lab = store().lab;
    Memo::new(move |_| lab.settings.with(|s| s.as_ref().map(&read).unwrap_or_default()))
}

/// Changes the form's settings, by the visitor.
pub fn set(change: impl FnOnce(&mut Hyperparameters)) {
    let lab = store().lab;
    lab.touched.set(true);
    let mut now = lab.settings.get_untracked();
    if let Some(settings) = &mut now {
        change(settings);
    }
    lab.settings.set(now);
}

#[component]
fn DepthChoice() -> impl IntoView {
    let lab = store().lab;
    let depth = setting(|s| match s.depth {
        Depth::Lora { .. } => 0,
        Depth::Head => 1,
        Depth::All => 2,
    });
    let choose = move |i: usize| {
        if i != depth.get_untracked() {
            let weights = lab.data.with_untracked(|d| d.as_ref().map_or(0, |d| d.room.values));
            set(|s| {
                s.depth = [Depth::lora(), Depth::Head, Depth::All][i].clone();
                s.learning_rate = s.depth.learning_rate(weights);
            });
        }
    };
    // What it takes is said before anything is asked.
    let room = move || {
        let whole = depth.get() == 2;
        whole.then(|| lab.data.with(|d| d.as_ref().map(|d| here::room(&d.room))).unwrap_or_default())
    };
    view! {
        <div class="depth">
            <Choice label=here::DEPTH options=here::DEPTHS.into() chosen=Signal::derive(move || depth.get()) choose/>
            <span class="note">{move || here::DEPTH_NOTES[depth.get()]}</span>
            <p class="note" role="status" data-testid="lab-room">{room}</p>
        </div>
    }
}

#[component]
fn Basics() -> impl IntoView {
    let store = store();
    let rate = setting(|s| crate::ui::words::fine_tune::rate(s.learning_rate));
    let batch = setting(|s| s.train_batch_size.to_string());
    let epochs = setting(|s| s.num_train_epochs.to_string());
    let length = setting(|s| s.max_seq_length.to_string());
    let set_length = move |t: String| {
        if let Ok(v) = t.parse() {
            set(|s| s.max_seq_length = v);
            let now = store.lab.data.with_untracked(|d| d.as_ref().map(|d| d.arrangement.clone()));
            if let Some(a) = now {
                store.ask_lab(LabTask::Arrange(crate::protocol::lab::Arrangement { max_seq_length: v, ..a }));
            }
        }
    };
    view! {
        <div class="fields">
            <Number name=*here::RATE value=rate testid="set-rate" set=move |t| put(t, |s, v| s.learning_rate = v)/>
            <Number name=*here::BATCH value=batch testid="set-batch" set=move |t| put(t, |s, v| s.train_batch_size = v)/>
            <Number name=*here::EPOCHS value=epochs testid="set-epochs" set=move |t| put(t, |s, v| s.num_train_epochs = v)/>
            <Number name=*here::LENGTH value=length testid="set-length" set=set_length/>
        </div>
    }
}

/// Puts a number into the settings; what is none leaves them.
pub fn put<T: std::str::FromStr>(text: String, change: impl FnOnce(&mut Hyperparameters, T)) {
    if let Ok(value) = text.trim().parse() {
        set(|s| change(s, value));
    }
}

/// A setting's name and its value, taken when it is left.
#[component]
pub fn Number(
    name: &'static str,
    #[prop(into)] value: Signal<String>,
    testid: &'static str,
    set: impl Fn(String) + Copy + 'static,
) -> impl IntoView {
    let hint = here::hint(name);
    let changed = move |event: ev::Event| {
        set(event_target_value(&event));
        // What was no number gives way to what holds.
        let input = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        input.iter().for_each(|input| input.set_value(&value.get_untracked()));
    };
    view! {
        <label title=hint>
            <span>{name}</span>
            <input autocomplete="off" spellcheck="false" maxlength="12" data-testid=testid
                prop:value=move || value.get() on:change=changed/>
            {(!hint.is_empty()).then(|| view! { <span class="sr">{hint}</span> })}
        </label>
    }
}

/// The sentence or question to watch.
#[component]
fn Watch() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let pairs = Memo::new(move |_| lab.data.with(|d| d.as_ref().is_some_and(|d| d.pairs)));
    let answers = Memo::new(move |_| lab.data.with(|d| d.as_ref().is_some_and(|d| d.answers)));
    let label = move || if answers.get() { *here::PIN_QUESTION } else { *here::PIN };
    let label_b = move || if answers.get() { *here::PIN_TEXT } else { *here::PIN_B };
    let first = Signal::derive(move || lab.pin.with(|p| p.a.clone()));
    let second = Signal::derive(move || lab.pin.with(|p| p.b.clone().unwrap_or_default()));
    let pin = move |change: &dyn Fn(&mut crate::protocol::TextPair)| {
        lab.pin.update(|p| {
            change(p);
            if !pairs.get_untracked() {
                p.b = None;
            }
        });
        if lab.run.with_untracked(Option::is_some) {
            store.ask_lab(LabTask::Pin(lab.pin.get_untracked()));
        }
    };
    view! {
        <div class="watch">
            <p class="note" aria-hidden="true">{label}</p>
            <div class="sentence even">
                {move || view! {
                    <SentenceBox label=label() testid="lab-pin" text=first typed=move |t| pin(&|p| p.a.clone_from(&t))/>
                }}
                {move || pairs.get().then(|| view! {
                    <SentenceBox label=label_b() testid="lab-pin-b" class="b" text=second typed=move |t: String| pin(&|p| p.b = Some(t.clone()))/>
                })}
            </div>
        </div>
    }
}

/// Linears that an adapter may change, in the order of their names in `words`.
pub const TARGETS: [Target; 6] =
    [Target::Query, Target::Key, Target::Value, Target::AttentionOutput, Target::Intermediate, Target::Output];
