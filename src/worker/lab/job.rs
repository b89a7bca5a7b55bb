//! One run: what it does next, and what the page hears of it.

use super::finish::Finish;
use super::tell;
use crate::engine::clock::now_ms;
use crate::engine::training::{TrainSetup, TrainState, TrainStep};
use crate::engine::{AdapterId, Batch, Engine, EngineError, Want};
use crate::protocol::lab::{
    Best, Hyperparameters, Judged, LabEvent, Note, Phase, Pinned, RunState, TrainPoint, ValidationPoint,
};
use crate::protocol::{Failure, TextPair};
use crate::text::tokenizer::BertTokenizer;
use crate::train::curves::{EvalPoint, StepPoint};
use crate::train::data::{Dataset, Sample, encode};
use crate::train::drive::is_out_of_memory;
use crate::train::evaluate::Evaluation;
use crate::train::run::{Action, Progress, Run, RunError};
use crate::worker::session::Session;
use std::rc::Rc;

/// Between two events about the curves, and two answers to the pinned sentence.
const TELL_EVERY_MS: f64 = 150.0;
const PIN_EVERY_MS: f64 = 400.0;

/// What a run can be taken up from again.
#[derive(Clone)]
pub struct Resumable {
    pub state: TrainState,
    pub progress: Progress,
}

pub struct Job {
    pub id: String,
    pub name: String,
    pub began_ms: f64,
    pub settings: Hyperparameters,
    pub data: Rc<Dataset>,
    pub hash: String,
    pub run: Run,
    pub setup: TrainSetup,
    /// None until the engine holds it, and again once it has lost it.
    pub adapter: Option<AdapterId>,
    pub pinned: TextPair,
    pub phase: Phase,
    pub before: Option<Judged>,
    pub validation: Option<Evaluation>,
    pub test: Option<Evaluation>,
    pub last: Option<Resumable>,
    pub best: Option<TrainState>,
    pub notes: Vec<Note>,
    pub resumed_at: Option<usize>,
    pub model: Option<String>,
    pub finish: Option<Finish>,
    failure: Option<String>,
    /// Logits of a validation batch that is run in parts.
    partial: Vec<f32>,
    told: Told,
}

/// What the page has heard.
#[derive(Default)]
struct Told {
    steps: usize,
    evaluations: usize,
    at_ms: f64,
    pinned_ms: f64,
    pinned_step: Option<u32>,
}

/// What one turn came to.
pub enum Turn {
    Went,
    /// A checkpoint is due; the run waits for [`Run::saved`].
    Checkpoint {
        best: bool,
    },
    /// Nothing is left to train.
    Trained,
}

impl Job {
    pub fn new(id: String, name: String, data: Rc<Dataset>, run: Run, setup: TrainSetup, pinned: TextPair) -> Self {
        Self {
            id,
            name,
            began_ms: js_sys::Date::now(),
            settings: run.settings().clone(),
            hash: data.hash(),
            data,
            run,
            setup,
            adapter: None,
            pinned,
            phase: Phase::Starting,
            before: None,
            validation: None,
            test: None,
            last: None,
            best: None,
            notes: Vec::new(),
            resumed_at: None,
            model: None,
            finish: None,
            failure: None,
            partial: Vec::new(),
            told: Told::default(),
        }
    }

    pub fn goes_on(&self) -> bool {
        matches!(self.phase, Phase::Starting | Phase::Training | Phase::Evaluating)
    }

    pub fn fail(&mut self, reason: String) {
        self.phase = Phase::Failed;
        self.failure = Some(reason);
        self.tell_now();
    }

    pub fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// One step, or a part of a validation. Failures of the run end it; those of the engine are given back.
    pub async fn turn(&mut self, session: &Session, tokenizer: &BertTokenizer) -> Result<Turn, Failure> {
        if self.adapter.is_none() {
            self.take_up(session).await?;
        }
        self.answer_pinned(session, tokenizer).await?;
        let data = self.data.clone();
        let action = match self.run.next(&data, tokenizer) {
            Ok(action) => action,
            Err(e) => return Ok(self.stopped(&e)),
        };
        match action {
            Action::Train(step) => {
                self.phase = Phase::Training;
                self.train(session, step).await?;
            }
            Action::Evaluate(batch) => {
                self.phase = if self.run.steps().0 == 0 { Phase::Starting } else { Phase::Evaluating };
                self.evaluate(session, &data, batch).await?;
            }
            Action::Checkpoint { best, .. } => return Ok(Turn::Checkpoint { best }),
            Action::Done => return Ok(Turn::Trained),
        }
        self.tell_soon();
        Ok(Turn::Went)
    }

    fn stopped(&mut self, e: &RunError) -> Turn {
        self.fail(e.to_string());
        Turn::Went
    }

    /// Puts the run into an engine that does not hold it: a new one, or one that has lost it.
    async fn take_up(&mut self, session: &Session) -> Result<(), Failure> {
        let (setup, state) = (&self.setup, self.last.as_ref().map(|l| &l.state));
        let begin = async |engine: &mut Engine| {
            let id = engine.begin_training(setup).await?;
            if let Some(state) = state {
                engine.restore_training(state).await?;
            }
            Ok(id)
        };
        self.adapter = Some(session.with_engine(begin).await?.map_err(Failure::from)?);
        Ok(())
    }

