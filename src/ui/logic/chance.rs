//! Numbers that look random and are a function of a seed, so that a link brings the same ones back.

/// Counted draws under a seed: SplitMix64.
pub struct Chance {
    state: u64,
}

impl Chance {
    pub fn new(seed: u32) -> Self {
        // Seeds are small numbers: the first step parts them.
        Self { state: u64::from(seed).wrapping_mul(0xD134_2543_DE82_EF95) }
    }

    /// One of 0..n; 0 when n is 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        // The upper half times n: even to one part in 2³², and no division.
        (((z >> 32) * n as u64) >> 32) as usize
    }

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
    fn numbers_are_the_seeds_own_and_even() {
        let row = |seed| {
            let mut chance = Chance::new(seed);
            (0..8).map(|_| chance.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(row(3), row(3));
        assert_ne!(row(3), row(4));
        let mut counts = [0; 6];
        let mut chance = Chance::new(0);
        (0..60_000).for_each(|_| counts[chance.below(6)] += 1);
        assert!(counts.iter().all(|&c| (9_600..10_400).contains(&c)), "{counts:?}");
        assert_eq!(chance.below(0), 0);
    }

    #[test]
    fn a_shuffle_loses_nothing() {
        let mut items: Vec<usize> = (0..50).collect();
        Chance::new(1).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
