//! What is kept: runs to go on with, models, their files.

use crate::protocol::lab::{Export, Keep, KeptModel, KeptRun, LabKind, LabTask};
use crate::protocol::{Kind, Task};
use crate::ui::lab::all_files;
use crate::ui::logic::address::Lesson;
use crate::ui::store::{Health, store};
use crate::ui::words::{self, fine_tune::kept as here};
use leptos::{ev, html, prelude::*};

#[component]
pub fn KeptCard() -> impl IntoView {
    let store = store();
    let lab = store.lab;
    let runs = move || lab.kept.with(|k| k.runs.clone());
    let models = move || lab.kept.with(|k| k.models.clone());
    let any_run = Memo::new(move |_| lab.kept.with(|k| !k.runs.is_empty()) && !lab.is_running());
    let none = Memo::new(move |_| lab.kept.with(|k| k.models.is_empty()));
    let failure = move || {
        let failed = store.lab_failure(LabKind::Kept).or(store.lab_failure(LabKind::Export));
        failed.map(|f| words::failure(&f))
    };
    let results = move |_| store.ask_lab(LabTask::Export(Export::TestResults));
    let has_results = Memo::new(move |_| lab.run.with(|r| r.as_ref().is_some_and(|r| r.predicted > 0)));
    view! {
        <section class="card many" aria-labelledby="lab-kept" data-testid="lab-kept">
            <header><h2 id="lab-kept" tabindex="-1">{here::TITLE}</h2></header>
            <p class="note">{here::LEDE}</p>
            <div role="status">{move || failure().map(|t| view! { <p class="told-off" data-testid="lab-kept-refused">{t}</p> })}</div>
            <Show when=move || has_results.get()>
                <p><button class="btn" title=here::RESULTS_TITLE on:click=results data-testid="lab-results">{here::RESULTS}</button></p>
            </Show>
            <Show when=move || any_run.get()>
                <h3>{here::RUNS}</h3>
                <ul class="kept"><For each=runs key=|r| (r.id.clone(), r.step) let:run><RunLine run/></For></ul>
            </Show>
            <h3>{here::MODELS}</h3>
            <Show when=move || none.get()><p class="note">{here::NONE}</p></Show>
            <ul class="kept"><For each=models key=|m| (m.id.clone(), m.name.clone(), m.other_base) let:model><ModelLine model/></For></ul>
            <Import/>
        </section>
    }
}

#[component]
fn RunLine(run: KeptRun) -> impl IntoView {
    let store = store();
    let (id, gone) = (run.id.clone(), run.id.clone());
    let resume = move |_| store.ask_lab(LabTask::Resume { run: id.clone() });
    let delete = move |_| store.ask_lab(LabTask::Keep(Keep::DeleteRun { run: gone.clone() }));
    let off = move || store.health.get() != Health::Ready || store.is_busy(Kind::Lab(LabKind::Run));
    let failure = move || store.lab_failure(LabKind::Run).map(|f| words::failure(&f));
    view! {
        <li data-testid="kept-run">
            <button class="btn main" disabled=off on:click=resume data-testid="lab-resume">{here::resume(&run.name, run.step, run.steps)}</button>
            <button class="btn" on:click=delete>{here::DELETE}</button>
            {move || failure().map(|t| view! { <p class="told-off">{t}</p> })}
        </li>
    }
}

/// A file of a model's: its name, what it is, and how it is asked for.
type FileOf = (&'static str, &'static str, fn(String) -> Export);

