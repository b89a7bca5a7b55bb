//! Gradients by token: the trainer's graphs with nothing trained, and the two heads backwards by hand.

use super::super::adapter::LoadedAdapter;
use super::super::{CpuEngine, Spans};
use super::back::{gelu_back, layer_norm_back};
use super::layer::{Dropout, Graphs, Vars};
use crate::engine::clock::Steps;
use crate::engine::intervention::Sight;
use crate::engine::token_gradients::{Contrast, Scores, TokenGradients};
use crate::engine::{AdapterId, Batch, EngineError, RunStats};
use crate::model::adapter::Head;
use candle_core::{Device, Tensor, Var};

type Result<T> = std::result::Result<T, EngineError>;

impl CpuEngine {
    /// See [`crate::engine::Engine::token_gradients`].
    pub fn token_gradients(
        &self,
        batch: &Batch,
        scores: &Scores,
        adapter: Option<AdapterId>,
    ) -> Result<TokenGradients> {
        let want = scores.want(adapter);
        batch.check(&self.config)?;
        want.check(batch)?;
        let held = |id| self.adapters.get(&id).cloned().ok_or(EngineError::NoSuchAdapter);
        let adapter = adapter.map(held).transpose()?;
        let adapter = adapter.as_deref();
        want.check_head(adapter.map(|a| a.head))?;
        let labels = adapter.map_or(Ok(0), |a| a.classifier.1.dim(0))?;
        scores.check(batch, &self.config, labels)?;
        let mut steps = Steps::default();
        let spans = Spans::of(batch);
        let graphs = Graphs {
            engine: self,
            adapter,
            vars: &Vars::none()?,
            scale: 0.0,
            dropout: Dropout { threshold: 0, micro_step: 0, seed: 0 },
            spans: &spans,
            first: 0,
            head: Head::Classifier,
            recompute: false,
            sight: Sight::Both,
        };
        let inputs = self.embeddings(batch, adapter)?;
        let mut x = inputs.clone();
        let mut layers = Vec::with_capacity(self.config.num_hidden_layers);
        for layer in 0..self.config.num_hidden_layers {
            let input = Var::from_tensor(&x)?.into_inner();
            let out = graphs.layer(layer, &input)?;
            x = out.detach();
            layers.push((input, out));
        }
        let starts = spans.0.iter().map(|&(start, _)| start);
        let at: Vec<u32> = match scores {
            Scores::Classes(_) => starts.map(|start| start as u32).collect(),
            Scores::Words(words) => starts.zip(words).map(|(start, (position, _))| (start + position) as u32).collect(),
        };
        let at = Tensor::new(at, &Device::Cpu)?;
        let read = x.index_select(&at, 0)?;
        let (values, d_read) = match (scores, adapter) {
            (Scores::Classes(all), Some(adapter)) => self.class_scores(adapter, all, &read)?,
            _ => self.word_scores(&scores.contrasts(), &read)?,
        };
        steps.done("forward");
        let mut dy = x.zeros_like()?.index_add(&at, &d_read, 0)?;
        for (input, out) in layers.into_iter().rev() {
            let gradients = (out * &dy)?.sum_all()?.backward()?;
            let dx = gradients.get(&input).ok_or(EngineError::Compute("a layer has no gradient".into()))?;
            dy = dx.detach();
        }
        steps.done("backward");
        let [gradients, inputs] = [dy, inputs].map(|t| t.flatten_all()?.to_vec1::<f32>());
        let mut found = TokenGradients::new(batch, self.config.hidden_size, values, &gradients?, &inputs?);
        let (total_ms, steps_ms) = steps.finish();
        found.stats = RunStats { total_ms, steps_ms, ..RunStats::default() };
        Ok(found)
    }

    /// Scores (n) by an adapter's classifier of [CLS] vectors (n, H), and their gradients by them.
    fn class_scores(&self, adapter: &LoadedAdapter, all: &[Contrast], cls: &Tensor) -> Result<(Vec<f32>, Tensor)> {
        let (w, b) = &adapter.classifier;
        let (rows, biases) = contrasted(&w.t()?.contiguous()?, b, all)?;
        // Of the adapter's own pooler Wᵀ is held.
        let (pre, pooler) = match &adapter.pooler {
            Some((w, b)) => (cls.matmul(w)?.broadcast_add(b)?, w.t()?),
            None => {
                (self.linear("bert.pooler.dense", cls, None)?, self.tensors.get("bert.pooler.dense.weight")?.clone())
            }
        };
        let pooled = pre.tanh()?;
        let scores = ((&pooled * &rows)?.sum(1)? + biases)?;
        let d_pre = (rows * pooled.sqr()?.affine(-1.0, 1.0)?)?;
        Ok((scores.to_vec1()?, d_pre.matmul(&pooler)?))
    }

    /// Scores (n) by the masked-word head of vectors (n, H), and their gradients by them.
    fn word_scores(&self, all: &[Contrast], x: &Tensor) -> Result<(Vec<f32>, Tensor)> {
        let name = "cls.predictions.transform";
        let words = self.tensors.get("bert.embeddings.word_embeddings.weight")?;
        let (rows, biases) = contrasted(words, self.tensors.get("cls.predictions.bias")?, all)?;
        let u = self.linear(&format!("{name}.dense"), x, None)?;
        let t = u.gelu_erf()?;
        let h = self.layer_norm(&format!("{name}.LayerNorm"), &t, None)?;
        let scores = ((&h * &rows)?.sum(1)? + biases)?;
        let gamma = self.tensors.get(&format!("{name}.LayerNorm.weight"))?;
        let d_t = layer_norm_back(&t, &rows, gamma, self.config.layer_norm_eps)?;
        let d_u = gelu_back(&u, &t, &d_t)?;
        Ok((scores.to_vec1()?, d_u.matmul(self.tensors.get(&format!("{name}.dense.weight"))?)?))
    }
}

/// Rows of a matrix (outputs, H) less those they are held against, (n, H); and so of its biases, (n).
fn contrasted(matrix: &Tensor, bias: &Tensor, all: &[Contrast]) -> Result<(Tensor, Tensor)> {
    let picked = |ids: Vec<u32>| -> Result<(Tensor, Tensor)> {
        let ids = Tensor::new(ids, &Device::Cpu)?;
        Ok((matrix.index_select(&ids, 0)?, bias.index_select(&ids, 0)?))
    };
    let (rows, biases) = picked(all.iter().map(|c| c.of).collect())?;
    let (other_rows, other_biases) = picked(all.iter().map(|c| c.less.unwrap_or(0)).collect())?;
    let against: Vec<f32> = all.iter().map(|c| f32::from(u8::from(c.less.is_some()))).collect();
    let against = Tensor::new(against, &Device::Cpu)?;
    let rows = (rows - other_rows.broadcast_mul(&against.unsqueeze(1)?)?)?;
    Ok((rows, (biases - (other_biases * against)?)?))
}
