//! The opening of Features.

use super::{Recorded, save_floats, write};
use bertscope::engine::{Engine, RunStats};
use bertscope::model::config::BertConfig;
use bertscope::protocol::Failure;
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::features::FeaturesState;
use bertscope::worker::features::plan_features;
use pollster::block_on;

pub fn record(tokenizer: &BertTokenizer, engine: &mut Engine, config: &BertConfig) -> anyhow::Result<()> {
    let task = FeaturesState::default().task();
    let mut plan = plan_features(tokenizer, &task, config).map_err(|f: Failure| anyhow::anyhow!("{f:?}"))?;
    let all = plan.next(0, usize::MAX);
    anyhow::ensure!(all.len() == task.texts.len(), "the opening is one forward");
    let (batch, want) = (plan.rows.batch(all.clone()), plan.want());
    let answer = block_on(engine.run(&batch, &want))?;
    plan.take(all, &answer);
    let mut message = plan.finish();
    message.body.stats = RunStats::default();
    save_floats("features.f32", &message.arrays[0])?;
    write("features.json", &Recorded { task, answer: message.body })
}
