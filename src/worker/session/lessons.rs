//! What single lessons ask beside blanks and attention: texts hidden as in training, a word in its contexts.

use super::Session;
use crate::engine::{Engine, RunStats, Want};
use crate::model::manifest::Absent;
use crate::protocol::context::{Context, ContextTask, WORDS_READ};
use crate::protocol::heads::{Against, AgainstTask, HeadTask, HeadVectors, KnockTask, Knocked};
use crate::protocol::masking::{MaskTask, Masked};
use crate::protocol::{Failure, Message, NEXT_SENTENCE};
use crate::worker::against::{against_message, looks, scores};
use crate::worker::context::plan_context;
use crate::worker::heads::{Hidden, head_message, plan_head, plan_knock};
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
        self.learn(&mut plan.hidden).await?;
        let (batch, want) = plan.all();
        plan.finish(&tokenizer, self.run(&batch, &want).await?)
    }

    /// At a typed [MASK], what is asked for is what the model says first.
    async fn learn(&self, hidden: &mut Hidden) -> Result<(), Failure> {
        if let Some((batch, want)) = hidden.first() {
            hidden.learn(&self.run(&batch, &want).await?);
        }
        Ok(())
    }

    pub(super) async fn against(&self, task: &AgainstTask) -> Result<Message<Against>, Failure> {
        let (tokenizer, model) = (self.tokenizer()?, self.model()?);
        let mut hidden = Hidden::new(&tokenizer, (&task.text, task.position), &model.config)?;
        self.learn(&mut hidden).await?;
        let (batch, want) = looks(&hidden);
        let answer = self.run(&batch, &want).await?;
        let (batch, scores) = scores(&hidden)?;
        let found =
            self.with_any_engine(async |engine: &mut Engine| engine.token_gradients(&batch, &scores, None).await);
        Ok(against_message(&tokenizer, hidden, answer, found.await?, &model.config))
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
