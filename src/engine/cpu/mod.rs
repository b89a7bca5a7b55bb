//! The CPU engine: candle in f32 on dequantized weights. Reference and fallback.
//!
//! Rows of a batch lie end to end, M = Σ lengths; only attention looks at one row at a time. So
//! there is no padding and no mask.

mod adapter;
mod probe;
mod training;
mod weights;

pub use training::Pretrainer;
pub use weights::CpuBuilder;

use super::clock::Steps;
use super::intervention::Intervention;
use super::vocabulary::judge;
use super::{AdapterId, Answer, Batch, EngineError, EngineInfo, EngineKind, Given, RunStats, Want};
use crate::model::adapter::Adapter;
use crate::model::config::BertConfig;
use adapter::LoadedAdapter;
use candle_core::{D, DType, Device, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};
use probe::LayerProbe;
use std::collections::BTreeMap;
use std::sync::Arc;
use weights::Tensors;

type Result<T> = std::result::Result<T, EngineError>;

/// BERT's encoder, pooler and masked-word head.
pub struct CpuEngine {
    config: BertConfig,
    tensors: Tensors,
    adapters: BTreeMap<AdapterId, Arc<LoadedAdapter>>,
    next_adapter: u32,
    training: Option<Box<training::Training>>,
}

/// What goes with a layer: an adapter, changes, and where its captures go.
#[derive(Default)]
struct Beside<'a> {
    adapter: Option<&'a LoadedAdapter>,
    changed: LayerProbe<'a>,
    attentions: Option<&'a mut Vec<f32>>,
    qkv: Option<&'a mut Vec<f32>>,
}

/// Where each row of a batch lies among the M tokens.
struct Spans(Vec<(usize, usize)>);

impl Spans {
    fn of(batch: &Batch) -> Self {
        let mut start = 0;
        let spans = batch.rows.iter().map(|r| {
            let span = (start, r.input_ids.len());
            start += span.1;
            span
        });
        Self(spans.collect())
    }

    /// (M, H) → (B, S, H), zero beyond a row's length.
    fn padded(&self, x: &Tensor, longest: usize) -> Result<Vec<f32>> {
        let (_, h) = x.dims2()?;
        let flat: Vec<f32> = x.flatten_all()?.to_vec1()?;
        let mut out = vec![0.0; self.0.len() * longest * h];
        for (row, &(start, tokens)) in self.0.iter().enumerate() {
            let to = row * longest * h;
            out[to..to + tokens * h].copy_from_slice(&flat[start * h..(start + tokens) * h]);
        }
        Ok(out)
    }
}

impl CpuEngine {
    fn new(config: BertConfig, tensors: Tensors) -> Self {
        Self { config, tensors, adapters: BTreeMap::new(), next_adapter: 0, training: None }
    }

    pub fn config(&self) -> &BertConfig {
        &self.config
    }

    pub fn info(&self) -> EngineInfo {
        EngineInfo {
            kind: EngineKind::Cpu,
            adapter: if cfg!(target_arch = "wasm32") { "WebAssembly" } else { "native" }.into(),
            software: false,
            tier: "candle".into(),
            scheme: self.tensors.scheme.clone(),
            weight_bytes: self.tensors.bytes(),
            memory_bytes: self.tensors.bytes()
                + self.adapters.values().map(|a| a.bytes()).sum::<u64>()
                + self.training.as_ref().map_or(0, |t| t.bytes()),
        }
    }

    pub fn add_adapter(&mut self, adapter: &Adapter) -> Result<AdapterId> {
        let loaded = LoadedAdapter::new(adapter, &self.config)?;
        let id = AdapterId(self.next_adapter);
        self.next_adapter += 1;
        self.adapters.insert(id, Arc::new(loaded));
        Ok(id)
    }

    pub fn remove_adapter(&mut self, id: AdapterId) {
        self.adapters.remove(&id);
    }

