//! Random numbers of a run: one counter-based generator ([`pcg4d`]), keyed by seed and use.

use crate::engine::training::pcg4d;

/// What numbers are for: no two uses see the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Which sample goes to which part.
    Split,
    /// The order of an epoch.
    Order { epoch: u32 },
    /// First values of the tensor of that number.
    Initial { tensor: u32 },
    /// Which window of a sample's text an epoch reads.
    Window { epoch: u32, row: u32 },
    /// Whether a pair of pre-training keeps its second sentence, and which takes its place. Rows count from the
    /// first step on.
    Next { row: u32 },
}

/// The words of one use, in order.
#[derive(Debug, Clone)]
pub struct Random {
    key: [u32; 2],
    seed: u32,
    counter: u32,
    words: [u32; 4],
}

impl Random {
    pub fn new(seed: u32, what: Use) -> Self {
        // High words, which no dropout stream reaches.
        let key = match what {
            Use::Split => [0, 0xffff_0001],
            Use::Order { epoch } => [epoch, 0xffff_0002],
            Use::Initial { tensor } => [tensor, 0xffff_0003],
            // Epochs are few: what they share with rows of other epochs is no matter.
            Use::Window { epoch, row } => [row.wrapping_add(epoch.wrapping_mul(0x9e37_79b9)), 0xffff_0004],
            Use::Next { row } => [row, 0xffff_0005],
        };
        Self { key, seed, counter: 0, words: [0; 4] }
    }

    /// 32 random bits.
    pub fn word(&mut self) -> u32 {
        let at = (self.counter % 4) as usize;
        if at == 0 {
            self.words = pcg4d([self.counter / 4, self.key[1], self.key[0], self.seed]);
        }
        self.counter = self.counter.wrapping_add(1);
        self.words[at]
    }

    /// In 0..n; 0 for n = 0. A bias of n / 2³² is no matter here.
    pub fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.word()) * n as u64) >> 32) as usize
    }

    /// In 0..1.
    pub fn unit(&mut self) -> f64 {
        (f64::from(self.word()) + 0.5) / 4_294_967_296.0
    }

    /// Of the normal distribution with mean 0 and deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (a, b) = (self.unit(), self.unit());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }

    /// Fisher and Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_and_use_each_change_the_order_and_nothing_is_lost() {
        let order = |seed, what| {
            let mut all: Vec<u32> = (0..100).collect();
            Random::new(seed, what).shuffle(&mut all);
            all
        };
        let one = order(1, Use::Order { epoch: 0 });
        assert_eq!(one, order(1, Use::Order { epoch: 0 }));
        for other in [order(2, Use::Order { epoch: 0 }), order(1, Use::Order { epoch: 1 }), order(1, Use::Split)] {
            assert_ne!(one, other);
        }
        let mut sorted = one;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<u32>>());
    }

    #[test]
    fn normal_numbers_have_mean_0_and_deviation_1() {
        let mut random = Random::new(3, Use::Initial { tensor: 0 });
        let all: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / all.len() as f64;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}
