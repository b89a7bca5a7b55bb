//! What a training changed, in numbers: norms of low-rank products, and of the matrices they are added to.

use crate::engine::cpu::CpuBuilder;
use crate::engine::{EngineError, feed_part};
use crate::model::adapter::{Adapter, LowRank, Target};
use crate::model::manifest::Manifest;
use std::collections::BTreeMap;

/// ‖scale·B·A‖ (Frobenius). With A (r, K) and B (N, r) it is scale·√Σ (A·Aᵀ)∘(Bᵀ·B), so that the product itself is
/// never made.
pub fn delta_norm(m: &LowRank, rank: usize, scale: f32) -> f64 {
    let (r, k) = (rank, m.a.len() / rank.max(1));
    let dot = |x: &mut dyn Iterator<Item = (f32, f32)>| x.map(|(a, b)| f64::from(a) * f64::from(b)).sum::<f64>();
    let mut square = 0.0;
    for i in 0..r {
        for j in 0..r {
            let of_a = dot(&mut m.a[i * k..][..k].iter().copied().zip(m.a[j * k..][..k].iter().copied()));
            let of_b = dot(&mut m.b.chunks_exact(r).map(|row| (row[i], row[j])));
            square += of_a * of_b;
        }
    }
    f64::from(scale) * square.max(0.0).sqrt()
}

/// What a training of all weights did to one matrix: ‖after − before‖ and ‖before‖ (Frobenius).
pub fn moved(before: &[f32], after: &[f32]) -> (f64, f64) {
    let root = |squares: f64| squares.sqrt();
    let change = before.iter().zip(after).map(|(b, a)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    (root(change), root(before.iter().map(|&b| f64::from(b).powi(2)).sum()))
}

/// Σ of squares of each Linear's weight, gathered part by part, so that no more than one part lies in memory as
/// numbers.
pub struct Squares {
    manifest: Manifest,
    /// By the weight's name.
    sums: BTreeMap<String, f64>,
}

impl Squares {
    /// Of the Linears that an adapter changes.
    pub fn new(manifest: &Manifest, adapter: &Adapter) -> Self {
        let name = |&(layer, target): &(usize, Target)| (format!("{}.weight", target.linear(layer)), 0.0);
        let sums: BTreeMap<_, _> = adapter.low_rank.keys().map(name).collect();
        let mut manifest = manifest.clone();
        manifest.tensors.retain(|t| sums.contains_key(&t.name));
        Self { manifest, sums }
    }

    /// Whether anything of it lies in a part.
    pub fn wants(&self, part: usize) -> bool {
        self.manifest.shards_of_part(part).next().is_some()
    }

    pub fn take(&mut self, part: usize, bytes: &[u8]) -> Result<(), EngineError> {
        let mut here = self.manifest.clone();
        here.tensors.retain(|t| t.shards.iter().any(|s| s.part == part));
        let mut builder = CpuBuilder::new(&here)?;
        feed_part(&here, part, bytes, &mut builder)?;
        // Rows of other parts are still 0.
        for (name, values) in builder.values() {
            let square: f64 = values.iter().map(|&v| f64::from(v).powi(2)).sum();
            *self.sums.entry(name.to_owned()).or_default() += square;
        }
        Ok(())
    }

    /// ‖W‖ (Frobenius) of a Linear's dequantized weight.
    pub fn norm(&self, layer: usize, target: Target) -> f64 {
        self.sums.get(&format!("{}.weight", target.linear(layer))).copied().unwrap_or_default().sqrt()
    }
}

/// The share of a piece's attention that lies elsewhere, half the sum of differences, averaged over the pieces:
/// (L, N) from two captures (L, N, S, S) of one text.
pub fn attention_moved(before: &[f32], after: &[f32], heads: usize, tokens: usize) -> Vec<Vec<f32>> {
    let head = |(a, b): (&[f32], &[f32])| {
        let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs())).sum();
        (sum / 2.0 / tokens as f64) as f32
    };
    let area = (tokens * tokens).max(1);
    let all: Vec<f32> = before.chunks_exact(area).zip(after.chunks_exact(area)).map(head).collect();
    all.chunks(heads.max(1)).map(<[f32]>::to_vec).collect()
}

/// Dot products of all pairs of rows (n, width): (n, n).
pub fn gram(rows: &[f32], width: usize) -> Vec<f32> {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>() as f32;
    let each = || rows.chunks_exact(width.max(1));
    each().flat_map(|a| each().map(move |b| dot(a, b))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_norm_of_a_product_that_is_not_made() {
        let (rank, n, k) = (2, 3, 4);
        let a: Vec<f32> = (0..rank * k).map(|i| (i as f32 * 1.7).sin()).collect();
        let b: Vec<f32> = (0..n * rank).map(|i| (i as f32 * 0.9).cos()).collect();
        let mut want = 0.0;
        for row in b.chunks(rank) {
            for c in 0..k {
                let product: f64 = (0..rank).map(|i| f64::from(row[i]) * f64::from(a[i * k + c])).sum();
                want += (1.5 * product).powi(2);
            }
        }
        let got = delta_norm(&LowRank { a, b }, rank, 1.5);
        assert!((got - want.sqrt()).abs() < 1e-6, "{got} for {}", want.sqrt());
    }

    #[test]
    fn a_matrix_that_moved_and_one_that_did_not() {
        assert_eq!(moved(&[3.0, 4.0], &[3.0, 4.5]), (0.5, 5.0));
        assert_eq!(moved(&[3.0, 4.0], &[3.0, 4.0]).0, 0.0);
    }

    #[test]
    fn attention_that_goes_elsewhere_is_counted_once() {
        // Two heads over two pieces: the first moves all of one piece's attention, the second nothing.
        let before = [1.0, 0.0, 0.5, 0.5, 0.2, 0.8, 0.3, 0.7];
        let after = [0.0, 1.0, 0.5, 0.5, 0.2, 0.8, 0.3, 0.7];
        assert_eq!(attention_moved(&before, &after, 2, 2), [[0.5, 0.0]]);
    }

    #[test]
    fn dot_products_of_all_pairs() {
        assert_eq!(gram(&[1.0, 2.0, 3.0, -1.0], 2), [5.0, 1.0, 1.0, 10.0]);
    }
}
