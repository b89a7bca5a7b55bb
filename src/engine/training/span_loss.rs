//! The loss of a span head over one row, and its gradient, in f64.

/// What a row's start and end logits cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpanLoss {
    /// −½ ln Σ p_start(first) · p_end(last) over the answer's places, p the softmax over the row's pieces.
    pub loss: f64,
    /// The pieces likeliest as start and as end, the first of equals.
    pub said: [usize; 2],
    /// (S, 2): of the loss by each logit.
    pub gradient: Vec<f32>,
}

/// `logits`: (S, 2), start and end of each piece of one row. `places`: one at least, inside the row.
pub fn span_loss(logits: &[f32], places: &[[usize; 2]]) -> SpanLoss {
    let of = |which: usize, at: usize| logits.get(2 * at + which).map_or(f64::NEG_INFINITY, |&l| f64::from(l));
    let pieces = logits.len() / 2;
    let best = |which: usize| (1..pieces).fold(0, |b, i| if of(which, i) > of(which, b) { i } else { b });
    let said = [best(0), best(1)];
    let log_sum = |which: usize| {
        let top = of(which, said[which]);
        top + (0..pieces).map(|i| (of(which, i) - top).exp()).sum::<f64>().ln()
    };
    let sums = [log_sum(0), log_sum(1)];
    let scores: Vec<f64> = places.iter().map(|p| of(0, p[0]) + of(1, p[1])).collect();
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = scores.iter().map(|s| (s - top).exp()).sum();
    let mut gradient: Vec<f64> = (0..2 * pieces).map(|i| (of(i % 2, i / 2) - sums[i % 2]).exp()).collect();
    for (place, score) in places.iter().zip(&scores) {
        for (which, at) in place.iter().enumerate() {
            // The share of this place among all of the answer.
            if let Some(g) = gradient.get_mut(2 * at + which) {
                *g -= (score - top).exp() / total;
            }
        }
    }
    let gradient = gradient.into_iter().map(|g| (0.5 * g) as f32).collect();
    SpanLoss { loss: 0.5 * (sums[0] + sums[1] - top - total.ln()), said, gradient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_costs_the_mean_of_two_cross_entropies() {
        let logits = [0.0, 1.0, 2.0, -1.0, 0.5, 3.0];
        let entropy = |l: [f64; 3], at: usize| l.iter().map(|x| x.exp()).sum::<f64>().ln() - l[at];
        let want = 0.5 * (entropy([0.0, 2.0, 0.5], 1) + entropy([1.0, -1.0, 3.0], 2));
        let got = span_loss(&logits, &[[1, 2]]);
        assert!((got.loss - want).abs() < 1e-12, "{} for {want}", got.loss);
        assert_eq!(got.said, [1, 2]);
        assert!((span_loss(&logits, &[[1, 1]]).loss - want).abs() > 0.1);
    }

    #[test]
    fn the_gradient_is_that_of_differences() {
        let logits = [0.3, 1.0, 2.0, -1.0, 0.5, 0.25, -0.75, 1.5];
        let places = [[1, 2], [1, 3], [3, 3]];
        let got = span_loss(&logits, &places);
        for i in 0..logits.len() {
            let moved = |by: f32| {
                let mut l = logits;
                l[i] += by;
                span_loss(&l, &places).loss
            };
            let slope = (moved(0.0078125) - moved(-0.0078125)) / 0.015625;
            assert!((f64::from(got.gradient[i]) - slope).abs() < 1e-5, "{i}: {} for {slope}", got.gradient[i]);
        }
        // More places of the answer cost less.
        assert!(got.loss < span_loss(&logits, &places[..1]).loss);
    }
}
