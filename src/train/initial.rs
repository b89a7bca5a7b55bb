//! An adapter before its first step.

use super::base::Base;
use super::data::Dataset;
use super::random::{Random, Use};
use super::settings::{Depth, Hyperparameters};
use crate::model::adapter::{Adapter, Dense, Head, Input, LowRank, SPAN_LABELS, Target};
use crate::model::config::BertConfig;
use crate::model::whole;

/// Deviation of a new classifier's weights, as BERT's.
const INITIAL_DEVIATION: f64 = 0.02;

/// The shapes of what those settings train, all values 0.
pub fn zero_adapter(
    settings: &Hyperparameters,
    (labels, input, head): (&[String], Input, Head),
    config: &BertConfig,
    base_hash: &str,
    pooler: bool,
) -> Adapter {
    let (rank, alpha, layers, targets) = match &settings.depth {
        Depth::Head | Depth::All => (0, 0.0, 0..0, [].as_slice()),
        Depth::Lora { rank, alpha, first_layer, targets } => {
            (*rank, *alpha, *first_layer..config.num_hidden_layers, targets.as_slice())
        }
    };
    let places = layers.flat_map(|layer| targets.iter().map(move |&target| (layer, target)));
    let zeros = |(layer, target): (usize, Target)| {
        let (n, k) = target.shape(config);
        ((layer, target), LowRank { a: vec![0.0; rank * k], b: vec![0.0; n * rank] })
    };
    let shapes = if settings.depth == Depth::All { whole::shapes(config) } else { Default::default() };
    let weights = shapes.into_iter().map(|(name, shape)| (name, vec![0.0; shape.iter().product()]));
    let h = config.hidden_size;
    let dense = |n: usize| Dense { weight: vec![0.0; n * h], bias: vec![0.0; n] };
    Adapter {
        title: String::new(),
        base_hash: base_hash.to_owned(),
        input,
        head,
        rank,
        alpha,
        labels: labels.to_vec(),
        temperature: 1.0,
        temperature_slope: 0.0,
        low_rank: places.map(zeros).collect(),
        pooler: pooler.then(|| dense(h)),
        classifier: dense(labels.len()),
        weights: weights.collect(),
    }
}

/// A by the seed, uniform in ±1/√K (as `peft` has it), B zero, so that the first answer is the base's; a classifier
/// with normal weights of deviation 0.02 and no bias. What is copied of the base is trained too.
pub fn initial_adapter(
    settings: &Hyperparameters,
    data: &Dataset,
    config: &BertConfig,
    base_hash: &str,
    base: Base,
) -> Adapter {
    let input = if data.pairs { Input::Pair } else { Input::Text };
    let (labels, head) = match data.answers {
        true => (SPAN_LABELS.map(String::from).into(), Head::Span { null_threshold: 0.0 }),
        false => (data.labels.clone(), Head::Classifier),
    };
    let mut adapter = zero_adapter(settings, (&labels, input, head), config, base_hash, false);
    for (&(layer, target), m) in &mut adapter.low_rank {
        let place = Target::ALL.iter().position(|&t| t == target).unwrap_or(0);
        let tensor = (layer * Target::ALL.len() + place) as u32 + 1;
        let mut random = Random::new(settings.seed, Use::Initial { tensor });
        let bound = 1.0 / (target.shape(config).1 as f64).sqrt();
        m.a.fill_with(|| (bound * (2.0 * random.unit() - 1.0)) as f32);
    }
    let mut random = Random::new(settings.seed, Use::Initial { tensor: 0 });
    adapter.classifier.weight.fill_with(|| (INITIAL_DEVIATION * random.normal()) as f32);
    // A span head reads no pooled vector.
    Adapter { pooler: base.pooler.filter(|_| !data.answers), weights: base.weights, ..adapter }
}
