//! What the page knows of the fine-tuning lab. It outlives the lesson: a run is not lost by looking elsewhere.

use super::logic::lab::{Before, add_points};
use super::store::{Health, Store};
use super::words::fine_tune::learning as here;
use crate::protocol::answers::ANSWERS;
use crate::protocol::lab::*;
use crate::protocol::{Kind, SENTIMENT, Task, TextPair};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::File;

#[derive(Clone, Copy)]
pub struct Lab {
    /// What the visitor gave: handles, no bytes.
    pub files: RwSignal<Vec<File>, LocalStorage>,
    /// The text in the box, when the file is made of it.
    pub pasted: RwSignal<String>,
    /// How each file is to be read, when the visitor says so.
    pub columns: RwSignal<Vec<Option<Columns>>>,
    /// Bytes read, bytes in all, rows.
    pub gathering: RwSignal<Option<(u64, u64, usize)>>,
    pub data: RwSignal<Option<Arc<Data>>>,
    pub features: RwSignal<Option<Features>>,
    /// Those of the form, once there is data to have good ones for.
    pub settings: RwSignal<Option<Hyperparameters>>,
    /// The visitor has changed one: new data does not change them back.
    pub touched: RwSignal<bool>,
    pub name: RwSignal<String>,
    pub estimated: RwSignal<Option<(Hyperparameters, Estimated)>>,
    pub run: RwSignal<Option<RunState>>,
    pub train: RwSignal<Vec<TrainPoint>>,
    pub validation: RwSignal<Vec<ValidationPoint>>,
    pub pin: RwSignal<TextPair>,
    /// What was said of it first, and now.
    pub pinned: RwSignal<Before<Pinned>>,
    /// A part being judged: rows done and in all.
    pub judging: RwSignal<Option<(Part, usize, usize)>>,
    pub asked_rows: RwSignal<RowsAsked>,
    pub rows: RwSignal<Option<(RowsAsked, Rows)>>,
    /// What the run changed, and while it is found out, examples read and in all.
    pub changed: RwSignal<Option<Arc<Changed>>>,
    pub changing: RwSignal<Option<(usize, usize)>>,
    pub kept: RwSignal<KeptThings>,
    /// The visitor's model that reads in the Sentiment lesson in place of ours.
    pub sentiment: RwSignal<Option<KeptModel>>,
    /// The same in Ask a text.
    pub answers: RwSignal<Option<KeptModel>>,
    /// What was exported last, by name.
    pub exported: RwSignal<Vec<String>>,
}

impl Lab {
    pub fn new() -> Self {
        Self {
            files: RwSignal::new_local(Vec::new()),
            pasted: RwSignal::new(String::new()),
            columns: RwSignal::new(Vec::new()),
            gathering: RwSignal::new(None),
            data: RwSignal::new(None),
            features: RwSignal::new(None),
            settings: RwSignal::new(None),
            touched: RwSignal::new(false),
            name: RwSignal::new(String::new()),
            estimated: RwSignal::new(None),
            run: RwSignal::new(None),
            train: RwSignal::new(Vec::new()),
            validation: RwSignal::new(Vec::new()),
            pin: RwSignal::new(TextPair::default()),
            pinned: RwSignal::new(Before::default()),
            judging: RwSignal::new(None),
            asked_rows: RwSignal::new(RowsAsked { part: Part::Validation, which: Which::Wrong }),
            rows: RwSignal::new(None),
            changed: RwSignal::new(None),
            changing: RwSignal::new(None),
            kept: RwSignal::new(KeptThings::default()),
            sentiment: RwSignal::new(None),
            answers: RwSignal::new(None),
            exported: RwSignal::new(Vec::new()),
        }
    }

    /// Takes what the worker says. `task` is what it answers, if it was asked.
    pub fn hear(&self, event: LabEvent, task: Option<Task>) {
        match event {
            LabEvent::Gathering { read_bytes, total_bytes, rows } => {
                self.gathering.set(Some((read_bytes, total_bytes, rows)));
            }
            LabEvent::Data(data) => {
                self.gathering.set(None);
                self.features.set(None);
                self.take_data(data.map(|d| Arc::new(*d)));
            }
            LabEvent::Features(features) => self.features.set(Some(features)),
            LabEvent::Estimated(estimated) => {
                if let Some(Task::Lab(LabTask::Estimate(settings))) = task {
                    self.estimated.set(Some((settings, estimated)));
                }
            }
            LabEvent::Run(run) => self.run.set(Some(*run)),
            LabEvent::Curve { from_start, train, validation } => {
                self.train.update(|all| add_points(all, from_start, train));
                self.validation.update(|all| add_points(all, from_start, validation));
            }
            LabEvent::Pinned(pinned) => {
                let same = |a: &Pinned| a.text == pinned.text;
                self.pinned.update(|p| p.add(pinned.clone(), same));
            }
            LabEvent::Judging { part, done, total } => self.judging.set((done < total).then_some((part, done, total))),
            LabEvent::Rows(rows) => {
                if let Some(Task::Lab(LabTask::Rows(asked))) = task {
                    self.rows.set(Some((asked, rows)));
                }
            }
            LabEvent::Changing { done, total } => self.changing.set((total > 0).then_some((done, total))),
            LabEvent::Changed(changed) => {
                self.changing.set(None);
                self.changed.set(Some(Arc::from(changed)));
            }
            LabEvent::Kept(kept) => self.take_kept(kept),
            LabEvent::Exported(names) => self.exported.set(names),
            LabEvent::Done => {}
        }
    }

