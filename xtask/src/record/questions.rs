//! Answers to the page's own questions.

use anyhow::Context as _;
use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::{RunStats, Want};
use bertscope::model::adapter::Adapter;
use bertscope::protocol::AdapterInfo;
use bertscope::protocol::answers::{ANSWERS, Answers, Asked};
use bertscope::text::characters::slice_utf16;
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::openings;
use bertscope::worker::questions::{plan, shown};
use std::path::Path;

/// What Ask a text opens with.
pub fn answers(
    pack: &PackFolder,
    tokenizer: &BertTokenizer,
    engine: &mut CpuEngine,
) -> anyhow::Result<Vec<(Asked, Answers)>> {
    let path = Path::new(super::ADAPTERS).join(format!("{ANSWERS}.safetensors"));
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let adapter = Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash)?;
    let id = engine.add_adapter(&adapter)?;
    let want = Want { adapter: Some(id), span_logits: true, ..Want::default() };
    let info = AdapterInfo {
        title: adapter.title.clone(),
        labels: adapter.labels.clone(),
        rank: adapter.rank,
        bytes: bytes.len() as u64,
    };
    let asked = Asked {
        adapter: ANSWERS.into(),
        text: openings::ANSWERS_TEXT.into(),
        question: openings::ANSWERS_QUESTIONS[0].into(),
    };
    let max_tokens = pack.manifest.config.max_position_embeddings;
    let mut plan = plan(tokenizer, &asked, max_tokens).map_err(|f| anyhow::anyhow!("{f:?}"))?;
    for range in plan.rows().batches(max_tokens) {
        let answer = engine.run(&plan.batch(range.clone()), &want)?;
        plan.take(range, &answer.span_logits);
    }
    let said = plan.finish(&adapter).pop().context("no answer")?;
    let answer = shown(said, info, adapter.head, RunStats::default());
    let best = answer.best.first().map_or("", |b| slice_utf16(&asked.text, b.span));
    println!("  {} {best:?}, no answer {:.3}", asked.question, answer.null_probability);
    engine.remove_adapter(id);
    Ok(vec![(asked, answer)])
}
