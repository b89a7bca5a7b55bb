//! Says what is being done and how long it has taken.

use anyhow::{Context as _, Result};
use std::io::IsTerminal as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// "0.4 s", "12 s", "3 min 05 s"
pub fn human_time(t: Duration) -> String {
    let s = t.as_secs_f64();
    if s < 9.95 {
        format!("{s:.1} s")
    } else if s < 119.5 {
        format!("{s:.0} s")
    } else {
        let whole = s.round() as u64;
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// "812 B", "36.2 kB", "71.3 MB"
pub fn human_bytes(bytes: u64) -> String {
    match bytes as f64 {
        b if b < 1e3 => format!("{b:.0} B"),
        b if b < 1e6 => format!("{:.1} kB", b / 1e3),
        b => format!("{:.2} MB", b / 1e6),
    }
}

fn bold(text: &str) -> String {
    if std::io::stdout().is_terminal() { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

/// Does one thing, announced before and timed after.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("{}", bold(&format!("· {what} …")));
    let start = Instant::now();
    let done = work();
    let time = human_time(start.elapsed());
    match &done {
        Ok(_) => println!("{}", bold(&format!("  {what}: done in {time}"))),
        Err(_) => println!("{}", bold(&format!("  {what}: FAILED after {time}"))),
    }
    done
}

/// Runs a command and fails if it does.
pub fn run(command: &mut Command) -> Result<()> {
    let said = spoken(command);
    let status = command.status().with_context(|| format!("could not start `{said}`"))?;
    anyhow::ensure!(status.success(), "`{said}` failed ({status})");
    Ok(())
}

fn spoken(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_read_well() {
        assert_eq!(human_time(Duration::from_millis(420)), "0.4 s");
        assert_eq!(human_time(Duration::from_secs(63)), "63 s");
        assert_eq!(human_time(Duration::from_secs(185)), "3 min 05 s");
        assert_eq!(human_bytes(812), "812 B");
        assert_eq!(human_bytes(36_195), "36.2 kB");
        assert_eq!(human_bytes(71_300_000), "71.30 MB");
    }

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = run(Command::new("false").arg("why")).expect_err("`false` fails");
        assert!(error.to_string().contains("false why"), "{error}");
    }

    #[test]
    fn a_failing_step_stays_an_error() {
        assert!(step("a step that fails", || -> Result<()> { anyhow::bail!("on purpose") }).is_err());
    }
}
