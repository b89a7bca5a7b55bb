//! A batch that is judged in parts, so that others get their turn.

use crate::engine::{AdapterId, Batch, Engine, EngineError};
use crate::protocol::Failure;
use crate::train::data::Dataset;
use crate::train::drive::{part_of, wanted};
use crate::train::evaluate::by_row;
use crate::worker::session::Session;

/// Logits of the rows that have run.
#[derive(Default)]
pub struct Parts(Vec<Vec<f32>>);

impl Parts {
    /// Runs as many rows more as leave a turn to others. The logits of each row, once all have run.
    pub async fn run(
        &mut self,
        session: &Session,
        adapter: Option<AdapterId>,
        data: &Dataset,
        batch: &Batch,
    ) -> Result<Result<Option<Vec<Vec<f32>>>, EngineError>, Failure> {
        let part = part_of(batch, self.0.len(), session.turn_tokens());
        let want = wanted(data, adapter);
        let answer = match session.with_engine(async |e: &mut Engine| e.run(&part, &want).await).await? {
            Ok(answer) => answer,
            Err(e) => return Ok(Err(e)),
        };
        session.measure(part.rows.iter().map(|r| r.input_ids.len()).sum(), answer.stats.total_ms);
        self.0.extend(by_row(&part, &answer));
        Ok(Ok((self.0.len() >= batch.rows.len()).then(|| std::mem::take(&mut self.0))))
    }
}
