//! The flags: the article's names, and ours.

use crate::quality::MODEL;
use anyhow::{Context as _, bail, ensure};
use bertscope::model::adapter::Target;
use bertscope::model::config::BertConfig;
use bertscope::train::data::{Dataset, Shares};
use bertscope::train::settings::{Depth, Hyperparameters};
use std::path::PathBuf;
use std::str::FromStr;

pub const HELP: &str = "cargo xtask finetune --file F.tsv --out DIR [options]

  --file F          to learn from: the article's columns (id, label, a letter, text), or a header with label and
                    text (and text_b for pairs), or with context, question and answer (empty for none); TSV, CSV or
                    lines of JSON
  --dev F           to watch; else a tenth of --file
  --test F          scored if it has labels, else predicted
  --out DIR         adapter.safetensors and peft/, or model/ for `transformers` with --depth all; eval_results.txt,
                    test_results.tsv, log.csv, checkpoint-N.safetensors
  --resume          goes on from the newest checkpoint in --out
  --engine cpu|gpu  (cpu)
  --model DIR       the pack below it (assets/models/bert-base-uncased)
  --title TEXT      the adapter's

The article's: --train_batch_size --eval_batch_size --learning_rate --num_train_epochs --max_seq_length
  --warmup_proportion --save_checkpoints_steps --seed
Ours: --depth lora|head|all --rank --alpha --first_layer --targets query,value,… --dropout --weight_decay --max_grad_norm
  --micro_batch_tokens --eval_every_steps --recompute
What is not given is chosen by the number of examples.
With a labelled --test it ends with a line such as: accuracy 0.9412 ci 0.926..0.954 ece 0.021 n 1821, or of questions
EM 0.612 F1 0.701 ci 0.55..0.67 n 260 (saying nothing is right where there is no answer)";

pub struct Options {
    pub file: PathBuf,
    pub dev: Option<PathBuf>,
    pub test: Option<PathBuf>,
    pub out: PathBuf,
    pub resume: bool,
    pub engine: String,
    pub model: PathBuf,
    pub title: String,
    pub seed: u32,
    pub recompute: bool,
    /// The other settings, by name.
    set: Vec<(String, String)>,
}

/// None where only help was asked for.
pub fn options(args: &[String]) -> anyhow::Result<Option<Options>> {
    let mut o = Options {
        file: PathBuf::new(),
        dev: None,
        test: None,
        out: PathBuf::new(),
        resume: false,
        engine: "cpu".into(),
        model: MODEL.into(),
        title: String::new(),
        seed: 42,
        recompute: false,
        set: Vec::new(),
    };
    let mut left = args.iter();
    while let Some(arg) = left.next() {
        // --name=value, as the article writes it, or --name value.
        let (name, mut inline) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (arg.as_str(), None),
        };
        let mut value = || {
            inline.take().or_else(|| left.next().cloned()).with_context(|| format!("{name} needs a value\n\n{HELP}"))
        };
        match name {
            "--help" | "-h" => {
                println!("{HELP}");
                return Ok(None);
            }
            "--file" => o.file = value()?.into(),
            "--dev" => o.dev = Some(value()?.into()),
            "--test" => o.test = Some(value()?.into()),
            "--out" => o.out = value()?.into(),
            "--resume" => o.resume = true,
            "--engine" => o.engine = value()?,
            "--model" => o.model = value()?.into(),
            "--title" => o.title = value()?,
            "--seed" => o.seed = number(name, &value()?)?,
            "--recompute" => o.recompute = true,
            _ => {
                let known = name.strip_prefix("--").filter(|n| SETTINGS.contains(n));
                let Some(known) = known else { bail!("no option {name}\n\n{HELP}") };
                o.set.push((known.to_owned(), value()?));
            }
        }
    }
    ensure!(!o.file.as_os_str().is_empty(), "--file is missing\n\n{HELP}");
    ensure!(!o.out.as_os_str().is_empty(), "--out is missing\n\n{HELP}");
    Ok(Some(o))
}

const SETTINGS: [&str; 17] = [
    "train_batch_size",
    "eval_batch_size",
    "learning_rate",
    "num_train_epochs",
    "max_seq_length",
    "warmup_proportion",
    "save_checkpoints_steps",
    "depth",
    "rank",
    "alpha",
    "first_layer",
    "targets",
    "dropout",
    "weight_decay",
    "max_grad_norm",
    "micro_batch_tokens",
    "eval_every_steps",
];

fn number<T: FromStr>(name: &str, value: &str) -> anyhow::Result<T> {
    value.parse().ok().with_context(|| format!("{name} takes a number, not {value}"))
}

impl Options {
    pub fn shares(&self) -> Shares {
        Shares { validation: 0.1, test: 0.0 }
    }

    /// The defaults for so many examples, with what was given in their place.
    pub fn settings(&self, data: &Dataset, longest: usize, c: &BertConfig) -> anyhow::Result<Hyperparameters> {
        let examples = data.split.train.len();
        let good = if data.answers { Hyperparameters::for_questions } else { Hyperparameters::for_examples };
        let given = |name: &str| self.set.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let depth = match given("depth").unwrap_or("lora") {
            "lora" => Depth::lora(),
            "head" => Depth::Head,
            "all" => Depth::All,
            other => bail!("no depth {other}: lora, head or all"),
        };
        let mut h = Hyperparameters { seed: self.seed, ..good(examples, longest, depth, c) };
        for (name, v) in &self.set {
            match (name.as_str(), &mut h.depth) {
                ("train_batch_size", _) => h.train_batch_size = number(name, v)?,
                ("eval_batch_size", _) => h.eval_batch_size = number(name, v)?,
                ("learning_rate", _) => h.learning_rate = number(name, v)?,
                ("num_train_epochs", _) => h.num_train_epochs = number(name, v)?,
                ("max_seq_length", _) => h.max_seq_length = number(name, v)?,
                ("warmup_proportion", _) => h.warmup_proportion = number(name, v)?,
                ("save_checkpoints_steps", _) => h.save_checkpoints_steps = number(name, v)?,
                ("dropout", _) => h.dropout = number(name, v)?,
                ("weight_decay", _) => h.weight_decay = number(name, v)?,
                ("max_grad_norm", _) => h.max_grad_norm = number(name, v)?,
                ("micro_batch_tokens", _) => h.micro_batch_tokens = number(name, v)?,
                ("eval_every_steps", _) => h.eval_every_steps = number(name, v)?,
                ("rank", Depth::Lora { rank, .. }) => *rank = number(name, v)?,
                ("alpha", Depth::Lora { alpha, .. }) => *alpha = number(name, v)?,
                ("first_layer", Depth::Lora { first_layer, .. }) => *first_layer = number(name, v)?,
                ("targets", Depth::Lora { targets, .. }) => {
                    *targets = v.split(',').map(target).collect::<Result<_, _>>()?
                }
                ("depth", _) => {}
                (name, _) => bail!("--{name} has no meaning but with --depth lora"),
            }
        }
        h.check(examples, c)?;
        Ok(h)
    }
}

fn target(name: &str) -> anyhow::Result<Target> {
    serde_json::from_value(name.trim().into())
        .map_err(|_| anyhow::anyhow!("no Linear {name}: query, key, value, attention_output, intermediate, output"))
}
