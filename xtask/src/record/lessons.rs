//! The openings of the lessons on context and on masking.

use super::write;
use bertscope::engine::RunStats;
use bertscope::engine::cpu::CpuEngine;
use bertscope::model::config::BertConfig;
use bertscope::protocol::masking::Masked;
use bertscope::protocol::{Failure, TextPair};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::context::ContextState;
use bertscope::ui::logic::masking::MaskingState;
use bertscope::ui::logic::openings;
use bertscope::worker::context::plan_context;
use bertscope::worker::masking::plan_masking;
use serde::Serialize;

/// A question and its answer.
#[derive(Serialize)]
struct Recorded<Q, A> {
    task: Q,
    answer: A,
}

pub fn record(tokenizer: &BertTokenizer, engine: &mut CpuEngine, config: &BertConfig) -> anyhow::Result<()> {
    let fault = |f: Failure| anyhow::anyhow!("{f:?}");
    let task = ContextState::default().task();
    let plan = plan_context(tokenizer, &task, config.max_position_embeddings).map_err(fault)?;
    let answer = engine.run(&plan.batch, &plan.want)?;
    let mut answer = plan.finish(answer, config.hidden_size);
    answer.stats = RunStats::default();
    write("context.json", &Recorded { task, answer })?;

    let task = MaskingState::default().task(TextPair { a: openings::MASKING.into(), b: None });
    let plan = plan_masking(tokenizer, &task, config.max_position_embeddings).map_err(fault)?;
    let all = plan.next(0);
    let answer = engine.run(&plan.batch(all.clone()), &plan.want(all.clone()))?;
    let trials = plan.take(tokenizer, all, answer);
    write(
        "masking.json",
        &Recorded { task, answer: Masked { tokens: plan.tokens, trials, stats: RunStats::default() } },
    )
}
