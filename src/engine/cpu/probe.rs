//! Interventions as the CPU applies them: a mask added to the scores, gates on the context, zeros in the embedding.

use super::Result;
use crate::engine::Batch;
use crate::engine::intervention::{Intervention, Sight};
use crate::model::config::BertConfig;
use candle_core::{Device, Tensor};

/// What changes one layer.
#[derive(Default)]
pub(super) struct LayerProbe<'a> {
    pub layer: usize,
    /// None, or one a row.
    pub interventions: &'a [Intervention],
}

impl LayerProbe<'_> {
    /// (s, s) to be added to a row's scores: −∞ at what a piece may not look at. None where it may look at all.
    pub fn hidden(&self, row: usize, tokens: usize) -> Result<Option<Tensor>> {
        let sight = self.interventions.get(row).map(|i| i.sight).unwrap_or_default();
        Ok(hidden(sight, tokens)?)
    }

    /// (H,) factors of a row's context, 0 for a silenced head's columns. None where no head is.
    pub fn gates(&self, row: usize, config: &BertConfig) -> Result<Option<Tensor>> {
        let silenced = |head| self.interventions.get(row).is_some_and(|i| i.silences(self.layer, head));
        if !(0..config.num_attention_heads).any(silenced) {
            return Ok(None);
        }
        let size = config.head_size();
        let gates: Vec<f32> = (0..config.hidden_size).map(|i| f32::from(u8::from(!silenced(i / size)))).collect();
        Ok(Some(Tensor::new(gates, &Device::Cpu)?))
    }
}

/// (s, s) to be added to scores so that a piece sees what `sight` says. None where it sees all.
pub(super) fn hidden(sight: Sight, tokens: usize) -> candle_core::Result<Option<Tensor>> {
    if sight == Sight::Both {
        return Ok(None);
    }
    let pairs = (0..tokens).flat_map(|q| (0..tokens).map(move |k| (q, k)));
    let added: Vec<f32> = pairs.map(|(q, k)| if sight.sees(q, k) { 0.0 } else { f32::NEG_INFINITY }).collect();
    Ok(Some(Tensor::from_vec(added, (tokens, tokens), &Device::Cpu)?))
}

/// Rows of the position table for a row of so many pieces.
pub(super) fn positions(intervention: Option<&Intervention>, tokens: usize) -> Vec<u32> {
    (0..tokens).map(|i| intervention.map_or(i as u32, |x| x.position(i))).collect()
}

/// Word, position, segment, (M, H) each, with what is left out set to 0.
pub(super) fn without_left_out(
    parts: [Tensor; 3],
    batch: &Batch,
    interventions: &[Intervention],
) -> Result<[Tensor; 3]> {
    if interventions.iter().all(|i| i.left_out.is_empty()) {
        return Ok(parts);
    }
    let pieces = batch.rows.iter().zip(interventions);
    let left_out = pieces.flat_map(|(row, i)| (0..row.input_ids.len()).map(|piece| i.left_out(piece)));
    let kept: Vec<[f32; 3]> =
        left_out.map(|l| [l.word, l.position, l.segment].map(|out| f32::from(u8::from(!out)))).collect();
    let [word, position, segment] = parts;
    let keep = |part: Tensor, which: usize| -> Result<Tensor> {
        let column: Vec<f32> = kept.iter().map(|k| k[which]).collect();
        let column = Tensor::from_vec(column, (kept.len(), 1), &Device::Cpu)?;
        // −0 becomes 0: the page shows it.
        Ok((part.broadcast_mul(&column)? + 0.0)?)
    };
    Ok([keep(word, 0)?, keep(position, 1)?, keep(segment, 2)?])
}
