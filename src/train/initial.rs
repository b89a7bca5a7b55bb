//! An adapter before its first step.

use super::data::Dataset;
use super::random::{Random, Use};
use super::settings::{Depth, Hyperparameters};
use crate::model::adapter::{Adapter, Dense, Input, LowRank, Target};
use crate::model::config::BertConfig;
use std::collections::BTreeMap;

/// Deviation of a new classifier's weights, as BERT's.
const INITIAL_DEVIATION: f64 = 0.02;

/// A by the seed, uniform in ±1/√K (as `peft` has it), B zero, so that the first answer is the base's; a classifier
/// with normal weights of deviation 0.02 and no bias. With `pooler`, a copy of the base's, it is trained too.
pub fn initial_adapter(
    settings: &Hyperparameters,
    data: &Dataset,
    config: &BertConfig,
    base_hash: &str,
    pooler: Option<Dense>,
) -> Adapter {
    let (rank, alpha, layers, targets) = match &settings.depth {
        Depth::Head => (0, 0.0, 0..0, [].as_slice()),
        Depth::Lora { rank, alpha, first_layer, targets } => {
            (*rank, *alpha, *first_layer..config.num_hidden_layers, targets.as_slice())
        }
    };
    let mut low_rank = BTreeMap::new();
    for layer in layers {
        for &target in targets {
            let (n, k) = target.shape(config);
            let place = Target::ALL.iter().position(|&t| t == target).unwrap_or(0);
            let tensor = (layer * Target::ALL.len() + place) as u32 + 1;
            let mut random = Random::new(settings.seed, Use::Initial { tensor });
            let bound = 1.0 / (k as f64).sqrt();
            let a = (0..rank * k).map(|_| (bound * (2.0 * random.unit() - 1.0)) as f32).collect();
            low_rank.insert((layer, target), LowRank { a, b: vec![0.0; n * rank] });
        }
    }
    let (labels, h) = (data.labels.len(), config.hidden_size);
    let mut random = Random::new(settings.seed, Use::Initial { tensor: 0 });
    let weight = (0..labels * h).map(|_| (INITIAL_DEVIATION * random.normal()) as f32).collect();
    Adapter {
        title: String::new(),
        base_hash: base_hash.to_owned(),
        input: if data.pairs { Input::Pair } else { Input::Text },
        rank,
        alpha,
        labels: data.labels.clone(),
        temperature: 1.0,
        low_rank,
        pooler,
        classifier: Dense { weight, bias: vec![0.0; labels] },
    }
}
