//! `cargo xtask dist`: the folder for any static host, dist/.
//!
//! trunk builds, wasm-opt shrinks, then the module and its wasm are named by their content, `_headers`
//! says what a host should send, and text and wasm get a `.gz` twin for hosts that use one.

use crate::steps::{human_bytes, run as run_command, step};
use crate::{headers, tools};
use anyhow::{Context as _, Result};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};

pub fn folder() -> PathBuf {
    tools::root().join("dist")
}

pub fn run(args: &[String]) -> Result<()> {
    anyhow::ensure!(args.is_empty(), "`cargo xtask dist` takes no options");
    step("making dist/", build_release)?;
    println!("  dist/ is ready for any static host; `_headers` says what to send with each file");
    Ok(())
}

/// A debug page: quick to rebuild, slow to run.
pub fn build_debug() -> Result<()> {
    tools::ensure_build()?;
    trunk(&["build"])
}

pub fn build_release() -> Result<()> {
    tools::ensure_build()?;
    let index = std::fs::read_to_string(tools::root().join("web/index.html")).context("web/index.html")?;
    anyhow::ensure!(
        index.contains("data-wasm-opt=\"0\""),
        "web/index.html must say data-wasm-opt=\"0\": xtask runs the pinned wasm-opt, trunk would take any"
    );
    step("building the page with trunk", || trunk(&["build", "--release"]))?;
    let dist = folder();
    if let Some(tool) = tools::wasm_opt()? {
        step("shrinking with wasm-opt", || {
            let wasm = dist.join("bertscope_bg.wasm");
            run_command(tools::command(tool).args(["-O3"]).arg(&wasm).arg("-o").arg(&wasm))
        })?;
    }
    let wasm = name_by_content(&dist)?;
    let files = files_of(&dist)?;
    keep_offline(&dist, &files)?;
    std::fs::write(dist.join("_headers"), headers::headers_file(&files))?;
    for file in files.iter().filter(|file| headers::is_compressible(file)) {
        compress(&dist.join(file))?;
    }
    check_size(&dist.join(&wasm))
}

fn trunk(args: &[&str]) -> Result<()> {
    // trunk builds offline: what only WebAssembly needs may not have been downloaded yet.
    run_command(tools::cargo().args(["fetch", "--quiet", "--locked", "--target", "wasm32-unknown-unknown"]))?;
    // trunk takes NO_COLOR=1 for a broken option.
    run_command(tools::command("trunk").args(args).env_remove("NO_COLOR").env("TRUNK_SKIP_VERSION_CHECK", "true"))
}

/// Renames bertscope.js, bertscope_bg.wasm and worker.js to bertscope-HASH.js and the like, and every
/// mention of them. Returns the wasm's name.
fn name_by_content(dist: &Path) -> Result<String> {
    let read = |name: &str| std::fs::read(dist.join(name)).with_context(|| format!("trunk made no dist/{name}"));
    let plain = ["bertscope_bg.wasm", "bertscope.js", "worker.js"];
    let mut digest = Sha256::new();
    for name in plain {
        digest.update(read(name)?);
    }
    let hash: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let named = ["_bg.wasm", ".js", "-worker.js"].map(|rest| format!("bertscope-{hash}{rest}"));
    let mut mentions = 0;
    for file in ["bertscope.js", "worker.js", "boot.js", "index.html"] {
        let path = dist.join(file);
        let text = std::fs::read_to_string(&path).with_context(|| format!("trunk made no dist/{file}"))?;
        let renamed = plain.iter().zip(&named).fold(text.clone(), |text, (from, to)| text.replace(from, to));
        mentions += usize::from(file == "boot.js" && renamed != text);
        std::fs::write(path, renamed)?;
    }
    anyhow::ensure!(mentions > 0, "dist/boot.js does not start bertscope.js: the page would not");
    for (from, to) in plain.iter().zip(&named) {
        std::fs::rename(dist.join(from), dist.join(to))?;
    }
    let [wasm, ..] = named;
    Ok(wasm)
}

/// Writes into sw.js the files it keeps (all but the weights, which the worker keeps itself) and a
/// version made from their content, and lets boot.js register it.
fn keep_offline(dist: &Path, files: &[String]) -> Result<()> {
    let kept: Vec<&String> = files.iter().filter(|f| is_of_shell(f)).collect();
    let mut digest = Sha256::new();
    for file in &kept {
        digest.update(std::fs::read(dist.join(file))?);
    }
    let version: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    put_line(&dist.join("sw.js"), "const FILES = []", &format!("const FILES = {}", serde_json::to_string(&kept)?))?;
    put_line(&dist.join("sw.js"), "const VERSION = 'none'", &format!("const VERSION = '{version}'"))?;
    put_line(&dist.join("boot.js"), "const KEEP_OFFLINE = false", "const KEEP_OFFLINE = true")
}

fn put_line(path: &Path, from: &str, to: &str) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    anyhow::ensure!(text.matches(from).count() == 1, "{} must say `{from}` once", path.display());
    Ok(std::fs::write(path, text.replace(from, to))?)
}

