//! What training asks of the GPU: dispatches, submits, maps, memory. Counts, not times.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::EngineError;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder, GpuEngine};
use bertscope::engine::training::{AdamW, Example, StepReport, TrainSetup, TrainStep};
use bertscope::model::adapter::{Adapter, Target};
use bertscope::model::config::BertConfig;
use bertscope::model::manifest::Scheme;
use bertscope::model::whole::shapes;
use common::Random;
use common::adapter::{adapter, everywhere};
use common::model::{batch, pack, tiny};
use pollster::block_on;

fn engine(config: &BertConfig) -> GpuEngine {
    let pack = pack(config.clone(), Scheme::Q4, 5);
    let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut gpu);
    block_on(gpu.finish()).unwrap()
}

fn setup(config: &BertConfig, at: &[(usize, Target)], recompute: bool) -> TrainSetup {
    let adapter = adapter(config, 8, at, false, 2, 1);
    TrainSetup { adapter, optimizer: AdamW::default(), dropout: 0.1, seed: 3, recompute }
}

fn step(config: &BertConfig, micro_batches: &[&[usize]]) -> TrainStep {
    let micro = |lengths: &&[usize]| {
        let rows = batch(config, lengths, 9).rows;
        rows.into_iter().enumerate().map(|(i, row)| Example::of_class(row, i % 2)).collect()
    };
    TrainStep { micro_batches: micro_batches.iter().map(micro).collect(), learning_rate: 1e-3 }
}

/// The second step's report: the first makes what is missing.
fn warm(gpu: &mut GpuEngine, setup: &TrainSetup, step: &TrainStep) -> StepReport {
    block_on(gpu.begin_training(setup)).unwrap();
    block_on(gpu.train(step)).unwrap();
    block_on(gpu.train(step)).unwrap()
}

#[test]
fn a_layer_costs_30_dispatches_there_and_back_and_the_optimizer_12() {
    let config = tiny();
    let mut gpu = engine(&config);
    let step = step(&config, &[&[32, 20, 9]]);
    let mut counts = Vec::new();
    for layers in 1..=3 {
        let at: Vec<_> = everywhere(&config).into_iter().filter(|(layer, _)| layer + layers >= 3).collect();
        counts.push(warm(&mut gpu, &setup(&config, &at, false), &step).stats.dispatches);
    }
    println!("dispatches for 1, 2, 3 trained layers: {counts:?}");
    // The lowest trained layer lacks a step; where none is frozen, the embeddings join.
    assert!(counts[1] - counts[0] <= 30, "{counts:?}");
    let head = counts[0] - (counts[1] - counts[0]) + 1;
    assert!(head <= 12 + 12, "head and optimizer: {head}");
}

#[test]
fn a_small_step_is_one_submit_and_one_map_and_makes_nothing() {
    let config = tiny();
    let mut gpu = engine(&config);
    let stats = warm(&mut gpu, &setup(&config, &everywhere(&config), false), &step(&config, &[&[64, 60]])).stats;
    let made = (stats.buffers_created, stats.bind_groups_created, stats.pipelines_created);
    assert_eq!(((stats.submits, stats.maps), made), ((1, 1), (0, 0, 0)), "{stats:?}");
}

/// All weights of a random BERT.
fn whole(config: &BertConfig, recompute: bool) -> TrainSetup {
    let mut setup = setup(config, &[], recompute);
    let mut r = Random(4);
    let values = |(name, shape): (String, Vec<usize>)| (name, r.floats(shape.iter().product(), 0.0, 0.1));
    setup.adapter =
        Adapter { rank: 0, alpha: 0.0, weights: shapes(config).into_iter().map(values).collect(), ..setup.adapter };
    setup
}

#[test]
fn all_weights_cost_34_dispatches_a_layer_and_the_optimizer_none_more() {
    let mut counts = Vec::new();
    for layers in [1, 2] {
        let config = BertConfig { num_hidden_layers: layers, ..tiny() };
        let mut gpu = engine(&config);
        let stats = warm(&mut gpu, &whole(&config, false), &step(&config, &[&[32, 20, 9]])).stats;
        assert_eq!((stats.submits, stats.maps, stats.buffers_created), (1, 1, 0));
        counts.push(stats.dispatches);
    }
    println!("dispatches for 1, 2 layers: {counts:?}");
    assert!(counts[1] - counts[0] <= 34, "{counts:?}");
    let head = counts[0] - (counts[1] - counts[0]);
    assert!(head <= 12 + 18, "embeddings, head and optimizer: {head}");
}

