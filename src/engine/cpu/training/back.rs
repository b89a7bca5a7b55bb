//! Backward formulas by hand, where candle has none or makes more than is wanted. All tensors are f32.

use super::super::probe::hidden;
use super::super::{attention_probabilities, by_head, by_token};
use super::ops::Three;
use crate::engine::intervention::Sight;
use candle_core::{D, Device, Result, Tensor};

fn values(t: &Tensor) -> Result<Vec<f32>> {
    t.flatten_all()?.to_vec1()
}

/// dx of y = LayerNorm(x)·weight + bias: x, dy (M, H), weight (H,).
/// With x̂ = (x − mean)/σ and g = dy·weight: dx = (g − mean(g) − x̂·mean(g·x̂)) / σ.
pub(super) fn layer_norm_back(x: &Tensor, dy: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    let (m, h) = x.dims2()?;
    let (x, w, mut out) = (values(x)?, values(weight)?, values(dy)?);
    for (x, d) in x.chunks_exact(h).zip(out.chunks_exact_mut(h)) {
        let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / h as f64;
        let variance = x.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / h as f64;
        let (mean, by_sigma) = (mean as f32, (1.0 / (variance + eps).sqrt()) as f32);
        let (mut sum, mut product) = (0.0, 0.0);
        for ((d, &w), &x) in d.iter_mut().zip(&w).zip(x) {
            *d *= w;
            sum += f64::from(*d);
            product += f64::from(*d * (x - mean) * by_sigma);
        }
        let (sum, product) = ((sum / h as f64) as f32, (product / h as f64) as f32);
        for (d, &x) in d.iter_mut().zip(x) {
            *d = (*d - sum - (x - mean) * by_sigma * product) * by_sigma;
        }
    }
    Tensor::from_vec(out, (m, h), dy.device())
}

/// Gradients of weight and bias (H,) of y = LayerNorm(x)·weight + bias: Σ dy·x̂ and Σ dy over the rows of x, dy (M, H).
pub(super) fn layer_norm_grads(x: &Tensor, dy: &Tensor, eps: f64) -> Result<[Tensor; 2]> {
    let (m, h) = x.dims2()?;
    let (x, dy) = (values(x)?, values(dy)?);
    let mut sums = [vec![0.0f64; h], vec![0.0f64; h]];
    for (x, dy) in x.chunks_exact(h).zip(dy.chunks_exact(h)) {
        let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / h as f64;
        let variance = x.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / h as f64;
        let by_sigma = 1.0 / (variance + eps).sqrt();
        for (i, (&x, &d)) in x.iter().zip(dy).enumerate() {
            sums[0][i] += f64::from(d) * (f64::from(x) - mean) * by_sigma;
            sums[1][i] += f64::from(d);
        }
    }
    debug_assert_eq!(x.len(), m * h);
    let [weight, bias] = sums.map(|s| Tensor::from_vec(s.into_iter().map(|v| v as f32).collect(), h, &Device::Cpu));
    Ok([weight?, bias?])
}

/// Gradients of x (n, K), if wanted, W (N, K) and bias (N,) of y = x·Wᵀ + bias. dy (n, N).
pub(super) fn linear_back(x: &Tensor, w: &Tensor, dy: &Tensor, x_wanted: bool) -> Result<Three> {
    let dx = if x_wanted { Some(dy.matmul(w)?) } else { None };
    Ok((dx, Some(dy.t()?.matmul(x)?), Some(dy.sum(0)?)))
}

/// dx of y = x·Φ(x), Φ the normal distribution's: Φ(x) + x·φ(x), Φ taken from y.
pub(super) fn gelu_back(x: &Tensor, y: &Tensor, dy: &Tensor) -> Result<Tensor> {
    const BY_ROOT_TAU: f32 = 0.398_942_3;
    let (x, y, mut out) = (values(x)?, values(y)?, values(dy)?);
    for ((d, &x), &y) in out.iter_mut().zip(&x).zip(&y) {
        let below = if x == 0.0 { 0.5 } else { y / x };
        *d *= below + x * BY_ROOT_TAU * (-0.5 * x * x).exp();
    }
    Tensor::from_vec(out, dy.dims(), dy.device())
}

