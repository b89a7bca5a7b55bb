//! The head's part of a micro-batch's graph: what it reads, and what its examples cost.

use super::Found;
use super::layer::Graphs;
use crate::engine::EngineError;
use crate::engine::training::{Example, Truth, span_loss};
use candle_core::{Device, Tensor, Var};

/// What a head reads, which rows of the last layer that is (None: all), and costs to be summed, whose gradients are
/// those of the losses.
pub(super) struct HeadGraph {
    pub(super) read: Tensor,
    pub(super) rows: Option<Tensor>,
    pub(super) costs: Tensor,
}

type Result<T> = std::result::Result<T, EngineError>;

impl Graphs<'_> {
    /// −ln p(class) of each example; x: (M, H), or the [CLS] vectors alone where nothing below is trained.
    pub(super) fn class_head(
        &self,
        x: &Tensor,
        below: bool,
        examples: &[Example],
        found: &mut Found,
    ) -> Result<HeadGraph> {
        let starts: Vec<u32> = self.spans.0.iter().map(|&(start, _)| start as u32).collect();
        let starts = Tensor::new(starts, &Device::Cpu)?;
        let read = if below { Var::from_tensor(&x.index_select(&starts, 0)?)?.into_inner() } else { x.clone() };
        let logits = self.logits(&read)?;
        let class = |e: &Example| if let Truth::Class(class) = e.truth { class as u32 } else { 0 };
        let classes: Vec<u32> = examples.iter().map(class).collect();
        let classes = Tensor::new(classes, &Device::Cpu)?.unsqueeze(1)?;
        let costs = candle_nn::ops::log_softmax(&logits, 1)?.gather(&classes, 1)?.neg()?;
        found.losses.extend(costs.flatten_all()?.to_vec1::<f32>()?);
        found.logits.extend(logits.flatten_all()?.to_vec1::<f32>()?);
        Ok(HeadGraph { read, rows: Some(starts), costs })
    }

    /// [`span_loss`] of each example; x: (M, H).
    pub(super) fn span_head(
        &self,
        x: &Tensor,
        below: bool,
        examples: &[Example],
        found: &mut Found,
    ) -> Result<HeadGraph> {
        let read = if below { Var::from_tensor(x)?.into_inner() } else { x.clone() };
        let [w, b] = &self.vars.classifier;
        let logits = read.matmul(&w.t()?)?.broadcast_add(b)?;
        let values: Vec<f32> = logits.flatten_all()?.to_vec1()?;
        let mut slopes = Vec::with_capacity(values.len());
        for (&(start, len), e) in self.spans.0.iter().zip(examples) {
            let places = if let Truth::Spans(places) = &e.truth { places.as_slice() } else { &[] };
            let one = span_loss(&values[2 * start..2 * (start + len)], places);
            found.losses.push(one.loss as f32);
            found.spans.push(one.said);
            slopes.extend(one.gradient);
        }
        let costs = (&logits * Tensor::from_vec(slopes, logits.dims(), &Device::Cpu)?)?;
        Ok(HeadGraph { read, rows: None, costs })
    }
}