    /// Runs the encoder once and computes what is wanted. See [`super::Engine::run`].
    pub fn run(&mut self, batch: &Batch, want: &Want) -> Result<Answer> {
        batch.check(&self.config)?;
        want.check(batch)?;
        want.check_probe(batch, &self.config)?;
        let held = |id| self.adapters.get(&id).cloned().ok_or(EngineError::NoSuchAdapter);
        let active = want.adapter.map(held).transpose()?;
        let active = active.as_deref();
        want.check_head(active.map(|a| a.head))?;
        let mut steps = Steps::default();
        let spans = Spans::of(batch);
        let longest = batch.longest();
        let mut answer = Answer { tokens: longest, ..Answer::default() };

        let parts = self.embedding_parts(batch, &want.interventions, active)?;
        if want.embedding_parts {
            answer.embedding_parts = spans.padded(&Tensor::cat(&parts, 1)?, longest)?;
        }
        let mut x = self.embedded(&parts, active)?;
        if want.hidden_states {
            answer.hidden_states = spans.padded(&x, longest)?;
        }
        steps.done("embeddings");
        for layer in 0..self.config.num_hidden_layers {
            let name = format!("bert.encoder.layer.{layer}");
            let beside = Beside {
                adapter: active,
                changed: LayerProbe { layer, interventions: &want.interventions },
                attentions: want.attentions.then_some(&mut answer.attentions),
                qkv: (want.qkv_of == Some(layer)).then_some(&mut answer.qkv),
            };
            x = self.layer(&name, &x, &spans, longest, beside)?;
            if want.hidden_states {
                answer.hidden_states.extend(spans.padded(&x, longest)?);
            }
        }
        steps.done("encoder");
        if want.pooled || want.class_logits {
            let first: Vec<u32> = spans.0.iter().map(|&(start, _)| start as u32).collect();
            let cls = x.index_select(&Tensor::new(first, &Device::Cpu)?, 0)?;
            let pooled = match active.and_then(|a| a.pooler.as_ref()) {
                Some((w, b)) => cls.matmul(w)?.broadcast_add(b)?,
                None => self.linear("bert.pooler.dense", &cls, None)?,
            };
            let pooled = pooled.tanh()?;
            if let (true, Some(adapter)) = (want.class_logits, active) {
                let (w, b) = &adapter.classifier;
                answer.class_logits = pooled.matmul(w)?.broadcast_add(b)?.flatten_all()?.to_vec1()?;
            }
            if want.pooled {
                answer.pooled = pooled.flatten_all()?.to_vec1()?;
            }
            steps.done("pooler");
        }
        if let (true, Some(adapter)) = (want.span_logits, active) {
            let (w, b) = &adapter.classifier;
            answer.span_logits = spans.padded(&x.matmul(w)?.broadcast_add(b)?, longest)?;
            steps.done("span head");
        }
        if !want.blanks.is_empty() {
            let at: Vec<u32> = want.blanks.iter().map(|b| (spans.0[b.row].0 + b.position) as u32).collect();
            let logits = self.logits(&x.index_select(&Tensor::new(at, &Device::Cpu)?, 0)?)?;
            for (i, blank) in want.blanks.iter().enumerate() {
                let row: Vec<f32> = logits.get(i)?.to_vec1()?;
                if blank.asked.iter().any(|&id| id as usize >= row.len()) {
                    return Err(EngineError::BadRow { row: blank.row });
                }
                answer.blanks.push(judge(&row, want.top_k, &blank.asked, want.logits));
            }
            steps.done("masked-word head");
        }
        let (total_ms, steps_ms) = steps.finish();
        answer.stats = RunStats { total_ms, steps_ms, ..RunStats::default() };
        Ok(answer)
    }

    /// LayerNorm(word + position + token type): (M, H).
    fn embeddings(&self, batch: &Batch, adapter: Option<&LoadedAdapter>) -> Result<Tensor> {
        self.embedded(&self.embedding_parts(batch, &[], adapter)?, adapter)
    }

