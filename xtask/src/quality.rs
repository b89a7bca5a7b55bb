//! `cargo xtask quality`: judges the shipped weights and adapters. The last line has the figures.

mod labelled;
mod masked_words;
mod record;

use anyhow::bail;
pub use labelled::engine;

pub const MODEL: &str = "assets/models/bert-base-uncased";
const ADAPTERS: &str = "assets/adapters";

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let help = || format!("{}\n\n{}", masked_words::HELP, labelled::HELP);
    let Some((what, args)) = args.split_first() else { bail!("{}", help()) };
    match what.as_str() {
        "masked-words" => masked_words::run(args),
        "sentiment" => labelled::run(&labelled::SENTIMENT, args),
        "next-sentence" => labelled::run(&labelled::NEXT_SENTENCE, args),
        "--help" | "-h" => {
            println!("{}", help());
            Ok(())
        }
        other => bail!("no judgement named {other}\n\n{}", help()),
    }
}
