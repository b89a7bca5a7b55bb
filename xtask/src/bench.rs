//! `cargo xtask bench`: what a forward of the shipped weights costs, native and in the browser.

use crate::tools;
use anyhow::{Context as _, Result};
use bertscope::engine::folder::PackFolder;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::{Engine, EngineInfo, RunStats};
use bertscope::model::config::BertConfig;
use bertscope::protocol::BenchTask;
use bertscope::worker::answers::bench_batch;
use pollster::block_on;
use std::path::PathBuf;

const HELP: &str = "cargo xtask bench [--native | --browser] [--engine cpu|gpu] [--shapes 1x16,8x128] [--pack DIR]

Forwards with one blank, after one to warm up; the median of up to 10 within 10 seconds.
A software adapter leaves out shapes of more than 128 pieces unless they are named.";

struct Options {
    native: bool,
    browser: bool,
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
        println!(
            "{:<8}{:>10}{:>10}{:>12}{:>10}{:>11}{:>9}  steps",
            "shape", "median ms", "GFLOP/s", "dispatches", "submits", "written B", "read B"
        );
        for (rows, tokens) in o.shapes.clone().unwrap_or_else(|| vec![(1, 16), (1, 128), (8, 128)]) {
            if engine.info().software && o.shapes.is_none() && rows * tokens > 128 {
                println!("{:<8}left out on a software adapter: --shapes {rows}x{tokens}", format!("{rows}x{tokens}"));
                continue;
            }
            row(&mut engine, rows, tokens)?;
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

fn row(engine: &mut Engine, rows: usize, tokens: usize) -> Result<()> {
    const MOST: usize = 10;
    const BUDGET_MS: f64 = 10_000.0;
    let config = engine.config().clone();
    let (batch, want) = bench_batch(BenchTask { rows, tokens, repeats: MOST }, &config);
    block_on(engine.run(&batch, &want))?;
    let mut runs: Vec<RunStats> = Vec::new();
    while runs.len() < MOST && (runs.is_empty() || runs.iter().map(|r| r.total_ms).sum::<f64>() < BUDGET_MS) {
        runs.push(block_on(engine.run(&batch, &want))?.stats);
    }
    runs.sort_by(|a, b| a.total_ms.total_cmp(&b.total_ms));
    let r = &runs[runs.len() / 2];
    let steps: Vec<String> = r.steps_ms.iter().map(|(name, ms)| format!("{name} {ms:.2}")).collect();
    println!(
        "{:<8}{:>10.1}{:>10.1}{:>12}{:>10}{:>11}{:>9}  {}",
        format!("{}x{}", batch.rows.len(), batch.longest()),
        r.total_ms,
        flop(&config, batch.rows.len(), batch.longest()) / r.total_ms / 1e6,
        r.dispatches,
        r.submits,
        r.bytes_written,
        r.bytes_read,
        steps.join(", ")
    );
    if let Engine::Gpu(gpu) = engine {
        let steps = gpu.profile(&batch, &want)?;
        let steps: Vec<String> = steps.iter().map(|(name, ms)| format!("{name} {ms:.1}")).collect();
        println!("        one by one, ms: {}", steps.join("; "));
    }
    Ok(())
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
    Ok(())
}