    /// Rows of the three tables, (M, H) each, 0 where an intervention leaves a part out.
    fn embedding_parts(
        &self,
        batch: &Batch,
        interventions: &[Intervention],
        adapter: Option<&LoadedAdapter>,
    ) -> Result<[Tensor; 3]> {
        let column = |f: &dyn Fn((usize, &super::Row)) -> Vec<u32>| -> Result<Tensor> {
            let ids: Vec<u32> = batch.rows.iter().enumerate().flat_map(f).collect();
            Ok(Tensor::new(ids, &Device::Cpu)?)
        };
        let ids = column(&|(_, r)| r.input_ids.clone())?;
        let types = column(&|(_, r)| r.token_type_ids.clone())?;
        let positions = column(&|(i, r)| probe::positions(interventions.get(i), r.input_ids.len()))?;
        let look_up = |table: &str, at: &Tensor| -> Result<Tensor> {
            Ok(self.tensor(&format!("bert.embeddings.{table}_embeddings.weight"), adapter)?.index_select(at, 0)?)
        };
        let parts = [look_up("word", &ids)?, look_up("position", &positions)?, look_up("token_type", &types)?];
        probe::without_left_out(parts, batch, interventions)
    }

    fn embedded(&self, parts: &[Tensor; 3], adapter: Option<&LoadedAdapter>) -> Result<Tensor> {
        let [word, position, segment] = parts;
        self.layer_norm("bert.embeddings.LayerNorm", &((word + position)? + segment)?, adapter)
    }

    /// One encoder layer: (M, H) → (M, H).
    fn layer(&self, name: &str, x: &Tensor, spans: &Spans, longest: usize, beside: Beside<'_>) -> Result<Tensor> {
        let Beside { adapter, changed, attentions, qkv: qkv_to } = beside;
        let project = |which: &str| self.linear(&format!("{name}.attention.self.{which}"), x, adapter);
        let qkv = [project("query")?, project("key")?, project("value")?];
        if let Some(out) = qkv_to {
            *out = spans.padded(&Tensor::cat(&qkv, 1)?, longest)?;
        }
        let context = self.attention(&qkv, spans, longest, &changed, attentions)?;
        let attended = (self.linear(&format!("{name}.attention.output.dense"), &context, adapter)? + x)?;
        let x = self.layer_norm(&format!("{name}.attention.output.LayerNorm"), &attended, adapter)?;
        let inner = self.linear(&format!("{name}.intermediate.dense"), &x, adapter)?.gelu_erf()?;
        let out = (self.linear(&format!("{name}.output.dense"), &inner, adapter)? + &x)?;
        self.layer_norm(&format!("{name}.output.LayerNorm"), &out, adapter)
    }

    /// softmax(QKᵀ/√D)·V for each row and head; q, k, v and the result: (M, H).
    fn attention(
        &self,
        [q, k, v]: &[Tensor; 3],
        spans: &Spans,
        longest: usize,
        changed: &LayerProbe<'_>,
        mut captured: Option<&mut Vec<f32>>,
    ) -> Result<Tensor> {
        let heads = self.config.num_attention_heads;
        let mut rows = Vec::with_capacity(spans.0.len());
        for (row, &span) in spans.0.iter().enumerate() {
            let (q, k, v) = (by_head(q, span, heads)?, by_head(k, span, heads)?, by_head(v, span, heads)?);
            let probabilities = attention_probabilities(&q, &k, changed.hidden(row, span.1)?.as_ref())?;
            if let Some(out) = captured.as_deref_mut() {
                push_padded(out, &probabilities, longest)?;
            }
            let context = by_token(&probabilities.matmul(&v)?)?;
            rows.push(match changed.gates(row, &self.config)? {
                Some(gates) => context.broadcast_mul(&gates)?,
                None => context,
            });
        }
        Ok(Tensor::cat(&rows, 0)?)
    }

    /// The masked-word head on given vectors. See [`super::Engine::words_of`].
    pub fn words_of(&mut self, given: &Given<'_>) -> Result<Answer> {
        let mut steps = Steps::default();
        let x = Tensor::from_slice(given.vectors, (given.rows, self.config.hidden_size), &Device::Cpu)?;
        let logits: Vec<Vec<f32>> = self.logits(&x)?.to_vec2()?;
        let blanks = logits.iter().map(|row| judge(row, given.top_k, given.asked, false)).collect();
        steps.done("masked-word head");
        let (total_ms, steps_ms) = steps.finish();
        let stats = RunStats { total_ms, steps_ms, ..RunStats::default() };
        Ok(Answer { blanks, stats, ..Answer::default() })
    }