/// ds of p = softmax(s) along the last dimension, for p and dp of one shape: p·(dp − Σ dp·p).
pub(super) fn softmax_back(p: &Tensor, dp: &Tensor) -> Result<Tensor> {
    let s = p.dim(D::Minus1)?;
    let (p, mut out) = (values(p)?, values(dp)?);
    for (p, d) in p.chunks_exact(s).zip(out.chunks_exact_mut(s)) {
        let sum = p.iter().zip(&*d).map(|(&p, &d)| f64::from(p * d)).sum::<f64>() as f32;
        for (d, &p) in d.iter_mut().zip(p) {
            *d = p * (*d - sum);
        }
    }
    Tensor::from_vec(out, dp.dims(), dp.device())
}

/// Gradients of q, k, v (M, H) of O = P·V, P = softmax(QKᵀ/√D), by row and head; P is computed again. dy (M, H).
/// dV = Pᵀ·dO, dS = softmax'(P, dO·Vᵀ)/√D, dQ = dS·K, dK = dSᵀ·Q. `spans`: where each row begins, and its length.
/// What `sight` hides has P = 0, and so no gradient.
pub(super) fn attention_back(
    [q, k, v]: [&Tensor; 3],
    dy: &Tensor,
    spans: &[(usize, usize)],
    heads: usize,
    sight: Sight,
) -> Result<[Tensor; 3]> {
    let mut found = [const { Vec::new() }; 3];
    for &span in spans {
        let (q, k) = (by_head(q, span, heads)?, by_head(k, span, heads)?);
        let (v, dy) = (by_head(v, span, heads)?, by_head(dy, span, heads)?);
        let p = attention_probabilities(&q, &k, hidden(sight, span.1)?.as_ref())?;
        let dp = dy.matmul(&v.transpose(1, 2)?)?;
        let ds = (softmax_back(&p, &dp)? * (1.0 / (q.dim(2)? as f64).sqrt()))?;
        found[0].push(by_token(&ds.matmul(&k)?)?);
        found[1].push(by_token(&ds.transpose(1, 2)?.matmul(&q)?)?);
        found[2].push(by_token(&p.transpose(1, 2)?.matmul(&dy)?)?);
    }
    let [dq, dk, dv] = found.map(|rows| Tensor::cat(&rows, 0));
    Ok([dq?, dk?, dv?])
}

/// Gradients of x (n, K), if wanted, A (r, K) and B (N, r) of y = x·Wᵀ + scale·(x·Aᵀ)·Bᵀ; none of W (N, K). dy (n, N).
pub(super) fn low_rank_back(
    [x, a, b]: [&Tensor; 3],
    dy: &Tensor,
    w: &Tensor,
    scale: f64,
    x_wanted: bool,
) -> Result<Three> {
    let d_low = (dy.matmul(b)? * scale)?;
    let low = x.matmul(&a.t()?)?;
    let dx = if x_wanted { Some((dy.matmul(w)? + d_low.matmul(a)?)?) } else { None };
    Ok((dx, Some(d_low.t()?.matmul(x)?), Some((dy.t()?.matmul(&low)? * scale)?)))
}

