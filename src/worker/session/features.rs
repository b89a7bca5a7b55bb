//! Vectors of many texts.

use super::Session;
use crate::protocol::features::{Features, FeaturesTask};
use crate::protocol::{Event, Failure, Message};
use crate::worker::features::plan_features;
use crate::worker::js::{post, sleep_ms};

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
        let (want, total, mut done) = (plan.want(), plan.rows.len(), 0);
        while done < total {
            let range = plan.next(done, self.0.borrow().pace.tokens(), &model.config);
            if range.len() < total {
                post(Event::Progress { id, done, total });
                // Lets a newer request in.
                sleep_ms(0).await;
            }
            if is_stale() {
                return Ok(None);
            }
            let answer = self.run(&plan.rows.batch(range.clone()), &want).await?;
            self.0.borrow_mut().pace.measure(plan.rows.tokens(range.clone()), answer.stats.total_ms);
            done = range.end;
            plan.take(range, &answer);
        }
        Ok(Some(plan.finish()))
    }
}
