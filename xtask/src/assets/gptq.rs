//! Rounding that lets later columns make up for what earlier ones lost (GPTQ, Frantar et al. 2022).
//!
//! Columns are rounded in order. The error of each is spread over those not yet rounded so that the
//! layer's output on the calibration inputs changes least; the factor of the inverse Hessian says how.

use anyhow::{Context as _, ensure};
use bertscope::model::manifest::GROUP;
use bertscope::model::quantize::{Quantized, fit_q4};

/// Added to the Hessian's diagonal, as a share of its mean.
const DAMPING: f64 = 0.01;

/// U, upper triangular and row-major (K, K), with UᵀU = (H + damping)⁻¹.
pub struct Factor {
    u: Vec<f32>,
    columns: usize,
}

impl Factor {
    /// From H = XᵀX (K, K) of a layer's inputs X.
    pub fn of(hessian: &[f32], columns: usize) -> anyhow::Result<Self> {
        let n = columns;
        ensure!(hessian.len() == n * n, "a Hessian of {} values for {n} columns", hessian.len());
        let mean = (0..n).map(|i| f64::from(hessian[i * n + i])).sum::<f64>() / n as f64;
        ensure!(mean > 0.0 && mean.is_finite(), "the calibration inputs are all zero or not finite");
        // With both axes reversed, H = VVᵀ has V upper triangular, and U = V⁻¹ is what is sought.
        let mut l = vec![0.0f64; n * n];
        for i in 0..n {
            for j in 0..=i {
                l[i * n + j] = f64::from(hessian[(n - 1 - i) * n + n - 1 - j]);
            }
            l[i * n + i] += DAMPING * mean;
        }
        cholesky(&mut l, n)?;
        let x = lower_inverse(&l, n);
        let mut u = vec![0.0f32; n * n];
        for a in 0..n {
            for b in a..n {
                u[a * n + b] = x[(n - 1 - a) * n + n - 1 - b] as f32;
            }
        }
        Ok(Self { u, columns })
    }

    /// q4 codes of weights (N, K).
    pub fn quantize(&self, weights: &[f32]) -> anyhow::Result<Quantized> {
        let k = self.columns;
        ensure!(k.is_multiple_of(GROUP) && weights.len().is_multiple_of(k), "{} weights, rows of {k}", weights.len());
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let rows = (weights.len() / k).div_ceil(threads).max(1);
        let made = std::thread::scope(|scope| {
            let work: Vec<_> = weights.chunks(rows * k).map(|w| scope.spawn(|| self.quantize_rows(w))).collect();
            work.into_iter().map(|w| w.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?).collect()
        });
        let made: anyhow::Result<Vec<Quantized>> = made;
        let mut out = Quantized::default();
        for part in made? {
            out.q.extend(part.q);
            out.scale.extend(part.scale);
            out.min.extend(part.min);
        }
        Ok(out)
    }

    fn quantize_rows(&self, weights: &[f32]) -> anyhow::Result<Quantized> {
        let k = self.columns;
        let mut out = Quantized::default();
        for row in weights.chunks(k) {
            let mut w = row.to_vec();
            for start in (0..k).step_by(GROUP) {
                // What an error costs once the columns after it have made up for their part.
                let importance: [f32; GROUP] = std::array::from_fn(|i| self.diagonal(start + i).powi(-2));
                let group: [f32; GROUP] = std::array::from_fn(|i| w[start + i]);
                let fit = fit_q4(&group, &importance).context("a weight is beyond what 16 bits hold")?;
                let mut codes = [0u8; GROUP];
                for (i, code) in codes.iter_mut().enumerate() {
                    let j = start + i;
                    *code = fit.code(w[j]);
                    let error = (w[j] - fit.weight(*code)) / self.diagonal(j);
                    let u = &self.u[j * k + j + 1..(j + 1) * k];
                    for (w, u) in w[j + 1..].iter_mut().zip(u) {
                        *w -= error * u;
                    }
                }
                out.push_q4(fit, &codes);
            }
        }
        Ok(out)
    }

