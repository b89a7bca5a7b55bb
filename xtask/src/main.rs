//! `cargo xtask TASK`: installs what is missing, pinned, then does the task. Each task is one file.

mod assets;
mod bench;
mod dist;
mod quality;
mod record;
mod serve;
mod test;

const HELP: &str = "cargo xtask TASK

  serve                      build the page and serve it; prints the address
  test                       everything CI runs
  dist                       the folder for any static host: dist/
  bench                      forward times, counts and bytes, native and in the browser
  assets --from HF_DIR       make the weight pack from a Hugging Face folder
  record                     make the recorded answers shown before the weights are in
  quality masked-words …     judge the shipped weights; `quality --help` lists all";

fn main() -> anyhow::Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let task = if args.is_empty() { String::new() } else { args.remove(0) };
    match task.as_str() {
        "serve" => serve::run(&args),
        "test" => test::run(&args),
        "dist" => dist::run(&args),
        "bench" => bench::run(&args),
        "assets" => assets::run(&args),
        "record" => record::run(&args),
        "quality" => quality::run(&args),
        _ => {
            println!("{HELP}");
            anyhow::ensure!(task.is_empty() || task == "help" || task == "--help", "no task named {task}");
            Ok(())
        }
    }
}
