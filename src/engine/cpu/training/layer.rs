//! A trained layer and the head as candle graphs over the engine's own values.

use super::super::adapter::LoadedAdapter;
use super::super::probe::LayerProbe;
use super::super::{CpuEngine, Spans};
use super::back::{attention_back, gelu_back, layer_norm_back, layer_norm_grads, linear_back, low_rank_back};
use super::ops::{known, known3};
use crate::engine::intervention::{Intervention, Sight};
use crate::engine::training::{DropoutAt, dropped};
use crate::engine::{Batch, EngineError, Row};
use crate::model::adapter::{Adapter, Dense, Head, LowRank, Target};
use crate::model::config::BertConfig;
use crate::model::whole;
use candle_core::{DType, Device, Tensor, Var};
use std::collections::BTreeMap;

type Result<T> = std::result::Result<T, EngineError>;

/// Which values of a micro-batch go.
#[derive(Clone, Copy)]
pub(super) struct Dropout {
    /// 0 for none.
    pub(super) threshold: u32,
    pub(super) micro_step: u32,
    pub(super) seed: u32,
}

impl Dropout {
    /// x times its factors: (n, H), the index counting over all of it.
    fn on(self, x: &Tensor, at: DropoutAt) -> Result<Tensor> {
        if self.threshold == 0 {
            return Ok(x.clone());
        }
        let calls = x.elem_count().div_ceil(4) as u32;
        let factor = |i| dropped(i, at, self.micro_step, self.seed, self.threshold);
        let mut mask: Vec<f32> = (0..calls).flat_map(factor).collect();
        mask.truncate(x.elem_count());
        let mask = Tensor::from_vec(mask, x.dims(), &Device::Cpu)?;
        let y = (x.detach() * &mask)?;
        Ok(known(x, &y, move |_, _, dy| dy * &mask)?)
    }
}

/// What is trained, as candle's variables: A (r, K) and B (N, r) by layer and Linear, weight and bias of the rest.
pub(super) struct Vars {
    pub(super) low_rank: BTreeMap<(usize, Target), [Var; 2]>,
    pub(super) pooler: Option<[Var; 2]>,
    pub(super) classifier: [Var; 2],
    /// By name, where all weights are trained.
    pub(super) weights: BTreeMap<String, Var>,
}

impl Vars {
    pub(super) fn new(adapter: &Adapter, config: &BertConfig) -> Result<Self> {
        let matrix = |values: &[f32], rows: usize| -> Result<Var> {
            Ok(Var::from_slice(values, (rows, values.len() / rows.max(1)), &Device::Cpu)?)
        };
        let dense = |d: &Dense| -> Result<[Var; 2]> {
            let n = d.bias.len();
            Ok([matrix(&d.weight, n)?, Var::from_slice(&d.bias, n, &Device::Cpu)?])
        };
        let r = adapter.rank;
        let pair = |(&at, m): (&(usize, Target), &LowRank)| -> Result<_> {
            let n = m.b.len() / r.max(1);
            Ok((at, [matrix(&m.a, r)?, matrix(&m.b, n)?]))
        };
        let shapes = if adapter.is_whole() { whole::shapes(config) } else { Default::default() };
        let mut weights = BTreeMap::new();
        for ((name, shape), values) in shapes.into_iter().zip(adapter.weights.values()) {
            weights.insert(name, Var::from_slice(values, shape, &Device::Cpu)?);
        }
        Ok(Self {
            low_rank: adapter.low_rank.iter().map(pair).collect::<Result<_>>()?,
            pooler: adapter.pooler.as_ref().map(dense).transpose()?,
            classifier: dense(&adapter.classifier)?,
            weights,
        })
    }

    /// Nothing is trained.
    pub(super) fn none() -> Result<Self> {
        let nothing = || Var::zeros(1, DType::F32, &Device::Cpu);
        let classifier = [nothing()?, nothing()?];
        Ok(Self { low_rank: BTreeMap::new(), pooler: None, classifier, weights: BTreeMap::new() })
    }

