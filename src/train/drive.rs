//! One action of a run on an engine: the loop's body, for whoever drives it.

use super::curves::{EvalPoint, StepPoint};
use super::data::Dataset;
use super::evaluate::{Evaluation, Evaluator, by_row};
use super::run::{Action, Run, RunError};
use crate::engine::clock::now_ms;
use crate::engine::{AdapterId, Batch, Engine, EngineError, Row, Want};
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
            let rows = logits(engine, &wanted(data, Some(id)), &batch).await?;
            run.evaluated(data, &rows)?.map_or(Did::Evaluating, Did::Evaluated)
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
    let want = wanted(data, Some(id));
    while let Some(batch) = evaluator.next(data, tokenizer, max_seq_length).map_err(RunError::from)? {
        let rows = logits(engine, &want, &batch).await?;
        evaluator.take(data, &rows);
    }
    Ok(evaluator.finish())
}

/// What is wanted of rows that are judged: the logits of the head that the data trains.
pub fn wanted(data: &Dataset, adapter: Option<AdapterId>) -> Want {
    Want { adapter, class_logits: !data.answers, span_logits: data.answers, ..Want::default() }
}

/// Most pieces of a forward over the windows of a long text.
const FORWARD_TOKENS: usize = 8192;

/// Logits of each row of a batch, which may be larger than one forward.
async fn logits(engine: &mut Engine, want: &Want, batch: &Batch) -> Result<Vec<Vec<f32>>, EngineError> {
    let mut rows = Vec::with_capacity(batch.rows.len());
    while rows.len() < batch.rows.len() {
        let part = part_of(batch, rows.len(), FORWARD_TOKENS);
        let answer = engine.run(&part, want).await?;
        rows.extend(by_row(&part, &answer));
    }
    Ok(rows)
}

/// The rows of a batch from `done` on that have at most so many pieces together, one at least.
pub fn part_of(batch: &Batch, done: usize, tokens: usize) -> Batch {
    let mut held = 0;
    let fits = |row: &&Row| {
        let first = held == 0;
        held += row.input_ids.len();
        first || held <= tokens
    };
    Batch { rows: batch.rows[done.min(batch.rows.len())..].iter().take_while(fits).cloned().collect() }
}

/// Whether a smaller micro-batch may help.
pub fn is_out_of_memory(e: &EngineError) -> bool {
    matches!(e, EngineError::GpuLimit { .. } | EngineError::OutOfMemory { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_alone_makes_a_micro_batch_smaller() {
        let reason = || "a buffer of 2 GB".to_owned();
        assert!(is_out_of_memory(&EngineError::OutOfMemory { reason: reason() }));
        assert!(is_out_of_memory(&EngineError::GpuLimit { limit: reason(), needed: 2, available: 1 }));
        assert!(!is_out_of_memory(&EngineError::Compute("the GPU is out of memory".into())), "words are no type");
        assert!(!is_out_of_memory(&EngineError::GpuLost { reason: reason() }));
    }
}