/// What a visit without a network needs beside model and adapters, which the worker keeps itself.
fn is_of_shell(name: &str) -> bool {
    let kept_by_worker = ["assets/models/", "assets/adapters/"].iter().any(|folder| name.starts_with(folder));
    !kept_by_worker && !name.ends_with(".gz") && !matches!(name, "_headers" | "sw.js")
}

/// Every file below a folder, relative to it, '/' between, sorted.
fn files_of(dist: &Path) -> Result<Vec<String>> {
    let (mut files, mut folders) = (Vec::new(), vec![dist.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let names = path.strip_prefix(dist)?.iter().map(|name| name.to_string_lossy().into_owned());
                files.push(names.collect::<Vec<_>>().join("/"));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Writes FILE.gz beside FILE where that saves a tenth.
fn compress(path: &Path) -> Result<()> {
    let bytes = std::fs::read(path)?;
    let small = gzip(&bytes)?;
    if small.len() * 10 <= bytes.len() * 9 {
        let mut name = path.as_os_str().to_owned();
        name.push(".gz");
        std::fs::write(name, small)?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Budget {
    wasm_gzip_bytes: u64,
}

/// The wasm must not grow unseen: whoever raises xtask/budget.json says so in a change.
fn check_size(wasm: &Path) -> Result<()> {
    let bytes = std::fs::read(wasm)?;
    let (raw, small) = (bytes.len() as u64, gzip(&bytes)?.len() as u64);
    let text = std::fs::read_to_string(tools::root().join("xtask/budget.json")).context("xtask/budget.json")?;
    let budget = serde_json::from_str::<Budget>(&text).context("xtask/budget.json")?.wasm_gzip_bytes;
    println!("  wasm: {} raw, {} gzip, budget {}", human_bytes(raw), human_bytes(small), human_bytes(budget));
    within(small, budget)
}

fn within(bytes: u64, budget: u64) -> Result<()> {
    anyhow::ensure!(
        bytes <= budget,
        "the wasm is {} gzipped, over its budget of {}: make it smaller, or raise xtask/budget.json and say why",
        human_bytes(bytes),
        human_bytes(budget)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wasm_over_its_budget_is_refused() {
        assert!(within(100, 100).is_ok());
        assert!(within(101, 100).is_err());
    }

    #[test]
    fn the_service_worker_is_told_its_files() {
        let dist = std::env::temp_dir().join(format!("bertscope-shell-{}", std::process::id()));
        std::fs::create_dir_all(&dist).unwrap();
        for script in ["sw.js", "boot.js"] {
            std::fs::copy(tools::root().join("web").join(script), dist.join(script)).unwrap();
        }
        std::fs::write(dist.join("index.html"), "page").unwrap();
        let files =
            ["_headers", "assets/models/a/part-00.safetensors", "boot.js", "index.html", "index.html.gz", "sw.js"];
        keep_offline(&dist, &files.map(String::from)).unwrap();
        let script = std::fs::read_to_string(dist.join("sw.js")).unwrap();
        assert!(script.contains("const FILES = [\"boot.js\",\"index.html\"];"), "{script}");
        assert!(!script.contains("const VERSION = 'none'"));
        assert!(keep_offline(&dist, &[]).is_err(), "filled in once, there is no blank left");
        std::fs::remove_dir_all(&dist).unwrap();
    }

    #[test]
    fn names_by_content_and_changes_every_mention() {
        let dist = std::env::temp_dir().join(format!("bertscope-dist-{}", std::process::id()));
        std::fs::create_dir_all(dist.join("css")).unwrap();
        let put = |name: &str, text: &str| std::fs::write(dist.join(name), text).unwrap();
        put("bertscope.js", "new URL('bertscope_bg.wasm', import.meta.url)");
        put("bertscope_bg.wasm", "wasm");
        put("boot.js", "import init from './bertscope.js'; init('./bertscope_bg.wasm'); './worker.js'");
        put("worker.js", "import init from './bertscope.js'");
        put("index.html", "<script src=boot.js>");
        put("css/page.css", "");
        let wasm = name_by_content(&dist).unwrap();
        let js = wasm.replace("_bg.wasm", ".js");
        let worker = wasm.replace("_bg.wasm", "-worker.js");
        assert_eq!(files_of(&dist).unwrap(), [&worker, &js, &wasm, "boot.js", "css/page.css", "index.html"]);
        let boot = std::fs::read_to_string(dist.join("boot.js")).unwrap();
        assert_eq!(boot, format!("import init from './{js}'; init('./{wasm}'); './{worker}'"));
        assert_eq!(std::fs::read_to_string(dist.join(&worker)).unwrap(), format!("import init from './{js}'"));
        assert!(std::fs::read_to_string(dist.join(&js)).unwrap().contains(&wasm));
        assert_eq!(headers::cache_control(&wasm), headers::cache_control(&js));
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
