//! What single lessons ask beside blanks and attention: texts hidden as in training, a word in its contexts.

use super::Session;
use crate::engine::{RunStats, Want};
use crate::model::manifest::Absent;
use crate::protocol::context::{Context, ContextTask, WORDS_READ};
use crate::protocol::heads::{HeadTask, HeadVectors, KnockTask, Knocked};
use crate::protocol::masking::{MaskTask, Masked};
use crate::protocol::{Failure, Message, NEXT_SENTENCE};
use crate::worker::context::plan_context;
use crate::worker::heads::{head_message, plan_head, plan_knock};
use crate::worker::js::sleep_ms;
use crate::worker::masking::plan_masking;

impl Session {
    /// None when a newer request came meanwhile.
    pub(super) async fn masked(
        &self,
        task: &MaskTask,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<Masked>, Failure> {
        let tokenizer = self.tokenizer()?;
        let plan = plan_masking(&tokenizer, task, self.max_tokens())?;
        let held = match task.next_sentence {
            true => Some(self.adapter(NEXT_SENTENCE).await?),
            false => None,
        };
        let (mut trials, mut stats) = (Vec::new(), RunStats::default());
        while trials.len() < plan.trials() {
            // Lets a newer request in.
            sleep_ms(0).await;
            if is_stale() {
                return Ok(None);
            }
            let range = plan.next(trials.len());
            let batch = plan.batch(range.clone());
            let answer = self.run(&batch, &plan.want(range.clone())).await?;
            stats.add(&answer.stats);
            let mut done = plan.take(&tokenizer, range, answer);
            if let Some(held) = &held {
                let want = Want { class_logits: true, ..Want::default() };
                let answer = self.run_with(Some((NEXT_SENTENCE, held)), &batch, &want).await?;
                stats.add(&answer.stats);
                let labels = held.adapter.labels.len().max(1);
                done.iter_mut().zip(answer.class_logits.chunks(labels)).for_each(|(t, l)| t.next_logits = l.to_vec());
            }
            trials.extend(done);
        }
        Ok(Some(Masked { tokens: plan.tokens, trials, stats }))
    }

    pub(super) async fn head(&self, task: &HeadTask) -> Result<Message<HeadVectors>, Failure> {
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let (batch, want, tokens) = plan_head(&tokenizer, task, self.max_tokens())?;
        let answer = self.run(&batch, &want).await?;
        Ok(head_message(tokens, answer, task.head, &model.config))
    }

    pub(super) async fn knock(&self, task: &KnockTask) -> Result<Knocked, Failure> {
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let mut plan = plan_knock(&tokenizer, task, &model.config)?;
        if let Some((batch, want)) = plan.first() {
            plan.learn(&self.run(&batch, &want).await?);
        }
        let (batch, want) = plan.all();
        plan.finish(&tokenizer, self.run(&batch, &want).await?)
    }

    pub(super) async fn context(&self, task: &ContextTask) -> Result<Context, Failure> {
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let plan = plan_context(&tokenizer, task, self.max_tokens())?;
        let hidden = model.config.hidden_size;
        let answer = self.run(&plan.batch, &plan.want).await?;
        let vectors = plan.vectors(&answer, hidden);
        // The vectors are there without the head that reads words in them.
        let read = match vectors.is_empty() || model.absent.contains(&Absent::MaskedWords) {
            true => None,
            false => Some(self.words_of(&vectors, (Vec::new(), WORDS_READ)).await?),
        };
        Ok(plan.finish(&tokenizer, &vectors, hidden, read, answer.stats))
    }
}
