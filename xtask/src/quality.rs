//! `cargo xtask quality`: judges the shipped weights and adapters. The last line has the figures.

mod answers;
mod labelled;
mod masked_words;
mod record;
mod weights;

use anyhow::bail;
use bertscope::engine::Engine;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use pollster::block_on;

pub const MODEL: &str = "assets/models/bert-base-uncased";
const ADAPTERS: &str = "assets/adapters";

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let help = || [masked_words::HELP, labelled::HELP, answers::HELP, weights::HELP].join("\n\n");
    let Some((what, args)) = args.split_first() else { bail!("{}", help()) };
    match what.as_str() {
        "masked-words" => masked_words::run(args),
        "sentiment" => labelled::run(&labelled::SENTIMENT, args),
        "next-sentence" => labelled::run(&labelled::NEXT_SENTENCE, args),
        "answers" => answers::run(args),
        "weights" => weights::run(args),
        "--help" | "-h" => {
            println!("{}", help());
            Ok(())
        }
        other => bail!("no judgement named {other}\n\n{}", help()),
    }
}

/// The engine of that name, `cpu` or `gpu`, with a pack's weights.
pub fn engine(name: &str, pack: &PackFolder) -> anyhow::Result<Engine> {
    Ok(match name {
        "cpu" => Engine::Cpu(pack.cpu_engine()?),
        "gpu" => {
            let mut builder = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter))?;
            pack.feed(&mut builder)?;
            Engine::Gpu(Box::new(block_on(builder.finish())?))
        }
        other => bail!("no engine {other}: cpu or gpu"),
    })
}