#[test]
fn frozen_layers_are_not_run_again() {
    let config = tiny();
    let mut gpu = engine(&config);
    let top: Vec<_> = everywhere(&config).into_iter().filter(|(layer, _)| *layer == 2).collect();
    let step = step(&config, &[&[30, 17]]);
    block_on(gpu.begin_training(&setup(&config, &top, false))).unwrap();
    let cold = block_on(gpu.train(&step)).unwrap().stats.dispatches;
    let warm = block_on(gpu.train(&step)).unwrap().stats.dispatches;
    // Two rows through embeddings and two layers of five steps each.
    assert_eq!(cold - warm, 2 * (1 + 2 * 5));
}

#[test]
fn the_estimate_of_memory_is_within_15_percent() {
    let config = BertConfig { hidden_size: 128, num_attention_heads: 8, intermediate_size: 512, ..tiny() };
    let mut gpu = engine(&config);
    let before = gpu.info().memory_bytes;
    let setups = |recompute| {
        let micros = [(0, &[150usize, 150, 100, 33][..]), (2, &[150, 20]), (3, &[40; 20])];
        let of = |(first, micro): (usize, &'static [usize])| {
            let at: Vec<_> = everywhere(&config).into_iter().filter(|(layer, _)| *layer >= first).collect();
            (format!("from layer {first}"), setup(&config, &at, recompute), micro)
        };
        micros.map(of).into_iter().chain([("all weights".to_owned(), whole(&config, recompute), micros[0].1)])
    };
    for recompute in [false, true] {
        for (what, setup, micro) in setups(recompute) {
            let (tokens, rows) = (micro.iter().sum(), micro.len());
            let estimate = gpu.training_bytes(&setup, tokens, rows) + gpu.info().memory_bytes;
            block_on(gpu.begin_training(&setup)).unwrap();
            block_on(gpu.train(&step(&config, &[micro]))).unwrap();
            let held = gpu.info().memory_bytes;
            let off = (estimate as f64 - held as f64) / (held - before) as f64;
            println!("{micro:?} {what}, recompute {recompute}: {held} held, {:.1} % off", off * 100.0);
            assert!(off.abs() < 0.15, "{estimate} estimated, {held} held");
            gpu.end_training();
        }
    }
}

#[test]
fn the_end_of_a_training_gives_its_memory_back() {
    let config = tiny();
    let mut gpu = engine(&config);
    let (setup, step) = (setup(&config, &everywhere(&config), false), step(&config, &[&[40, 20]]));
    let round = |gpu: &mut GpuEngine| {
        block_on(gpu.begin_training(&setup)).unwrap();
        block_on(gpu.train(&step)).unwrap();
        gpu.end_training();
        gpu.info().memory_bytes
    };
    // The first round may grow the arena, which stays.
    assert_eq!(round(&mut gpu), round(&mut gpu));
}

#[test]
fn a_step_too_large_for_the_gpu_is_refused_by_its_limit_and_smaller_ones_go_on() {
    // 4,800 tokens of 8,192 floats are more than a binding of 128 MiB holds.
    let config = BertConfig { intermediate_size: 8192, ..tiny() };
    let mut gpu = engine(&config);
    let (setup, small) = (setup(&config, &everywhere(&config)[..6], false), step(&config, &[&[40, 20]]));
    block_on(gpu.begin_training(&setup)).unwrap();
    let first = block_on(gpu.train(&small)).unwrap().losses;
    block_on(gpu.begin_training(&setup)).unwrap();
    let refused = block_on(gpu.train(&step(&config, &[&[160; 30]])));
    assert!(matches!(&refused, Err(EngineError::GpuLimit { .. })), "{refused:?}");
    assert_eq!(block_on(gpu.train(&small)).unwrap().losses, first);
}
