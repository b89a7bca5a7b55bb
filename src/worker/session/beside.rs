//! The same text by another pack's vocabulary.

use super::{Session, Store};
use crate::protocol::{BesideTask, Failure, Tokens};
use crate::worker::answers::tokens;
use crate::worker::download::Stop;
use std::rc::Rc;

impl Session {
    /// Fetches what it lacks: the pack's manifest and vocabulary, no weights.
    pub(super) async fn beside(&self, task: &BesideTask) -> Result<Tokens, Failure> {
        let known = self.0.borrow().beside.clone().filter(|(folder, _)| *folder == task.model_url);
        let tokenizer = match known {
            Some((_, tokenizer)) => tokenizer,
            None => {
                let mut store = Store::open(&task.model_url).await;
                let stop = Stop::default();
                let manifest = store.manifest(&stop).await?;
                let tokenizer = Rc::new(store.tokenizer(&manifest, &stop).await?);
                self.0.borrow_mut().beside = Some((task.model_url.clone(), tokenizer.clone()));
                tokenizer
            }
        };
        Ok(tokens(&tokenizer, &task.text, self.max_tokens())?.1)
    }
}
