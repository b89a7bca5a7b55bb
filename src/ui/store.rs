//! What the page knows, as signals, and how events change it.

use super::cased::Cased;
use super::lab::Lab;
use super::link::{Heard, Link};
use super::logic::address::Address;
use super::logic::desk::Desk;
use super::logic::language::Language;
use super::logic::model::{Model, is_not_on_this_host};
use super::own::Own;
use super::pretraining::Pretraining;
use crate::engine::{EngineInfo, EngineKind, RunStats};
use crate::protocol::*;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use web_sys::File;

/// Where the model stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Health {
    /// The visitor saves data: nothing is loaded before they say so.
    Asking,
    Loading,
    Ready,
    Stopped(Failure),
    /// The worker is gone.
    Dead(String),
}

/// An answer beside its question, so that a figure never draws one text's values under another.
#[derive(Debug, Clone)]
pub struct Given<Q, A> {
    pub question: Q,
    pub answer: Arc<A>,
    pub arrays: Arc<Vec<Vec<f32>>>,
    pub recorded: bool,
}

/// Shown once above the lesson, until dismissed.
#[derive(Clone)]
pub struct Notice {
    pub key: usize,
    /// Its sentence, in the page's language of the moment.
    pub said: Arc<dyn Fn() -> String + Send + Sync>,
}

pub type Answer<Q, A> = RwSignal<Option<Given<Q, A>>>;

#[derive(Clone, Copy)]
pub struct Store {
    pub address: RwSignal<Address>,
    pub health: RwSignal<Health>,
    pub loading: RwSignal<Option<Loading>>,
    pub loaded: RwSignal<Option<Loaded>>,
    pub engine: RwSignal<Option<EngineInfo>>,
    pub vocabulary_ready: RwSignal<bool>,
    pub stats: RwSignal<Option<RunStats>>,
    pub busy: RwSignal<BTreeSet<Kind>>,
    pub failures: RwSignal<BTreeMap<Kind, Failure>>,
    pub notices: RwSignal<Vec<Notice>>,
    pub blanks: Answer<BlankTask, Blanks>,
    pub table: Answer<BlankTask, Blanks>,
    pub tokens: Answer<TextPair, Tokens>,
    pub other_case: Answer<TextPair, Tokens>,
    pub beside: Answer<BesideTask, Tokens>,
    pub attention: Answer<TextPair, Attention>,
    classified: [Answer<ClassifyTask, Classified>; Purpose::ALL.len()],
    /// Rows done and in all, of a classification that takes several forwards.
    pub progress: RwSignal<Option<(Purpose, usize, usize)>>,
    /// The adapter on its way: name, bytes received and in all.
    pub adapter_loading: RwSignal<Option<(String, u64, u64)>>,
    pub slopes: Answer<SlopesTask, Slopes>,
    pub answers: Answer<answers::Asked, answers::Answers>,
    pub worked: Answer<answers::WorkTask, answers::Worked>,
    pub masked: [Answer<masking::MaskTask, masking::Masked>; 3],
    pub head: Answer<heads::HeadTask, heads::HeadVectors>,
    pub knocked: Answer<heads::KnockTask, heads::Knocked>,
    pub against: Answer<heads::AgainstTask, heads::Against>,
    pub features: Answer<features::FeaturesTask, features::Features>,
    /// Texts done and in all, of features under way.
    pub reading: RwSignal<Option<(usize, usize)>>,
    pub contexts: Answer<context::ContextTask, context::Context>,
    probed: [Answer<probe::ProbeTask, probe::Probed>; probe::ProbeKind::COUNT],
    /// Rows done and in all, of words hidden in their turn.
    pub probing: RwSignal<Option<(usize, usize)>>,
    /// Windows done and in all, of a question under way.
    pub answering: RwSignal<Option<(usize, usize)>>,
    pub proof: RwSignal<Option<Proof>>,
    pub storage: RwSignal<Option<StorageReport>>,
    /// Rises with each Escape: whatever is pinned is released.
    pub escapes: RwSignal<u32>,
    /// Rises when colours change, for what is painted rather than styled.
    pub repaints: RwSignal<u32>,
    /// The page is made anew when it changes.
    pub language: RwSignal<Language>,
    pub lab: Lab,
    pub own: Own,
    pub pretraining: Pretraining,
    pub cased: Cased,
    /// Rises with each change of the model: a lesson begins anew, for it asks only for what it lacks.
    pub models: RwSignal<u32>,
    /// The model that the page runs on, or will once it is loaded.
    pub model: Memo<Model>,
    desk: StoredValue<Desk>,
    /// What the newest task of a kind is about.
    files: StoredValue<BTreeMap<Kind, Vec<File>>, LocalStorage>,
    link: StoredValue<Option<Link>, LocalStorage>,
}

