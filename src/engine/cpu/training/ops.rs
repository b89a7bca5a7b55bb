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
