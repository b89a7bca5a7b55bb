//! The adapters that ship with the page, by the list beside them.

use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
pub struct Shipped {
    pub name: String,
    pub bytes: u64,
}

static LIST: LazyLock<Vec<Shipped>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct List {
        adapters: Vec<Shipped>,
    }
    let list: Option<List> = serde_json::from_str(include_str!("../../../assets/adapters/manifest.json")).ok();
    list.map(|l| l.adapters).unwrap_or_default()
});

pub fn adapters() -> &'static [Shipped] {
    &LIST
}

/// Bytes of so many tasks: with one base and an adapter each, and with a base each. Adapters count from the largest
/// one down; beyond those that ship, each counts as the largest.
pub fn together(base: u64, tasks: usize) -> [u64; 2] {
    let mut sizes: Vec<u64> = LIST.iter().map(|a| a.bytes).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let largest = sizes.first().copied().unwrap_or(0);
    let adapters: u64 = (0..tasks).map(|i| sizes.get(i).copied().unwrap_or(largest)).sum();
    [base + adapters, base * tasks as u64]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adapters_are_counted_once_and_then_as_the_largest() {
        assert_eq!(adapters().len(), 3);
        let largest = adapters().iter().map(|a| a.bytes).max().unwrap();
        let all: u64 = adapters().iter().map(|a| a.bytes).sum();
        assert_eq!(together(1000, 1), [1000 + largest, 1000]);
        assert_eq!(together(1000, 3), [1000 + all, 3000]);
        assert_eq!(together(1000, 5), [1000 + all + 2 * largest, 5000]);
    }
}
