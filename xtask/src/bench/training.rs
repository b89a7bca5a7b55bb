//! What a step of fine-tuning costs beside a forward of the same batch.

use super::{line, median};
use anyhow::Result;
use bertscope::engine::training::{AdamW, Example, TrainSetup, TrainStep, first_trained};
use bertscope::engine::{Batch, Engine, Want};
use bertscope::model::adapter::{Adapter, Head, Target};
use bertscope::train::initial::zero_adapter;
use bertscope::train::settings::{Depth, Hyperparameters};
use pollster::block_on;

const STEPS: usize = 5;
const BUDGET_MS: f64 = 60_000.0;

/// LoRA of rank 8 on every Linear of all layers (on a GPU with every layer's activations kept, and with recomputation),
/// then of the top four, each beside the adapted forward.
pub fn rows(engine: &mut Engine, batch: &Batch) -> Result<()> {
    let layers = engine.config().num_hidden_layers;
    let mut kinds = vec![(0, false), (0, true), (layers.saturating_sub(4), false)];
    kinds.retain(|&(_, recompute)| !recompute || matches!(engine, Engine::Gpu(_)));
    for (first, recompute) in kinds {
        let setup = TrainSetup { recompute, ..setup(engine, first) };
        let (tokens, rows) = (batch.rows.iter().map(|r| r.input_ids.len()).sum(), batch.rows.len());
        let (estimate, before) = (engine.training_bytes(&setup, tokens, rows), engine.info().memory_bytes);
        let id = block_on(engine.begin_training(&setup))?;
        let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
        let examples = batch.rows.iter().enumerate().map(|(i, row)| Example::of_class(row.clone(), i % 2));
        let step = TrainStep { micro_batches: vec![examples.collect()], learning_rate: 1e-4 };
        block_on(engine.run(batch, &want))?;
        block_on(engine.train(&step))?;
        let (mut forwards, mut steps) = (Vec::new(), Vec::new());
        let mut spent_ms = 0.0;
        while steps.len() < STEPS && (steps.is_empty() || spent_ms < BUDGET_MS) {
            forwards.push(block_on(engine.run(batch, &want))?.stats);
            steps.push(block_on(engine.train(&step))?.stats);
            spent_ms += forwards.last().map_or(0.0, |f| f.total_ms) + steps.last().map_or(0.0, |s| s.total_ms);
        }
        let held = engine.info().memory_bytes - before;
        engine.end_training();
        let (forward, step) = (median(forwards), median(steps));
        let name = match (first_trained(&setup.adapter, engine.config()), recompute) {
            (0, false) => " train 12",
            (0, true) => " recompute",
            _ => " train 4",
        };
        line(name, engine.config(), batch, &step);
        println!(
            "         {:.2} × the adapted forward ({:.1} ms); {} passes; {:.0} MB held, {:.0} estimated",
            step.total_ms / forward.total_ms,
            forward.total_ms,
            step.passes,
            held as f64 / 1e6,
            estimate as f64 / 1e6
        );
    }
    Ok(())
}

fn setup(engine: &Engine, first_layer: usize) -> TrainSetup {
    let depth = Depth::Lora { rank: 8, alpha: 16.0, first_layer, targets: Target::ALL.to_vec() };
    let settings = Hyperparameters::for_examples(1_000, 128, depth, engine.config());
    let labels = ["a".to_owned(), "b".to_owned()];
    let input = bertscope::model::adapter::Input::Text;
    let adapter = zero_adapter(&settings, (&labels, input, Head::Classifier), engine.config(), "", false);
    TrainSetup { adapter: spread(adapter), optimizer: AdamW::default(), dropout: 0.1, seed: 1, recompute: false }
}

/// Values other than 0, so that nothing is spared.
fn spread(mut adapter: Adapter) -> Adapter {
    let wave = |values: &mut [f32]| values.iter_mut().enumerate().for_each(|(i, v)| *v = (i as f32).sin() * 0.02);
    adapter.low_rank.values_mut().for_each(|m| {
        wave(&mut m.a);
        wave(&mut m.b);
    });
    wave(&mut adapter.classifier.weight);
    adapter
}
