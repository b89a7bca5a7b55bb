//! What the page knows of a visitor's own BERT. It outlives the lesson: the model goes on whichever lesson is open.

use super::browser;
use super::store::{Health, Store};
use crate::model::manifest::Scheme;
use crate::protocol::own::*;
use crate::protocol::{Failure, Kind, Task};
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::File;

#[derive(Clone, Copy)]
pub struct Own {
    /// The page runs on it.
    pub using: RwSignal<bool>,
    /// Handles of what was dropped last.
    pub files: RwSignal<Vec<File>, LocalStorage>,
    pub looked: RwSignal<Option<Arc<Looked>>>,
    pub about: RwSignal<Option<About>>,
    /// Weights done and in all, while a pack is made.
    pub making: RwSignal<Option<(u64, u64)>>,
    pub title: RwSignal<String>,
    pub scheme: RwSignal<Scheme>,
    pub lower_case: RwSignal<bool>,
}

impl Own {
    pub fn new() -> Self {
        Self {
            using: RwSignal::new(false),
            files: RwSignal::new_local(Vec::new()),
            looked: RwSignal::new(None),
            about: RwSignal::new(None),
            making: RwSignal::new(None),
            title: RwSignal::new(String::new()),
            scheme: RwSignal::new(Scheme::Q4),
            lower_case: RwSignal::new(true),
        }
    }

    /// The model in use: the one in memory, else the kept one.
    pub fn model(&self) -> Option<OwnModel> {
        self.about.with(|a| a.as_ref().and_then(|a| a.made.clone().or_else(|| a.kept.clone())))
    }
}

impl Store {
    pub(super) fn hear_own(&self, task: Task, event: OwnEvent) {
        self.set_failure(Kind::Own, None);
        self.own.making.set(None);
        match event {
            OwnEvent::Looked(looked) => {
                self.own.lower_case.set(looked.config.do_lower_case);
                self.own.title.set(looked.title.clone().unwrap_or_default());
                self.own.looked.set(Some(Arc::new(*looked)));
            }
            OwnEvent::About(about) => {
                self.own.about.set(Some(about));
                if let Task::Own(OwnTask::Make(_)) = task {
                    self.use_own(true);
                }
            }
        }
    }

    /// What was asked of it has failed, or the load of it.
    pub(super) fn own_failed(&self, failure: Failure) {
        self.own.making.set(None);
        self.set_failure(Kind::Own, Some(failure));
    }

    /// Asks in place of what is under way, with the files it is about.
    pub fn ask_own(&self, task: OwnTask, files: Vec<File>) {
        self.own.making.set(None);
        self.ask_about(Task::Own(task), files);
    }

    /// Onto the visitor's model, or back to the page's own.
    pub fn use_own(&self, on: bool) {
        self.own.using.set(on);
        if self.address.with_untracked(|a| a.cased) {
            self.address.update(|a| a.cased = false);
        }
        self.load_another();
    }

    /// Loads another model than the one in use: no answer of the one before stays.
    pub fn load_another(&self) {
        self.forget_answers();
        // What was clicked may be gone with the lesson as it was.
        request_animation_frame(|| browser::focus_if_lost("lesson"));
        if self.health.get_untracked() != Health::Asking {
            self.load();
        }
    }
}
