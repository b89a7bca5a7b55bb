//! Values that the engine computed without a graph, put into candle's graph with a backward of their own.
//!
//! So the forward of training is the forward of `run`, bit for bit, and nothing makes the gradient of a frozen
//! weight. All tensors are f32.

use candle_core::{CpuStorage, CustomOp1, CustomOp3, Layout, Result, Shape, Tensor, bail};
use std::sync::Mutex;

/// y, handed over once.
struct Value(Mutex<Option<Vec<f32>>>, Shape);

impl Value {
    fn new(y: &Tensor) -> Result<Self> {
        Ok(Self(Mutex::new(Some(y.flatten_all()?.to_vec1()?)), y.shape().clone()))
    }

    fn take(&self) -> Result<(CpuStorage, Shape)> {
        match self.0.lock().ok().and_then(|mut y| y.take()) {
            Some(y) => Ok((CpuStorage::F32(y), self.1.clone())),
            None => bail!("a known value was taken twice"),
        }
    }
}

struct Known1<F>(Value, F);

impl<F: Fn(&Tensor, &Tensor, &Tensor) -> Result<Tensor>> CustomOp1 for Known1<F> {
    fn name(&self) -> &'static str {
        "known value of one"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        self.0.take()
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((self.1)(&x.detach(), &y.detach(), dy)?))
    }
}

/// y = f(x); `backward` makes dx from x, y and dy.
pub(super) fn known(
    x: &Tensor,
    y: &Tensor,
    backward: impl Fn(&Tensor, &Tensor, &Tensor) -> Result<Tensor> + Send + Sync + 'static,
) -> Result<Tensor> {
    x.apply_op1(Known1(Value::new(y)?, backward))
}

/// Gradients of three arguments; None where one has none.
pub(super) type Three = (Option<Tensor>, Option<Tensor>, Option<Tensor>);

struct Known3<F>(Value, F);

impl<F: Fn(&Tensor, &Tensor, &Tensor, &Tensor) -> Result<Three>> CustomOp3 for Known3<F> {
    fn name(&self) -> &'static str {
        "known value of three"
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.0.take()
    }

    fn bwd(&self, a: &Tensor, b: &Tensor, c: &Tensor, _: &Tensor, dy: &Tensor) -> Result<Three> {
        (self.1)(&a.detach(), &b.detach(), &c.detach(), dy)
    }
}

/// y = f(a, b, c); `backward` makes their gradients from a, b, c and dy.
pub(super) fn known3(
    [a, b, c]: [&Tensor; 3],
    y: &Tensor,
    backward: impl Fn(&Tensor, &Tensor, &Tensor, &Tensor) -> Result<Three> + Send + Sync + 'static,
) -> Result<Tensor> {
    a.apply_op3(b, c, Known3(Value::new(y)?, backward))
}

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
    let s = p.dim(candle_core::D::Minus1)?;
    let (p, mut out) = (values(p)?, values(dp)?);
    for (p, d) in p.chunks_exact(s).zip(out.chunks_exact_mut(s)) {
        let sum = p.iter().zip(&*d).map(|(&p, &d)| f64::from(p * d)).sum::<f64>() as f32;
        for (d, &p) in d.iter_mut().zip(p) {
            *d = p * (*d - sum);
        }
    }
    Tensor::from_vec(out, dp.dims(), dp.device())
}