    fn take_data(&self, data: Option<Arc<Data>>) {
        if let Some(data) = &data {
            let fresh = !self.touched.get_untracked() || self.settings.with_untracked(Option::is_none);
            if fresh && let Some(suggested) = &data.suggested {
                self.settings.set(Some(suggested.clone()));
            }
        }
        self.data.set(data);
    }

    fn take_kept(&self, kept: KeptThings) {
        for used in [self.sentiment, self.answers] {
            if let Some(id) = used.with_untracked(|s| s.as_ref().map(|s| s.id.clone())) {
                // Its name may have changed, or it is gone.
                used.set(kept.models.iter().find(|m| m.id == id).cloned());
            }
        }
        self.kept.set(kept);
    }

    /// Which adapter reads in the Sentiment lesson.
    pub fn sentiment_adapter(&self) -> String {
        used(self.sentiment, SENTIMENT)
    }

    /// Which adapter answers in Ask a text.
    pub fn answers_adapter(&self) -> String {
        used(self.answers, ANSWERS)
    }

    /// Whether a run is under way, paused too.
    pub fn is_running(&self) -> bool {
        self.run.with(|r| r.as_ref().is_some_and(|r| !matches!(r.phase, Phase::Done | Phase::Failed)))
    }

    /// Forgets the run: another model is in use. Files are read again by its vocabulary.
    pub fn forget_run(&self) {
        self.data.set(None);
        self.features.set(None);
        self.settings.set(None);
        self.touched.set(false);
        self.estimated.set(None);
        self.run.set(None);
        self.train.set(Vec::new());
        self.validation.set(Vec::new());
        self.pinned.set(Before::default());
        self.rows.set(None);
        self.changed.set(None);
        self.sentiment.set(None);
        self.answers.set(None);
    }

    /// Forgets what the visitor gave.
    pub fn clear(&self) {
        self.pasted.set(String::new());
        self.columns.set(Vec::new());
        self.data.set(None);
        self.gathering.set(None);
        self.settings.set(None);
        self.touched.set(false);
        self.files.set(Vec::new());
    }
}

/// The visitor's model, or ours.
fn used(theirs: RwSignal<Option<KeptModel>>, ours: &str) -> String {
    theirs.with(|s| s.as_ref().map_or_else(|| ours.to_owned(), |s| format!("{KEPT}{}", s.id)))
}

/// Has files read when they or their columns change, and what is kept listed; all of it anew by a new worker.
pub fn follow(store: Store) {
    let lab = store.lab;
    Effect::new(move |before: Option<bool>| {
        let ready = store.vocabulary_ready.get();
        let files = lab.files.get();
        let columns = lab.columns.get();
        let any = !files.is_empty();
        if ready && (any || before == Some(true)) {
            let columns = columns.into_iter().chain(std::iter::repeat(None));
            let named = files.iter().zip(columns).map(|(f, columns)| FileAs { name: f.name(), columns }).collect();
            store.ask_about(Task::Lab(LabTask::Gather(named)), files);
        }
        any
    });
    Effect::new(move || {
        if store.vocabulary_ready.get() {
            store.ask_lab(LabTask::Kept);
        }
    });
    Effect::new(move || {
        if let Health::Dead(_) = store.health.get() {
            lab.run.update(|r| {
                if let Some(r) = r.as_mut().filter(|r| !matches!(r.phase, Phase::Done | Phase::Failed)) {
                    (r.phase, r.failure) = (Phase::Failed, Some(here::INTERRUPTED.into()));
                }
            });
        }
    });
}

impl Store {
    pub fn ask_lab(&self, task: LabTask) {
        self.set_failure(Kind::Lab(task.kind()), None);
        self.ask(Task::Lab(task));
    }

    pub fn lab_failure(&self, kind: LabKind) -> Option<crate::protocol::Failure> {
        self.failure(Kind::Lab(kind))
    }
}

/// A file of a text, as if the visitor had chosen it.
pub fn file_of(name: &str, text: &str) -> Option<File> {
    File::new_with_str_sequence(&js_sys::Array::of1(&text.into()), name).ok()
}

/// The files of a `FileList`, which a file input and a drop event hold.
pub fn all_files(holder: &JsValue) -> Vec<File> {
    let list = js_sys::Reflect::get(holder, &"files".into()).ok();
    let list = list.filter(|l| !l.is_null() && !l.is_undefined());
    list.map(|l| js_sys::Array::from(&l).iter().filter_map(|f| f.dyn_into().ok()).collect()).unwrap_or_default()
}