/// Each formula against central differences of its forward in f64.
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::training::pcg4d;

    /// In −1..1.
    fn random(n: usize, seed: u32) -> Vec<f64> {
        (0..n as u32).map(|i| f64::from(pcg4d([i, seed, 0, 0])[0]) / 2_147_483_648.0 - 1.0).collect()
    }

    fn tensor(values: &[f64], shape: &[usize]) -> Tensor {
        Tensor::from_vec(values.iter().map(|&v| v as f32).collect::<Vec<_>>(), shape, &Device::Cpu).unwrap()
    }

    /// d Σ f(x)·dy / dx.
    fn differences(x: &[f64], dy: &[f64], f: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
        const STEP: f64 = 1e-5;
        let sum = |x: &[f64]| f(x).iter().zip(dy).map(|(y, d)| y * d).sum::<f64>();
        let mut x = x.to_vec();
        (0..x.len())
            .map(|i| {
                let here = x[i];
                x[i] = here + STEP;
                let above = sum(&x);
                x[i] = here - STEP;
                let below = sum(&x);
                x[i] = here;
                (above - below) / (2.0 * STEP)
            })
            .collect()
    }

    fn close(got: &Tensor, want: &[f64]) -> bool {
        let got = values(got).unwrap();
        let largest = want.iter().fold(0.0f64, |m, w| m.max(w.abs()));
        got.len() == want.len() && got.iter().zip(want).all(|(&g, w)| (f64::from(g) - w).abs() <= 2e-5 * largest)
    }

    /// y[i][j] = Σ a[i][k]·b[j][k]
    fn times_transposed(a: &[f64], b: &[f64], k: usize) -> Vec<f64> {
        a.chunks(k).flat_map(|a| b.chunks(k).map(move |b| a.iter().zip(b).map(|(a, b)| a * b).sum())).collect()
    }

    fn softmax(s: &[f64]) -> Vec<f64> {
        let top = s.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = s.iter().map(|v| (v - top).exp()).sum();
        s.iter().map(|v| (v - top).exp() / sum).collect()
    }

    #[test]
    fn layer_norm() {
        let (m, h, eps) = (3, 12, 1e-12);
        let (x, dy, w) = (random(m * h, 1), random(m * h, 2), random(h, 3));
        let want = differences(&x, &dy, |x| {
            let row = |x: &[f64]| -> Vec<f64> {
                let mean = x.iter().sum::<f64>() / h as f64;
                let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / h as f64;
                x.iter().zip(&w).map(|(v, w)| (v - mean) / (variance + eps).sqrt() * w).collect()
            };
            x.chunks(h).flat_map(row).collect()
        });
        let got =
            |w: &[f64]| layer_norm_back(&tensor(&x, &[m, h]), &tensor(&dy, &[m, h]), &tensor(w, &[h]), eps).unwrap();
        assert!(close(&got(&w), &want));
        let mut spoiled = w.clone();
        spoiled[4] += 0.001;
        assert!(!close(&got(&spoiled), &want), "a wrong weight passes");
    }

    #[test]
    fn layer_norm_of_its_own_values() {
        let (m, h, eps) = (3, 12, 1e-12);
        let (x, dy, own) = (random(m * h, 1), random(m * h, 2), random(2 * h, 3));
        let want = differences(&own, &dy, |own| {
            let row = |x: &[f64]| -> Vec<f64> {
                let mean = x.iter().sum::<f64>() / h as f64;
                let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / h as f64;
                x.iter().enumerate().map(|(i, v)| (v - mean) / (variance + eps).sqrt() * own[i] + own[h + i]).collect()
            };
            x.chunks(h).flat_map(row).collect()
        });
        let got = |dy: &[f64]| layer_norm_grads(&tensor(&x, &[m, h]), &tensor(dy, &[m, h]), eps).unwrap();
        let [weight, bias] = got(&dy);
        assert!(close(&weight, &want[..h]) && close(&bias, &want[h..]));
        let mut spoiled = dy.clone();
        spoiled[h + 4] += 0.01;
        let [weight, bias] = got(&spoiled);
        assert!(!close(&weight, &want[..h]) && !close(&bias, &want[h..]), "a wrong gradient passes");
    }

    #[test]
    fn linear() {
        let (n, k, out) = (5, 8, 6);
        let all = [random(n * k, 10), random(out * k, 13), random(out, 12)];
        let dy = random(n * out, 14);
        let forward = |[x, w, b]: [&[f64]; 3]| -> Vec<f64> {
            times_transposed(x, w, k).iter().enumerate().map(|(i, y)| y + b[i % out]).collect()
        };
        let back =
            |w: &[f64]| linear_back(&tensor(&all[0], &[n, k]), &tensor(w, &[out, k]), &tensor(&dy, &[n, out]), true);
        let (dx, dw, db) = back(&all[1]).unwrap();
        for (i, got) in [dx, dw, db].into_iter().enumerate() {
            let want = differences(&all[i], &dy, |x| {
                let mut with = all.each_ref().map(|x| &x[..]);
                with[i] = x;
                forward(with)
            });
            assert!(close(&got.unwrap(), &want), "{i}");
        }
        let mut spoiled = all[1].clone();
        spoiled[0] += 0.01;
        let want = differences(&all[0], &dy, |x| forward([x, &all[1], &all[2]]));
        assert!(!close(&back(&spoiled).unwrap().0.unwrap(), &want), "a wrong weight passes");
    }

    #[test]
    fn gelu() {
        let mut x: Vec<f64> = random(64, 4).iter().map(|v| 6.0 * v).collect();
        (x[5], x[6]) = (0.0, 1e-7);
        let dy = random(64, 5);
        let want = differences(&x, &dy, |x| {
            x.iter().map(|v| 0.5 * v * (1.0 + candle_core::cpu::erf::erf_f64(v / 2.0f64.sqrt()))).collect()
        });
        let at = tensor(&x, &[64]);
        assert!(close(&gelu_back(&at, &at.gelu_erf().unwrap(), &tensor(&dy, &[64])).unwrap(), &want));
        // The other GELU, by tanh, is another function.
        assert!(!close(&gelu_back(&at, &at.gelu().unwrap(), &tensor(&dy, &[64])).unwrap(), &want));
    }

    #[test]
    fn attention_over_rows_of_different_lengths() {
        attention(Sight::Both, Sight::Left);
        attention(Sight::Left, Sight::Both);
    }

    fn attention(sight: Sight, other: Sight) {
        let (heads, size, spans) = (2, 4, [(0, 3), (3, 1), (4, 5)]);
        let (h, m) = (heads * size, 9);
        let all = [random(m * h, 6), random(m * h, 7), random(m * h, 8)].map(|x| x.iter().map(|v| 2.0 * v).collect());
        let dy = random(m * h, 9);
        let forward = |[q, k, v]: [&[f64]; 3]| -> Vec<f64> {
            let mut out = vec![0.0; m * h];
            for (start, tokens) in spans {
                for (i, head) in (start..start + tokens).flat_map(|i| (0..heads).map(move |n| (i, n))) {
                    let cut = |x: &[f64], i: usize| x[i * h + head * size..][..size].to_vec();
                    let keys: Vec<f64> = (start..start + tokens).flat_map(|j| cut(k, j)).collect();
                    let mut scores = times_transposed(&cut(q, i), &keys, size);
                    let seen = |j: usize| sight.sees(i - start, j);
                    scores.iter_mut().enumerate().filter(|(j, _)| !seen(*j)).for_each(|(_, s)| *s = f64::NEG_INFINITY);
                    let p = softmax(&scores.iter().map(|s| s / (size as f64).sqrt()).collect::<Vec<_>>());
                    for (p, j) in p.iter().zip(start..) {
                        let to = out[i * h + head * size..][..size].iter_mut();
                        to.zip(cut(v, j)).for_each(|(o, v)| *o += p * v);
                    }
                }
            }
            out
        };
        let shaped: [Tensor; 3] = all.each_ref().map(|x: &Vec<f64>| tensor(x, &[m, h]));
        let dy_t = tensor(&dy, &[m, h]);
        let got = attention_back(shaped.each_ref(), &dy_t, &spans, heads, sight).unwrap();
        let crossed = attention_back(shaped.each_ref(), &dy_t, &[(0, 4), (4, 5)], heads, sight).unwrap();
        let unseen = attention_back(shaped.each_ref(), &dy_t, &spans, heads, other).unwrap();
        for i in 0..3 {
            let want = differences(&all[i], &dy, |x| {
                let mut with = all.each_ref().map(|x| &x[..]);
                with[i] = x;
                forward(with)
            });
            assert!(close(&got[i], &want), "{i}");
            assert!(!close(&crossed[i], &want), "{i}: rows that look at each other pass");
            assert!(!close(&unseen[i], &want), "{i}: another sight passes");
        }
    }

    #[test]
    fn low_rank() {
        let (n, k, r, out, scale) = (5, 8, 3, 6, 1.5);
        let all = [random(n * k, 10), random(r * k, 11), random(out * r, 12)];
        let (w, dy) = (random(out * k, 13), random(n * out, 14));
        let forward = |[x, a, b]: [&[f64]; 3]| -> Vec<f64> {
            let delta = times_transposed(&times_transposed(x, a, k), b, r);
            times_transposed(x, &w, k).iter().zip(delta).map(|(y, d)| y + scale * d).collect()
        };
        let shapes = [[n, k], [r, k], [out, r]];
        let shaped: Vec<Tensor> = all.iter().zip(shapes).map(|(x, s)| tensor(x, &s)).collect();
        let back = |scale: f64, wanted: bool| {
            let at = [&shaped[0], &shaped[1], &shaped[2]];
            low_rank_back(at, &tensor(&dy, &[n, out]), &tensor(&w, &[out, k]), scale, wanted).unwrap()
        };
        let ((dx, da, db), (x_wrong, a_wrong, b_wrong)) = (back(scale, true), back(1.01 * scale, true));
        for (i, (got, wrong)) in [(dx, x_wrong), (da, a_wrong), (db, b_wrong)].into_iter().enumerate() {
            let want = differences(&all[i], &dy, |x| {
                let mut with = all.each_ref().map(|x| &x[..]);
                with[i] = x;
                forward(with)
            });
            assert!(close(&got.unwrap(), &want), "{i}");
            assert!(!close(&wrong.unwrap(), &want), "{i}: a wrong scale passes");
        }
        assert!(back(scale, false).0.is_none());
    }
}
