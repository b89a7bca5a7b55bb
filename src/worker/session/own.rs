//! The session's side of a visitor's own BERT.

use super::{Held, Session, Store};
use crate::model::adapter::Adapter;
use crate::protocol::own::{About, OWN_URL, OwnEvent, OwnFailure, OwnTask};
use crate::protocol::{Event, Failure, NEXT_SENTENCE};
use crate::worker::js::post;
use crate::worker::own::{Dropped, OwnPack, forget, kept, look, make};
use std::rc::Rc;
use web_sys::File;

/// What is known of it.
#[derive(Default)]
pub struct Own {
    dropped: Option<Rc<Dropped>>,
    pub made: Option<Rc<OwnPack>>,
    /// Rises with each request: one that is being answered is dropped by the next.
    turn: u64,
}

impl Session {
    /// Answers beside other requests: making a pack takes a while, and needs no engine.
    pub async fn answer_own(&self, id: u64, task: OwnTask) {
        let (turn, files) = {
            let mut state = self.0.borrow_mut();
            state.own.turn += 1;
            (state.own.turn, state.brought.remove(&id).unwrap_or_default())
        };
        let stale = || self.0.borrow().own.turn != turn;
        match self.own_event(id, task, &files, || !stale()).await {
            Ok(Some(event)) if !stale() => post(Event::Own { id, event }),
            Ok(_) => post(Event::Superseded { id }),
            Err(failure) => post(Event::Failed { id: Some(id), failure }),
        }
    }

    /// None when `goes_on` said no.
    async fn own_event(
        &self,
        id: u64,
        task: OwnTask,
        files: &[File],
        goes_on: impl Fn() -> bool,
    ) -> Result<Option<OwnEvent>, Failure> {
        let gone = || Failure::Own(OwnFailure::Gone);
        match task {
            OwnTask::Look => {
                let in_use = self.0.borrow().info.kind;
                let dropped = look(files, in_use).await?;
                let looked = Box::new(dropped.looked.clone());
                self.0.borrow_mut().own.dropped = Some(Rc::new(dropped));
                return Ok(Some(OwnEvent::Looked(looked)));
            }
            OwnTask::Make(task) => {
                let dropped = self.0.borrow().own.dropped.clone().ok_or_else(gone)?;
                let Some(pack) = make(id, &dropped, &task, goes_on).await? else { return Ok(None) };
                self.0.borrow_mut().own.made = Some(Rc::new(pack));
            }
            OwnTask::Keep => {
                let pack = self.0.borrow().own.made.clone().ok_or_else(gone)?;
                pack.keep().await?;
            }
            OwnTask::Forget => forget().await,
            OwnTask::About => {}
        }
        let made = self.0.borrow().own.made.as_ref().map(|m| m.about());
        Ok(Some(OwnEvent::About(About { made, kept: kept().await })))
    }

    /// A store of the model made last, else of the kept one.
    pub(super) async fn own_store(&self) -> Result<Store, Failure> {
        let made = self.0.borrow().own.made.clone();
        let pack = match made {
            Some(pack) => pack,
            None => Rc::new(OwnPack::kept().await.ok_or(Failure::Own(OwnFailure::Gone))?),
        };
        self.0.borrow_mut().own.made = Some(pack.clone());
        let mut store = Store::open(OWN_URL).await;
        store.own = Some(pack);
        Ok(store)
    }

    /// The model's own head in place of an adapter, where it is a visitor's.
    pub(super) fn own_adapter(&self, name: &str) -> Result<Option<Held>, Failure> {
        let state = self.0.borrow();
        let (Some(model), Some(own)) = (&state.model, &state.own.made) else { return Ok(None) };
        if name != NEXT_SENTENCE || own.manifest.base_hash != model.base_hash {
            return Ok(None);
        }
        let Some(bytes) = own.next_sentence() else { return Ok(None) };
        let refused = |reason| Failure::Adapter { name: name.to_owned(), reason };
        let adapter = Adapter::parse(&bytes, &model.config, &model.base_hash).map_err(refused)?;
        Ok(Some(Held { adapter, bytes: bytes.len() as u64 }))
    }
}
