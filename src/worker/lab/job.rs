//! One run: what it does next, and what the page hears of it.

use super::changed::Changing;
use super::finish::Finish;
use super::parts::Parts;
use super::tell;
use super::told::{Told, judged};
use crate::engine::clock::now_ms;
use crate::engine::spans::{Asked, SpanPlan};
use crate::engine::training::{TrainSetup, TrainState, TrainStep};
use crate::engine::{AdapterId, Batch, Engine, EngineError, Want};
use crate::model::adapter::softmax;
use crate::protocol::lab::{Hyperparameters, Judged, LabEvent, Note, Phase, Pinned};
use crate::protocol::{Failure, TextPair};
use crate::text::characters::slice_utf16;
use crate::text::tokenizer::BertTokenizer;
use crate::train::curves::EvalPoint;
use crate::train::data::{Dataset, Sample, encode};
use crate::train::drive::is_out_of_memory;
use crate::train::evaluate::Evaluation;
use crate::train::run::{Action, Progress, Run, RunError};
use crate::worker::session::Session;
use std::rc::Rc;

/// Between two answers to the pinned sentence.
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
    /// Whose weights are kept, once it has ended.
    pub kept_step: Option<u32>,
    pub finish: Option<Finish>,
    /// What is being found out of its changes.
    pub changing: Option<Changing>,
    pub failure: Option<String>,
    /// A validation batch that is run in parts.
    partial: Parts,
    pub told: Told,
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
            kept_step: None,
            finish: None,
            changing: None,
            failure: None,
            partial: Parts::default(),
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
        self.partial = Parts::default();
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
        let logits = match self.partial.run(session, self.adapter, data, &batch).await? {
            Ok(Some(logits)) => logits,
            Ok(None) => return Ok(()),
            Err(e) => return self.lost_or(e, session),
        };
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
        tell(LabEvent::Pinned(self.ask(session, tokenizer, self.adapter, self.pinned.clone()).await?));
        Ok(())
    }

    /// What is said of one text, or to one question.
    pub async fn ask(
        &self,
        session: &Session,
        tokenizer: &BertTokenizer,
        adapter: Option<AdapterId>,
        text: TextPair,
    ) -> Result<Pinned, Failure> {
        let step = self.run.steps().0 as usize;
        if self.data.answers {
            let said = self.find(session, tokenizer, adapter, &text).await?;
            let (answer, probabilities) = said.unwrap_or_default();
            return Ok(Pinned { step, text, probabilities, answer });
        }
        let second = text.b.clone().map(String::into_boxed_str).filter(|_| self.data.pairs);
        let second = second.or_else(|| self.data.pairs.then(Box::default));
        let sample = Sample { line: 0, text: text.a.clone().into_boxed_str(), second, class: None, answer: None };
        let (row, _) = encode(tokenizer, &sample, self.settings.max_seq_length).map_err(super::data::refuse)?;
        let want = Want { class_logits: true, adapter, ..Want::default() };
        let answer = session.with_engine(async |e: &mut Engine| e.run(&Batch::one(row), &want).await).await?;
        let probabilities = answer.map(|a| softmax(&a.class_logits, 1.0)).unwrap_or_default();
        Ok(Pinned { step, text, probabilities, answer: String::new() })
    }

    /// The best span of all windows, its probability and that of "no answer". None where there is nothing to ask, or
    /// the engine was lost.
    async fn find(
        &self,
        session: &Session,
        tokenizer: &BertTokenizer,
        adapter: Option<AdapterId>,
        pinned: &TextPair,
    ) -> Result<Option<(String, Vec<f32>)>, Failure> {
        let asked = Asked { question: pinned.a.clone(), text: pinned.b.clone().unwrap_or_default() };
        let Ok(mut plan) = SpanPlan::new(tokenizer, &[asked], self.settings.max_seq_length) else { return Ok(None) };
        let want = Want { span_logits: true, adapter, ..Want::default() };
        // A window at a time: whoever asks gets a turn.
        for i in 0..plan.rows().len() {
            let batch = plan.batch(i..i + 1);
            let Ok(answer) = session.with_engine(async |e: &mut Engine| e.run(&batch, &want).await).await? else {
                return Ok(None);
            };
            plan.take(i..i + 1, &answer.span_logits);
        }
        let said = plan.finish_with(1.0, 0.0).pop().unwrap_or_default();
        let best = said.best.first();
        let answer = best.map_or("", |b| slice_utf16(pinned.b.as_deref().unwrap_or_default(), b.span)).to_owned();
        Ok(Some((answer, vec![best.map_or(0.0, |b| b.probability), said.null_probability])))
    }

    pub fn pin(&mut self, text: TextPair) {
        self.pinned = text;
        self.told.pinned_step = None;
    }
}