    /// The engine is another one, or empty: what was done since the last checkpoint is done again.
    pub fn rewind(&mut self, session_config: &crate::model::config::BertConfig) {
        self.adapter = None;
        self.partial.clear();
        let again = match &self.last {
            Some(l) => Run::resume(self.settings.clone(), &self.data, session_config, l.progress.clone()),
            None => Run::new(self.settings.clone(), &self.data, session_config),
        };
        match again {
            Ok(run) => self.run = run,
            Err(e) => self.fail(e.to_string()),
        }
        self.told.steps = 0;
        self.told.evaluations = 0;
    }

    async fn train(&mut self, session: &Session, step: TrainStep) -> Result<(), Failure> {
        let began_ms = now_ms();
        let report = match session.with_engine(async |e: &mut Engine| e.train(&step).await).await? {
            Ok(report) => report,
            Err(e) if is_out_of_memory(&e) => {
                match self.run.out_of_memory(&step) {
                    Ok(tokens) => self.note(Note::HalvedMicroBatch { tokens }),
                    Err(e) => drop(self.stopped(&e)),
                }
                return Ok(());
            }
            Err(e) => return self.lost_or(e, session),
        };
        if let Err(e) = self.run.trained(&step, &report, now_ms() - began_ms) {
            self.stopped(&e);
        }
        Ok(())
    }

    /// Runs as many rows of the batch as leave a turn to others.
    async fn evaluate(&mut self, session: &Session, data: &Dataset, batch: Batch) -> Result<(), Failure> {
        let labels = data.labels.len();
        let done = self.partial.len() / labels.max(1);
        let mut tokens = 0;
        let budget = session.turn_tokens();
        let some: Vec<_> = batch.rows[done.min(batch.rows.len())..]
            .iter()
            .take_while(|r| {
                let first = tokens == 0;
                tokens += r.input_ids.len();
                first || tokens <= budget
            })
            .cloned()
            .collect();
        let part = Batch { rows: some };
        let want = Want { class_logits: true, adapter: self.adapter, ..Want::default() };
        let answer = match session.with_engine(async |e: &mut Engine| e.run(&part, &want).await).await? {
            Ok(answer) => answer,
            Err(e) => return self.lost_or(e, session),
        };
        session.measure(part.rows.iter().map(|r| r.input_ids.len()).sum(), answer.stats.total_ms);
        self.partial.extend(answer.class_logits);
        if self.partial.len() < batch.rows.len() * labels {
            return Ok(());
        }
        let logits = std::mem::take(&mut self.partial);
        match self.run.evaluated(data, &logits) {
            Ok(Some(point)) => self.validated(&point),
            Ok(None) => {}
            Err(e) => drop(self.stopped(&e)),
        }
        Ok(())
    }

    fn validated(&mut self, point: &EvalPoint) {
        self.validation = self.run.latest().cloned();
        if point.step == 0 {
            self.before = self.validation.as_ref().map(judged);
        }
        self.told.pinned_step = None;
        // Only a validation that takes its time is told as such.
        self.phase = Phase::Training;
        self.tell_now();
    }

    /// An engine that lost the run takes it up again; any other failure ends it.
    fn lost_or(&mut self, e: EngineError, session: &Session) -> Result<(), Failure> {
        match e {
            EngineError::GpuLost { .. } | EngineError::NoTraining | EngineError::NoSuchAdapter => {
                if matches!(e, EngineError::GpuLost { .. }) {
                    self.note(Note::GpuLost);
                }
                self.rewind(&session.model()?.config);
            }
            e => self.fail(e.to_string()),
        }
        Ok(())
    }

    /// What is said of the pinned sentence now, not too often.
    async fn answer_pinned(&mut self, session: &Session, tokenizer: &BertTokenizer) -> Result<(), Failure> {
        let step = self.run.steps().0;
        let due = self.told.pinned_step.is_none() || now_ms() - self.told.pinned_ms > PIN_EVERY_MS;
        if self.pinned.a.trim().is_empty() || self.told.pinned_step == Some(step) || !due {
            return Ok(());
        }
        (self.told.pinned_step, self.told.pinned_ms) = (Some(step), now_ms());
        let probabilities = self.ask(session, tokenizer, self.adapter, self.pinned.clone()).await?;
        let pinned = Pinned { step: step as usize, text: self.pinned.clone(), probabilities };
        tell(LabEvent::Pinned(pinned));
        Ok(())
    }

    /// Probabilities of the labels of one text.
    pub async fn ask(
        &self,
        session: &Session,
        tokenizer: &BertTokenizer,
        adapter: Option<AdapterId>,
        text: TextPair,
    ) -> Result<Vec<f32>, Failure> {
        let second = text.b.map(String::into_boxed_str).filter(|_| self.data.pairs);
        let second = second.or_else(|| self.data.pairs.then(Box::default));
        let sample = Sample { line: 0, text: text.a.into_boxed_str(), second, class: None };
        let (row, _) = encode(tokenizer, &sample, self.settings.max_seq_length).map_err(super::data::refuse)?;
        let want = Want { class_logits: true, adapter, ..Want::default() };
        let answer = session.with_engine(async |e: &mut Engine| e.run(&Batch::one(row), &want).await).await?;
        Ok(answer.map(|a| crate::model::adapter::softmax(&a.class_logits, 1.0)).unwrap_or_default())
    }

    pub fn pin(&mut self, text: TextPair) {
        self.pinned = text;
        self.told.pinned_step = None;
    }

    // ------------------------------------------------------------------------- what the page hears

    fn tell_soon(&mut self) {
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
            step: step as usize,
            steps: steps as usize,
            epoch: f64::from(self.run.epoch()),
            examples_per_s: self.run.curves().examples_per_s(),
            left_ms: self.run.seconds_left().unwrap_or(0.0) * 1e3,
            best,
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
        macro_f1: e.macro_f1(),
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
