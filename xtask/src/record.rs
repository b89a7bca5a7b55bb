//! `cargo xtask record`: the answers that the page shows, labelled "recorded", before the weights
//! are in. Made by our own CPU engine from the shipped bytes, through the code that the worker runs.
//! `cargo xtask record sentiment` or `… answers` makes that adapter's alone, `… lessons` those of Fill the blank,
//! Context and Masking, `… probes` those of Both directions, The input and Inside, `… pretraining` a run of that lesson,
//! `… features` that of Features.

mod classes;
mod features;
mod lessons;
mod pretraining;
mod probes;
mod questions;

use anyhow::Context as _;
use bertscope::engine::classify::{ClassifyPlan, classify};
use bertscope::engine::folder::PackFolder;
use bertscope::engine::{Engine, RunStats};
use bertscope::model::adapter::Adapter;
use bertscope::model::manifest::Manifest;
use bertscope::protocol::{AdapterInfo, NEXT_SENTENCE, TextPair};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::openings;
use bertscope::ui::logic::pair::{RecordedPair, RecordedPairs, recorded_questions};
use bertscope::worker::answers::{attention_message, plan_attention, tokens};
use serde::Serialize;
use std::path::Path;

const MODEL: &str = "assets/models/bert-base-uncased";
const ADAPTERS: &str = "assets/adapters";
const OUT: &str = "assets/recorded";

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let pack = PackFolder::open(MODEL)?;
    let tokenizer = pack.tokenizer()?;
    let mut engine = pack.cpu_engine()?;
    let wanted = |name: &str| args.is_empty() || args.iter().any(|a| a == name);
    if wanted("sentiment") {
        write("sentiment.json", &classes::sentiment(&pack, &tokenizer, &mut engine)?)?;
    }
    if wanted("answers") {
        write("answers.json", &questions::answers(&pack, &tokenizer, &mut engine)?)?;
    }
    let config = pack.manifest.config.clone();
    let fault = |f: bertscope::protocol::Failure| anyhow::anyhow!("{f:?}");
    if wanted("lessons") {
        lessons::record(&tokenizer, &mut Engine::Cpu(pack.cpu_engine()?), &config)?;
    }
    if wanted("pretraining") {
        write("pretraining.json", &pretraining::run(&tokenizer)?)?;
    }
    if wanted("probes") {
        probes::record(&tokenizer, &mut Engine::Cpu(pack.cpu_engine()?), &pack.manifest)?;
    }
    if wanted("features") {
        features::record(&tokenizer, &mut Engine::Cpu(pack.cpu_engine()?), &config)?;
    }
    if !args.is_empty() {
        return Ok(());
    }

    let text = TextPair { a: openings::TOKENS.0.into(), b: Some(openings::TOKENS.1.into()) };
    write("tokens.json", &tokens(&tokenizer, &text, config.max_position_embeddings).map_err(fault)?.1)?;

    let text = TextPair { a: openings::ATTENTION.into(), b: None };
    let (batch, want, pieces) = plan_attention(&tokenizer, &text, config.max_position_embeddings).map_err(fault)?;
    let answer = engine.run(&batch, &want)?;
    let mut message = attention_message(pieces, answer, config.num_hidden_layers, config.num_attention_heads);
    message.body.stats = RunStats::default();
    write("attention.json", &message.body)?;
    save_floats("attention.f32", &message.arrays[0])?;

    write("next_sentence.json", &pairs(&pack.manifest, &tokenizer, &mut Engine::Cpu(engine))?)
}

/// The pairs of the Next sentence lesson's words, each changed in every way the page can.
fn pairs(manifest: &Manifest, tokenizer: &BertTokenizer, engine: &mut Engine) -> anyhow::Result<RecordedPairs> {
    let file = std::fs::read(Path::new(ADAPTERS).join(format!("{NEXT_SENTENCE}.safetensors")))?;
    let adapter = Adapter::parse(&file, &manifest.config, &manifest.base_hash)?;
    let id = pollster::block_on(engine.add_adapter(&adapter))?;
    let mut rows = Vec::new();
    for (text, one_segment) in recorded_questions() {
        let texts = std::slice::from_ref(&text);
        let max_tokens = manifest.config.max_position_embeddings;
        let plan = ClassifyPlan::new(tokenizer, texts, adapter.input, max_tokens, one_segment)?;
        let (mut answers, _) = pollster::block_on(classify(engine, plan, (&adapter, id), max_tokens))?;
        rows.push(RecordedPair { text, one_segment, row: answers.swap_remove(0) });
    }
    let info = AdapterInfo {
        title: adapter.title.clone(),
        labels: adapter.labels.clone(),
        rank: adapter.rank,
        bytes: file.len() as u64,
    };
    Ok(RecordedPairs { adapter: info, rows })
}

/// A question and its answer.
#[derive(Serialize)]
struct Recorded<Q, A> {
    task: Q,
    answer: A,
}

fn write(name: &str, value: &impl Serialize) -> anyhow::Result<()> {
    save(name, serde_json::to_string(value)?.as_bytes())
}

/// f32, little-endian.
fn save_floats(name: &str, values: &[f32]) -> anyhow::Result<()> {
    save(name, &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())
}

fn save(name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = Path::new(OUT).join(name);
    std::fs::create_dir_all(OUT)?;
    std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    println!("{} ({} bytes)", path.display(), bytes.len());
    Ok(())
}
