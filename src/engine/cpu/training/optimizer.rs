//! AdamW over an adapter's values, in f32, and the walk over its arrays.

use crate::engine::training::AdamW;
use crate::model::adapter::{Adapter, Dense};
use crate::model::whole::decays;

/// Every array in a fixed order, and whether decay is on it.
pub(super) fn arrays(a: &Adapter) -> Vec<(&[f32], bool)> {
    fn dense(d: &Dense) -> [(&[f32], bool); 2] {
        [(&d.weight, true), (&d.bias, false)]
    }
    let low_rank = a.low_rank.values().flat_map(|m| [(&m.a[..], true), (&m.b[..], true)]);
    let weights = a.weights.iter().map(|(name, values)| (&values[..], decays(name)));
    low_rank.chain(a.pooler.iter().flat_map(dense)).chain(dense(&a.classifier)).chain(weights).collect()
}

/// The same arrays, to be changed.
pub(super) fn arrays_mut(a: &mut Adapter) -> Vec<&mut [f32]> {
    fn dense(d: &mut Dense) -> [&mut [f32]; 2] {
        [&mut d.weight, &mut d.bias]
    }
    let low_rank = a.low_rank.values_mut().flat_map(|m| [&mut m.a[..], &mut m.b[..]]);
    let weights = a.weights.values_mut().map(|values| &mut values[..]);
    low_rank.chain(a.pooler.iter_mut().flat_map(dense)).chain(dense(&mut a.classifier)).chain(weights).collect()
}

/// An adapter of the same shape that holds zeros.
pub(super) fn zeroed(adapter: &Adapter) -> Adapter {
    let mut zeros = adapter.clone();
    arrays_mut(&mut zeros).into_iter().for_each(|values| values.fill(0.0));
    zeros
}

/// ‖g‖ over all arrays.
pub(super) fn norm(gradient: &Adapter) -> f32 {
    let squares = |values: &[f32]| values.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>();
    arrays(gradient).iter().map(|(values, _)| squares(values)).sum::<f64>().sqrt() as f32
}

/// What gradients of that norm are multiplied by.
pub(super) fn cut(norm: f32, max_grad_norm: f32) -> f32 {
    (max_grad_norm / (norm + 1e-6)).min(1.0)
}

/// Optimizer step `step` (1 the first) by the rule in `engine::training`, the gradient times `factor`.
pub(super) fn update(
    o: &AdamW,
    learning_rate: f32,
    step: u32,
    factor: f32,
    gradient: &Adapter,
    values: &mut Adapter,
    [first, second]: [&mut Adapter; 2],
) {
    let correction = |beta: f32| (1.0 / (1.0 - f64::from(beta).powi(step as i32))) as f32;
    let (by_m, by_v) = (correction(o.beta1), correction(o.beta2));
    let moments = arrays_mut(first).into_iter().zip(arrays_mut(second));
    for (((g, matrix), p), (m, v)) in arrays(gradient).into_iter().zip(arrays_mut(values)).zip(moments) {
        let decay = if matrix { learning_rate * o.weight_decay } else { 0.0 };
        for (((&g, p), m), v) in g.iter().zip(p).zip(m).zip(v) {
            let g = g * factor;
            *m = o.beta1 * *m + (1.0 - o.beta1) * g;
            *v = o.beta2 * *v + (1.0 - o.beta2) * g * g;
            *p -= decay * *p;
            *p -= learning_rate * (*m * by_m) / ((*v * by_v).sqrt() + o.epsilon);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_short_gradient_is_not_cut_a_long_one_to_the_norm() {
        assert_eq!(cut(0.5, 1.0), 1.0);
        assert_eq!(cut(1e9, f32::INFINITY), 1.0);
        assert!((cut(4.0, 1.0) - 0.25).abs() < 1e-6);
    }
}
