//! The session's side of pre-training: it lends the vocabulary. The run has an engine of its own, so it needs no weights.

use super::Session;
use crate::protocol::Failure;
use crate::protocol::pretraining::{PretrainEvent, PretrainTask};
use crate::worker::pretrained::{read, report};
use crate::worker::pretraining::Pretraining;

impl Session {
    pub(super) fn answer_pretraining(&self, task: PretrainTask) -> Result<PretrainEvent, Failure> {
        match task {
            PretrainTask::Read(text) => {
                let text = read(&*self.tokenizer()?, &text)?;
                return Ok(PretrainEvent::Read(report(&text)));
            }
            PretrainTask::Begin(begin) => {
                let text = read(&*self.tokenizer()?, &begin.text)?;
                let begun = Pretraining::begin(text, begin.settings)?;
                self.0.borrow_mut().pretraining = Some(begun);
            }
            PretrainTask::Steer(steer) => {
                if let Some(run) = self.0.borrow_mut().pretraining.as_mut() {
                    run.steer(steer);
                }
            }
        }
        Ok(PretrainEvent::Done)
    }

    /// One step of the run, if one is under way.
    pub(super) fn pretrain_on(&self) {
        if let Some(run) = self.0.borrow_mut().pretraining.as_mut().filter(|run| run.trains()) {
            run.go_on();
        }
    }
}
