//! What the page hears of a run.

use super::job::Job;
use super::tell;
use crate::engine::clock::now_ms;
use crate::protocol::lab::{Best, Judged, LabEvent, Note, RunState, TrainPoint, ValidationPoint};
use crate::train::curves::{EvalPoint, StepPoint};
use crate::train::evaluate::Evaluation;

/// Between two events about the curves.
const TELL_EVERY_MS: f64 = 150.0;

/// What the page has heard.
#[derive(Default)]
pub struct Told {
    pub steps: usize,
    pub evaluations: usize,
    at_ms: f64,
    pub pinned_ms: f64,
    /// None: the pinned sentence is to be asked anew.
    pub pinned_step: Option<u32>,
}

impl Job {
    pub fn tell_soon(&mut self) {
        if now_ms() - self.told.at_ms > TELL_EVERY_MS {
            self.tell_now();
        }
    }

    pub fn tell_all(&mut self) {
        (self.told.steps, self.told.evaluations) = (0, 0);
        self.tell_now();
    }

    pub fn tell_now(&mut self) {
        self.told.at_ms = now_ms();
        let curves = self.run.curves();
        let from_start = self.told.steps == 0 && self.told.evaluations == 0;
        let train: Vec<_> = curves.steps.iter().skip(self.told.steps).map(train_point).collect();
        let validation: Vec<_> = curves.evaluations.iter().skip(self.told.evaluations).map(validation_point).collect();
        (self.told.steps, self.told.evaluations) = (curves.steps.len(), curves.evaluations.len());
        if from_start || !train.is_empty() || !validation.is_empty() {
            tell(LabEvent::Curve { from_start, train, validation });
        }
        tell(LabEvent::Run(Box::new(self.state())));
    }

    pub fn state(&self) -> RunState {
        let (step, steps) = self.run.steps();
        let best = self.run.best().map(|e| Best {
            step: e.step as usize,
            accuracy: f64::from(e.accuracy),
            loss: f64::from(e.loss),
        });
        let labels = self.data.labels.clone();
        let mut notes: Vec<Note> = self.run.diagnoses().iter().map(|d| Note::Diagnosis(d.clone())).collect();
        notes.extend(self.notes.iter().cloned());
        RunState {
            id: self.id.clone(),
            name: self.name.clone(),
            phase: self.phase,
            labels,
            answers: self.data.answers,
            step: step as usize,
            steps: steps as usize,
            epoch: f64::from(self.run.epoch()),
            examples_per_s: self.run.curves().examples_per_s(),
            left_ms: self.run.seconds_left().unwrap_or(0.0) * 1e3,
            best,
            kept_step: self.kept_step.map(|s| s as usize),
            before: self.before.clone(),
            after: self.validation.as_ref().map(judged),
            test: self.test.as_ref().filter(|t| t.judged.n > 0).map(judged),
            predicted: self.test.as_ref().map_or(0, |t| t.rows.len()),
            notes,
            model: self.model.clone(),
            failure: self.failure.clone(),
            resumed_at: self.resumed_at,
        }
    }
}

pub fn judged(e: &Evaluation) -> Judged {
    let (low, high) = e.judged.interval();
    Judged {
        n: e.judged.n,
        accuracy: e.judged.accuracy(),
        low,
        high,
        loss: e.loss,
        macro_f1: if e.answers { e.f1() } else { e.macro_f1() },
        confusion: e.judged.confusion.iter().map(|row| row.iter().map(|&n| n as u64).collect()).collect(),
    }
}

fn train_point(p: &StepPoint) -> TrainPoint {
    TrainPoint {
        step: p.step as usize,
        loss: f64::from(p.loss),
        accuracy: f64::from(p.accuracy),
        learning_rate: f64::from(p.learning_rate),
        gradient_norm: f64::from(p.gradient_norm),
    }
}

fn validation_point(p: &EvalPoint) -> ValidationPoint {
    ValidationPoint { step: p.step as usize, loss: f64::from(p.loss), accuracy: f64::from(p.accuracy) }
}
