//! What a run will cost, before it starts.

use super::Lab;
use super::ask::{lab, of_run};
use super::job::Job;
use crate::engine::Engine;
use crate::engine::clock::now_ms;
use crate::engine::training::TrainSetup;
use crate::protocol::Failure;
use crate::protocol::lab::{Depth, Estimated, Hyperparameters, LabFailure, Phase};
use crate::train::data::Dataset;
use crate::train::estimate::{Measured, estimate, trained_values};
use crate::train::initial::initial_adapter;
use crate::train::room::Room;
use crate::train::run::{Action, Progress, Run};
use crate::worker::js::sleep_ms;
use crate::worker::session::Session;

/// Steps on the clock.
const ESTIMATE_STEPS: usize = 2;

impl Lab {
    /// What an engine begins to train with.
    pub(super) async fn setup(
        session: &Session,
        settings: &Hyperparameters,
        data: &Dataset,
        name: &str,
    ) -> Result<TrainSetup, Failure> {
        let model = session.model()?;
        if settings.depth == Depth::All {
            let room = Room::of(&model.config, session.engine_info().kind);
            if room.limit.is_some() {
                return Err(lab(LabFailure::NoRoom(room)));
            }
        }
        let base = session.base(&settings.depth, data.answers).await?;
        let mut adapter = initial_adapter(settings, data, &model.config, &model.base_hash, base);
        adapter.title = name.to_owned();
        Ok(settings.setup(adapter, false))
    }

    /// Times two steps with the settings, then gives the engine back as it was.
    pub(super) async fn estimate(
        &mut self,
        session: &Session,
        settings: Hyperparameters,
    ) -> Result<Estimated, Failure> {
        if self.job.as_ref().is_some_and(Job::goes_on) {
            return Err(lab(LabFailure::Running));
        }
        let held = self.held.as_ref().ok_or(lab(LabFailure::NoData))?;
        let (data, plan) = (held.data.clone(), held.plan(&settings));
        let (model, tokenizer) = (session.model()?, session.tokenizer()?);
        Run::new(settings.clone(), &data, &model.config).map_err(of_run)?;
        // As a resumed one it begins with a step, not with a validation.
        let progress = Progress { micro_batch_tokens: settings.micro_batch_tokens, ..Progress::default() };
        let mut run = Run::resume(settings.clone(), &data, &model.config, progress).map_err(of_run)?;
        let setup = Self::setup(session, &settings, &data, "").await?;
        let (mut step_ms, mut step_tokens) = (0.0, 0.0);
        let tokens = settings.micro_batch_tokens.max(settings.max_seq_length);
        let rows = settings.train_batch_size;
        let ask_bytes =
            async |e: &mut Engine| Ok(e.training_bytes(&setup, tokens.min(rows * settings.max_seq_length), rows));
        let memory_bytes = session.with_engine(ask_bytes).await?.map_err(Failure::from)?;
        for i in 0..ESTIMATE_STEPS {
            let Ok(Action::Train(step)) = run.next(&data, &tokenizer) else { break };
            let began_ms = now_ms();
            let setup = &setup;
            let work = async |e: &mut Engine| {
                if i == 0 {
                    e.begin_training(setup).await?;
                }
                e.train(&step).await
            };
            let report = session.with_engine(work).await?.map_err(Failure::from)?;
            // The last one: the first also makes what the others reuse.
            step_ms = now_ms() - began_ms;
            step_tokens = step.micro_batches.iter().flatten().map(|e| e.row.input_ids.len()).sum::<usize>() as f64;
            if run.trained(&step, &report, 1.0).is_err() {
                break;
            }
            sleep_ms(0).await;
        }
        let ended = async |e: &mut Engine| {
            e.end_training();
            Ok(())
        };
        session.with_engine(ended).await?.map_err(Failure::from)?;
        // A paused run takes the engine up again where it was.
        if let Some(job) = self.job.as_mut().filter(|j| j.phase == Phase::Paused) {
            job.rewind(&model.config);
        }
        let values = trained_values(&settings, data.labels.len(), setup.adapter.pooler.is_some(), &model.config);
        let measured = Measured { step_ms, step_tokens, ..Measured::default() };
        let e = estimate(&settings, &plan, values, 0, Some(&measured));
        Ok(Estimated {
            step_ms: e.step_ms.unwrap_or(step_ms),
            steps: e.steps as usize,
            evaluations: e.evaluations as usize,
            total_ms: e.total_ms.unwrap_or(0.0),
            memory_bytes,
            trained_values: values as usize,
        })
    }
}
