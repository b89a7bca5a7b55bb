//! Answers of a task adapter, each beside its question.

use anyhow::Context as _;
use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::{RunStats, Want};
use bertscope::model::adapter::Adapter;
use bertscope::protocol::{AdapterInfo, Classified, ClassifyTask, MAX_CLASSIFY_TEXTS, Purpose, SENTIMENT};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::openings;
use bertscope::ui::logic::review::{leave_one_out, sentences, task, words};
use bertscope::worker::answers::plan_classify;
use serde::Serialize;
use std::path::Path;

const ADAPTERS: &str = "assets/adapters";
/// Pieces of a forward.
const TOKENS: usize = 512;

#[derive(Serialize)]
pub struct Recorded {
    task: ClassifyTask,
    answer: Classified,
}

/// What the Sentiment lesson opens with, its tries and its pairs.
pub fn sentiment(
    pack: &PackFolder,
    tokenizer: &BertTokenizer,
    engine: &mut CpuEngine,
) -> anyhow::Result<Vec<Recorded>> {
    let opening = openings::REVIEW;
    let each = sentences(opening).into_iter().map(|r| &opening[r]).take(MAX_CLASSIFY_TEXTS);
    let mut tasks = vec![
        task(Purpose::Review, [opening]),
        task(Purpose::Sentences, each),
        task(Purpose::Evidence, leave_one_out(opening, &words(opening))),
        task(Purpose::Contrast, openings::CONTRASTS.iter().flat_map(|c| c.texts)),
    ];
    tasks.extend(openings::REVIEW_TRIES.map(|text| task(Purpose::Review, [text])));
    let path = Path::new(ADAPTERS).join(format!("{SENTIMENT}.safetensors"));
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let adapter = Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash)?;
    let id = engine.add_adapter(&adapter)?;
    let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
    let max_tokens = pack.manifest.config.max_position_embeddings;
    let mut recorded = Vec::new();
    for task in tasks {
        let mut plan =
            plan_classify(tokenizer, &task, adapter.input, max_tokens).map_err(|f| anyhow::anyhow!("{f:?}"))?;
        for range in plan.batches(TOKENS) {
            let answer = engine.run(&plan.batch(range.clone()), &want)?;
            plan.take(range, &answer.class_logits);
        }
        let info = AdapterInfo {
            title: adapter.title.clone(),
            labels: adapter.labels.clone(),
            rank: adapter.rank,
            bytes: bytes.len() as u64,
        };
        let answer = Classified { adapter: info, rows: plan.finish(&adapter), stats: RunStats::default() };
        for (text, row) in task.texts.iter().zip(&answer.rows) {
            let shown: String = text.a.chars().take(90).collect();
            println!("  {:?} {:.4} {shown}", task.purpose, row.probabilities.get(1).copied().unwrap_or(f32::NAN));
        }
        recorded.push(Recorded { task, answer });
    }
    engine.remove_adapter(id);
    Ok(recorded)
}
