//! Training on candle's autograd: the fallback, and the oracle of the GPU's gradients.
//!
//! Each trained layer is a graph of its own, joined to the next by the gradient of its input: so no graph is deep,
//! and with `recompute` only one of them is in memory at a time.

mod back;
mod frozen;
mod head;
mod layer;
mod ops;
mod optimizer;
mod pretraining;
mod token_gradients;

use super::adapter::LoadedAdapter;
use super::{CpuEngine, Spans};
use crate::engine::clock::{Steps, now_ms};
use crate::engine::intervention::Sight;
use crate::engine::training::{
    Example, StepReport, TrainSetup, TrainState, TrainStep, dropout_threshold, first_trained,
};
use crate::engine::{AdapterId, Batch, EngineError, RunStats};
use crate::model::adapter::{Adapter, Head};
use candle_core::backprop::GradStore;
use candle_core::{Tensor, Var};
use frozen::Frozen;
use head::HeadGraph;
use layer::{Dropout, Graphs, Vars};
use optimizer::{arrays, arrays_mut, cut, norm, update, zeroed};
pub use pretraining::Pretrainer;
use std::sync::Arc;

type Result<T> = std::result::Result<T, EngineError>;

/// Of all weights a step holds at most so many: first values, two states of three arrays, so that one that fails leaves
/// everything as it was, two gradients, and two copies that products read.
const WHOLE_COPIES: usize = 11;

pub(super) struct Training {
    id: AdapterId,
    setup: TrainSetup,
    state: TrainState,
    /// Of the last step, before the cut.
    gradient: Adapter,
    frozen: Frozen,
}

/// What forward and backward of one step found.
struct Found {
    gradient: Adapter,
    losses: Vec<f32>,
    logits: Vec<f32>,
    spans: Vec<[usize; 2]>,
    forward_ms: f64,
    backward_ms: f64,
}

/// A forward that can be gone back.
struct Way {
    /// The embeddings' graph, where they are trained.
    embedded: Option<Tensor>,
    /// Input, and the graph's end unless it is made again.
    layers: Vec<(Tensor, Option<Tensor>)>,
    /// (M, H) of the last layer.
    end: Tensor,
}

impl Training {
    pub(super) fn bytes(&self) -> u64 {
        let values: usize = arrays(&self.gradient).iter().map(|(values, _)| values.len()).sum();
        // The values, both moments, the gradient.
        16 * values as u64 + self.frozen.bytes
    }
}

impl CpuEngine {
    pub fn begin_training(&mut self, setup: &TrainSetup) -> Result<AdapterId> {
        let id = self.add_adapter(&setup.adapter)?;
        self.end_training();
        let zeros = zeroed(&setup.adapter);
        let state = TrainState {
            adapter: setup.adapter.clone(),
            first_moment: zeros.clone(),
            second_moment: zeros.clone(),
            step: 0,
            micro_step: 0,
        };
        let frozen = Frozen::default();
        self.training = Some(Box::new(Training { id, setup: setup.clone(), state, gradient: zeros, frozen }));
        Ok(id)
    }

    /// See [`crate::engine::Engine::training_bytes`]: values, gradients and moments; states of every trained layer, and
    /// one layer's graph at a time.
    pub fn training_bytes(&self, setup: &TrainSetup, tokens: usize) -> u64 {
        let c = &self.config;
        let dense = |d: &crate::model::adapter::Dense| d.weight.len() + d.bias.len();
        let values: usize = setup.adapter.low_rank.values().map(|m| m.a.len() + m.b.len()).sum::<usize>()
            + setup.adapter.pooler.as_ref().map_or(0, dense)
            + dense(&setup.adapter.classifier)
            + setup.adapter.weights.values().map(Vec::len).sum::<usize>();
        let layers = c.num_hidden_layers - first_trained(&setup.adapter, c);
        let graph = 2 * (14 * c.hidden_size + 4 * c.intermediate_size);
        let copies = if setup.adapter.is_whole() { WHOLE_COPIES } else { 5 };
        4 * (copies * values + tokens * (c.hidden_size * (layers + 1) + graph)) as u64
    }