    /// In the order of the adapter's arrays.
    pub(super) fn all(&self) -> impl Iterator<Item = &Var> {
        let heads = self.pooler.iter().flatten().chain(&self.classifier);
        self.low_rank.values().flatten().chain(heads).chain(self.weights.values())
    }

    /// Weight and bias of a Linear or a LayerNorm that is trained itself.
    fn own(&self, name: &str) -> Option<[&Var; 2]> {
        Some([self.weights.get(&format!("{name}.weight"))?, self.weights.get(&format!("{name}.bias"))?])
    }
}

/// One micro-batch's graphs.
pub(super) struct Graphs<'a> {
    pub(super) engine: &'a CpuEngine,
    /// As the engine multiplies by it. In training it holds the same values as `vars`.
    pub(super) adapter: Option<&'a LoadedAdapter>,
    pub(super) vars: &'a Vars,
    /// alpha / rank.
    pub(super) scale: f64,
    pub(super) dropout: Dropout,
    pub(super) spans: &'a Spans,
    /// The lowest trained layer; how many there are where none is.
    pub(super) first: usize,
    pub(super) head: Head,
    /// Make a layer's graph again on the way back.
    pub(super) recompute: bool,
    /// Which pieces each piece looks at.
    pub(super) sight: Sight,
}

