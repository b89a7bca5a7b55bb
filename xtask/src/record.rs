//! `cargo xtask record`: the answers that the page shows, labelled "recorded", before the weights
//! are in. Made by our own CPU engine from the shipped bytes, through the code that the worker runs.
//! `cargo xtask record sentiment` makes that adapter's alone.

mod classes;

use anyhow::Context as _;
use bertscope::engine::RunStats;
use bertscope::engine::folder::PackFolder;
use bertscope::protocol::{BlankTask, TextPair};
use bertscope::ui::logic::openings;
use bertscope::worker::answers::{attention_message, plan_attention, plan_blanks, tokens};
use serde::Serialize;
use std::path::Path;

const MODEL: &str = "assets/models/bert-base-uncased";
const OUT: &str = "assets/recorded";

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let pack = PackFolder::open(MODEL)?;
    let tokenizer = pack.tokenizer()?;
    let mut engine = pack.cpu_engine()?;
    let wanted = |name: &str| args.is_empty() || args.iter().any(|a| a == name);
    if wanted("sentiment") {
        write("sentiment.json", &classes::sentiment(&pack, &tokenizer, &mut engine)?)?;
    }
    if !args.is_empty() {
        return Ok(());
    }
    let config = pack.manifest.config.clone();
    let fault = |f: bertscope::protocol::Failure| anyhow::anyhow!("{f:?}");

    let task = BlankTask {
        sentences: openings::BLANK.map(String::from).into(),
        asked: openings::BLANK_ASKED.map(String::from).into(),
        top_k: openings::BLANK_TOP_K,
        whole_vocabulary: false,
    };
    let plan = plan_blanks(&tokenizer, &task, config.max_position_embeddings).map_err(fault)?;
    let answer = engine.run(&plan.batch, &plan.want)?;
    let mut blanks = plan.message(&tokenizer, answer).body;
    blanks.stats = RunStats::default();
    write("blank.json", &blanks)?;

    let text = TextPair { a: openings::TOKENS.0.into(), b: Some(openings::TOKENS.1.into()) };
    write("tokens.json", &tokens(&tokenizer, &text, config.max_position_embeddings).map_err(fault)?.1)?;

    let text = TextPair { a: openings::ATTENTION.into(), b: None };
    let (batch, want, pieces) = plan_attention(&tokenizer, &text, config.max_position_embeddings).map_err(fault)?;
    let answer = engine.run(&batch, &want)?;
    let mut message = attention_message(pieces, answer, config.num_hidden_layers, config.num_attention_heads);
    message.body.stats = RunStats::default();
    write("attention.json", &message.body)?;
    let values: Vec<u8> = message.arrays[0].iter().flat_map(|v| v.to_le_bytes()).collect();
    save("attention.f32", &values)
}

fn write(name: &str, value: &impl Serialize) -> anyhow::Result<()> {
    save(name, serde_json::to_string(value)?.as_bytes())
}

fn save(name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = Path::new(OUT).join(name);
    std::fs::create_dir_all(OUT)?;
    std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    println!("{} ({} bytes)", path.display(), bytes.len());
    Ok(())
}
