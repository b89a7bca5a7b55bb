//! The proof chip: the golden sentence on the engine in use, against PyTorch's logits on the same
//! dequantized bytes. The reference is made by `tools/` and compiled in.

use crate::engine::{Answer, Batch, BlankAt, EngineInfo, Row, Want};
use crate::protocol::{Proof, ProofRow};
use serde::Deserialize;

/// `assets/recorded/proof.json`
#[derive(Debug, Clone, Deserialize)]
pub struct Golden {
    pub sentence: String,
    pub input_ids: Vec<u32>,
    pub position: usize,
    pub base_hash: String,
    pub tolerance: f32,
    /// (id, logit) of PyTorch in f32 on the shipped bytes.
    pub compared: Vec<(u32, f32)>,
    /// Likeliest pieces, on the shipped bytes and on f32 weights.
    pub rows: Vec<GoldenRow>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct GoldenRow {
    pub id: u32,
    pub piece: String,
    pub probability: f32,
    pub probability_f32: f32,
}

impl Golden {
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub fn batch(&self) -> (Batch, Want) {
        let token_type_ids = vec![0; self.input_ids.len()];
        let batch = Batch::one(Row { input_ids: self.input_ids.clone(), token_type_ids });
        let blank = BlankAt { row: 0, position: self.position, asked: Vec::new() };
        (batch, Want { blanks: vec![blank], top_k: 1, logits: true, ..Want::default() })
    }

    /// Passes when every compared logit is within the tolerance. NaN fails.
    pub fn judge(&self, answer: Answer, info: EngineInfo) -> Option<Proof> {
        let blank = answer.blanks.into_iter().next()?;
        let mut worst: f32 = 0.0;
        for &(id, logit) in &self.compared {
            let difference = (blank.logits.get(id as usize)? - logit).abs();
            worst = if difference.is_nan() { f32::INFINITY } else { worst.max(difference) };
        }
        let rows = self.rows.iter().map(|r| ProofRow {
            piece: r.piece.clone(),
            here: (blank.logits[r.id as usize] - blank.logsumexp).exp(),
            reference: r.probability,
            f32_model: r.probability_f32,
        });
        Some(Proof {
            sentence: self.sentence.clone(),
            compared: self.compared.len(),
            worst_difference: worst,
            tolerance: self.tolerance,
            passed: !self.compared.is_empty() && worst <= self.tolerance,
            rows: rows.collect(),
            info,
            stats: answer.stats,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::engine::BlankAnswer;

    fn golden() -> Golden {
        let json = r#"{"sentence":"s","input_ids":[1],"position":0,"base_hash":"","tolerance":0.002,
            "compared":[[0,1.0],[1,2.0]],"rows":[{"id":1,"piece":"b","probability":0.7,"probability_f32":0.6}]}"#;
        Golden::parse(json).unwrap()
    }

    fn proof(logits: Vec<f32>) -> Proof {
        let blanks = vec![BlankAnswer { logits, logsumexp: 2.3, ..BlankAnswer::default() }];
        golden().judge(Answer { blanks, ..Answer::default() }, EngineInfo::default()).unwrap()
    }

    #[test]
    fn passes_within_the_tolerance_and_goes_red_beyond() {
        assert!(proof(vec![1.001, 2.0]).passed);
        assert!(!proof(vec![1.003, 2.0]).passed);
        assert!(!proof(vec![f32::NAN, 2.0]).passed);
        assert!(!proof(vec![1.0, f32::NAN]).passed);
    }
}
