//! The pre-training under way: a step at a time, and the page told of it now and then.

use super::js::post;
use super::pretrained::told;
use crate::engine::clock::now_ms;
use crate::protocol::pretraining::{Phase, PretrainEvent, Settings, Steer};
use crate::protocol::{Event, Failure};
use crate::train::pretraining::{PretrainRun, PretrainText, Turned};
use std::sync::Arc;

/// Between two events about the curves.
const TELL_EVERY_MS: f64 = 150.0;

pub struct Pretraining {
    run: PretrainRun,
    phase: Phase,
    failure: Option<String>,
    /// Points and looks that the page has heard of, and when.
    heard: [usize; 2],
    heard_ms: f64,
}

impl Pretraining {
    pub fn begin(text: PretrainText, settings: Settings) -> Result<Self, Failure> {
        let run = PretrainRun::new(Arc::new(text), settings)?;
        let mut begun = Self { run, phase: Phase::Running, failure: None, heard: [0; 2], heard_ms: 0.0 };
        begun.tell();
        Ok(begun)
    }

    pub fn trains(&self) -> bool {
        self.phase == Phase::Running
    }

    pub fn steer(&mut self, steer: Steer) {
        self.phase = match (steer, self.phase) {
            (Steer::Pause, Phase::Running) => Phase::Paused,
            (Steer::GoOn, Phase::Paused) => Phase::Running,
            (_, phase) => phase,
        };
        self.tell();
    }

    pub fn go_on(&mut self) {
        let due = match self.run.turn() {
            Ok(Turned::Trained) => now_ms() - self.heard_ms > TELL_EVERY_MS,
            Ok(Turned::Looked) => true,
            Ok(Turned::Done) => {
                self.phase = Phase::Done;
                true
            }
            Err(e) => {
                self.phase = Phase::Failed;
                self.failure = Some(e.to_string());
                true
            }
        };
        if due {
            self.tell();
        }
    }

    fn tell(&mut self) {
        let told = told(&self.run, self.phase, self.heard);
        let told = crate::protocol::pretraining::Told { failure: self.failure.clone(), ..told };
        self.heard = [self.run.points().len(), self.run.looks().len()];
        self.heard_ms = now_ms();
        post(Event::Pretrain { id: None, event: PretrainEvent::Told(Box::new(told)) });
    }
}
