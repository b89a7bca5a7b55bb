//! One action of a run on an engine: the loop's body, for whoever drives it.

use super::curves::{EvalPoint, StepPoint};
use super::data::Dataset;
use super::evaluate::{Evaluation, Evaluator};
use super::run::{Action, Run, RunError};
use crate::engine::clock::now_ms;
use crate::engine::{AdapterId, Engine, EngineError, Want};
use crate::text::tokenizer::BertTokenizer;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum DriveError {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Did {
    Trained(StepPoint),
    /// A batch of validation, of several.
    Evaluating,
    Evaluated(EvalPoint),
    /// Memory was short: micro-batches have at most that many pieces from now on.
    Halved {
        micro_batch_tokens: usize,
    },
    /// A checkpoint is to be kept: take the engine's state, then call [`Run::saved`].
    Checkpoint {
        step: u32,
        best: bool,
    },
    Done,
}

/// Does what the run asks next. `id` is the adapter in training.
pub async fn act(
    engine: &mut Engine,
    id: AdapterId,
    run: &mut Run,
    data: &Dataset,
    tokenizer: &BertTokenizer,
) -> Result<Did, DriveError> {
    Ok(match run.next(data, tokenizer)? {
        Action::Train(step) => {
            let start_ms = now_ms();
            match engine.train(&step).await {
                Ok(report) => {
                    run.trained(&step, &report, now_ms() - start_ms)?;
                    Did::Trained(run.curves().steps.last().copied().unwrap_or_default())
                }
                Err(e) if is_out_of_memory(&e) => Did::Halved { micro_batch_tokens: run.out_of_memory(&step)? },
                Err(e) => return Err(e.into()),
            }
        }
        Action::Evaluate(batch) => {
            let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
            let answer = engine.run(&batch, &want).await?;
            run.evaluated(data, &answer.class_logits)?.map_or(Did::Evaluating, Did::Evaluated)
        }
        Action::Checkpoint { step, best } => Did::Checkpoint { step, best },
        Action::Done => Did::Done,
    })
}

/// Rows through an adapter that the engine holds, at once.
pub async fn evaluate(
    engine: &mut Engine,
    id: AdapterId,
    mut evaluator: Evaluator,
    (data, tokenizer, max_seq_length): (&Dataset, &BertTokenizer, usize),
) -> Result<Evaluation, DriveError> {
    let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
    while let Some(batch) = evaluator.next(data, tokenizer, max_seq_length).map_err(RunError::from)? {
        let answer = engine.run(&batch, &want).await?;
        evaluator.take(data, &answer.class_logits);
    }
    Ok(evaluator.finish())
}

/// Whether a smaller micro-batch may help.
pub fn is_out_of_memory(e: &EngineError) -> bool {
    match e {
        EngineError::GpuLimit { .. } => true,
        // WebGPU's own words come as a text (`gpu/recorder`).
        EngineError::Compute(what) => what.contains("out of memory"),
        _ => false,
    }
}