    fn diagonal(&self, j: usize) -> f32 {
        self.u[j * self.columns + j]
    }
}

/// H → L with LLᵀ = H, in place in the lower triangle.
fn cholesky(l: &mut [f64], n: usize) -> anyhow::Result<()> {
    for i in 0..n {
        let (above, row) = l.split_at_mut(i * n);
        for j in 0..i {
            let other = &above[j * n..j * n + j + 1];
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let square = row[i] - dot(&row[..i], &row[..i]);
        ensure!(square > 0.0, "the Hessian is not positive definite at column {i}");
        row[i] = square.sqrt();
    }
    Ok(())
}

/// L⁻¹ of a lower triangle.
fn lower_inverse(l: &[f64], n: usize) -> Vec<f64> {
    let mut x = vec![0.0f64; n * n];
    for i in 0..n {
        let (above, rest) = x.split_at_mut(i * n);
        let row = &mut rest[..n];
        for k in 0..i {
            let factor = l[i * n + k];
            for (r, a) in row[..=k].iter_mut().zip(&above[k * n..=k * n + k]) {
                *r -= factor * a;
            }
        }
        row[i] = 1.0;
        let scale = 1.0 / l[i * n + i];
        row[..=i].iter_mut().for_each(|r| *r *= scale);
    }
    x
}

/// In eight lanes, so that the compiler may use vectors.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0f64; 8];
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    for (a, b) in a8.iter().zip(b8) {
        for i in 0..8 {
            lanes[i] += a[i] * b[i];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use bertscope::model::quantize::{dequantize_q4_row, quantize_q4};

    const K: usize = 64;

    fn noise(n: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..n).map(|_| next()).collect()
    }

    /// XᵀX of inputs whose columns go together, as a layer's inputs do.
    fn hessian() -> Vec<f32> {
        let x = noise(200 * K, 1);
        let x: Vec<f32> = (0..200 * K).map(|i| x[i] + 2.0 * x[i / K * K + i % 8]).collect();
        let mut h = vec![0.0; K * K];
        for row in x.chunks(K) {
            for i in 0..K {
                for j in 0..K {
                    h[i * K + j] += row[i] * row[j];
                }
            }
        }
        h
    }

    #[test]
    fn factor_is_of_the_inverse() {
        let (h, f) = (hessian(), Factor::of(&hessian(), K).unwrap());
        let mean = (0..K).map(|i| f64::from(h[i * K + i])).sum::<f64>() / K as f64;
        // (UᵀU)(H + damping) = 1
        for i in 0..K {
            let inverse: Vec<f64> =
                (0..K).map(|j| (0..K).map(|k| f64::from(f.u[k * K + i]) * f64::from(f.u[k * K + j])).sum()).collect();
            for j in 0..K {
                let damped = |k: usize| f64::from(h[k * K + j]) + if k == j { DAMPING * mean } else { 0.0 };
                let product: f64 = (0..K).map(|k| inverse[k] * damped(k)).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-3, "{i} {j} {product}");
            }
        }
    }

    #[test]
    fn outputs_change_less_than_with_plain_rounding() {
        let (h, w) = (hessian(), noise(48 * K, 5));
        let cost = |z: &Quantized| -> f64 {
            let mut made = vec![0.0; w.len()];
            dequantize_q4_row(&z.q, &z.scale, &z.min, &mut made);
            let errors: Vec<f64> = w.iter().zip(&made).map(|(a, b)| f64::from(a - b)).collect();
            let row = |e: &[f64]| -> f64 { (0..K * K).map(|i| e[i / K] * f64::from(h[i]) * e[i % K]).sum() };
            errors.chunks(K).map(row).sum()
        };
        let (plain, made) = (quantize_q4(&w, K).unwrap(), Factor::of(&h, K).unwrap().quantize(&w).unwrap());
        assert!(cost(&made) < 0.7 * cost(&plain), "{} {}", cost(&made), cost(&plain));
    }

    #[test]
    fn no_inputs_are_refused() {
        assert!(Factor::of(&[0.0; K * K], K).is_err());
        assert!(Factor::of(&[1.0; 9], K).is_err());
    }
}
