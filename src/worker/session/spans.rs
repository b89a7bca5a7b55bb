//! Questions on texts.

use super::Session;
use crate::engine::{Batch, Want};
use crate::protocol::answers::{Answers, Asked, WorkTask, Worked};
use crate::protocol::{ArrayRef, Failure, Message};
use crate::worker::questions::{plan, shown};

impl Session {
    /// None when a newer request came meanwhile.
    pub(super) async fn answer_question(
        &self,
        id: u64,
        asked: &Asked,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<Answers>, Failure> {
        // Nothing at all calls off what was under way.
        if *asked == Asked::default() {
            return Ok(None);
        }
        let tokenizer = self.tokenizer()?;
        // Before the adapter is fetched: what cannot be asked needs none.
        let mut plan = plan(&tokenizer, asked, self.max_tokens())?;
        let held = self.adapter(&asked.adapter).await?;
        let stats = self.in_turns(id, &mut plan, Some((&asked.adapter, &held)), is_stale).await?;
        let Some(stats) = stats else { return Ok(None) };
        let said = plan.finish(&held.adapter).pop().ok_or(Failure::EmptyText)?;
        Ok(Some(shown(said, held.info(), held.adapter.head, stats)))
    }

    /// The vector of one piece, by one forward that keeps the hidden states, and the head's two rows.
    pub(super) async fn work_out(&self, task: &WorkTask) -> Result<Message<Worked>, Failure> {
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let plan = plan(&tokenizer, &task.asked, self.max_tokens())?;
        let held = self.adapter(&task.asked.adapter).await?;
        let found = (0..plan.rows().len()).find(|&i| plan.rows().of(i..i + 1)[0].1 == task.window);
        let row = found.map(|i| plan.rows().rows()[i].clone()).ok_or(Failure::EmptyText)?;
        let id = *row.input_ids.get(task.position).ok_or(Failure::EmptyText)?;
        let (h, tokens) = (model.config.hidden_size, row.input_ids.len());
        let want = Want { hidden_states: true, ..Want::default() };
        let answer = self.run_with(Some((&task.asked.adapter, &held)), &Batch::one(row), &want).await?;
        let at = (model.config.num_hidden_layers * tokens + task.position) * h;
        let vector = answer.hidden_states.get(at..at + h).map(<[f32]>::to_vec).unwrap_or_default();
        let head = &held.adapter.classifier;
        let array = |index| ArrayRef { index, shape: vec![h] };
        let body = Worked {
            piece: tokenizer.piece(id).to_owned(),
            vector: array(0),
            start: array(1),
            end: array(2),
            bias: [head.bias[0], head.bias[1]],
        };
        let arrays = vec![vector, head.weight[..h].to_vec(), head.weight[h..].to_vec()];
        Ok(Message { body, arrays })
    }
}
