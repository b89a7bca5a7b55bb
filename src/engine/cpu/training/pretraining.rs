//! Pre-training on the CPU: the trainer's graphs with every weight a variable, and BERT's two heads above them.

use super::super::weights::Tensors;
use super::super::{CpuEngine, Spans};
use super::head::HeadGraph;
use super::layer::{Dropout, Graphs, Vars};
use super::optimizer::{cut, norm, update, zeroed};
use super::{Found, Result};
use crate::engine::clock::now_ms;
use crate::engine::intervention::{Intervention, Sight};
use crate::engine::pretraining::{Exercise, PretrainReport, PretrainSetup, check};
use crate::engine::training::AdamW;
use crate::engine::{Answer, Batch, EngineError, Want};
use crate::model::adapter::{Adapter, Dense, Head, Input};
use crate::model::config::BertConfig;
use crate::model::whole::{self, Weights};
use candle_core::{Device, Tensor, Var};
use std::collections::{BTreeMap, HashMap};

/// A small BERT in training from its first values.
pub struct Pretrainer {
    /// Over the newest values.
    engine: CpuEngine,
    sight: Sight,
    optimizer: AdamW,
    /// All of these hold [`whole::pretraining_shapes`] in `weights`, and nothing else.
    values: Adapter,
    moments: [Adapter; 2],
    /// Of the last step, before the cut.
    gradient: Adapter,
    step: u32,
}

impl Pretrainer {
    pub fn new(setup: PretrainSetup) -> Result<Self> {
        setup.check()?;
        let PretrainSetup { config, weights, sight, optimizer } = setup;
        let values = holder(weights);
        let zeros = zeroed(&values);
        let engine = engine_of(&config, &values.weights)?;
        Ok(Self { engine, sight, optimizer, values, moments: [zeros.clone(), zeros.clone()], gradient: zeros, step: 0 })
    }

    /// One step of the optimizer. A step that fails leaves everything as it was.
    pub fn train(&mut self, exercises: &[Exercise], learning_rate: f32) -> Result<PretrainReport> {
        let start_ms = now_ms();
        let config = self.engine.config.clone();
        let batch = Batch { rows: exercises.iter().map(|e| e.row.clone()).collect() };
        batch.check(&config)?;
        check(exercises, &config)?;
        let found = self.found(&batch, exercises)?;
        let gradient_norm = norm(&found.gradient);
        let factor = cut(gradient_norm, self.optimizer.max_grad_norm);
        let (mut values, mut moments) = (self.values.clone(), self.moments.clone());
        let [first, second] = &mut moments;
        let step = self.step + 1;
        update(&self.optimizer, learning_rate, step, factor, &found.gradient, &mut values, [first, second]);
        self.engine = engine_of(&config, &values.weights)?;
        (self.values, self.moments, self.gradient, self.step) = (values, moments, found.gradient, step);
        let asked: Vec<usize> = exercises.iter().filter_map(|e| e.next).collect();
        let right = |(logits, class): (&[f32], &usize)| logits[*class] > logits[1 - *class];
        let right = found.logits.chunks_exact(2).zip(&asked).filter(|&pair| right(pair)).count();
        Ok(PretrainReport {
            step,
            words: found.losses.first().copied().unwrap_or_default(),
            targets: exercises.iter().map(|e| e.targets.len()).sum(),
            next: found.losses.get(1).filter(|_| !asked.is_empty()).map(|&loss| (loss, right)),
            gradient_norm,
            total_ms: now_ms() - start_ms,
        })
    }

    /// Asks the newest values; see [`crate::engine::Engine::run`]. Pieces see what they see in training.
    pub fn run(&mut self, batch: &Batch, want: &Want) -> Result<Answer> {
        let interventions = match self.sight {
            Sight::Both => Vec::new(),
            sight => vec![Intervention::sight(sight); batch.rows.len()],
        };
        self.engine.run(batch, &Want { interventions, ..want.clone() })
    }

    /// Of the last step, before the cut.
    pub fn gradient(&self) -> &Weights {
        &self.gradient.weights
    }

    pub fn weights(&self) -> &Weights {
        &self.values.weights
    }

    pub fn sight(&self) -> Sight {
        self.sight
    }

