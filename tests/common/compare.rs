//! The one comparator: `|a − b| ≤ atol + rtol·|b|`, b being the reference.

/// How far off a value may be. Named once, here.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    pub name: &'static str,
    pub atol: f64,
    pub rtol: f64,
}

/// One kernel in f32 against f64.
pub const KERNEL: Tolerance = Tolerance { name: "kernel", atol: 2e-5, rtol: 2e-5 };
/// Sums over long rows (K of thousands) in f32 against f64.
pub const LONG_SUM: Tolerance = Tolerance { name: "long sum", atol: 1e-4, rtol: 1e-4 };
/// Logits between engines, or against PyTorch, on the same bytes.
pub const LOGITS: Tolerance = Tolerance { name: "logits", atol: 2e-3, rtol: 0.0 };
/// Class logits by an adapter, between engines and PyTorch, on the same base bytes.
pub const ADAPTER_LOGITS: Tolerance = Tolerance { name: "adapter logits", atol: 5e-3, rtol: 0.0 };
/// Hidden states, pooled vectors.
pub const STATES: Tolerance = Tolerance { name: "states", atol: 1e-3, rtol: 1e-3 };
/// Probabilities: attention, candidates.
pub const PROBABILITIES: Tolerance = Tolerance { name: "probabilities", atol: 2e-4, rtol: 1e-3 };

/// Err tells how many differ, the worst, where, and the first pairs.
pub fn compare(what: &str, got: &[f32], want: &[f64], t: Tolerance) -> Result<(), String> {
    if got.len() != want.len() {
        return Err(format!("{what}: {} values, {} expected", got.len(), want.len()));
    }
    let excess = |i: usize| (f64::from(got[i]) - want[i]).abs() - t.atol - t.rtol * want[i].abs();
    // NaN must count as wrong, so: not within, rather than beyond.
    let within = |i: &usize| excess(*i) <= 0.0;
    let wrong: Vec<usize> = (0..got.len()).filter(|i| !within(i)).collect();
    let Some(&worst) = wrong.iter().max_by(|&&a, &&b| {
        let key = |i: usize| if excess(i).is_nan() { f64::INFINITY } else { excess(i) };
        key(a).total_cmp(&key(b))
    }) else {
        return Ok(());
    };
    let pairs: Vec<String> = wrong.iter().take(6).map(|&i| format!("[{i}] {} for {}", got[i], want[i])).collect();
    Err(format!(
        "{what}: {} of {} beyond {} ({} + {}·|b|), worst {} for {} at {worst}; {}",
        wrong.len(),
        got.len(),
        t.name,
        t.atol,
        t.rtol,
        got[worst],
        want[worst],
        pairs.join(", ")
    ))
}

pub fn compare_f32(what: &str, got: &[f32], want: &[f32], t: Tolerance) -> Result<(), String> {
    let want: Vec<f64> = want.iter().map(|&x| f64::from(x)).collect();
    compare(what, got, &want, t)
}

#[track_caller]
pub fn assert_close(what: &str, got: &[f32], want: &[f64], t: Tolerance) {
    if let Err(text) = compare(what, got, want, t) {
        panic!("{text}");
    }
}

#[track_caller]
pub fn assert_close_f32(what: &str, got: &[f32], want: &[f32], t: Tolerance) {
    if let Err(text) = compare_f32(what, got, want, t) {
        panic!("{text}");
    }
}