    /// A step that fails leaves everything as it was.
    pub fn train(&mut self, step: &TrainStep) -> Result<StepReport> {
        let mut training = self.training.take().ok_or(EngineError::NoTraining)?;
        let report = self.step(&mut training, step);
        self.training = Some(training);
        report
    }

    pub fn gradients(&mut self) -> Result<Adapter> {
        Ok(self.training()?.gradient.clone())
    }

    pub fn train_state(&mut self) -> Result<TrainState> {
        Ok(self.training()?.state.clone())
    }

    pub fn restore_training(&mut self, state: &TrainState) -> Result<()> {
        state.check(&self.training()?.setup.adapter)?;
        let loaded = LoadedAdapter::new(&state.adapter, &self.config)?;
        if let Some(training) = &mut self.training {
            training.state = state.clone();
            self.adapters.insert(training.id, Arc::new(loaded));
        }
        Ok(())
    }

    pub fn end_training(&mut self) {
        if let Some(training) = self.training.take() {
            self.remove_adapter(training.id);
        }
    }

    fn training(&self) -> Result<&Training> {
        self.training.as_deref().ok_or(EngineError::NoTraining)
    }

    fn step(&mut self, t: &mut Training, step: &TrainStep) -> Result<StepReport> {
        let mut steps = Steps::default();
        check(step, self, &t.setup.adapter)?;
        let found = self.gradient(t, step)?;
        steps.done("gradients");
        let gradient_norm = norm(&found.gradient);
        let o = &t.setup.optimizer;
        let mut state = t.state.clone();
        state.step += 1;
        state.micro_step = state.micro_step.wrapping_add(step.micro_batches.len() as u32);
        let moments = [&mut state.first_moment, &mut state.second_moment];
        let factor = cut(gradient_norm, o.max_grad_norm);
        update(o, step.learning_rate, state.step, factor, &found.gradient, &mut state.adapter, moments);
        self.adapters.insert(t.id, Arc::new(LoadedAdapter::new(&state.adapter, &self.config)?));
        t.state = state;
        steps.done("optimizer");
        let (total_ms, mut spans) = steps.finish();
        spans.splice(..1, [("forward".to_owned(), found.forward_ms), ("backward".to_owned(), found.backward_ms)]);
        let stats = RunStats { total_ms, steps_ms: spans, ..RunStats::default() };
        let Found { losses, logits, spans, gradient, .. } = found;
        t.gradient = gradient;
        Ok(StepReport { step: t.state.step, losses, logits, spans, gradient_norm, stats })
    }

    /// Summed over the step's micro-batches.
    fn gradient(&self, t: &mut Training, step: &TrainStep) -> Result<Found> {
        let n: usize = step.micro_batches.iter().map(Vec::len).sum();
        let first = first_trained(&t.setup.adapter, &self.config);
        let vars = Vars::new(&t.state.adapter, &self.config)?;
        let adapter = self.adapters.get(&t.id).cloned().ok_or(EngineError::NoSuchAdapter)?;
        let mut found = Found {
            gradient: zeroed(&t.setup.adapter),
            losses: Vec::with_capacity(n),
            logits: Vec::new(),
            spans: Vec::new(),
            forward_ms: 0.0,
            backward_ms: 0.0,
        };
        for (i, examples) in step.micro_batches.iter().enumerate() {
            let start_ms = now_ms();
            let firsts_alone = first == self.config.num_hidden_layers && t.setup.adapter.head == Head::Classifier;
            let batch = batch_of(examples);
            let spans = Spans::of(&batch);
            let graphs = Graphs {
                engine: self,
                adapter: Some(&adapter),
                vars: &vars,
                scale: f64::from(t.setup.adapter.scale()),
                dropout: Dropout {
                    threshold: dropout_threshold(t.setup.dropout),
                    micro_step: t.state.micro_step.wrapping_add(i as u32),
                    seed: t.setup.seed,
                },
                spans: &spans,
                first,
                head: t.setup.adapter.head,
                recompute: t.setup.recompute,
                sight: Sight::Both,
            };
            let states = match t.setup.adapter.is_whole() {
                true => graphs.embedded(&batch)?,
                false => t.frozen.states(self, first, firsts_alone, examples)?,
            };
            found.forward_ms += now_ms() - start_ms;
            graphs.micro_batch(states, examples, n, &mut found)?;
        }
        Ok(found)
    }
}

