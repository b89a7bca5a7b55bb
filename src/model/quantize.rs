//! The one quantizer: rows of f32 to 4- or 8-bit codes in groups of [`GROUP`] along K, and back.
//!
//! `xtask assets` makes the pack with it, the page quantizes a visitor's own checkpoint with it, both
//! engines and the tests read packs with it. Pure functions of one row or group: no threads, no clock.
//!
//! - **q4**: `w = scale·q + min`, q in 0..=15, two codes a byte, low nibble first, along K.
//! - **q8**: `w = scale·q`, q in −127..=127, one signed byte a code.
//!
//! Scale and min are f16, little-endian; the sum is made in f32: `f32(scale)·q + f32(min)`.

use super::manifest::GROUP;
use half::f16;

/// Largest q4 code.
pub const Q4_MAX: u8 = 15;
const Q8_MAX: f32 = 127.0;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuantizeError {
    #[error("{weights} weights in rows of {columns}: rows must be whole and a multiple of {GROUP} long")]
    Shape { weights: usize, columns: usize },
    #[error("weight {index} is {value}: not a finite number that 16 bits can hold")]
    Range { index: usize, value: f32 },
}

/// The stored arrays of a matrix (N, K), as the parts hold them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantized {
    /// q4: (N, K/2) bytes; q8: (N, K) bytes.
    pub q: Vec<u8>,
    /// (N, K/GROUP) f16, little-endian.
    pub scale: Vec<u8>,
    /// As `scale`; empty for q8.
    pub min: Vec<u8>,
}

impl Quantized {
    /// Appends one group of q4: 32 codes with their scale and minimum.
    pub fn push_q4(&mut self, fit: Q4Fit, codes: &[u8; GROUP]) {
        self.q.extend(codes.chunks_exact(2).map(|c| c[0] | c[1] << 4));
        self.scale.extend(fit.scale.to_le_bytes());
        self.min.extend(fit.min.to_le_bytes());
    }
}

/// Scale and minimum of one q4 group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Q4Fit {
    pub scale: f16,
    pub min: f16,
}

impl Q4Fit {
    /// The code nearest to a weight.
    pub fn code(self, weight: f32) -> u8 {
        let scale = self.scale.to_f32();
        if scale == 0.0 {
            return 0;
        }
        ((weight - self.min.to_f32()) / scale).round().clamp(0.0, f32::from(Q4_MAX)) as u8
    }

    pub fn weight(self, code: u8) -> f32 {
        self.scale.to_f32() * f32::from(code) + self.min.to_f32()
    }

    pub fn codes(self, group: &[f32; GROUP]) -> [u8; GROUP] {
        group.map(|w| self.code(w))
    }

    /// Σ (w − ŵ)².
    fn error(self, group: &[f32; GROUP]) -> f32 {
        group.iter().map(|&w| (w - self.weight(self.code(w))).powi(2)).sum()
    }

    /// The scale and minimum that serve given codes best, by least squares.
    fn refit(self, group: &[f32; GROUP]) -> Self {
        let n = GROUP as f32;
        let (mut q1, mut q2, mut w1, mut qw) = (0.0f32, 0.0, 0.0, 0.0);
        for &w in group {
            let q = f32::from(self.code(w));
            q1 += q;
            q2 += q * q;
            w1 += w;
            qw += q * w;
        }
        let det = n * q2 - q1 * q1;
        if det <= 1e-6 * n * q2 {
            return self; // all codes alike: nothing to solve
        }
        let scale = (n * qw - q1 * w1) / det;
        Self::rounded(scale, (w1 - scale * q1) / n).unwrap_or(self)
    }

    /// None where f16 cannot hold them.
    fn rounded(scale: f32, min: f32) -> Option<Self> {
        let fit = Self { scale: f16::from_f32(scale), min: f16::from_f32(min) };
        (fit.scale.is_finite() && fit.min.is_finite() && scale >= 0.0).then_some(fit)
    }
}

