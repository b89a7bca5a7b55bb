//! `cargo xtask bench`: what a forward of the shipped weights costs, native and in the browser.

mod training;

use crate::tools;
use anyhow::{Context as _, Result};
use bertscope::engine::folder::{PackFolder, adapter_bytes};
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::{AdapterId, Batch, Engine, EngineInfo, RunStats, Want};
use bertscope::model::adapter::Adapter;
use bertscope::model::config::BertConfig;
use bertscope::protocol::answers::ANSWERS;
use bertscope::protocol::{BenchTask, SENTIMENT};
use bertscope::worker::answers::bench_batch;
use pollster::block_on;
use std::path::PathBuf;
use std::time::Instant;

const HELP: &str =
    "cargo xtask bench [--native | --browser] [--engine cpu|gpu] [--shapes 1x16,8x128] [--train] [--pack DIR]

Forwards with one blank, after one to warm up; the median of up to 10 within 10 seconds. Below each
the same rows through the sentiment adapter, and what it costs beside the base; then through the answers
adapter's encoder and the pooler, and what its span head costs beside that; with --train also
steps of fine-tuning, native.
A software adapter leaves out shapes of more than 128 pieces unless they are named.";

struct Options {
    native: bool,
    browser: bool,
    train: bool,
    engines: Vec<String>,
    /// None: the usual three.
    shapes: Option<Vec<(usize, usize)>>,
    pack: PathBuf,
}

pub fn run(args: &[String]) -> Result<()> {
    let Some(options) = parse(args)? else {
        println!("{HELP}");
        return Ok(());
    };
    if options.native {
        native(&options)?;
    }
    if options.browser {
        browser(&options)?;
    }
    Ok(())
}

fn parse(args: &[String]) -> Result<Option<Options>> {
    let mut o = Options {
        native: true,
        browser: true,
        train: false,
        engines: vec!["cpu".into(), "gpu".into()],
        shapes: None,
        pack: tools::root().join("assets/models/bert-base-uncased"),
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} wants a value"));
        match arg.as_str() {
            "--native" => o.browser = false,
            "--browser" => o.native = false,
            "--train" => o.train = true,
            "--engine" => o.engines = vec![value()?.clone()],
            "--pack" => o.pack = value()?.into(),
            "--shapes" => o.shapes = Some(value()?.split(',').map(shape).collect::<Result<_>>()?),
            "--help" | "help" => return Ok(None),
            other => anyhow::bail!("{other} is no option\n\n{HELP}"),
        }
    }
    Ok(Some(o))
}

fn shape(word: &str) -> Result<(usize, usize)> {
    let (rows, tokens) = word.split_once('x').with_context(|| format!("{word} is no shape like 1x16"))?;
    Ok((rows.parse()?, tokens.parse()?))
}

fn native(o: &Options) -> Result<()> {
    println!("native on {}", machine());
    let pack = PackFolder::open(&o.pack).context("the pack; `cargo xtask assets` makes one")?;
    for name in &o.engines {
        let mut engine = match name.as_str() {
            "cpu" => Engine::Cpu(pack.cpu_engine()?),
            "gpu" => {
                let mut builder = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter))?;
                pack.feed(&mut builder)?;
                Engine::Gpu(Box::new(block_on(builder.finish())?))
            }
            other => anyhow::bail!("no engine {other}: cpu or gpu"),
        };
        describe(&engine.info());
        let held = [hold(&pack, &mut engine, SENTIMENT)?, hold(&pack, &mut engine, ANSWERS)?];
        println!(
            "{:<9}{:>10}{:>10}{:>12}{:>10}{:>11}{:>9}  steps",
            "shape", "median ms", "GFLOP/s", "dispatches", "submits", "written B", "read B"
        );
        for (rows, tokens) in o.shapes.clone().unwrap_or_else(|| vec![(1, 16), (1, 128), (8, 128)]) {
            if engine.info().software && o.shapes.is_none() && rows * tokens > 128 {
                println!("{:<8}left out on a software adapter: --shapes {rows}x{tokens}", format!("{rows}x{tokens}"));
                continue;
            }
            row(&mut engine, rows, tokens, held)?;
            if o.train {
                let task = BenchTask { rows, tokens, repeats: 1, adapter: None };
                training::rows(&mut engine, &bench_batch(&task, &pack.manifest.config, None).0)?;
            }
        }
        println!("memory {:.1} MB in all\n", engine.info().memory_bytes as f64 / 1e6);
    }
    Ok(())
}

fn describe(info: &EngineInfo) {
    let software = if info.software { " (software)" } else { "" };
    println!(
        "{:?}: {}{software}, tier {}, {}, weights {:.1} MB",
        info.kind,
        info.adapter,
        info.tier,
        info.scheme,
        info.weight_bytes as f64 / 1e6
    );
}

/// An adapter in the engine, and how long that took; None where it was made for another pack.
fn hold(pack: &PackFolder, engine: &mut Engine, name: &str) -> Result<Option<AdapterId>> {
    let bytes = adapter_bytes(&tools::root().join("assets/adapters"), name)?;
    let Ok(adapter) = Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash) else {
        println!("the adapter {name} was made for another pack: left out");
        return Ok(None);
    };
    let (before, started) = (engine.info().memory_bytes, Instant::now());
    let id = block_on(engine.add_adapter(&adapter))?;
    println!(
        "adapter {name}, rank {}: held after {:.0} ms, {:.1} MB",
        adapter.rank,
        started.elapsed().as_secs_f64() * 1e3,
        (engine.info().memory_bytes - before) as f64 / 1e6
    );
    Ok(Some(id))
}

