//! The end of a run: the weights that are kept, validation and test rows by them, and the model's files.

use super::job::Job;
use super::parts::Parts;
use super::{Lab, keep, tell};
use crate::engine::{AdapterId, Engine, EngineError};
use crate::model::adapter::{Adapter, Head};
use crate::protocol::Failure;
use crate::protocol::lab::{LabEvent, Note, Part, Phase};
use crate::train::evaluate::Evaluator;
use crate::worker::session::Session;

/// What is left to do once nothing is left to train.
pub struct Finish {
    pub adapter: Adapter,
    pub id: Option<AdapterId>,
    /// Validation and test by the weights that are kept; None once done.
    left: [Option<Evaluator>; 2],
    parts: Parts,
}

const PARTS: [Part; 2] = [Part::Validation, Part::Test];

impl Finish {
    /// Puts the adapter into an engine that does not hold it.
    pub async fn hold(&mut self, session: &Session) -> Result<(), Failure> {
        if self.id.is_none() {
            let adapter = &self.adapter;
            let hold = async |e: &mut Engine| {
                e.end_training();
                e.add_adapter(adapter).await
            };
            self.id = Some(session.with_engine(hold).await?.map_err(Failure::from)?);
        }
        Ok(())
    }
}

impl Lab {
    /// Ends the training, with the weights of the best validation or those of now.
    pub(super) async fn end(&mut self, session: &Session, best: bool) -> Result<(), Failure> {
        let Some(job) = self.job.as_mut() else { return Ok(()) };
        let now = async |e: &mut Engine| e.train_state().await;
        let (step, adapter) = match (job.best.as_ref().filter(|_| best), job.adapter) {
            (Some(state), _) => (state.step, state.adapter.clone()),
            (None, Some(_)) => {
                let state = session.with_engine(now).await?.map_err(Failure::from)?;
                (state.step, state.adapter)
            }
            (None, None) => match &job.last {
                Some(last) => (last.state.step, last.state.adapter.clone()),
                None => (0, job.setup.adapter.clone()),
            },
        };
        job.kept_step = Some(step);
        // What is judged is what will be kept, F16 and all.
        let model = session.model()?;
        let refused = |reason| Failure::Adapter { name: job.name.clone(), reason };
        let bytes = adapter.to_bytes(&model.config).map_err(refused)?;
        let adapter = Adapter::parse(&bytes, &model.config, &model.base_hash).map_err(refused)?;
        // Few enough rows a forward that whoever asks gets a turn.
        let fit = session.turn_tokens() / job.settings.max_seq_length.max(1);
        let size = job.settings.eval_batch_size.min(fit).max(1);
        let of = |part: Part| {
            let rows = job.data.split.rows(part).to_vec();
            (!rows.is_empty()).then(|| Evaluator::new(rows, size, job.data.labels.len()))
        };
        let left = PARTS.map(of);
        job.finish = Some(Finish { adapter, id: None, left, parts: Parts::default() });
        job.phase = Phase::Evaluating;
        job.tell_now();
        Ok(())
    }

    /// Judges a few rows more; then keeps the model.
    pub(super) async fn finish_on(&mut self, session: &Session) -> Result<(), Failure> {
        let tokenizer = session.tokenizer()?;
        let Some(job) = self.job.as_mut() else { return Ok(()) };
        let Some(finish) = job.finish.as_mut() else { return Ok(()) };
        finish.hold(session).await?;
        job.adapter = finish.id;
        let Some((part, evaluator)) = PARTS.into_iter().zip(&mut finish.left).find_map(|(p, e)| Some((p, e.as_mut()?)))
        else {
            return self.keep_model(session).await;
        };
        let batch = evaluator.next(&job.data, &tokenizer, job.settings.max_seq_length);
        if let Some(batch) = batch.map_err(super::data::refuse)? {
            match finish.parts.run(session, finish.id, &job.data, &batch).await? {
                Ok(Some(logits)) => evaluator.take(&job.data, &logits),
                Ok(None) => {}
                // A new engine is there: the adapter is put into it, and the batch asked again.
                Err(EngineError::GpuLost { .. } | EngineError::NoSuchAdapter) => {
                    (finish.id, finish.parts) = (None, Parts::default());
                }
                Err(e) => return Err(Failure::from(e)),
            }
            let (done, total) = evaluator.progress();
            tell(LabEvent::Judging { part, done, total });
            return Ok(());
        }
        let done = finish.left[part as usize - Part::Validation as usize].take().map(Evaluator::finish);
        match part {
            Part::Test => job.test = done,
            _ => {
                if let (Some(done), Head::Span { null_threshold }) = (&done, &mut finish.adapter.head) {
                    *null_threshold = done.null_threshold();
                }
                // Test questions are answered as the model that is kept will.
                let [_, test] = &mut finish.left;
                test.iter_mut().for_each(|test| test.set_head(finish.adapter.head));
                job.validation = done;
            }
        }
        job.tell_now();
        Ok(())
    }

    async fn keep_model(&mut self, session: &Session) -> Result<(), Failure> {
        let Some(mut job) = self.job.take() else { return Ok(()) };
        let kept = self.keep_model_of(session, &mut job).await;
        self.job = Some(job);
        kept
    }

    async fn keep_model_of(&mut self, session: &Session, job: &mut Job) -> Result<(), Failure> {
        let model = session.model()?;
        // What the browser does not keep stays usable until the page is closed, and is told.
        if let Some(reason) = keep::finish(self.storage().await, job, &model).await? {
            job.note(Note::NotKept { reason });
        }
        job.phase = Phase::Done;
        session.forget_kept();
        job.tell_now();
        tell(LabEvent::Kept(keep::list(self.storage().await, &model.base_hash).await));
        Ok(())
    }
}
