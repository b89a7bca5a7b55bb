//! Changed and looked-into forwards.

use super::Session;
use crate::engine::{Answer, Engine};
use crate::model::manifest::Absent;
use crate::protocol::probe::{ProbeTask, Probed, RowsTask};
use crate::protocol::{Failure, Message};
use crate::worker::loader;
use crate::worker::own::lacks;
use crate::worker::probe::{RowsPlan, described, positions_batch, positions_message};

impl Session {
    /// None when a newer request came meanwhile.
    pub(super) async fn probe(
        &self,
        id: u64,
        task: &ProbeTask,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<Message<Probed>>, Failure> {
        match task {
            ProbeTask::Stored(task) => {
                let manifest = self.model()?;
                let mut store = self.0.borrow_mut().store.take().ok_or(Failure::NotLoaded)?;
                let stored = loader::stored(&mut store, &manifest, task).await;
                // A load that has begun meanwhile has a store of its own.
                self.0.borrow_mut().store.get_or_insert(store);
                Ok(Some(Probed::Stored(Box::new(stored?)).into()))
            }
            ProbeTask::Describe => Ok(Some(Probed::Described(described(&*self.model()?)).into())),
            ProbeTask::Positions(positions) => {
                let (batch, want) = positions_batch(&*self.tokenizer()?, positions);
                let answer = self.run(&batch, &want).await?;
                let hidden = self.model()?.config.hidden_size;
                Ok(Some(positions_message(positions.clone(), &answer, hidden).map(Probed::Positions)))
            }
            ProbeTask::Rows(task) => {
                Ok(self.probe_rows(id, task, is_stale).await?.map(|m| m.map(|rows| Probed::Rows(Box::new(rows)))))
            }
        }
    }

    async fn probe_rows(
        &self,
        id: u64,
        task: &RowsTask,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<Message<crate::protocol::probe::ProbedRows>>, Failure> {
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let mut plan = RowsPlan::new(&tokenizer, task, &model.config, self.max_tokens())?;
        if self.in_turns(id, &mut plan, None, is_stale).await?.is_none() {
            return Ok(None);
        }
        let lens = match plan.lens_vectors(&model.config) {
            Some(vectors) => self.words_of(&vectors, plan.lens_asked()).await?,
            None => Answer::default(),
        };
        Ok(Some(plan.finish(&tokenizer, &model.config, lens)))
    }

    /// The masked-word head on given vectors.
    pub(super) async fn words_of(&self, vectors: &[f32], (asked, top_k): (Vec<u32>, usize)) -> Result<Answer, Failure> {
        lacks(&*self.model()?, Absent::MaskedWords)?;
        self.with_any_engine(async |engine: &mut Engine| engine.words_of(vectors, &asked, top_k).await).await
    }
}
