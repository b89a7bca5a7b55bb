//! `cargo xtask test`: everything CI runs, cheapest first. The first step that fails ends it.

use crate::steps::{human_time, run as run_command, step};
use crate::{dist, tools};
use anyhow::Result;
use std::path::PathBuf;
use std::time::Instant;

/// Takes the filter: names of tests.
type Work = fn(&[String]) -> Result<()>;

/// Name, words for people, work.
const STEPS: [(&str, &str, Work); 7] = [
    ("fmt", "formatting", formatting),
    ("lint", "lints, native", lints),
    ("lint-wasm", "lints, WebAssembly", lints_wasm),
    ("native", "native tests", native),
    ("dist", "the page, as it ships", page),
    ("shaders", "shaders in the browser's compiler", shaders),
    ("e2e", "the page in a browser, end to end", end_to_end),
];

pub fn run(args: &[String]) -> Result<()> {
    let start = Instant::now();
    let is_step = |word: &str| STEPS.iter().any(|(name, ..)| *name == word);
    let (chosen, filter): (Vec<String>, Vec<String>) = args.iter().cloned().partition(|word| is_step(word));
    if let Some(option) = filter.iter().find(|word| word.starts_with('-')) {
        let names: Vec<_> = STEPS.iter().map(|(name, ..)| *name).collect();
        anyhow::bail!("{option} is no option: name steps ({}) or tests", names.join(", "));
    }
    // A test's name alone runs the steps that have tests.
    let has_tests = |name: &str| matches!(name, "native" | "dist" | "shaders" | "e2e");
    let wanted = |name: &str| match (chosen.is_empty(), filter.is_empty()) {
        (true, true) => true,
        (true, false) => has_tests(name),
        (false, _) => chosen.iter().any(|word| word == name),
    };
    let mut times = Vec::new();
    for (name, what, work) in STEPS.iter().filter(|(name, ..)| wanted(name)) {
        let began = Instant::now();
        step(what, || work(&filter))?;
        times.push(format!("{name} {}", human_time(began.elapsed())));
    }
    println!("\nall passed in {}: {}", human_time(start.elapsed()), times.join(", "));
    Ok(())
}

fn formatting(_filter: &[String]) -> Result<()> {
    run_command(tools::cargo().args(["fmt", "--all", "--check"]))
}

fn lints(_filter: &[String]) -> Result<()> {
    let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--features", "xtask/engine"];
    run_command(tools::cargo().args(clippy).args(["--", "-D", "warnings"]))
}

fn lints_wasm(_filter: &[String]) -> Result<()> {
    tools::ensure_build()?;
    let clippy = ["clippy", "--quiet", "--package", "bertscope", "--target", "wasm32-unknown-unknown"];
    run_command(tools::cargo().args(clippy).args(["--", "-D", "warnings"]))
}

fn native(filter: &[String]) -> Result<()> {
    tools::ensure_test_machine()?;
    let mut test = tools::cargo();
    test.args(["test", "--quiet", "--workspace", "--features", "xtask/engine", "--"]).args(filter);
    run_command(&mut test)
}

fn page(_filter: &[String]) -> Result<()> {
    dist::build_release()
}

fn shaders(filter: &[String]) -> Result<()> {
    in_browser("tests/browser", filter)
}

fn end_to_end(filter: &[String]) -> Result<()> {
    anyhow::ensure!(dist::folder().join("index.html").is_file(), "dist/ is not built: `cargo xtask dist` first");
    in_browser("tests/e2e", filter)
}

/// node's own test runner over every `*.test.mjs` of a folder, with a real Chromium.
fn in_browser(folder: &str, filter: &[String]) -> Result<()> {
    tools::ensure_test_machine()?;
    tools::ensure_node_modules()?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(tools::root().join(folder))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    anyhow::ensure!(!files.is_empty(), "{folder} has no tests");
    let mut node = tools::command("node");
    node.args(["--test", "--test-reporter=spec", "--test-timeout=600000"]);
    for pattern in filter {
        node.arg(format!("--test-name-pattern={pattern}"));
    }
    if let Some(chromium) = tools::chromium() {
        node.env("CHROMIUM", chromium);
    }
    run_command(node.args(files))
}
