//! A monotonic clock for both worlds.

/// Milliseconds since some fixed moment.
#[cfg(target_arch = "wasm32")]
pub fn now_ms() -> f64 {
    use wasm_bindgen::JsCast as _;
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into()).ok();
    performance.and_then(|p| p.dyn_into::<web_sys::Performance>().ok()).map_or(0.0, |p| p.now())
}

/// Milliseconds since the first call.
#[cfg(not(target_arch = "wasm32"))]
pub fn now_ms() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64() * 1e3
}

/// Names the spans between calls, in order.
pub struct Steps {
    start_ms: f64,
    last_ms: f64,
    steps: Vec<(String, f64)>,
}

impl Default for Steps {
    fn default() -> Self {
        let now = now_ms();
        Self { start_ms: now, last_ms: now, steps: Vec::new() }
    }
}

impl Steps {
    /// Ends a span that began at the last call.
    pub fn done(&mut self, name: &str) {
        let now = now_ms();
        self.steps.push((name.to_owned(), now - self.last_ms));
        self.last_ms = now;
    }

    /// Total milliseconds, and the named spans.
    pub fn finish(self) -> (f64, Vec<(String, f64)>) {
        (now_ms() - self.start_ms, self.steps)
    }
}
