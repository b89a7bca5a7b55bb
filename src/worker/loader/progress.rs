//! How far a load is, as the page is told.

use crate::engine::clock::now_ms;
use crate::protocol::{Event, LoadPhase, Loading};
use crate::worker::js::post;

/// Least time between two progress events.
const PROGRESS_EVERY_MS: f64 = 100.0;
/// The rate is taken over this span.
const RATE_SPAN_MS: f64 = 3000.0;

/// Tells the page how far the load is, not more often than it can draw.
pub struct Progress {
    total_bytes: u64,
    before_bytes: u64,
    last_post_ms: f64,
    /// (time, bytes from the network), the last seconds'.
    network: Vec<(f64, u64)>,
    network_bytes: u64,
    quiet: bool,
}

impl Progress {
    pub fn new(total_bytes: u64, quiet: bool) -> Self {
        let network = vec![(now_ms(), 0)];
        Self { total_bytes, before_bytes: 0, last_post_ms: 0.0, network, network_bytes: 0, quiet }
    }

    pub fn part(&mut self, bytes: u64, from_cache: bool) {
        let now = now_ms();
        if !from_cache {
            self.network.push((now, self.network_bytes + bytes));
            self.network.retain(|&(at, _)| now - at <= RATE_SPAN_MS);
        }
        if now - self.last_post_ms >= PROGRESS_EVERY_MS && !self.quiet {
            self.last_post_ms = now;
            self.post(self.before_bytes + bytes, from_cache);
        }
    }

    pub fn part_done(&mut self, bytes: u64, from_cache: bool) {
        self.before_bytes += bytes;
        if !from_cache {
            self.network_bytes += bytes;
        }
        if !self.quiet {
            self.post(self.before_bytes, from_cache);
        }
    }

    fn post(&self, received_bytes: u64, from_cache: bool) {
        let rate = match (self.network.first(), self.network.last()) {
            (Some(a), Some(b)) if b.0 > a.0 => (b.1.saturating_sub(a.1)) as f64 / (b.0 - a.0) * 1e3,
            _ => 0.0,
        };
        post(Event::Loading(Loading {
            phase: LoadPhase::Weights,
            received_bytes,
            total_bytes: self.total_bytes,
            bytes_per_s: rate,
            from_cache,
        }));
    }
}