impl Graphs<'_> {
    /// Forward from the lowest trained layer's input (M, H), or [CLS] vectors (n, H) where a classifier alone
    /// is, and back; also through `states` where they are the end of a graph. Losses count as one of `of` examples.
    fn micro_batch(&self, states: Tensor, examples: &[Example], of: usize, found: &mut Found) -> Result<()> {
        let start_ms = now_ms();
        let way = self.forward(states)?;
        let head = match self.head {
            Head::Classifier => self.class_head(&way.end, !way.layers.is_empty(), examples, found)?,
            Head::Span { .. } => self.span_head(&way.end, !way.layers.is_empty(), examples, found)?,
        };
        let forward_end_ms = now_ms();
        found.forward_ms += forward_end_ms - start_ms;
        self.back(way, head, of, found)?;
        found.backward_ms += now_ms() - forward_end_ms;
        Ok(())
    }

    /// Through the trained layers.
    fn forward(&self, states: Tensor) -> Result<Way> {
        let embedded = states.track_op().then(|| states.clone());
        let mut x = states.detach();
        let count = self.engine.config.num_hidden_layers;
        let mut layers = Vec::with_capacity(count - self.first);
        for layer in self.first..count {
            // Nobody wants the gradient of what enters the lowest one, but for embeddings that are trained.
            let wanted = layer > self.first || embedded.is_some();
            let input = if wanted { Var::from_tensor(&x)?.into_inner() } else { x };
            let out = self.layer(layer, &input)?;
            x = out.detach();
            layers.push((input, (!self.recompute).then_some(out)));
        }
        Ok(Way { embedded, layers, end: x })
    }

    /// From what a head costs, as one of `of` examples, down to the lowest trained values.
    fn back(&self, way: Way, head: HeadGraph, of: usize, found: &mut Found) -> Result<()> {
        let Way { embedded, layers, end } = way;
        let first = self.first;
        let gradients = (head.costs.sum_all()? * (1.0 / of as f64))?.backward()?;
        self.collect(&gradients, &mut found.gradient)?;
        // Candle leaves the gradients of leaves in the graph that made them: without `detach`, the next graph would
        // reach back into this one.
        let Some(d_read) = gradients.get(&head.read).filter(|_| !layers.is_empty()) else { return Ok(()) };
        let mut dy = match &head.rows {
            Some(rows) => end.zeros_like()?.index_add(rows, &d_read.detach(), 0)?,
            None => d_read.detach(),
        };
        for (layer, (input, out)) in (first..first + layers.len()).zip(layers).rev() {
            let out = out.map_or_else(|| self.layer(layer, &input), Ok)?;
            let gradients = (out * &dy)?.sum_all()?.backward()?;
            self.collect(&gradients, &mut found.gradient)?;
            match gradients.get(&input) {
                Some(dx) if layer > first || embedded.is_some() => dy = dx.detach(),
                _ => break,
            }
        }
        if let Some(embedded) = embedded {
            self.collect(&(embedded * &dy)?.sum_all()?.backward()?, &mut found.gradient)?;
        }
        Ok(())
    }

    /// Adds what one graph says of the variables.
    fn collect(&self, gradients: &GradStore, sum: &mut Adapter) -> Result<()> {
        for (var, sum) in self.vars.all().zip(arrays_mut(sum)) {
            let Some(g) = gradients.get(var) else { continue };
            let g: Vec<f32> = g.flatten_all()?.to_vec1()?;
            sum.iter_mut().zip(g).for_each(|(sum, g)| *sum += g);
        }
        Ok(())
    }
}

fn batch_of(examples: &[Example]) -> Batch {
    Batch { rows: examples.iter().map(|e| e.row.clone()).collect() }
}

/// Refuses a step before anything of it ran.
fn check(step: &TrainStep, engine: &CpuEngine, trained: &Adapter) -> Result<()> {
    if step.micro_batches.is_empty() {
        return Err(EngineError::EmptyBatch);
    }
    for examples in &step.micro_batches {
        batch_of(examples).check(&engine.config)?;
    }
    step.check(trained)
}
