//! What the integration tests share. Each test binary uses a part of it.
#![allow(dead_code, unused_imports, clippy::unwrap_used)]

pub mod adapter;
pub mod compare;
pub mod kernel;
pub mod model;
pub mod reference;
pub mod training;

/// A counter-based generator (splitmix64): the same numbers everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In 0..n.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// In −1..1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    /// n values in −scale..scale around a centre.
    pub fn floats(&mut self, n: usize, centre: f32, scale: f32) -> Vec<f32> {
        (0..n).map(|_| centre + scale * self.unit()).collect()
    }
}
