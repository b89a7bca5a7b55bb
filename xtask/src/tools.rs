//! Finds the pinned tools, and installs what is missing into `.tools/` of the repository (or the
//! folder named by BERTSCOPE_TOOLS, so that several clones can share one).

use crate::steps::{run, step};
use anyhow::{Context as _, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";
const OLDEST_NODE: u32 = 20;
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The repository. Asked at run time: several clones may share one target folder.
pub fn root() -> PathBuf {
    let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let xtask = PathBuf::from(manifest_dir);
    xtask.parent().map(Path::to_path_buf).unwrap_or(xtask)
}

pub fn tools_dir() -> PathBuf {
    std::env::var_os("BERTSCOPE_TOOLS").map_or_else(|| root().join(".tools"), PathBuf::from)
}

/// Where our own installs come before the system's.
fn path() -> Result<OsString> {
    let mut folders = vec![tools_dir().join("bin")];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    std::env::join_paths(folders).context("PATH cannot be extended")
}

/// A command in the repository's root that finds the pinned tools first.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    if let Ok(path) = path() {
        command.env("PATH", path);
    }
    // Cargo tells its children about xtask; a nested cargo must not take that for its own package.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            command.env_remove(name);
        }
    }
    command
}

pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What a program prints, or None if it is not there or fails.
fn said_by(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Option<String> {
    let output = command(program).args(args).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

pub fn is_there(program: &str) -> bool {
    said_by(program, &["--version"]).is_some()
}

fn has_version(program: &str, version: &str) -> bool {
    said_by(program, &["--version"]).is_some_and(|said| said.split_whitespace().any(|word| word == version))
}

/// All that building the page needs.
pub fn ensure_build() -> Result<()> {
    ensure_wasm_target()?;
    ensure_crate("trunk", "trunk", TRUNK, true)?;
    // The command line tool must be of the library's own version, to the last digit.
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    ensure_crate("wasm-bindgen-cli", "wasm-bindgen", &version, false)
}

fn ensure_wasm_target() -> Result<()> {
    let sysroot = said_by("rustc", &["--print", "sysroot"]).context("rustc is missing: install Rust with rustup")?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    step(&format!("installing Rust's {WASM_TARGET} target"), || {
        run(command("rustup").args(["target", "add", WASM_TARGET]))
            .with_context(|| format!("Rust's {WASM_TARGET} target is missing: install it with rustup"))
    })
}

fn ensure_crate(name: &str, program: &str, version: &str, locked: bool) -> Result<()> {
    if has_version(program, version) {
        return Ok(());
    }
    step(&format!("installing {name} {version} (once, some minutes)"), || {
        let build = tools_dir().join("build");
        let mut install = cargo();
        install.args(["install", "--quiet", "--root"]).arg(tools_dir()).env("CARGO_TARGET_DIR", &build);
        if locked {
            install.arg("--locked");
        }
        run(install.arg(format!("{name}@{version}")))?;
        let _ = std::fs::remove_dir_all(&build);
        anyhow::ensure!(has_version(program, version), "{program} {version} was installed but does not answer");
        Ok(())
    })
}

/// binaryen's wasm-opt, or None where there is no npm. Distributions' older ones break the page silently.
pub fn wasm_opt() -> Result<Option<PathBuf>> {
    let tool = tools_dir().join("node_modules/.bin/wasm-opt");
    let right = || said_by(&tool, &["--version"]).is_some_and(|v| v.contains(BINARYEN.trim_end_matches(".0.0")));
    if right() {
        return Ok(Some(tool));
    }
    if !is_there("npm") {
        println!("  npm is missing: the page is built without wasm-opt, a little larger and slower");
        return Ok(None);
    }
    step(&format!("installing binaryen {BINARYEN}"), || {
        std::fs::create_dir_all(tools_dir())?;
        let mut npm = command("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--prefix",
        ]);
        run(npm.arg(tools_dir()).arg(format!("binaryen@{BINARYEN}")).stdout(Stdio::null()))?;
        anyhow::ensure!(right(), "binaryen {BINARYEN} was installed but wasm-opt does not answer");
        Ok(Some(tool.clone()))
    })
}

/// Version of a package in Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// A browser and a software Vulkan for the tests: by apt where that works, else named.
pub fn ensure_test_machine() -> Result<()> {
    let vulkan = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .any(|mut entries| entries.next().is_some());
    let mut missing = Vec::new();
    if chromium().is_none() {
        missing.push("chromium");
    }
    if cfg!(target_os = "linux") && !vulkan {
        missing.push("mesa-vulkan-drivers");
    }
    if !is_there("node") || !is_there("npm") {
        missing.extend(["nodejs", "npm"]);
    } else if let Some(old) = said_by("node", &["--version"]).filter(|said| major(said) < OLDEST_NODE) {
        anyhow::bail!("the tests need Node.js {OLDEST_NODE} or newer, this machine has {}", old.trim());
    }
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let by_hand = format!(
        "the tests need {names}, which this machine lacks: install them (Debian: apt-get install {names}; \
         a Chromium elsewhere can be named by CHROMIUM) and start again"
    );
    let root_user = said_by("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    anyhow::ensure!(root_user && is_there("apt-get"), by_hand);
    step(&format!("installing {names} by apt"), || {
        let apt = |args: &[&str]| run(command("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"));
        apt(&["update", "-qq"])?;
        apt(&[&["install", "-y", "-qq", "--no-install-recommends"], missing.as_slice()].concat())
    })
    .context(by_hand)
}

/// 20 of "v20.20.2"
fn major(version: &str) -> u32 {
    let digits = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// CHROMIUM, or the first that is installed under a usual name.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// The browser tests' few npm packages, as locked.
pub fn ensure_node_modules() -> Result<()> {
    let tests = root().join("tests/e2e");
    let (lock, done) = (tests.join("package-lock.json"), tests.join("node_modules/.package-lock.json"));
    let made = |file: &Path| std::fs::metadata(file).and_then(|m| m.modified());
    if let (Ok(lock), Ok(done)) = (made(&lock), made(&done))
        && done >= lock
    {
        return Ok(());
    }
    step("installing the browser tests' npm packages", || {
        let mut npm = command("npm");
        run(npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&tests).stdout(Stdio::null()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_locked_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-cli\"\nversion = \"9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn reads_nodes_version() {
        assert_eq!((major("v20.20.2\n"), major("18.19.0"), major("?")), (20, 18, 0));
    }

    #[test]
    fn finds_the_repository() {
        assert!(root().join("Trunk.toml").is_file());
    }
}