    /// Masked-word head at chosen tokens: (n, H) → (n, V). The output matrix is the word table.
    fn logits(&self, x: &Tensor) -> Result<Tensor> {
        let h = self.linear("cls.predictions.transform.dense", x, None)?.gelu_erf()?;
        let h = self.layer_norm("cls.predictions.transform.LayerNorm", &h, None)?;
        let table = self.tensors.get("bert.embeddings.word_embeddings.weight")?;
        Ok(h.matmul(&table.t()?)?.broadcast_add(self.tensors.get("cls.predictions.bias")?)?)
    }

    /// x·Wᵀ + b, and what an adapter adds: (n, K) → (n, N), W (N, K).
    fn linear(&self, name: &str, x: &Tensor, adapter: Option<&LoadedAdapter>) -> Result<Tensor> {
        let w = self.tensor(&format!("{name}.weight"), adapter)?;
        let b = self.tensor(&format!("{name}.bias"), adapter)?;
        let y = x.matmul(&w.t()?)?.broadcast_add(b)?;
        match adapter.map(|a| a.delta(name, x)).transpose()?.flatten() {
            Some(delta) => Ok((y + delta)?),
            None => Ok(y),
        }
    }

    /// The adapter's own, or the base's.
    fn tensor<'a>(&'a self, name: &str, adapter: Option<&'a LoadedAdapter>) -> Result<&'a Tensor> {
        adapter.and_then(|a| a.weights.get(name)).map_or_else(|| self.tensors.get(name), Ok)
    }

    fn layer_norm(&self, name: &str, x: &Tensor, adapter: Option<&LoadedAdapter>) -> Result<Tensor> {
        let w = self.tensor(&format!("{name}.weight"), adapter)?;
        let b = self.tensor(&format!("{name}.bias"), adapter)?;
        debug_assert_eq!(x.dtype(), DType::F32);
        debug_assert_eq!(x.dim(D::Minus1)?, w.elem_count());
        Ok(layer_norm(&x.contiguous()?, w, b, self.config.layer_norm_eps as f32)?)
    }
}

/// A row's part of (M, H) by head: (N, s, D).
fn by_head(x: &Tensor, (start, tokens): (usize, usize), heads: usize) -> candle_core::Result<Tensor> {
    let size = x.dim(1)? / heads;
    x.narrow(0, start, tokens)?.reshape((tokens, heads, size))?.transpose(0, 1)?.contiguous()
}

/// The way back: (N, s, D) → (s, H).
fn by_token(x: &Tensor) -> candle_core::Result<Tensor> {
    let (heads, tokens, size) = x.dims3()?;
    x.transpose(0, 1)?.reshape((tokens, heads * size))
}

/// softmax(QKᵀ/√D + hidden): q, k (N, s, D), hidden (s, s) → (N, s, s).
fn attention_probabilities(q: &Tensor, k: &Tensor, hidden: Option<&Tensor>) -> candle_core::Result<Tensor> {
    let scale = 1.0 / (q.dim(2)? as f64).sqrt();
    let scores = (q.matmul(&k.transpose(1, 2)?.contiguous()?)? * scale)?;
    match hidden {
        Some(hidden) => softmax_last_dim(&scores.broadcast_add(hidden)?),
        None => softmax_last_dim(&scores),
    }
}

/// Appends (N, s, s) as (N, S, S), zero where there are no tokens.
fn push_padded(out: &mut Vec<f32>, probabilities: &Tensor, longest: usize) -> Result<()> {
    let (heads, tokens, _) = probabilities.dims3()?;
    let flat: Vec<f32> = probabilities.flatten_all()?.to_vec1()?;
    let base = out.len();
    out.resize(base + heads * longest * longest, 0.0);
    for head in 0..heads {
        for query in 0..tokens {
            let from = (head * tokens + query) * tokens;
            let to = base + (head * longest + query) * longest;
            out[to..to + tokens].copy_from_slice(&flat[from..from + tokens]);
        }
    }
    Ok(())
}