/// Scale and minimum with the least squared error over a group, by search: the range from smallest
/// to largest weight is narrowed step by step, each width refitted by least squares. None where f16
/// cannot hold the range.
pub fn fit_q4(group: &[f32; GROUP]) -> Option<Q4Fit> {
    let low = group.iter().copied().fold(f32::INFINITY, f32::min);
    let high = group.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let levels = f32::from(Q4_MAX);
    let mut best = Q4Fit::rounded((high - low) / levels, low)?;
    if best.scale == f16::ZERO {
        return Some(best);
    }
    let mut least = best.error(group);
    const STEPS: usize = 10;
    const NARROWEST: f32 = 0.6;
    for step in 0..=STEPS {
        let width = (high - low) * (1.0 - (1.0 - NARROWEST) * step as f32 / STEPS as f32);
        let middle = (high + low) / 2.0;
        let Some(mut fit) = Q4Fit::rounded(width / levels, middle - width / 2.0) else { continue };
        for _ in 0..2 {
            fit = fit.refit(group);
            let error = fit.error(group);
            if error < least {
                (best, least) = (fit, error);
            }
        }
    }
    Some(best)
}

/// q4 codes of weights (N, K), each group fitted by [`fit_q4`] on its own.
pub fn quantize_q4(weights: &[f32], columns: usize) -> Result<Quantized, QuantizeError> {
    check(weights, columns)?;
    let mut out = Quantized::default();
    for (g, group) in weights.as_chunks::<GROUP>().0.iter().enumerate() {
        let range = || QuantizeError::Range { index: g * GROUP, value: group[0] };
        let fit = fit_q4(group).ok_or_else(range)?;
        out.push_q4(fit, &fit.codes(group));
    }
    Ok(out)
}

/// q8 codes of weights (N, K): the largest magnitude of a group becomes 127.
pub fn quantize_q8(weights: &[f32], columns: usize) -> Result<Quantized, QuantizeError> {
    check(weights, columns)?;
    let mut out = Quantized::default();
    for group in weights.as_chunks::<GROUP>().0 {
        let largest = group.iter().fold(0.0f32, |m, w| m.max(w.abs()));
        let scale = f16::from_f32(largest / Q8_MAX);
        let inverse = if scale == f16::ZERO { 0.0 } else { 1.0 / scale.to_f32() };
        out.q.extend(group.iter().map(|w| (w * inverse).round().clamp(-Q8_MAX, Q8_MAX) as i8 as u8));
        out.scale.extend(scale.to_le_bytes());
    }
    Ok(out)
}

/// One row of q4, or any run of whole groups. `q`: K/2 bytes, `scale` and `min`: K/16 bytes, `out`: K weights.
/// Panics if the lengths do not belong together.
pub fn dequantize_q4_row(q: &[u8], scale: &[u8], min: &[u8], out: &mut [f32]) {
    let groups = out.len() / GROUP;
    assert!(q.len() * 2 == out.len() && scale.len() == 2 * groups && min.len() == 2 * groups, "ragged q4 row");
    for (g, (codes, out)) in q.as_chunks::<{ GROUP / 2 }>().0.iter().zip(out.as_chunks_mut::<GROUP>().0).enumerate() {
        let (scale, min) = (f16_at(scale, g), f16_at(min, g));
        for (i, &pair) in codes.iter().enumerate() {
            out[2 * i] = scale * f32::from(pair & 15) + min;
            out[2 * i + 1] = scale * f32::from(pair >> 4) + min;
        }
    }
}

/// One row of q8, or any run of whole groups. `q`: K bytes, `scale`: K/16 bytes, `out`: K weights.
/// Panics if the lengths do not belong together.
pub fn dequantize_q8_row(q: &[u8], scale: &[u8], out: &mut [f32]) {
    assert!(q.len() == out.len() && scale.len() == out.len() / GROUP * 2, "ragged q8 row");
    for (g, (codes, out)) in q.as_chunks::<GROUP>().0.iter().zip(out.as_chunks_mut::<GROUP>().0).enumerate() {
        let scale = f16_at(scale, g);
        for (w, &code) in out.iter_mut().zip(codes) {
            *w = scale * f32::from(code as i8);
        }
    }
}

fn f16_at(bytes: &[u8], index: usize) -> f32 {
    f16::from_le_bytes([bytes[2 * index], bytes[2 * index + 1]]).to_f32()
}