impl Graphs<'_> {
    /// As `CpuEngine::layer`, with dropout: (M, H) → (M, H).
    pub(super) fn layer(&self, layer: usize, x: &Tensor) -> Result<Tensor> {
        let [q, k, v] = [Target::Query, Target::Key, Target::Value].map(|t| self.linear(layer, t, x));
        let context = self.attention(q?, k?, v?)?;
        let attended = self.linear(layer, Target::AttentionOutput, &context)?;
        let attended = self.dropout.on(&attended, DropoutAt::AttentionOutput { layer })?;
        let name = format!("bert.encoder.layer.{layer}");
        let x = self.layer_norm(&format!("{name}.attention.output.LayerNorm"), &(attended + x)?)?;
        let wide = self.linear(layer, Target::Intermediate, &x)?;
        let wide = self.gelu(&wide)?;
        let out = self.linear(layer, Target::Output, &wide)?;
        let out = self.dropout.on(&out, DropoutAt::Output { layer })?;
        self.layer_norm(&format!("{name}.output.LayerNorm"), &(out + &x)?)
    }

    /// LayerNorm of the sum of the three tables' rows, (M, H), where they are trained.
    pub(super) fn embedded(&self, batch: &Batch) -> Result<Tensor> {
        let rows = |table: &str, at: Vec<u32>| -> Result<Tensor> {
            let name = format!("{}.{table}_embeddings.weight", whole::EMBEDDINGS);
            let table = self.vars.weights.get(&name).ok_or(EngineError::BadTensor { name })?;
            Ok(table.index_select(&Tensor::new(at, &Device::Cpu)?, 0)?)
        };
        let all = |of: fn(&Row) -> Vec<u32>| batch.rows.iter().flat_map(of).collect();
        let words = rows("word", all(|r| r.input_ids.clone()))?;
        let positions = rows("position", all(|r| (0..r.input_ids.len() as u32).collect()))?;
        let segments = rows("token_type", all(|r| r.token_type_ids.clone()))?;
        self.layer_norm(&format!("{}.LayerNorm", whole::EMBEDDINGS), &((words + positions)? + segments)?)
    }

    /// y = x·Wᵀ + b + scale·(x·Aᵀ)·Bᵀ; gradients of W and b, or of A and B, are made where they are trained.
    fn linear(&self, layer: usize, target: Target, x: &Tensor) -> Result<Tensor> {
        let (name, scale, wanted) = (target.linear(layer), self.scale, x.track_op());
        if let Some(own) = self.vars.own(&name) {
            return self.own_linear(&name, own, x);
        }
        let y = self.engine.linear(&name, &x.detach(), self.adapter)?;
        let w = self.engine.tensor(&format!("{name}.weight"), self.adapter)?.clone();
        let Some([a, b]) = self.vars.low_rank.get(&(layer, target)) else {
            let low = self.adapter.and_then(|a| a.low_rank(&name)).cloned();
            return Ok(known(x, &y, move |_, _, dy| match &low {
                Some((a, b)) => dy.matmul(&w)? + dy.matmul(&b.t()?)?.matmul(&a.t()?)?,
                None => dy.matmul(&w),
            })?);
        };
        let back =
            move |x: &Tensor, a: &Tensor, b: &Tensor, dy: &Tensor| low_rank_back([x, a, b], dy, &w, scale, wanted);
        Ok(known3([x, a, b], &y, back)?)
    }

    /// x·Wᵀ + b of a Linear that is trained itself.
    fn own_linear(&self, name: &str, [w, b]: [&Var; 2], x: &Tensor) -> Result<Tensor> {
        let wanted = x.track_op();
        let y = self.engine.linear(name, &x.detach(), self.adapter)?;
        let back = move |x: &Tensor, w: &Tensor, _: &Tensor, dy: &Tensor| linear_back(x, w, dy, wanted);
        Ok(known3([x, w, b], &y, back)?)
    }

    /// The same by name, where all weights are trained.
    pub(super) fn named_linear(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        let own = self.vars.own(name).ok_or_else(|| EngineError::BadTensor { name: name.to_owned() })?;
        self.own_linear(name, own, x)
    }

    pub(super) fn gelu(&self, x: &Tensor) -> Result<Tensor> {
        Ok(known(x, &x.detach().gelu_erf()?, gelu_back)?)
    }

    fn attention(&self, q: Tensor, k: Tensor, v: Tensor) -> Result<Tensor> {
        let qkv = [q.detach(), k.detach(), v.detach()];
        let (sight, rows) = (self.sight, self.spans.0.len());
        let seen = if sight == Sight::Both { Vec::new() } else { vec![Intervention::sight(sight); rows] };
        let changed = LayerProbe { interventions: &seen, ..LayerProbe::default() };
        let y = self.engine.attention(&qkv, self.spans, 0, &changed, None)?;
        let (heads, spans) = (self.engine.config.num_attention_heads, self.spans.0.clone());
        Ok(known3([&q, &k, &v], &y, move |q, k, v, dy| {
            let [dq, dk, dv] = attention_back([q, k, v], dy, &spans, heads, sight)?;
            Ok((Some(dq), Some(dk), Some(dv)))
        })?)
    }

    pub(super) fn layer_norm(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        let y = self.engine.layer_norm(name, &x.detach(), self.adapter)?;
        let eps = self.engine.config.layer_norm_eps;
        if let Some([weight, bias]) = self.vars.own(name) {
            return Ok(known3([x, weight, bias], &y, move |x, weight, _, dy| {
                let [d_weight, d_bias] = layer_norm_grads(x, dy, eps)?;
                Ok((Some(layer_norm_back(x, dy, weight, eps)?), Some(d_weight), Some(d_bias)))
            })?);
        }
        let weight = self.engine.tensor(&format!("{name}.weight"), self.adapter)?.clone();
        Ok(known(x, &y, move |x, _, dy| layer_norm_back(x, dy, &weight, eps))?)
    }

    /// [CLS] vectors (n, H) → logits (n, labels).
    pub(super) fn logits(&self, cls: &Tensor) -> Result<Tensor> {
        let dense = |x: &Tensor, [w, b]: &[Var; 2]| -> Result<Tensor> { Ok(x.matmul(&w.t()?)?.broadcast_add(b)?) };
        let pooled = match &self.vars.pooler {
            Some(pooler) => dense(cls, pooler)?,
            None => {
                let y = self.engine.linear("bert.pooler.dense", &cls.detach(), None)?;
                let w = self.engine.tensors.get("bert.pooler.dense.weight")?.clone();
                known(cls, &y, move |_, _, dy| dy.matmul(&w))?
            }
        };
        let layers = self.engine.config.num_hidden_layers;
        dense(&self.dropout.on(&pooled.tanh()?, DropoutAt::Pooled { layers })?, &self.vars.classifier)
    }
}
