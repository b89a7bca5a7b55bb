//! What the page knows of the pre-training under way. It outlives the lesson, as the worker's run does.

use super::store::{Health, Store};
use super::words::pretraining as here;
use crate::protocol::pretraining::*;
use crate::protocol::{Kind, Task};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Pretraining {
    /// A text, and what it has to learn from.
    pub read: RwSignal<Option<(String, TextReport)>>,
    /// What the run shown began with.
    pub begun: RwSignal<Option<Begin>>,
    pub run: RwSignal<Option<Told>>,
    pub points: RwSignal<Vec<Point>>,
    pub looks: RwSignal<Vec<NamedLook>>,
    /// Of a run that began elsewhere, earlier.
    pub recorded: RwSignal<bool>,
}

impl Pretraining {
    pub fn new() -> Self {
        Self {
            read: RwSignal::new(None),
            begun: RwSignal::new(None),
            run: RwSignal::new(None),
            points: RwSignal::new(Vec::new()),
            looks: RwSignal::new(Vec::new()),
            recorded: RwSignal::new(false),
        }
    }

    /// Takes what the worker says. `task` is what it answers, if it was asked.
    pub fn hear(&self, event: PretrainEvent, task: Option<Task>) {
        match (event, task) {
            (PretrainEvent::Read(report), Some(Task::Pretrain(PretrainTask::Read(text)))) => {
                self.read.set(Some((text, report)));
            }
            (PretrainEvent::Told(told), _) => self.take(*told),
            _ => {}
        }
    }

    /// A recorded run, unless one of this page's is there.
    pub fn show_recorded(&self, begun: Begin, told: Told) {
        if self.run.with_untracked(Option::is_none) {
            self.begun.set(Some(begun));
            self.take(told);
            self.recorded.set(true);
        }
    }

    fn take(&self, mut told: Told) {
        let (points, looks) = (std::mem::take(&mut told.points), std::mem::take(&mut told.looks));
        if told.from_start {
            self.points.set(points);
            self.looks.set(looks);
        } else {
            self.points.update(|all| all.extend(points));
            self.looks.update(|all| all.extend(looks));
            told.blanks = self.run.with_untracked(|r| r.as_ref().map(|r| r.blanks.clone())).unwrap_or_default();
        }
        self.run.set(Some(told));
    }

    pub fn phase(&self) -> Option<Phase> {
        self.run.with(|r| r.as_ref().map(|r| r.phase))
    }

    /// Another model is in use, or the worker is gone.
    pub fn forget(&self) {
        self.read.set(None);
        self.begun.set(None);
        self.run.set(None);
        self.points.set(Vec::new());
        self.looks.set(Vec::new());
        self.recorded.set(false);
    }
}

/// A run ends with its worker.
pub fn follow(store: Store) {
    Effect::new(move || {
        if let Health::Dead(_) = store.health.get() {
            store.pretraining.run.update(|run| {
                if let Some(run) = run.as_mut().filter(|r| matches!(r.phase, Phase::Running | Phase::Paused)) {
                    (run.phase, run.failure) = (Phase::Failed, Some(here::INTERRUPTED.into()));
                }
            });
        }
    });
}

impl Store {
    pub fn ask_pretraining(&self, task: PretrainTask) {
        self.set_failure(Kind::Pretrain(task.kind()), None);
        if let PretrainTask::Begin(begin) = &task {
            self.pretraining.forget_run();
            self.pretraining.begun.set(Some(begin.clone()));
        }
        self.ask(Task::Pretrain(task));
    }
}

impl Pretraining {
    fn forget_run(&self) {
        let read = self.read.get_untracked();
        self.forget();
        self.read.set(read);
    }
}
