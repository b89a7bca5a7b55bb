//! The session's side of the fine-tuning lab: it lends the engine, and asks kept models like the page's own.

use super::{Held, Session, Stop, loader};
use crate::engine::EngineInfo;
use crate::model::adapter::Adapter;
use crate::protocol::lab::{Depth, KEPT, LabTask};
use crate::protocol::{Event, Failure};
use crate::train::base::Base;
use crate::train::changed::Squares;
use crate::worker::js::{post, post_with};
use std::rc::Rc;
use web_sys::File;

impl Session {
    /// Keeps the files that came with a request until it is answered.
    pub fn bring(&self, id: u64, files: Vec<File>) {
        if !files.is_empty() {
            self.0.borrow_mut().brought.insert(id, files);
        }
    }

    pub(super) async fn answer_lab(&self, id: u64, task: LabTask, is_stale: &impl Fn() -> bool) {
        let (mut lab, files) = {
            let mut state = self.0.borrow_mut();
            let files = state.brought.remove(&id).unwrap_or_default();
            // Those of requests that were dropped.
            state.brought.retain(|&other, _| other > id);
            (state.lab.take().unwrap_or_default(), files)
        };
        let answer = lab.answer(self, task, files, is_stale).await;
        self.0.borrow_mut().lab = Some(lab);
        match answer {
            Ok(Some((event, files))) => post_with(Event::Lab { id: Some(id), event }, &files),
            Ok(None) => post(Event::Superseded { id }),
            Err(failure) => post(Event::Failed { id: Some(id), failure }),
        }
    }

    /// Whether a run has something to do.
    pub fn trains(&self) -> bool {
        let state = self.0.borrow();
        state.lab.as_ref().is_some_and(|lab| lab.trains()) || state.pretraining.as_ref().is_some_and(|p| p.trains())
    }

    /// Does a run's next thing: one step at most. Two runs take turns.
    pub async fn train_on(&self) {
        self.pretrain_on();
        let lab = self.0.borrow_mut().lab.take();
        let Some(mut lab) = lab else { return };
        if lab.trains() {
            lab.go_on(self).await;
        }
        self.0.borrow_mut().lab = Some(lab);
    }

    /// What of the base a training of that depth begins with a copy of.
    pub async fn base(&self, depth: &Depth, answers: bool) -> Result<Base, Failure> {
        let manifest = self.model()?;
        let mut store = self.0.borrow_mut().store.take().ok_or(Failure::NotLoaded)?;
        let base = loader::base(&mut store, &manifest, depth, answers).await;
        let mut state = self.0.borrow_mut();
        // A load that has begun meanwhile has one of its own.
        state.store.get_or_insert(store);
        base
    }

    /// The vocabulary's file.
    pub async fn vocab(&self) -> Result<Vec<u8>, Failure> {
        let manifest = self.model()?;
        let mut store = self.0.borrow_mut().store.take().ok_or(Failure::NotLoaded)?;
        let vocab = store.file(&manifest.vocab, &Stop::default(), &mut |_, _| ()).await;
        self.0.borrow_mut().store.get_or_insert(store);
        vocab
    }

    /// Norms of the base's matrices that an adapter changes.
    pub async fn squares(&self, adapter: &Adapter) -> Result<Squares, Failure> {
        let manifest = self.model()?;
        let mut store = self.0.borrow_mut().store.take().ok_or(Failure::NotLoaded)?;
        let squares = loader::squares(&mut store, &manifest, adapter).await;
        self.0.borrow_mut().store.get_or_insert(store);
        squares
    }

    /// Pieces that a forward may hold so that others get their turn soon.
    pub fn turn_tokens(&self) -> usize {
        self.0.borrow().pace.tokens()
    }

    /// Takes the time of a forward into account.
    pub fn measure(&self, tokens: usize, ms: f64) {
        self.0.borrow_mut().pace.measure(tokens, ms);
    }

    pub fn engine_info(&self) -> EngineInfo {
        self.0.borrow().info.clone()
    }

    /// A kept model may have gone, or have another name.
    pub fn forget_kept(&self) {
        self.0.borrow_mut().kept.clear();
    }

    /// A model of the visitor's, by the name it is asked for; None for the page's own.
    pub(super) async fn kept_adapter(&self, name: &str) -> Result<Option<Rc<Held>>, Failure> {
        let Some(id) = name.strip_prefix(KEPT) else { return Ok(None) };
        let known = self.0.borrow().kept.get(name).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let manifest = self.model()?;
        let mut lab = self.0.borrow_mut().lab.take().unwrap_or_default();
        let read = lab.model(id).await;
        self.0.borrow_mut().lab = Some(lab);
        let (about, bytes) = read?;
        let refused = |reason| Failure::Adapter { name: about.name.clone(), reason };
        let mut adapter = Adapter::parse(&bytes, &manifest.config, &manifest.base_hash).map_err(refused)?;
        adapter.title = about.name;
        let held = Rc::new(Held { adapter, bytes: bytes.len() as u64 });
        self.0.borrow_mut().kept.insert(name.to_owned(), held.clone());
        Ok(Some(held))
    }
}
