//! "Inside": how a matrix is stored, and how far that is from its f32 original, as recorded.

use crate::protocol::probe::{Described, Stored, TensorFacts};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// `assets/recorded/weights.json`, from `cargo xtask quality weights … --record`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rounding {
    /// Of the pack that was judged: its figures are of no other.
    pub base_hash: String,
    /// Masked words by the f32 weights, the pack's, and the same in 8 bits.
    pub words: [Words; 3],
    pub matrices: Vec<Matrix>,
}

/// A judgement on hidden words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Words {
    pub loss: f64,
    pub top_1: f64,
    pub n: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// Hugging Face's name.
    pub name: String,
    /// ‖W − Ŵ‖ / ‖W‖ (Frobenius) of the pack's 4-bit values, and of 8-bit ones.
    pub off: [f64; 2],
    /// The f32 weights of the first group of the first row, in units of 1e-5.
    pub first: Vec<i32>,
}

static ROUNDING: LazyLock<Option<Rounding>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../assets/recorded/weights.json")).ok());

/// What is recorded of the pack with this base hash.
pub fn rounding(base_hash: &str) -> Option<&'static Rounding> {
    ROUNDING.as_ref().filter(|r| r.base_hash == base_hash)
}

impl Rounding {
    pub fn matrix(&self, name: &str) -> Option<&Matrix> {
        self.matrices.iter().find(|m| m.name == name)
    }
}

impl Matrix {
    /// The recorded originals, where the group is the one they are of.
    pub fn originals(&self, row: usize, group: usize) -> Option<Vec<f32>> {
        (row == 0 && group == 0).then(|| self.first.iter().map(|&v| v as f32 * 1e-5).collect())
    }
}

/// The matrices that are stored in codes, as the manifest names them.
pub fn coded(described: &Described) -> impl Iterator<Item = &TensorFacts> {
    described.tensors.iter().filter(|t| t.shape.len() == 2 && t.scheme != "f32")
}

/// The weight that a code stands for.
pub fn weight(stored: &Stored, code: i16) -> f32 {
    stored.scale * f32::from(code) + stored.minimum.unwrap_or_default()
}

/// The lowest and highest weight that the group can hold.
pub fn span(stored: &Stored) -> [f32; 2] {
    let [low, high] = stored.range;
    [weight(stored, low), weight(stored, high)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::manifest::Manifest;
    use crate::worker::probe::described;

    #[test]
    fn every_coded_matrix_of_the_shipped_pack_is_recorded() {
        let json = include_bytes!("../../../assets/models/bert-base-uncased/manifest.json");
        let manifest = Manifest::parse(json).expect("the shipped manifest");
        let recorded = rounding(&manifest.base_hash).expect("recorded for this pack");
        let all = described(&manifest);
        let mut count = 0;
        for t in coded(&all) {
            let m = recorded.matrix(&t.name).unwrap_or_else(|| panic!("{} is not recorded", t.name));
            assert!(m.off[0] > 4.0 * m.off[1] && m.off[0] < 0.2 && m.first.len() == 32, "{m:?}");
            count += 1;
        }
        assert_eq!(count, recorded.matrices.len());
        assert_eq!(rounding("another"), None);
        let [f32s, four, eight] = recorded.words;
        // What the page says of them: 8 bits cost next to nothing, 4 bits little.
        assert!((eight.loss - f32s.loss).abs() < 0.005 && (four.loss - f32s.loss).abs() < 0.01, "{recorded:?}");
    }
}