/// Whole rows of whole groups, all finite and within f16.
fn check(weights: &[f32], columns: usize) -> Result<(), QuantizeError> {
    if columns == 0 || !columns.is_multiple_of(GROUP) || !weights.len().is_multiple_of(columns) {
        return Err(QuantizeError::Shape { weights: weights.len(), columns });
    }
    let limit = f16::MAX.to_f32();
    match weights.iter().position(|w| !w.is_finite() || w.abs() > limit) {
        Some(index) => Err(QuantizeError::Range { index, value: weights[index] }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Repeatable values in (−1, 1).
    fn noise(n: usize) -> Vec<f32> {
        let mut state = 0x9E37_79B9u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..n).map(|_| next()).collect()
    }

    fn back_q4(z: &Quantized, n: usize) -> Vec<f32> {
        let mut out = vec![0.0; n];
        dequantize_q4_row(&z.q, &z.scale, &z.min, &mut out);
        out
    }

    fn back_q8(z: &Quantized, n: usize) -> Vec<f32> {
        let mut out = vec![0.0; n];
        dequantize_q8_row(&z.q, &z.scale, &mut out);
        out
    }

    fn square_error(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum()
    }

    #[test]
    fn q4_round_trip_beats_the_plain_range() {
        let w = noise(64 * 96);
        let made = back_q4(&quantize_q4(&w, 96).unwrap(), w.len());
        let mut plain = Vec::new();
        for group in w.as_chunks::<GROUP>().0 {
            let low = group.iter().copied().fold(f32::MAX, f32::min);
            let high = group.iter().copied().fold(f32::MIN, f32::max);
            let fit = Q4Fit::rounded((high - low) / 15.0, low).unwrap();
            plain.extend(group.map(|w| fit.weight(fit.code(w))));
        }
        assert!(square_error(&w, &made) < 0.95 * square_error(&w, &plain));
        let worst = w.iter().zip(&made).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 2.0 / 15.0, "worst {worst}: more than one step of the range −1..1");
    }

    #[test]
    fn q8_round_trip_is_within_half_a_step() {
        let w = noise(32 * 64);
        let made = back_q8(&quantize_q8(&w, 64).unwrap(), w.len());
        for (group, made) in w.chunks(GROUP).zip(made.chunks(GROUP)) {
            let step = group.iter().fold(0.0f32, |m, w| m.max(w.abs())) / 127.0;
            assert!(group.iter().zip(made).all(|(a, b)| (a - b).abs() <= 0.57 * step));
        }
    }

    #[test]
    fn equal_weights_and_zeros_come_back() {
        for value in [0.0, 0.375, -2.5, 1e-9] {
            let w = [value; 64];
            assert!(back_q4(&quantize_q4(&w, 32).unwrap(), 64).iter().all(|&b| (b - value).abs() < 1e-7));
            assert!(
                back_q8(&quantize_q8(&w, 32).unwrap(), 64)
                    .iter()
                    .all(|&b| (b - value).abs() <= 5e-4 * value.abs() + 1e-8)
            );
        }
    }

    #[test]
    fn codes_lie_low_nibble_first() {
        let w: Vec<f32> = (0..32).map(|i| (i % 16) as f32).collect();
        let z = quantize_q4(&w, 32).unwrap();
        assert_eq!(&z.q[..4], &[0x10, 0x32, 0x54, 0x76]);
        assert_eq!(back_q4(&z, 32), w);
        let z = quantize_q8(&[-127.0; 32], 32).unwrap();
        assert_eq!(z.q[0], 0x81);
    }

    #[test]
    fn bad_input_is_refused() {
        let shape = |r: Result<Quantized, _>| matches!(r, Err(QuantizeError::Shape { .. }));
        assert!(shape(quantize_q4(&[0.0; 48], 48)) && shape(quantize_q8(&[0.0; 48], 32)));
        assert!(shape(quantize_q4(&[0.0; 32], 0)));
        for bad in [f32::NAN, f32::INFINITY, -1e6] {
            let mut w = [0.5; 64];
            w[40] = bad;
            assert!(matches!(quantize_q4(&w, 32), Err(QuantizeError::Range { index: 40, .. })));
            assert!(matches!(quantize_q8(&w, 32), Err(QuantizeError::Range { index: 40, .. })));
        }
    }

    #[test]
    fn the_widest_range_is_held() {
        let mut w = [65504.0; 32];
        w[0] = -65504.0;
        let made = back_q4(&quantize_q4(&w, 32).unwrap(), 32);
        assert!(made.iter().zip(&w).all(|(a, b)| (a - b).abs() < 65504.0 * 2.0 / 15.0));
    }
}
