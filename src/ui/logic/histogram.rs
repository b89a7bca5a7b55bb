//! How values spread over 0 to 1.

/// Counts in `bins` of equal width; 1 itself belongs to the last, NaN to none.
pub fn counts(values: impl Iterator<Item = f32>, bins: usize) -> Vec<usize> {
    let mut out = vec![0; bins];
    for value in values.filter(|v| (0.0..=1.0).contains(v)) {
        let bin = ((f64::from(value) * bins as f64) as usize).min(bins - 1);
        out[bin] += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn every_value_falls_into_one_bin() {
        let values = [0.0, 0.05, 0.49, 0.5, 0.999, 1.0, f32::NAN, -0.1, 1.1];
        assert_eq!(counts(values.into_iter(), 2), [3, 3]);
        assert_eq!(counts(values.into_iter(), 20).iter().sum::<usize>(), 6);
        assert_eq!(counts([0.05_f32, 0.1, 0.15].into_iter(), 20)[1..4], [1, 1, 1]);
        assert_eq!(counts(std::iter::empty(), 3), [0, 0, 0]);
    }
}