impl Store {
    pub fn new(address: Address, language: Language) -> Self {
        let (address, own) = (RwSignal::new(address), Own::new());
        Self {
            address,
            health: RwSignal::new(Health::Loading),
            loading: RwSignal::new(None),
            loaded: RwSignal::new(None),
            engine: RwSignal::new(None),
            vocabulary_ready: RwSignal::new(false),
            stats: RwSignal::new(None),
            busy: RwSignal::new(BTreeSet::new()),
            failures: RwSignal::new(BTreeMap::new()),
            notices: RwSignal::new(Vec::new()),
            blanks: RwSignal::new(None),
            table: RwSignal::new(None),
            tokens: RwSignal::new(None),
            other_case: RwSignal::new(None),
            beside: RwSignal::new(None),
            attention: RwSignal::new(None),
            classified: std::array::from_fn(|_| RwSignal::new(None)),
            progress: RwSignal::new(None),
            adapter_loading: RwSignal::new(None),
            slopes: RwSignal::new(None),
            answers: RwSignal::new(None),
            worked: RwSignal::new(None),
            masked: std::array::from_fn(|_| RwSignal::new(None)),
            head: RwSignal::new(None),
            knocked: RwSignal::new(None),
            against: RwSignal::new(None),
            features: RwSignal::new(None),
            reading: RwSignal::new(None),
            contexts: RwSignal::new(None),
            probed: std::array::from_fn(|_| RwSignal::new(None)),
            probing: RwSignal::new(None),
            answering: RwSignal::new(None),
            proof: RwSignal::new(None),
            storage: RwSignal::new(None),
            escapes: RwSignal::new(0),
            repaints: RwSignal::new(0),
            language: RwSignal::new(language),
            lab: Lab::new(),
            own,
            pretraining: Pretraining::new(),
            cased: Cased::new(),
            models: RwSignal::new(0),
            model: Memo::new(move |_| Model::of(own.using.get(), address.with(|a| a.cased))),
            desk: StoredValue::new(Desk::default()),
            files: StoredValue::new_local(BTreeMap::new()),
            link: StoredValue::new_local(None),
        }
    }

    /// Starts a worker in place of any there was, and loads the model.
    pub fn start(&self) {
        let store = *self;
        self.desk.update_value(Desk::clear);
        self.busy.update(BTreeSet::clear);
        self.failures.update(BTreeMap::clear);
        self.vocabulary_ready.set(false);
        // What the worker before held of it is gone.
        self.own.about.set(None);
        match Link::start(move |heard| store.hear(heard)) {
            Ok(link) => self.link.set_value(Some(link)),
            Err(reason) => return self.health.set(Health::Dead(reason)),
        }
        self.load();
    }

    /// Loads (again): after Retry, or onto another engine.
    pub fn load(&self) {
        if self.link.with_value(Option::is_none) {
            return self.start();
        }
        self.desk.update_value(Desk::clear);
        self.busy.update(BTreeSet::clear);
        self.health.set(Health::Loading);
        self.loading.set(None);
        self.proof.set(None);
        let engine = self.address.with_untracked(|a| a.engine);
        let model = self.model.get_untracked();
        self.cased.asked.set_value(Some(model));
        let url = match model {
            Model::Base => super::browser::model_url(),
            Model::Cased => CASED_URL.into(),
            Model::Own => own::OWN_URL.into(),
        };
        self.ask(Task::Load(super::browser::load(url, engine)));
    }

    /// Forgets every answer of the model in use, recorded ones too.
    pub fn forget_answers(&self) {
        self.vocabulary_ready.set(false);
        self.failures.update(BTreeMap::clear);
        super::recorded::only_for(self.model.get_untracked() == Model::Base);
        self.blanks.set(None);
        self.table.set(None);
        self.tokens.set(None);
        self.other_case.set(None);
        self.beside.set(None);
        self.attention.set(None);
        self.classified.iter().for_each(|a| a.set(None));
        self.slopes.set(None);
        self.answers.set(None);
        self.worked.set(None);
        self.masked.iter().for_each(|a| a.set(None));
        self.features.set(None);
        self.contexts.set(None);
        self.head.set(None);
        self.knocked.set(None);
        self.probed.iter().for_each(|a| a.set(None));
        self.stats.set(None);
        self.lab.forget_run();
        self.pretraining.forget();
        self.models.update(|n| *n += 1);
    }

