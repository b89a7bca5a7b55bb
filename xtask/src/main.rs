//! `cargo xtask TASK`: installs what is missing, pinned, then does the task. Each task is one file.

#[cfg(feature = "engine")]
mod assets;
#[cfg(feature = "engine")]
mod bench;
mod dist;
#[cfg(feature = "engine")]
mod finetune;
mod headers;
#[cfg(feature = "engine")]
mod quality;
#[cfg(feature = "engine")]
mod record;
mod serve;
mod steps;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "cargo xtask TASK

  serve [--port N] [--debug]
                             build the page and serve it; prints the address
  test [STEP or NAME …]      everything CI runs, or the steps and tests named
  dist                       the folder for any static host: dist/
  bench                      forward times, counts and bytes, native and in the browser
  assets --from HF_DIR       make the weight pack from a Hugging Face folder
  record                     make the recorded answers shown before the weights are in
  quality JUDGEMENT …        judge the shipped weights and adapters; `quality --help` lists all
  finetune --file F --out DIR …
                             train an adapter as the page's lab does; `finetune --help` lists all";

fn main() -> ExitCode {
    match task() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn task() -> anyhow::Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let task = if args.is_empty() { String::new() } else { args.remove(0) };
    match task.as_str() {
        "serve" => serve::run(&args),
        "test" => test::run(&args),
        "dist" => dist::run(&args),
        "bench" | "assets" | "record" | "quality" | "finetune" => with_engine(&task, &args),
        _ => {
            println!("{HELP}");
            anyhow::ensure!(task.is_empty() || task == "help" || task == "--help", "no task named {task}");
            Ok(())
        }
    }
}

#[cfg(feature = "engine")]
fn with_engine(task: &str, args: &[String]) -> anyhow::Result<()> {
    match task {
        "bench" => bench::run(args),
        "assets" => assets::run(args),
        "record" => record::run(args),
        "finetune" => finetune::run(args),
        _ => quality::run(args),
    }
}

/// Starts xtask again, built with the native engine. The first cargo has let go of its lock by now.
#[cfg(not(feature = "engine"))]
fn with_engine(task: &str, args: &[String]) -> anyhow::Result<()> {
    let status = tools::cargo()
        .args(["run", "--quiet", "--package", "xtask", "--features", "engine", "--", task])
        .args(args)
        .current_dir(std::env::current_dir()?)
        .status()?;
    std::process::exit(status.code().unwrap_or(1));
}
