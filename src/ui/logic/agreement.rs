//! How far two lists of sizes agree on the order.

/// Ranks from 1, the largest first; equal values share the mean of their ranks.
pub fn ranks(values: &[f32]) -> Vec<f64> {
    let rank = |&v: &f32| {
        let above = values.iter().filter(|&&o| o > v).count();
        let alike = values.iter().filter(|&&o| o == v).count();
        above as f64 + (alike as f64 + 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

/// Spearman's ρ: the correlation of the ranks, 1 for the same order, −1 for the reverse. None with fewer than three
/// values, with lists of different lengths, or where one list has no order at all.
pub fn spearman(a: &[f32], b: &[f32]) -> Option<f64> {
    if a.len() != b.len() || a.len() < 3 {
        return None;
    }
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 + 1.0) / 2.0;
    let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let spread = (sum(&a, &a) * sum(&b, &b)).sqrt();
    (spread > 0.0).then(|| sum(&a, &b) / spread)
}

/// Where the ranks are furthest apart, and the two ranks; None where they are the same everywhere.
pub fn apart(a: &[f32], b: &[f32]) -> Option<(usize, f64, f64)> {
    let pairs = ranks(a).into_iter().zip(ranks(b)).enumerate();
    let far = pairs.max_by(|x, y| (x.1.0 - x.1.1).abs().total_cmp(&(y.1.0 - y.1.1).abs()).then(y.0.cmp(&x.0)))?;
    (far.1.0 != far.1.1).then_some((far.0, far.1.0, far.1.1))
}

/// The mean over heads, (S,), of rows (…, S).
pub fn mean_row(rows: &[f32], tokens: usize) -> Vec<f32> {
    let mut sums = vec![0.0f64; tokens];
    let all = rows.chunks_exact(tokens.max(1));
    let count = all.len().max(1) as f64;
    for row in all {
        sums.iter_mut().zip(row).for_each(|(sum, &p)| *sum += f64::from(p));
    }
    sums.into_iter().map(|s| (s / count) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_share_ties() {
        assert_eq!(ranks(&[0.1, 0.5, 0.1, 0.9]), [3.5, 2.0, 3.5, 1.0]);
    }

    #[test]
    fn spearman_is_the_correlation_of_ranks() {
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 30.0]), Some(1.0));
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        // Worked out by hand: ranks 5, 3.5, 3.5, 1, 2 and 4, 5, 1, 2.5, 2.5.
        let got = spearman(&[1.0, 2.0, 2.0, 5.0, 4.0], &[2.0, 1.0, 4.0, 3.0, 3.0]);
        assert!(got.is_some_and(|r| (r - 3.5 / 9.5).abs() < 1e-9), "{got:?}");
        assert_eq!(spearman(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(spearman(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn the_furthest_apart_is_named() {
        assert_eq!(apart(&[3.0, 2.0, 1.0], &[3.0, 2.0, 1.0]), None);
        assert_eq!(apart(&[4.0, 3.0, 2.0, 1.0], &[3.0, 4.0, 1.0, 9.0]), Some((3, 4.0, 1.0)));
    }

    #[test]
    fn means_are_over_rows() {
        assert_eq!(mean_row(&[1.0, 2.0, 3.0, 6.0], 2), [2.0, 4.0]);
        assert!(mean_row(&[], 0).is_empty());
    }
}
