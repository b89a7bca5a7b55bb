//! Predictions as files have them, written by the page and by `cargo xtask quality` alike.

/// Decimals of a probability: two engines differ in the sixth.
pub const DECIMALS: usize = 5;

/// A probability as files have it.
pub fn number(probability: f32) -> String {
    format!("{probability:.DECIMALS$}")
}

/// A row of the article's `test_results.tsv`: the probability of each label, in the adapter's order, no header.
pub fn results_row(probabilities: &[f32]) -> String {
    let mut row = probabilities.iter().map(|&p| number(p)).collect::<Vec<_>>().join("\t");
    row.push('\n');
    row
}

#[cfg(test)]
mod tests {
    #[test]
    fn rows_as_the_article_has_them() {
        assert_eq!(super::results_row(&[0.25, 0.75]), "0.25000\t0.75000\n");
        assert_eq!(super::results_row(&[1.0, 1e-9]), "1.00000\t0.00000\n");
    }
}
