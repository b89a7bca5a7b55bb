//! `cargo xtask finetune`: the loop of the page's lab, native, with the article's flags and files.

mod options;
mod read;

use crate::quality::engine;
use anyhow::{Context as _, ensure};
use bertscope::engine::folder::PackFolder;
use bertscope::engine::training::TrainState;
use bertscope::engine::{AdapterId, Engine};
use bertscope::model::adapter::{Adapter, Head};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::train::base::{Base, BaseBuilder};
use bertscope::train::checkpoint::{Checkpoint, Made};
use bertscope::train::data::{Dataset, Part, encode};
use bertscope::train::drive::{Did, act, evaluate};
use bertscope::train::evaluate::{Evaluation, Evaluator};
use bertscope::train::initial::initial_adapter;
use bertscope::train::run::Run;
use bertscope::train::settings::Hyperparameters;
use bertscope::train::{files, hugging_face, peft};
use options::{Options, options};
use pollster::block_on;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Checkpoints kept beside the best, as TensorFlow's estimators do.
const KEPT: usize = 5;
/// Samples whose lengths tell what max_seq_length is enough.
const SAMPLED: usize = 2000;

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let Some(o) = options(args)? else { return Ok(()) };
    std::fs::create_dir_all(&o.out).with_context(|| o.out.display().to_string())?;
    let mut lab = Lab::open(o)?;
    let state = lab.train()?;
    lab.keep(state)
}

struct Lab {
    o: Options,
    pack: PackFolder,
    tokenizer: BertTokenizer,
    data: Dataset,
    settings: Hyperparameters,
    engine: Engine,
    run: Option<Run>,
}

impl Lab {
    fn open(o: Options) -> anyhow::Result<Self> {
        let mut data = read::dataset(&o)?;
        let pack = PackFolder::open(&o.model)?;
        let tokenizer = pack.tokenizer()?;
        // Before the split, for it depends on the seed alone.
        data.part(o.shares(), o.seed);
        let config = &pack.manifest.config;
        let longest = longest(&data, &tokenizer, config.max_position_embeddings)?;
        let settings = o.settings(&data, longest, config)?;
        for (label, n) in data.labels.iter().zip(data.label_counts(&data.split.train)) {
            eprintln!("label {label}: {n} to train on");
        }
        let (train, validation, test) = (data.split.train.len(), data.split.validation.len(), data.split.test.len());
        eprintln!("{train} train, {validation} validation, {test} test; longest of a sample {longest} pieces");
        eprintln!("{}", serde_json::to_string(&settings)?);
        let engine = engine(&o.engine, &pack)?;
        Ok(Self { o, pack, tokenizer, data, settings, engine, run: None })
    }

    /// Trains to the end; gives the state of the best validation, or the last.
    fn train(&mut self) -> anyhow::Result<TrainState> {
        let (config, base) = (self.pack.manifest.config.clone(), self.pack.manifest.base_hash.clone());
        let made = Made::here(self.data.hash(), &self.engine.info());
        let resumed = if self.o.resume { self.newest(&made)? } else { None };
        let initial = initial_adapter(&self.settings, &self.data, &config, &base, self.base()?);
        let id = block_on(self.engine.begin_training(&self.settings.setup(initial, self.o.recompute)))?;
        let mut run = match &resumed {
            Some(c) => {
                block_on(self.engine.restore_training(&c.state))?;
                Run::resume(c.settings.clone(), &self.data, &config, c.progress.clone())?
            }
            None => Run::new(self.settings.clone(), &self.data, &config)?,
        };
        let (started, mut told) = (Instant::now(), Instant::now());
        let mut best: Option<TrainState> = match run.progress().best_step {
            Some(step) if resumed.is_some() => self.read(step).map(|c| c.state).ok(),
            _ => None,
        };
        loop {
            match block_on(act(&mut self.engine, id, &mut run, &self.data, &self.tokenizer))? {
                Did::Trained(p) if told.elapsed().as_secs() >= 5 || p.step == 1 => {
                    told = Instant::now();
                    let (loss, rate, pace) = (p.loss, p.learning_rate, p.examples_per_s);
                    let left = run.seconds_left().unwrap_or(0.0);
                    let (step, all) = run.steps();
                    eprintln!("step {step} of {all} loss {loss:.4} rate {rate:.2e} {pace:.1}/s, {left:.0} s left");
                }
                Did::Trained(_) | Did::Evaluating => {}
                Did::Evaluated(e) => {
                    eprintln!("step {} eval_loss {:.4} eval_accuracy {:.4}", e.step, e.loss, e.accuracy)
                }
                Did::Halved { micro_batch_tokens } => {
                    eprintln!("memory is short: micro-batches of at most {micro_batch_tokens} pieces from now on");
                }
                Did::Checkpoint { step, best: is_best } => {
                    let state = block_on(self.engine.train_state())?;
                    let (settings, progress) = (run.settings().clone(), run.progress().clone());
                    let c = Checkpoint { settings, progress, state, made: made.clone() };
                    // Whole or not at all: a run may be killed while it writes.
                    let partial = self.o.out.join("checkpoint.partial");
                    std::fs::write(&partial, c.to_bytes(&config)?)?;
                    std::fs::rename(&partial, self.path(step))?;
                    if is_best {
                        best = Some(c.state);
                    }
                    run.saved();
                    self.drop_old(run.progress().best_step)?;
                }
                Did::Done => break,
            }
        }
        eprintln!("{} steps in {:.1?}", run.steps().0, started.elapsed());
        run.diagnoses().iter().for_each(|d| eprintln!("{d:?}"));
        let last = block_on(self.engine.train_state())?;
        self.engine.end_training();
        self.run = Some(run);
        Ok(best.unwrap_or(last))
    }

