//! Vectors of many texts.

use super::Session;
use crate::protocol::features::{Features, FeaturesTask};
use crate::protocol::{Failure, Message};
use crate::worker::features::plan_features;

impl Session {
    /// None when a newer request came meanwhile, or when nothing was asked.
    pub(super) async fn features(
        &self,
        id: u64,
        task: &FeaturesTask,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<Message<Features>>, Failure> {
        if task.texts.is_empty() {
            return Ok(None);
        }
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let mut plan = plan_features(&tokenizer, task, &model.config)?;
        Ok(self.in_turns(id, &mut plan, None, is_stale).await?.map(|_| plan.finish()))
    }
}
