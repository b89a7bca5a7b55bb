//! "Inside": the model's parts by its manifest, and what Large would cost.

use crate::protocol::probe::{Described, TensorFacts};

/// A stretch of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Embeddings,
    /// From 0.
    Layer(usize),
    Pooler,
    Head,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PartFacts {
    pub part: Part,
    pub weights: u64,
    pub bytes: u64,
    pub tensors: Vec<TensorFacts>,
}

/// Which part a tensor belongs to. None for what no part uses.
pub fn part_of(name: &str) -> Option<Part> {
    if name.starts_with("bert.embeddings.") {
        return Some(Part::Embeddings);
    }
    if name.starts_with("bert.pooler.") {
        return Some(Part::Pooler);
    }
    if name.starts_with("cls.") {
        return Some(Part::Head);
    }
    let layer = name.strip_prefix("bert.encoder.layer.")?.split('.').next()?;
    layer.parse().ok().map(Part::Layer)
}

/// The parts, as data flows through them.
pub fn parts(described: &Described) -> Vec<PartFacts> {
    let mut all: Vec<PartFacts> = Vec::new();
    for tensor in &described.tensors {
        let Some(part) = part_of(&tensor.name) else { continue };
        let weights = tensor.shape.iter().product::<usize>() as u64;
        let at = all.iter().position(|p| p.part == part).unwrap_or_else(|| {
            all.push(PartFacts { part, weights: 0, bytes: 0, tensors: Vec::new() });
            all.len() - 1
        });
        all[at].weights += weights;
        all[at].bytes += tensor.bytes;
        all[at].tensors.push(tensor.clone());
    }
    all.sort_by_key(|p| p.part);
    all
}

/// The article's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub layers: u64,
    pub hidden: u64,
    pub heads: u64,
    pub weights: u64,
}

pub const BASE: Size = Size { layers: 12, hidden: 768, heads: 12, weights: 110_000_000 };
pub const LARGE: Size = Size { layers: 24, hidden: 1024, heads: 16, weights: 340_000_000 };

impl Size {
    /// Multiplications of the encoder's matrices for one piece: four of (H, H) and two of (H, 4H) a layer.
    fn multiplications(self) -> u64 {
        self.layers * 12 * self.hidden * self.hidden
    }
}

/// What Large would take where a model of this shape takes `ms`, by multiplications alone.
pub fn large_ms(ms: f64, layers: usize, hidden: usize) -> f64 {
    let here = Size { layers: layers as u64, hidden: hidden as u64, ..BASE };
    ms * LARGE.multiplications() as f64 / here.multiplications() as f64
}

/// Large's bytes, stored as this model is.
pub fn large_bytes(bytes: u64, weights: u64) -> u64 {
    (bytes as f64 * LARGE.weights as f64 / weights.max(1) as f64) as u64
}

/// q · k / √D of one head and piece with every piece. `qkv`: (S, 3, H).
pub fn scores(qkv: &[f32], hidden: usize, head_size: usize, head: usize, from: usize) -> Vec<f32> {
    let of = |piece: usize, part: usize| {
        let at = (piece * 3 + part) * hidden + head * head_size;
        qkv.get(at..at + head_size).unwrap_or_default()
    };
    let q = of(from, 0);
    let dot = |k: &[f32]| q.iter().zip(k).map(|(a, b)| a * b).sum::<f32>();
    let pieces = qkv.len() / (3 * hidden).max(1);
    (0..pieces).map(|piece| dot(of(piece, 1)) / (head_size as f32).sqrt()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::manifest::Manifest;
    use crate::worker::probe::described;

    #[test]
    fn the_shipped_model_in_parts() {
        let json = include_bytes!("../../../assets/models/bert-base-uncased/manifest.json");
        let all = parts(&described(&Manifest::parse(json).expect("the shipped manifest")));
        let order: Vec<Part> = all.iter().map(|p| p.part).collect();
        let layers = (0..12).map(Part::Layer);
        let wanted: Vec<Part> =
            std::iter::once(Part::Embeddings).chain(layers).chain([Part::Pooler, Part::Head]).collect();
        assert_eq!(order, wanted);
        let weights = |part| all.iter().find(|p| p.part == part).map(|p| p.weights);
        // 4 (H, H), 2 (H, 4H), their biases, two norms.
        assert_eq!(weights(Part::Layer(3)), Some(12 * 768 * 768 + (4 + 4 + 1) * 768 + 4 * 768));
        assert_eq!(weights(Part::Embeddings), Some((30_522 + 512 + 2 + 2) * 768));
        let total: u64 = all.iter().map(|p| p.weights).sum();
        assert!((109_000_000..111_000_000).contains(&total), "{total}: the article rounds to 110 million");
    }

    #[test]
    fn large_is_an_estimate_by_size() {
        assert_eq!(large_ms(90.0, 12, 768), 90.0 * 32.0 / 9.0);
        assert_eq!(large_ms(90.0, 24, 1024), 90.0);
        assert_eq!(large_bytes(110, 110_000_000), 340);
        assert_eq!(part_of("bert.encoder.layer.11.output.dense.weight"), Some(Part::Layer(11)));
        assert_eq!(part_of("bert.encoder.other"), None);
    }

    #[test]
    fn scores_are_of_one_head() {
        // Two pieces, H = 4, two heads of 2.
        let qkv = [1., 2., 9., 9., 3., 4., 9., 9., 0., 0., 0., 0., 0., 0., 0., 0., 5., 6., 7., 7., 0., 0., 0., 0.];
        let got = scores(&qkv, 4, 2, 0, 0);
        assert_eq!(got, [11.0 / 2f32.sqrt(), 17.0 / 2f32.sqrt()]);
    }
}
