//! Gradient × input of a review, window by window.

use super::Session;
use crate::engine::Engine;
use crate::engine::slopes::{Slopes, SlopesPlan};
use crate::protocol::{Failure, SlopesTask};
use crate::worker::answers::check_size;
use crate::worker::js::sleep_ms;

impl Session {
    /// None when a newer request came meanwhile.
    pub(super) async fn slopes(
        &self,
        task: &SlopesTask,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<Slopes>, Failure> {
        check_size(&task.text)?;
        let tokenizer = self.tokenizer()?;
        let held = self.adapter(&task.adapter).await?;
        let mut plan = SlopesPlan::new(&tokenizer, &task.text, self.max_tokens())?;
        let temperature = held.adapter.temperature_of(plan.pieces());
        for window in 0..plan.windows() {
            if window > 0 {
                // Lets a newer request in.
                sleep_ms(0).await;
            }
            if is_stale() {
                return Ok(None);
            }
            let (batch, scores) = plan.ask(&tokenizer, window);
            let run = async |engine: &mut Engine| {
                let id = self.hold(engine, Some((&task.adapter, &held))).await?;
                engine.token_gradients(&batch, &scores, id).await
            };
            let found = self.with_any_engine(run).await?;
            plan.take(window, &found, temperature);
        }
        Ok(Some(plan.finish()))
    }
}
