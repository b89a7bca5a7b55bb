//! What kernels are judged by, in f64, and the inputs they are given.

use super::Random;
use super::model::field_bytes;
use bertscope::engine::Field;
use bertscope::engine::gpu::kernels::header;
use bertscope::model::manifest::{Scheme, TensorEntry};
use bertscope::model::quantize::{dequantize_q4_row, dequantize_q8_row};

pub fn erf(x: f64) -> f64 {
    if x.abs() < 3.0 {
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        return sum * 2.0 / std::f64::consts::PI.sqrt();
    }
    // Continued fraction of erfc.
    let a = x.abs();
    let mut f = 0.0;
    for n in (1..100).rev() {
        f = f64::from(n) / 2.0 / (a + f);
    }
    x.signum() * (1.0 - (-a * a).exp() / (a + f) / std::f64::consts::PI.sqrt())
}

pub fn act(x: f64, which: u32) -> f64 {
    match which {
        1 => 0.5 * x * (1.0 + erf(x / 2f64.sqrt())),
        2 => x.tanh(),
        _ => x,
    }
}

pub fn norm(row: &[f64], gamma: &[f32], beta: &[f32]) -> Vec<f64> {
    let n = row.len() as f64;
    let mean = row.iter().sum::<f64>() / n;
    let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    let scale = 1.0 / (variance + 1e-12).sqrt();
    let one = |(x, (&g, &b)): (&f64, (&f32, &f32))| (x - mean) * scale * f64::from(g) + f64::from(b);
    row.iter().zip(gamma.iter().zip(beta)).map(one).collect()
}

pub fn doubles(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x)).collect()
}

/// A random stored matrix (n, k): quants, scales and minima as the engine lays them out, and in f64.
pub struct Stored {
    pub scheme: Scheme,
    pub q: Vec<u8>,
    pub s: Vec<u8>,
    pub min_at: usize,
    pub k: usize,
    pub w: Vec<f64>,
}

impl Stored {
    pub fn new(r: &mut Random, scheme: Scheme, n: usize, k: usize) -> Self {
        let entry = TensorEntry { name: "w".into(), shape: vec![n, k], scheme, shards: Vec::new() };
        let mut field = |f| field_bytes(&entry, f, n, (0.0, 1.0 / (k as f32).sqrt()), r);
        let (q, scale, min) = match scheme {
            Scheme::F32 => (field(Field::Data), Vec::new(), Vec::new()),
            Scheme::Q8 => (field(Field::Q), field(Field::Scale), Vec::new()),
            Scheme::Q4 => (field(Field::Q), field(Field::Scale), field(Field::Min)),
        };
        let mut w = vec![0.0; n * k];
        match scheme {
            Scheme::F32 => w.copy_from_slice(bytemuck::cast_slice(&q)),
            Scheme::Q8 => dequantize_q8_row(&q, &scale, &mut w),
            Scheme::Q4 => dequantize_q4_row(&q, &scale, &min, &mut w),
        }
        let mut s = scale;
        s.resize(s.len().next_multiple_of(4), 0);
        let min_at = s.len() / 4;
        s.extend(min);
        s.resize(s.len().next_multiple_of(4).max(16), 0);
        Self { scheme, q, s, min_at, k, w: doubles(&w) }
    }

    pub fn constants(&self) -> Vec<(&'static str, f64)> {
        let scheme = match self.scheme {
            Scheme::F32 => 0.0,
            Scheme::Q4 => 4.0,
            Scheme::Q8 => 8.0,
        };
        vec![("SCHEME", scheme), ("K", self.k as f64), ("MIN_AT", self.min_at as f64)]
    }
}

/// A call buffer for rows of these lengths, with lists of blanks and asked ids.
pub fn call(
    lengths: &[usize],
    tokens: &[(u32, u32)],
    blanks: &[u32],
    top_k: u32,
    asked: &[[u32; 16]],
    most_asked: u32,
) -> Vec<u32> {
    let mut w = vec![0u32; header::WORDS];
    w[header::TOKENS] = lengths.iter().sum::<usize>() as u32;
    w[header::ROWS] = lengths.len() as u32;
    w[header::LONGEST] = lengths.iter().copied().max().unwrap_or(0) as u32;
    w[header::TOP_K] = top_k;
    w[header::ASKED] = most_asked;
    w[header::ROWS_AT] = w.len() as u32;
    let mut start = 0;
    for &n in lengths {
        w.extend([start, n as u32]);
        start += n as u32;
    }
    w[header::TOKENS_AT] = w.len() as u32;
    w.extend(tokens.iter().flat_map(|t| [t.0, t.1]));
    w[header::BLANKS_AT] = w.len() as u32;
    w[header::BLANKS] = blanks.len() as u32;
    w.extend(blanks);
    w[header::ASKED_AT] = w.len() as u32;
    w.extend(asked.iter().flatten());
    w
}