fn row(engine: &mut Engine, rows: usize, tokens: usize, [classes, answers]: [Option<AdapterId>; 2]) -> Result<()> {
    const MOST: usize = 10;
    const BUDGET_MS: f64 = 10_000.0;
    let config = engine.config().clone();
    let task = BenchTask { rows, tokens, repeats: MOST, adapter: None };
    let (batch, want) = bench_batch(&task, &config, None);
    let with = |id: AdapterId| Want { adapter: Some(id), ..Want::default() };
    // Each but the first with the one that it is held against.
    let mut wants = vec![("", 0, want)];
    wants.extend(classes.map(|id| (" adapter", 0, Want { class_logits: true, ..with(id) })));
    let pooled = wants.len();
    // With the pooler: of a forward that reads nothing back nobody waits for the end.
    wants.extend(answers.map(|id| (" pooled", 0, Want { pooled: true, ..with(id) })));
    wants.extend(answers.map(|id| (" spans", pooled, Want { span_logits: true, ..with(id) })));
    let mut runs = vec![Vec::new(); wants.len()];
    for (_, _, want) in &wants {
        block_on(engine.run(&batch, want))?;
    }
    // In turn, so that a noisy machine is as noisy for both.
    let spent = |runs: &[Vec<RunStats>]| runs.iter().flatten().map(|r| r.total_ms).sum::<f64>();
    while runs[0].len() < MOST && (runs[0].is_empty() || spent(&runs) < BUDGET_MS) {
        for ((_, _, want), runs) in wants.iter().zip(&mut runs) {
            runs.push(block_on(engine.run(&batch, want))?.stats);
        }
    }
    let medians: Vec<RunStats> = runs.into_iter().map(median).collect();
    line(&format!("{}x{}", batch.rows.len(), batch.longest()), &config, &batch, &medians[0]);
    for ((name, beside, _), with) in wants.iter().zip(&medians).skip(1) {
        line(name, &config, &batch, with);
        let beside = &medians[*beside];
        let (more, dispatches) =
            (with.total_ms / beside.total_ms - 1.0, i64::from(with.dispatches) - i64::from(beside.dispatches));
        println!("         {:+.1} % time, {dispatches:+} dispatches, {} map", 100.0 * more, with.maps);
    }
    if let Engine::Gpu(gpu) = engine {
        for (_, _, want) in &wants {
            let steps = gpu.profile(&batch, want)?;
            let steps: Vec<String> = steps.iter().map(|(name, ms)| format!("{name} {ms:.1}")).collect();
            println!("         one by one, ms: {}", steps.join("; "));
        }
    }
    Ok(())
}

fn median(mut runs: Vec<RunStats>) -> RunStats {
    runs.sort_by(|a, b| a.total_ms.total_cmp(&b.total_ms));
    runs.swap_remove(runs.len() / 2)
}

fn line(name: &str, config: &BertConfig, batch: &Batch, r: &RunStats) {
    let steps: Vec<String> = r.steps_ms.iter().map(|(name, ms)| format!("{name} {ms:.2}")).collect();
    println!(
        "{name:<9}{:>10.1}{:>10.1}{:>12}{:>10}{:>11}{:>9}  {}",
        r.total_ms,
        flop(config, batch.rows.len(), batch.longest()) / r.total_ms / 1e6,
        r.dispatches,
        r.submits,
        r.bytes_written,
        r.bytes_read,
        steps.join(", ")
    );
}

/// 2 a multiply-add: the layers' Linear weights, QKᵀ and PV, one blank's transform and vocabulary.
fn flop(c: &BertConfig, rows: usize, tokens: usize) -> f64 {
    let (h, f) = (c.hidden_size, c.intermediate_size);
    let linear = c.num_hidden_layers * (4 * h * h + 2 * h * f) * rows * tokens;
    let attention = c.num_hidden_layers * 2 * h * tokens * tokens * rows;
    2.0 * (linear + attention + h * h + h * c.vocab_size) as f64
}

/// The processor's name and cores: figures mean nothing without.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|l| l.strip_prefix("model name")?.split_once(':'));
    format!("{}, {cores} cores", name.map_or(std::env::consts::ARCH, |(_, n)| n.trim()))
}

fn browser(o: &Options) -> Result<()> {
    tools::ensure_test_machine()?;
    tools::ensure_node_modules()?;
    for engine in &o.engines {
        let mut node = tools::command("node");
        node.arg(tools::root().join("tests/browser/bench.mjs")).arg(engine);
        match &o.shapes {
            Some(shapes) => node.args(shapes.iter().map(|(b, s)| format!("{b}x{s}"))),
            // Chromium's only adapter on a machine without a GPU is a software one.
            None if engine == "gpu" => node.args(["1x16", "1x128"]),
            None => node.args(["1x16", "1x128", "8x128"]),
        };
        if let Some(chromium) = tools::chromium() {
            node.env("CHROMIUM", chromium);
        }
        println!("in the browser, {engine}");
        crate::steps::run(&mut node)?;
    }
    let mut node = tools::command("node");
    node.arg(tools::root().join("tests/browser/draw.mjs"));
    if let Some(chromium) = tools::chromium() {
        node.env("CHROMIUM", chromium);
    }
    println!("drawing, in the browser");
    crate::steps::run(&mut node)
}