#[component]
fn ModelLine(model: KeptModel) -> impl IntoView {
    let store = store();
    let id = StoredValue::new(model.id.clone());
    let renaming = RwSignal::new(None::<String>);
    let export = move |what: fn(String) -> Export| store.ask_lab(LabTask::Export(what(id.get_value())));
    let keep = move |what: Keep| store.ask_lab(LabTask::Keep(what));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let name = renaming.get_untracked().unwrap_or_default().trim().to_owned();
        renaming.set(None);
        if !name.is_empty() {
            keep(Keep::Rename { model: id.get_value(), name });
        }
    };
    let answers = model.answers;
    let fits = (answers || model.labels.len() == 2 && !model.pairs) && !model.other_base;
    let lesson = if answers { Lesson::Answers } else { Lesson::Sentiment };
    let used = if answers { store.lab.answers } else { store.lab.sentiment };
    let in_use = move || used.with(|s| s.as_ref().is_some_and(|m| id.with_value(|id| m.id == *id)));
    let of = StoredValue::new(model.clone());
    let use_it = move |_| {
        let now = in_use();
        used.set((!now).then(|| of.get_value()));
        if !now {
            store.address.update(|a| a.lesson = lesson);
        }
    };
    let whole = usize::from(model.whole);
    let files: [FileOf; 4] = [
        (here::FILE[whole], "", |model| Export::Adapter { model }),
        (here::FOLDER[whole], here::FOLDER_TITLE[whole], |model| Export::Peft { model }),
        (*here::EVAL, "", |model| Export::EvalResults { model }),
        (*here::LOG, "", |model| Export::Log { model }),
    ];
    // An imported model has no run behind it.
    let files = files.into_iter().take(if model.steps > 0 { 4 } else { 2 });
    let files: Vec<_> = files.map(|(name, title, what)| {
        view! { <button class="plain" title=title on:click=move |_| export(what) data-testid=format!("export-{name}")>{name}</button> }
    }).collect();
    let name = model.name.clone();
    let about = here::about(&model);
    let start_renaming = {
        let name = model.name.clone();
        move |_| renaming.set(Some(name.clone()))
    };
    view! {
        <li data-testid="kept-model" data-name=model.name.clone()>
            <p class="name"><b>{name}</b><span class="note">{about}</span>
                {model.other_base.then(|| view! { <span class="told" data-testid="other-base">{here::other_base(&model.base_hash)}</span> })}</p>
            <Show when=move || renaming.with(Option::is_some)>
                <form class="own" on:submit=submit>
                    <input aria-label=here::NAME maxlength="60" data-testid="lab-new-name" prop:value=move || renaming.get().unwrap_or_default()
                        on:input=move |e| renaming.set(Some(event_target_value(&e)))/>
                    <button class="btn" type="submit">{here::SAVE}</button>
                    <button class="btn" type="button" on:click=move |_| renaming.set(None)>{here::CANCEL}</button>
                </form>
            </Show>
            <div class="under">
                <button class="btn" disabled=!fits title=(!fits).then_some(*here::USE_TWO) on:click=use_it data-testid="lab-use">
                    {move || if in_use() { *here::USED } else if answers { *here::USE_ANSWERS } else { *here::USE }}
                </button>
                <span class="links" role="group" aria-label=here::FILES>{files}</span>
                <button class="plain" on:click=start_renaming data-testid="lab-rename">{here::RENAME}</button>
                <button class="plain" on:click=move |_| keep(Keep::DeleteModel { model: id.get_value() }) data-testid="lab-delete">{here::DELETE}</button>
            </div>
        </li>
    }
}

#[component]
fn Import() -> impl IntoView {
    let store = store();
    let chooser = NodeRef::<html::Input>::new();
    let chosen = move |_: ev::Event| {
        if let Some(input) = chooser.get_untracked() {
            let files = all_files(&input);
            if !files.is_empty() {
                store.ask_about(Task::Lab(LabTask::Import), files);
            }
            input.set_value("");
        }
    };
    let choose = move |_| {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    view! {
        <div class="under">
            <button class="btn" on:click=choose>{here::IMPORT}</button>
            <input class="sr" type="file" tabindex="-1" aria-hidden="true" multiple=true accept=".safetensors,.json" node_ref=chooser
                data-testid="lab-import" on:change=chosen/>
            <span>{here::IMPORT_NOTE}</span>
        </div>
    }
}