    /// Sends a task, or holds it until the one before it of its kind has been answered.
    pub fn ask(&self, task: Task) {
        let kind = task.kind();
        let request = self.desk.try_update_value(|desk| desk.ask(task)).flatten();
        self.busy.update(|b| {
            b.insert(kind);
        });
        self.send(request);
    }

    /// Sends a task about files in place of the one of its kind that is under way.
    pub fn ask_about(&self, task: Task, files: Vec<File>) {
        let kind = task.kind();
        self.files.update_value(|all| drop(all.insert(kind, files)));
        self.set_failure(kind, None);
        self.ask_instead(task);
    }

    /// Tells the worker what no id answers: cancelling, drills.
    pub fn tell(&self, task: Task) {
        let kind = task.kind();
        self.ask(task);
        self.close(kind);
    }

    /// Sends a task in place of the one of its kind that is under way, which the worker drops between two forwards.
    pub fn ask_instead(&self, task: Task) {
        self.close(task.kind());
        self.ask(task);
    }

    /// Calls off a classification under way: nothing is asked in its place.
    pub fn call_off(&self, purpose: Purpose, adapter: &str) {
        if self.busy.with_untracked(|b| b.contains(&Kind::Classify(purpose))) {
            let adapter = adapter.to_owned();
            self.ask_instead(Task::Classify(ClassifyTask { purpose, adapter, ..ClassifyTask::default() }));
        }
    }

    /// Rows done and in all of a purpose that takes several forwards.
    pub fn progress_of(&self, purpose: Purpose) -> Option<(usize, usize)> {
        self.progress.with(|p| p.filter(|(of, ..)| *of == purpose).map(|(_, done, total)| (done, total)))
    }

    /// The latest answer of a purpose.
    pub fn classified(&self, purpose: Purpose) -> Answer<ClassifyTask, Classified> {
        self.classified[purpose as usize]
    }

    /// The latest answer of a probe of that kind.
    pub fn probed(&self, kind: probe::ProbeKind) -> Answer<probe::ProbeTask, probe::Probed> {
        self.probed[kind as usize]
    }

    pub fn is_busy(&self, kind: Kind) -> bool {
        self.busy.with(|b| b.contains(&kind))
    }

    /// Whether an answer stands back: it is another question's, or recorded while ours is under way.
    pub fn is_stale(&self, kind: Kind, answered: bool, recorded: bool) -> bool {
        self.failure(kind).is_none() && (!answered || recorded && self.is_busy(kind))
    }

    pub fn failure(&self, kind: Kind) -> Option<Failure> {
        self.failures.with(|f| f.get(&kind).cloned())
    }

    /// A failure that the page itself sees before asking.
    pub fn set_failure(&self, kind: Kind, failure: Option<Failure>) {
        if self.failures.with_untracked(|f| f.get(&kind) != failure.as_ref()) {
            self.failures.update(|f| match failure {
                Some(failure) => drop(f.insert(kind, failure)),
                None => drop(f.remove(&kind)),
            });
        }
    }

    pub fn notice(&self, said: impl Fn() -> String + Send + Sync + 'static) {
        let text = said();
        self.notices.update(|list| {
            if list.iter().all(|n| (n.said)() != text) {
                let key = list.last().map_or(0, |n| n.key + 1);
                list.push(Notice { key, said: Arc::new(said) });
            }
        });
    }

    fn send(&self, request: Option<Request>) {
        let Some(request) = request else { return };
        let kind = request.task.kind();
        let files = self.files.with_value(|all| all.get(&kind).cloned()).unwrap_or_default();
        self.link.with_value(|link| {
            if let Some(link) = link {
                link.send(request, files);
            }
        });
    }

    /// Closes the question of an answer; None when it is stale.
    fn settle(&self, id: u64) -> Option<Task> {
        let settled = self.desk.try_update_value(|desk| desk.settle(id))?;
        self.send(settled.send);
        let task = settled.task?;
        let kind = task.kind();
        if !self.desk.with_value(|d| d.is_open(kind)) {
            self.busy.update(|b| {
                b.remove(&kind);
            });
        }
        Some(task)
    }

    fn close(&self, kind: Kind) {
        self.desk.update_value(|desk| desk.close(kind));
        self.busy.update(|b| {
            b.remove(&kind);
        });
    }