    fn found(&self, batch: &Batch, exercises: &[Exercise]) -> Result<Found> {
        let mut weights = BTreeMap::new();
        for name in self.values.weights.keys() {
            weights.insert(name.clone(), Var::from_tensor(self.engine.tensors.get(name)?)?);
        }
        let vars = Vars { weights, ..Vars::none()? };
        let spans = Spans::of(batch);
        let graphs = Graphs {
            engine: &self.engine,
            adapter: None,
            vars: &vars,
            scale: 0.0,
            dropout: Dropout { threshold: 0, micro_step: 0, seed: 0 },
            spans: &spans,
            first: 0,
            head: Head::Classifier,
            recompute: false,
            sight: self.sight,
        };
        let mut found = Found {
            gradient: zeroed(&self.values),
            losses: Vec::new(),
            logits: Vec::new(),
            spans: Vec::new(),
            forward_ms: 0.0,
            backward_ms: 0.0,
        };
        let way = graphs.forward(graphs.embedded(batch)?)?;
        let head = graphs.pretraining_head(&way.end, exercises, &mut found)?;
        graphs.back(way, head, 1, &mut found)?;
        Ok(found)
    }
}

impl Graphs<'_> {
    /// Both losses, means already; x: (M, H). `found.losses`: of pieces, and of next sentences if any are asked.
    fn pretraining_head(&self, x: &Tensor, exercises: &[Exercise], found: &mut Found) -> Result<HeadGraph> {
        let rows = || self.spans.0.iter().map(|&(start, _)| start).zip(exercises);
        let words: Vec<u32> =
            rows().flat_map(|(start, e)| e.targets.iter().map(move |&(at, _)| (start + at) as u32)).collect();
        let ids: Vec<u32> = exercises.iter().flat_map(|e| e.targets.iter().map(|&(_, id)| id)).collect();
        let asked: Vec<(u32, u32)> = rows().filter_map(|(start, e)| Some((start as u32, e.next? as u32))).collect();
        let (n, m) = (words.len(), asked.len());
        let at = Tensor::new([words, asked.iter().map(|a| a.0).collect()].concat(), &Device::Cpu)?;
        let read = Var::from_tensor(&x.index_select(&at, 0)?)?.into_inner();
        let mut costs = Vec::new();
        if n > 0 {
            let logits = self.word_logits(&read.narrow(0, 0, n)?)?;
            costs.push(mean_loss(&logits, ids)?);
            found.losses.push(costs[0].to_scalar()?);
        } else {
            found.losses.push(0.0);
        }
        if m > 0 {
            let pooled = self.named_linear(whole::POOLER, &read.narrow(0, n, m)?)?.tanh()?;
            let logits = self.named_linear(whole::NEXT_SENTENCE, &pooled)?;
            let loss = mean_loss(&logits, asked.into_iter().map(|a| a.1).collect())?;
            found.losses.push(loss.to_scalar()?);
            found.logits.extend(logits.flatten_all()?.to_vec1::<f32>()?);
            costs.push(loss);
        }
        Ok(HeadGraph { read, rows: Some(at), costs: Tensor::stack(&costs, 0)? })
    }

    /// The masked-word head: (n, H) → (n, V).
    fn word_logits(&self, x: &Tensor) -> Result<Tensor> {
        let h = self.gelu(&self.named_linear(&format!("{}.dense", whole::TRANSFORM), x)?)?;
        let h = self.layer_norm(&format!("{}.LayerNorm", whole::TRANSFORM), &h)?;
        let var =
            |name: &str| self.vars.weights.get(name).ok_or_else(|| EngineError::BadTensor { name: name.to_owned() });
        Ok(h.matmul(&var(whole::WORDS)?.t()?)?.broadcast_add(var(whole::WORDS_BIAS)?)?)
    }
}

/// Mean of −ln softmax(logits)[class] over the rows of (n, C).
fn mean_loss(logits: &Tensor, classes: Vec<u32>) -> Result<Tensor> {
    let classes = Tensor::new(classes, &Device::Cpu)?.unsqueeze(1)?;
    Ok(candle_nn::ops::log_softmax(logits, 1)?.gather(&classes, 1)?.neg()?.mean_all()?)
}

/// Values in the form that the optimizer walks over.
fn holder(weights: Weights) -> Adapter {
    let nothing = Dense { weight: Vec::new(), bias: Vec::new() };
    Adapter {
        title: String::new(),
        base_hash: String::new(),
        input: Input::Pair,
        head: Head::Classifier,
        rank: 0,
        alpha: 0.0,
        labels: Vec::new(),
        temperature: 1.0,
        temperature_slope: 0.0,
        low_rank: BTreeMap::new(),
        pooler: None,
        classifier: nothing,
        weights,
    }
}

fn engine_of(config: &BertConfig, weights: &Weights) -> Result<CpuEngine> {
    let mut by_name = HashMap::new();
    for (name, shape) in whole::pretraining_shapes(config) {
        let values = weights.get(&name).ok_or_else(|| EngineError::BadTensor { name: name.clone() })?;
        by_name.insert(name, Tensor::from_slice(values, shape, &Device::Cpu)?);
    }
    Ok(CpuEngine::new(config.clone(), Tensors::new(by_name, "own")))
}