    fn base(&self) -> anyhow::Result<Base> {
        let mut builder = BaseBuilder::new(&self.pack.manifest, &self.settings.depth, self.data.answers)?;
        self.pack.feed(&mut builder)?;
        Ok(builder.finish()?)
    }

    /// Writes the adapter, and what its file says of validation and test.
    fn keep(&mut self, state: TrainState) -> anyhow::Result<()> {
        let (config, base) = (self.pack.manifest.config.clone(), self.pack.manifest.base_hash.clone());
        let adapter = Adapter { title: self.o.title.clone(), ..state.adapter };
        // What is judged is what is kept, F16 and all.
        let mut adapter = Adapter::parse(&adapter.to_bytes(&config)?, &config, &base)?;
        let id = block_on(self.engine.add_adapter(&adapter))?;
        if !self.data.split.validation.is_empty() {
            let e = self.evaluated(id, Part::Validation, adapter.head)?;
            self.write(files::EVAL_RESULTS, files::eval_results(&e, state.step).as_bytes())?;
            println!("validation: {}", figures(&e));
            if let Head::Span { null_threshold } = &mut adapter.head {
                *null_threshold = e.null_threshold();
            }
        }
        let folder = self.o.out.join(if adapter.is_whole() { "model" } else { "peft" });
        std::fs::create_dir_all(&folder)?;
        let kept: Vec<_> = if adapter.is_whole() {
            std::fs::copy(self.o.model.join(&self.pack.manifest.vocab.file), folder.join(hugging_face::VOCAB))?;
            hugging_face::to_folder(&adapter, &config)?.into()
        } else {
            self.write(files::ADAPTER, &adapter.to_bytes(&config)?)?;
            peft::to_peft(&adapter, &config)?.into()
        };
        for (name, bytes) in kept {
            std::fs::write(folder.join(name), bytes)?;
        }
        if let Some(run) = &self.run {
            self.write(files::LOG, files::log_csv(run.curves()).as_bytes())?;
        }
        if !self.data.split.test.is_empty() {
            let e = self.evaluated(id, Part::Test, adapter.head)?;
            self.write(files::TEST_RESULTS, files::test_results(&e.rows).as_bytes())?;
            if e.judged.n > 0 { println!("{}", figures(&e)) } else { println!("{} rows predicted", e.rows.len()) }
        }
        Ok(())
    }

    fn evaluated(&mut self, id: AdapterId, part: Part, head: Head) -> anyhow::Result<Evaluation> {
        let rows = self.data.split.rows(part).to_vec();
        let mut evaluator = Evaluator::new(rows, self.settings.eval_batch_size, self.data.labels.len());
        evaluator.set_head(head);
        let how = (&self.data, &self.tokenizer, self.settings.max_seq_length);
        Ok(block_on(evaluate(&mut self.engine, id, evaluator, how))?)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.o.out.join(name);
        std::fs::write(&path, bytes).with_context(|| path.display().to_string())
    }

    fn path(&self, step: u32) -> PathBuf {
        self.o.out.join(format!("checkpoint-{step}.safetensors"))
    }

    /// Steps that have a checkpoint, rising.
    fn kept(&self) -> anyhow::Result<Vec<u32>> {
        let mut steps: Vec<u32> = std::fs::read_dir(&self.o.out)?.filter_map(|e| step_of(&e.ok()?.path())).collect();
        steps.sort_unstable();
        Ok(steps)
    }

    fn read(&self, step: u32) -> anyhow::Result<Checkpoint> {
        let (config, base) = (&self.pack.manifest.config, &self.pack.manifest.base_hash);
        Ok(Checkpoint::parse(&std::fs::read(self.path(step))?, config, base)?)
    }

    fn newest(&mut self, made: &Made) -> anyhow::Result<Option<Checkpoint>> {
        let Some(&step) = self.kept()?.last() else { return Ok(None) };
        let c = self.read(step)?;
        let same = c.fits(made)?;
        eprintln!("resumes from step {step}{}", if same { "" } else { ", made elsewhere: about the same follows" });
        self.settings = c.settings.clone();
        Ok(Some(c))
    }

    /// Removes all but the newest and the best.
    fn drop_old(&self, best: Option<u32>) -> anyhow::Result<()> {
        let steps = self.kept()?;
        let old = &steps[..steps.len().saturating_sub(KEPT)];
        for &step in old.iter().filter(|&&s| Some(s) != best) {
            std::fs::remove_file(self.path(step))?;
        }
        Ok(())
    }
}

fn step_of(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_prefix("checkpoint-")?.strip_suffix(".safetensors")?.parse().ok()
}

fn longest(data: &Dataset, tokenizer: &BertTokenizer, most: usize) -> anyhow::Result<usize> {
    let mut lengths = Vec::new();
    let step = (data.samples.len() / SAMPLED).max(1);
    for sample in data.samples.iter().step_by(step) {
        lengths.push(encode(tokenizer, sample, most)?.1);
    }
    ensure!(!lengths.is_empty(), "no rows");
    lengths.sort_unstable();
    Ok(lengths[lengths.len() - 1])
}

/// The last line: a score where there are labels.
fn figures(e: &Evaluation) -> String {
    if !e.answers {
        return e.judged.to_string();
    }
    let (low, high) = e.judged.interval();
    format!("EM {:.4} F1 {:.4} ci {low:.3}..{high:.3} n {}", e.judged.accuracy(), e.f1(), e.judged.n)
}