    fn hear(&self, heard: Heard) {
        let (message, files) = match heard {
            Heard::Event(message, files) => (message, files),
            Heard::Died(reason) => {
                self.desk.update_value(Desk::clear);
                self.busy.update(BTreeSet::clear);
                self.health.set(Health::Dead(reason));
                return;
            }
        };
        let arrays = Arc::new(message.arrays);
        match message.body {
            Event::Ready => {}
            Event::Loading(loading) => self.loading.set(Some(loading)),
            Event::TokenizerReady => self.vocabulary_ready.set(true),
            Event::Loaded(loaded) => self.hear_loaded(loaded),
            Event::EngineChanged { info, why } => {
                self.close(Kind::Drill);
                self.engine.set(Some(info));
                self.proof.set(None);
                self.notice(move || super::words::engine_change(&why));
            }
            Event::Tokens { id, tokens } => match self.settle(id) {
                Some(Task::Tokenize(question)) => {
                    self.give(Kind::Tokenize, self.tokens, question, tokens, arrays);
                }
                Some(Task::OtherCase(question)) => {
                    self.give(Kind::OtherCase, self.other_case, question, tokens, arrays);
                }
                Some(Task::Beside(question)) => self.give(Kind::Beside, self.beside, question, tokens, arrays),
                _ => {}
            },
            Event::Blanks { id, answer } => match self.settle(id) {
                Some(Task::Blank(question)) if question.whole_vocabulary => {
                    self.give(Kind::BlankTable, self.table, question, answer, arrays);
                }
                Some(Task::Blank(question)) => {
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Blank, self.blanks, question, answer, arrays);
                }
                _ => {}
            },
            Event::Attention { id, answer } => {
                if let Some(Task::Attend(question)) = self.settle(id) {
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Attend, self.attention, question, answer, arrays);
                }
            }
            Event::Classified { id, answer } => {
                if let Some(Task::Classify(question)) = self.settle(id) {
                    let purpose = question.purpose;
                    self.adapter_loading.set(None);
                    self.progress.set(None);
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Classify(purpose), self.classified(purpose), question, answer, arrays);
                }
            }
            Event::AdapterLoading { name, received_bytes, total_bytes } => {
                let whole = received_bytes >= total_bytes;
                self.adapter_loading.set((!whole).then_some((name, received_bytes, total_bytes)));
            }
            Event::Progress { id, done, total } => match self.desk.with_value(|d| d.task(id)) {
                Some(Task::Classify(task)) => self.progress.set(Some((task.purpose, done, total))),
                Some(Task::Answer(_)) => self.answering.set(Some((done, total))),
                Some(Task::Own(_)) => self.own.making.set(Some((done as u64, total as u64))),
                Some(Task::Features(_)) => self.reading.set(Some((done, total))),
                Some(Task::Probe(_)) => self.probing.set(Some((done, total))),
                _ => {}
            },
            Event::Answered { id, answer } => {
                if let Some(Task::Answer(question)) = self.settle(id) {
                    self.adapter_loading.set(None);
                    self.answering.set(None);
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Answer, self.answers, question, answer, arrays);
                }
            }
            Event::WorkedOut { id, answer } => {
                if let Some(Task::WorkOut(question)) = self.settle(id) {
                    self.give(Kind::WorkOut, self.worked, question, answer, arrays);
                }
            }
            Event::Masked { id, answer } => {
                if let Some(Task::Mask(question)) = self.settle(id) {
                    let purpose = question.purpose;
                    self.adapter_loading.set(None);
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Mask(purpose), self.masked[purpose as usize], question, answer, arrays);
                }
            }
            Event::Contexts { id, answer } => {
                if let Some(Task::Context(question)) = self.settle(id) {
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Context, self.contexts, question, answer, arrays);
                }
            }
            Event::Features { id, answer } => {
                if let Some(Task::Features(question)) = self.settle(id) {
                    self.reading.set(None);
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Features, self.features, question, answer, arrays);
                }
            }
            Event::HeadVectors { id, answer } => {
                if let Some(Task::Head(question)) = self.settle(id) {
                    self.give(Kind::Head, self.head, question, answer, arrays);
                }
            }
            Event::Knocked { id, answer } => {
                if let Some(Task::Knock(question)) = self.settle(id) {
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Knock, self.knocked, question, answer, arrays);
                }
            }
            Event::Against { id, answer } => {
                if let Some(Task::Against(question)) = self.settle(id) {
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Against, self.against, question, answer, arrays);
                }
            }
            Event::Slopes { id, answer } => {
                if let Some(Task::Slopes(question)) = self.settle(id) {
                    self.stats.set(Some(answer.stats.clone()));
                    self.give(Kind::Slopes, self.slopes, question, answer, arrays);
                }
            }
            Event::Probed { id, answer } => {
                if let Some(Task::Probe(question)) = self.settle(id) {
                    self.probing.set(None);
                    if let probe::Probed::Rows(rows) = &answer {
                        self.stats.set(Some(rows.stats.clone()));
                    }
                    let kind = question.kind();
                    self.give(Kind::Probe(kind), self.probed(kind), question, answer, arrays);
                }
            }
            Event::Proof { id, proof } => {
                if self.settle(id).is_some() {
                    self.set_failure(Kind::Prove, None);
                    self.proof.set(Some(proof));
                }
            }
            Event::Storage { id, storage } => {
                if self.settle(id).is_some() {
                    self.storage.set(Some(storage));
                }
            }
            Event::Own { id, event } => {
                if let Some(task) = self.settle(id) {
                    self.hear_own(task, event);
                }
            }
            Event::Lab { id, event } => {
                let task = id.and_then(|id| self.settle(id));
                if id.is_none() || task.is_some() {
                    files.iter().for_each(super::browser::save);
                    self.lab.hear(event, task);
                }
            }
            Event::Pretrain { id, event } => {
                let task = id.and_then(|id| self.settle(id));
                if id.is_none() || task.is_some() {
                    self.pretraining.hear(event, task);
                }
            }
            Event::Superseded { id } | Event::Bench { id, .. } => drop(self.settle(id)),
            Event::Failed { id, failure } => self.hear_failed(id, failure),
        }
    }

    fn hear_loaded(&self, loaded: Loaded) {
        self.close(Kind::Load);
        for note in loaded.notes.clone() {
            self.notice(move || super::words::load_note(&note));
        }
        self.vocabulary_ready.set(true);
        self.engine.set(Some(loaded.info.clone()));
        self.loaded.set(Some(loaded));
        self.loading.set(None);
        self.health.set(Health::Ready);
        self.ask(Task::Storage);
        // A real GPU is checked unasked: it takes milliseconds, after the visitor's own question.
        let checked = self.model.get_untracked() != Model::Own;
        if checked
            && self.engine.with_untracked(|e| e.as_ref().is_some_and(|e| e.kind == EngineKind::Gpu && !e.software))
        {
            let store = *self;
            let check = move || {
                if store.health.get_untracked() == Health::Ready && store.proof.with_untracked(Option::is_none) {
                    store.ask(Task::Prove);
                }
            };
            set_timeout(check, std::time::Duration::from_millis(1500));
        }
    }

    fn hear_failed(&self, id: Option<u64>, failure: Failure) {
        let task = id.and_then(|id| self.settle(id));
        match (task.as_ref().map(Task::kind), failure) {
            (_, Failure::Worker { reason }) => {
                // Ended, not dropped: this runs inside the link's own callback.
                self.link.with_value(|link| link.iter().for_each(Link::end));
                self.health.set(Health::Dead(reason));
            }
            (Some(Kind::Load), Failure::Own(_)) => {
                self.notice(|| super::words::own::GONE.to_owned());
                self.use_own(false);
            }
            (Some(Kind::Load), failure)
                if self.model.get_untracked() == Model::Cased && is_not_on_this_host(&failure) =>
            {
                self.cased_is_missing();
            }
            (Some(Kind::Own), failure) => self.own_failed(failure),
            (Some(Kind::Load), failure) => self.health.set(Health::Stopped(failure)),
            (None, failure) if id.is_none() && self.health.get_untracked() == Health::Loading => {
                self.close(Kind::Load);
                self.health.set(Health::Stopped(failure));
            }
            // The answer comes by itself once the model is in.
            (Some(_), Failure::NotLoaded) => {}
            (Some(kind), failure) => self.set_failure(kind, Some(failure)),
            (None, failure) if id.is_none() => self.notice(move || super::words::failure(&failure)),
            (None, _) => {}
        }
    }

    fn give<Q, A>(&self, kind: Kind, signal: Answer<Q, A>, question: Q, answer: A, arrays: Arc<Vec<Vec<f32>>>)
    where
        Q: Send + Sync + 'static,
        A: Send + Sync + 'static,
    {
        self.set_failure(kind, None);
        signal.set(Some(Given { question, answer: Arc::new(answer), arrays, recorded: false }));
    }
}

/// The store of the page; every component lies below [`super::app::App`], which provides it.
pub fn store() -> Store {
    expect_context()
}
