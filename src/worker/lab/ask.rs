//! What the page asks of the lab.

use super::job::{Job, Resumable, Turn};
use super::{Lab, export, keep, tell};
use crate::engine::Engine;
use crate::protocol::lab::{
    Begin, JudgedRow, LabEvent, LabFailure, LabTask, MAX_ROWS_LISTED, Note, Part, Phase, Rows, RowsAsked, Steer, Which,
};
use crate::protocol::{Failure, TextPair};
use crate::train::evaluate::ScoredRow;
use crate::train::run::{Run, RunError};
use crate::worker::js::sleep_ms;
use crate::worker::session::Session;
use web_sys::File;

/// While there is no engine to train on.
const WAIT_MS: i32 = 200;
pub fn lab(failure: LabFailure) -> Failure {
    Failure::Lab(failure)
}

pub fn of_run(e: RunError) -> Failure {
    match e {
        RunError::Data(e) => lab(LabFailure::Data(e)),
        RunError::Setting(e) => lab(LabFailure::Setting(e)),
        e => Failure::Engine { reason: e.to_string() },
    }
}

impl Lab {
    /// The event that answers a task, with files made for it; None when a newer one of its kind came.
    pub async fn answer(
        &mut self,
        session: &Session,
        task: LabTask,
        files: Vec<File>,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<(LabEvent, Vec<File>)>, Failure> {
        let plain = |event| Ok(Some((event, Vec::new())));
        match task {
            LabTask::Gather(named) => match self.gather(session, files, &named, is_stale).await? {
                Some(event) => plain(event),
                None => Ok(None),
            },
            LabTask::Arrange(arrangement) => {
                let config = session.model()?.config.clone();
                let held = self.held.as_mut().ok_or(lab(LabFailure::NoData))?;
                held.arrange(arrangement, &config)?;
                plain(LabEvent::Data(Some(Box::new(held.report(&config, session.engine_info().kind)))))
            }
            LabTask::Features { part, index } => {
                let held = self.held.as_ref().ok_or(lab(LabFailure::NoData))?;
                plain(LabEvent::Features(held.features(part, index, &*session.tokenizer()?)?))
            }
            LabTask::Estimate(settings) => plain(LabEvent::Estimated(self.estimate(session, settings).await?)),
            LabTask::Begin(begin) => {
                self.begin(session, begin).await?;
                plain(LabEvent::Done)
            }
            LabTask::Resume { run } => {
                self.resume(session, &run).await?;
                plain(LabEvent::Done)
            }
            LabTask::Steer(steer) => {
                self.steer(session, steer).await?;
                plain(LabEvent::Done)
            }
            LabTask::Pin(text) => {
                self.pin(session, text).await?;
                plain(LabEvent::Done)
            }
            LabTask::Rows(asked) => plain(LabEvent::Rows(self.rows(asked)?)),
            LabTask::Changed => {
                self.ask_changed();
                plain(LabEvent::Done)
            }
            LabTask::Kept => {
                let list = keep::list(self.storage().await, &session.model()?.base_hash).await;
                plain(LabEvent::Kept(list))
            }
            LabTask::Keep(what) => {
                let base_hash = session.model()?.base_hash.clone();
                session.forget_kept();
                keep::change(self.storage().await, what).await?;
                plain(LabEvent::Kept(keep::list(self.storage().await, &base_hash).await))
            }
            LabTask::Import => {
                let model = session.model()?;
                export::import(self.storage().await, files, &model).await?;
                plain(LabEvent::Kept(keep::list(self.storage().await, &model.base_hash).await))
            }
            LabTask::Export(what) => {
                let files = export::files(self, session, what).await?;
                Ok(Some((LabEvent::Exported(files.iter().map(File::name).collect()), files)))
            }
        }
    }

    async fn gather(
        &mut self,
        session: &Session,
        files: Vec<File>,
        named: &[crate::protocol::lab::FileAs],
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<LabEvent>, Failure> {
        let before = self.held.take();
        if files.is_empty() {
            return Ok(Some(LabEvent::Data(None)));
        }
        let tokenizer = session.tokenizer()?;
        let config = session.model()?.config.clone();
        let Some(mut held) = super::gather::gather(files, named, is_stale).await? else { return Ok(None) };
        if !held.measure(&tokenizer, is_stale).await? {
            return Ok(None);
        }
        // Seed and shares stay those that the visitor chose.
        let mut wanted = held.arrangement.clone();
        if let Some(before) = before {
            let kept = before.arrangement;
            (wanted.seed, wanted.validation, wanted.test) = (kept.seed, kept.validation, kept.test);
        }
        held.arrange(wanted, &config)?;
        let report = held.report(&config, session.engine_info().kind);
        self.held = Some(held);
        Ok(Some(LabEvent::Data(Some(Box::new(report)))))
    }

    async fn begin(&mut self, session: &Session, begin: Begin) -> Result<(), Failure> {
        if self.job.as_ref().is_some_and(|j| !matches!(j.phase, Phase::Done | Phase::Failed)) {
            return Err(lab(LabFailure::Running));
        }
        let held = self.held.as_ref().ok_or(lab(LabFailure::NoData))?;
        let data = held.data.clone();
        let model = session.model()?;
        let run = Run::new(begin.settings.clone(), &data, &model.config).map_err(of_run)?;
        let setup = Self::setup(session, &begin.settings, &data, &begin.name).await?;
        let id = keep::new_id();
        let mut job = Job::new(id, begin.name, data, run, setup, begin.pinned);
        if let Err(reason) = keep::begin(self.storage().await, &job).await {
            job.note(Note::NotKept { reason });
        }
        job.tell_all();
        self.job = Some(job);
        Ok(())
    }

    async fn resume(&mut self, session: &Session, id: &str) -> Result<(), Failure> {
        if self.job.as_ref().is_some_and(|j| !matches!(j.phase, Phase::Done | Phase::Failed)) {
            return Err(lab(LabFailure::Running));
        }
        let model = session.model()?;
        let mut job = keep::resume(self.storage().await, id, &model, &session.engine_info()).await?;
        let step = job.run.steps().0;
        job.resumed_at = Some(step as usize);
        job.tell_all();
        self.job = Some(job);
        Ok(())
    }

    async fn steer(&mut self, session: &Session, steer: Steer) -> Result<(), Failure> {
        let Some(job) = self.job.as_mut() else { return Ok(()) };
        match (steer, job.phase) {
            (_, Phase::Done | Phase::Failed) => {}
            (Steer::Pause, _) => {
                job.phase = Phase::Paused;
                self.checkpoint(session, false).await?;
            }
            (Steer::GoOn, _) => job.phase = Phase::Training,
            (Steer::Stop, _) => self.end(session, false).await?,
            (Steer::Best, _) => self.end(session, true).await?,
        }
        if let Some(job) = self.job.as_mut() {
            job.tell_now();
        }
        Ok(())
    }

    async fn pin(&mut self, session: &Session, text: TextPair) -> Result<(), Failure> {
        let Some(job) = self.job.as_mut() else { return Ok(()) };
        job.pin(text.clone());
        if !job.goes_on() && !text.a.trim().is_empty() {
            let tokenizer = session.tokenizer()?;
            tell(LabEvent::Pinned(job.ask(session, &tokenizer, job.adapter, text).await?));
        }
        Ok(())
    }

    /// Rows behind the counts of a part that was judged.
    fn rows(&self, asked: RowsAsked) -> Result<Rows, Failure> {
        let Some(job) = &self.job else { return Ok(Rows::default()) };
        let evaluation = if asked.part == Part::Test { &job.test } else { &job.validation };
        let Some(evaluation) = evaluation else { return Ok(Rows::default()) };
        let all: Vec<&ScoredRow> = match asked.which {
            Which::Wrong => evaluation.surest_wrong(usize::MAX),
            Which::Cell { truly, said } => evaluation.cell(truly, said),
        };
        let row = |r: &&ScoredRow| {
            let sample = job.data.samples.get(r.row as usize)?;
            Some(JudgedRow {
                line: sample.line as usize,
                text: super::data::text_of(sample),
                truly: r.class?,
                said: r.said(),
                probability: r.confidence(),
                answers: r.span.as_ref().map(|s| [sample.answer.as_deref().unwrap_or_default().into(), s.said.clone()]),
            })
        };
        Ok(Rows { of: all.len(), rows: all.iter().take(MAX_ROWS_LISTED).filter_map(row).collect() })
    }

    /// Whether there is a next thing to do for the run.
    pub fn trains(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.goes_on() || job.changing.is_some())
    }

    /// Does the run's next thing.
    pub async fn go_on(&mut self, session: &Session) {
        let done = self.next(session).await;
        match done {
            Ok(()) => {}
            // Another engine is on its way.
            Err(Failure::NotLoaded) => {
                if let (Some(job), Ok(model)) = (self.job.as_mut(), session.model()) {
                    job.rewind(&model.config);
                }
                sleep_ms(WAIT_MS).await;
            }
            Err(failure) => {
                if let Some(job) = self.job.as_mut() {
                    job.fail(keep::reason(&failure));
                }
            }
        }
    }

    async fn next(&mut self, session: &Session) -> Result<(), Failure> {
        let tokenizer = session.tokenizer()?;
        let Some(job) = self.job.as_mut() else { return Ok(()) };
        if !job.goes_on() && job.changing.is_some() {
            return self.change_on(session).await;
        }
        if job.finish.is_some() {
            return self.finish_on(session).await;
        }
        match job.turn(session, &tokenizer).await? {
            Turn::Went => Ok(()),
            Turn::Checkpoint { best } => {
                self.checkpoint(session, best).await?;
                if let Some(job) = self.job.as_mut() {
                    job.run.saved();
                }
                Ok(())
            }
            Turn::Trained => self.end(session, true).await,
        }
    }

    /// Keeps the run as it stands.
    async fn checkpoint(&mut self, session: &Session, best: bool) -> Result<(), Failure> {
        let Some(mut job) = self.job.take() else { return Ok(()) };
        let kept = self.keep_checkpoint(session, &mut job, best).await;
        self.job = Some(job);
        kept
    }

    async fn keep_checkpoint(&mut self, session: &Session, job: &mut Job, best: bool) -> Result<(), Failure> {
        if job.adapter.is_none() {
            return Ok(());
        }
        let state = match session.with_engine(async |e: &mut Engine| e.train_state().await).await? {
            Ok(state) => state,
            // The next turn sees to it.
            Err(_) => return Ok(()),
        };
        if best {
            job.best = Some(state.clone());
        }
        job.last = Some(Resumable { state, progress: job.run.progress().clone() });
        let model = session.model()?;
        keep::checkpoint(self.storage().await, job, &model, &session.engine_info(), best).await;
        Ok(())
    }
}
