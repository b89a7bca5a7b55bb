//! What a call costs on BERT-Base's shapes, counted through the recording seam; faults.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::gpu::device::{Gpu, baseline, check_limits};
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder, GpuEngine};
use bertscope::engine::intervention::{Intervention, Sight};
use bertscope::engine::{Batch, BlankAt, Builder as _, EngineError, Field, RunStats, Want};
use bertscope::model::manifest::Scheme;
use common::model::{Pack, batch, bert_base, pack, tiny};
use pollster::block_on;

fn gpu(pack: &Pack) -> GpuEngine {
    let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut gpu);
    block_on(gpu.finish()).unwrap()
}

/// A blank in each row, asking about two words.
fn blank_each(batch: &Batch, top_k: usize) -> Want {
    let blank = |row| BlankAt { row, position: 3, asked: vec![7, 8] };
    Want { blanks: (0..batch.rows.len()).map(blank).collect(), top_k, ..Want::default() }
}

const AIM_DISPATCHES: u32 = 72;

fn assert_warm(stats: &RunStats, read: u64) {
    assert!(stats.dispatches <= AIM_DISPATCHES, "{} dispatches", stats.dispatches);
    assert_eq!((stats.passes, stats.submits, stats.maps), (1, 1, 1));
    let made = (stats.buffers_created, stats.bind_groups_created, stats.pipelines_created);
    assert_eq!(made, (0, 0, 0), "made on a warm plan");
    assert_eq!(stats.bytes_read, read, "bytes read");
}

/// Log-sum-exp, ten candidates, two words asked about: what the page shows of a blank.
const BLANK_BYTES: u64 = 4 * (1 + 2 * 10 + 2 * 2);

#[test]
fn bert_base_1x16_and_8x128_warm() {
    let config = bert_base();
    let mut engine = gpu(&pack(config.clone(), Scheme::Q4, 3));
    let one = batch(&config, &[16], 5);
    let want = blank_each(&one, 10);
    let first = block_on(engine.run(&one, &want)).unwrap();
    let again = block_on(engine.run(&one, &want)).unwrap();
    println!("1×16 {:?}", again.stats);
    assert_warm(&again.stats, BLANK_BYTES);
    assert_eq!(first.blanks, again.blanks, "the same call gives the same bits");

    // 175 GFLOP: too much for a software adapter, so room and dispatches alone, by the code that runs.
    let eight = batch(&config, &[128; 8], 6);
    let want = blank_each(&eight, 10);
    block_on(engine.prepare(&eight, &want)).unwrap();
    let schedule = engine.schedule(&eight, &want).unwrap();
    assert!(schedule.len() <= AIM_DISPATCHES as usize, "{} dispatches", schedule.len());
    assert_eq!(schedule.len(), again.stats.dispatches as usize);
    let info = engine.info();
    println!("8×128 {} dispatches, {info:?}", schedule.len());
    assert!(info.memory_bytes <= 200_000_000, "{} bytes", info.memory_bytes);
    // And what was made for the large shape serves the small one.
    assert_warm(&block_on(engine.run(&one, &blank_each(&one, 10))).unwrap().stats, BLANK_BYTES);
}

/// The same shape run for real, on a model that a software adapter can bear.
#[test]
fn tiny_8x128_warm() {
    let config = tiny();
    let mut engine = gpu(&pack(config.clone(), Scheme::Q4, 3));
    let eight = batch(&config, &[128; 8], 6);
    let want = blank_each(&eight, 10);
    block_on(engine.prepare(&eight, &want)).unwrap();
    let answer = block_on(engine.run(&eight, &want)).unwrap();
    assert_warm(&answer.stats, 8 * BLANK_BYTES);
    assert_eq!(answer.stats.dispatches as usize, engine.schedule(&eight, &want).unwrap().len());
}

#[test]
fn only_what_is_wanted_is_read_and_written() {
    let config = tiny();
    let mut engine = gpu(&pack(config.clone(), Scheme::Q8, 3));
    let pair = batch(&config, &[9, 14], 5);
    let (l, n, h, v) = (3, 4, 64, 1003);
    let mut bytes = |want: Want| {
        let first = block_on(engine.run(&pair, &want)).unwrap();
        let second = block_on(engine.run(&pair, &want)).unwrap();
        let made = |s: &RunStats| s.buffers_created + s.bind_groups_created + s.pipelines_created;
        assert_eq!(made(&second.stats), 0);
        assert_eq!(first.hidden_states, second.hidden_states);
        second.stats.bytes_read
    };
    assert_eq!(bytes(Want::default()), 0);
    assert_eq!(bytes(Want { pooled: true, ..Want::default() }), 4 * 2 * h);
    assert_eq!(bytes(Want { attentions: true, ..Want::default() }), 4 * l * 2 * n * 14 * 14);
    assert_eq!(bytes(Want { hidden_states: true, ..Want::default() }), 4 * (l + 1) * 2 * 14 * h);
    let blank = vec![BlankAt { row: 1, position: 13, asked: vec![] }];
    assert_eq!(bytes(Want { blanks: blank.clone(), ..Want::default() }), 4);
    assert_eq!(bytes(Want { blanks: blank, logits: true, top_k: 3, ..Want::default() }), 4 * (1 + 6 + v));
}

/// Without an intervention a call is what it was, before one and after; with one it has no dispatch more.
#[test]
fn interventions_cost_nothing_when_off() {
    let config = tiny();
    let mut engine = gpu(&pack(config.clone(), Scheme::Q4, 3));
    let pair = batch(&config, &[9, 14], 5);
    let want = Want { hidden_states: true, ..blank_each(&pair, 10) };
    let before = block_on(engine.run(&pair, &want)).unwrap();
    // Embedding, five a layer and a hidden state each, the last hidden state, four of the head.
    assert_eq!(before.stats.dispatches, 1 + 3 * 6 + 1 + 4);
    let left = Intervention { sight: Sight::Left, silenced: vec![(1, 2)], ..Intervention::default() };
    let probed = Want { interventions: vec![left, Intervention::default()], ..want.clone() };
    let changed = block_on(engine.run(&pair, &probed)).unwrap();
    assert_ne!(changed.hidden_states, before.hidden_states);
    assert_eq!(engine.schedule(&pair, &probed).unwrap(), engine.schedule(&pair, &want).unwrap());
    // A sight of each row and, of three layers, a word of heads.
    let told = 4 * 2 * (1 + 3);
    let again = block_on(engine.run(&pair, &probed)).unwrap();
    assert_eq!(again.stats.bytes_written, before.stats.bytes_written + told);
    assert_eq!(again.stats.pipelines_created + again.stats.bind_groups_created, 0);
    let after = block_on(engine.run(&pair, &want)).unwrap();
    let same = |s: &RunStats| (s.dispatches, s.bytes_written, s.bytes_read, s.passes, s.submits, s.maps);
    assert_eq!(same(&after.stats), same(&before.stats));
    assert_eq!((after.hidden_states, after.blanks), (before.hidden_states.clone(), before.blanks.clone()));
    // An intervention that changes nothing gives the same bits.
    let nothing = Want { interventions: vec![Intervention::default(); 2], ..want.clone() };
    let nothing = block_on(engine.run(&pair, &nothing)).unwrap();
    assert_eq!((nothing.hidden_states, nothing.blanks), (before.hidden_states, before.blanks));
    // Each capture is one dispatch and its own bytes.
    let captured = Want { embedding_parts: true, qkv_of: Some(1), ..want.clone() };
    let both = block_on(engine.run(&pair, &captured)).unwrap();
    assert_eq!(both.stats.dispatches, before.stats.dispatches + 2);
    assert_eq!(both.stats.bytes_read, before.stats.bytes_read + 2 * 4 * 23 * 3 * 64);
}

#[test]
fn the_largest_calls_are_taken_and_larger_ones_refused() {
    let config = tiny();
    let mut engine = gpu(&pack(config.clone(), Scheme::Q4, 3));
    let rows = batch(&config, &[160, 2], 5);
    // 160 blanks in one row, the most a call may have.
    let blank = |position| BlankAt { row: 0, position, asked: vec![position as u32; 16] };
    let want = Want { blanks: (0..160).map(blank).collect(), top_k: 16, ..Want::default() };
    let answer = block_on(engine.run(&rows, &want)).unwrap();
    assert_eq!(answer.blanks.len(), 160);
    for blank in &answer.blanks {
        assert!(blank.top.windows(2).all(|w| w[0].logit >= w[1].logit));
        for asked in &blank.asked {
            assert!(
                blank
                    .top
                    .iter()
                    .all(|t| (t.rank < asked.rank)
                        == (t.logit > asked.logit || t.id < asked.id && t.logit == asked.logit))
            );
        }
    }
    let attentions = Want { attentions: true, ..Want::default() };
    let refused = block_on(engine.run(&rows, &attentions)).unwrap_err();
    assert_eq!(refused, EngineError::CaptureTooLarge { tokens: 160, limit: 128 });
    let long = batch(&config, &[161], 5);
    assert!(matches!(block_on(engine.run(&long, &want)), Err(EngineError::TooLong { .. })));
    // More tokens than a binding holds: refused by the limit's name, and the engine goes on.
    let many = batch(&config, &[160; 2000], 5);
    let refused = block_on(engine.run(&many, &Want::default())).unwrap_err();
    assert!(matches!(refused, EngineError::GpuLimit { .. }), "{refused}");
    assert_eq!(block_on(engine.run(&rows, &want)).unwrap().blanks, answer.blanks);
}

#[test]
fn a_lost_device_is_an_error() {
    let config = tiny();
    let mut engine = gpu(&pack(config.clone(), Scheme::Q4, 3));
    let rows = batch(&config, &[9], 5);
    assert_eq!(engine.lost(), None);
    engine.lose();
    assert!(engine.lost().is_some());
    let lost = block_on(engine.run(&rows, &blank_each(&rows, 3))).unwrap_err();
    assert!(matches!(lost, EngineError::GpuLost { .. }), "{lost}");
    let lost = block_on(engine.prepare(&batch(&config, &[150], 5), &Want::default())).unwrap_err();
    assert!(matches!(lost, EngineError::GpuLost { .. }), "{lost}");
}

#[test]
fn what_webgpu_complains_of_is_an_error() {
    let gpu = block_on(Gpu::new(AdapterPolicy::AnyAdapter)).unwrap();
    gpu.health.check().unwrap();
    let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::STORAGE;
    let wrong = wgpu::BufferDescriptor { label: Some("wrong"), size: 16, usage, mapped_at_creation: false };
    drop(gpu.device.create_buffer(&wrong));
    let error = gpu.health.check().unwrap_err();
    assert!(matches!(&error, EngineError::Compute(text) if text.contains("wrong")), "{error}");
    gpu.health.check().unwrap();
}

#[test]
fn missing_repeated_and_misfit_tensors_are_named() {
    let whole = pack(tiny(), Scheme::Q4, 3);
    let build = || block_on(GpuBuilder::new(&whole.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    let named = |e: EngineError| if let EngineError::BadTensor { name } = e { name } else { panic!("{e}") };
    let none = block_on(build().finish()).err().unwrap();
    assert!(named(none).starts_with("bert."));
    let entry = &whole.manifest.tensors[0];
    let mut builder = build();
    let rows = entry.row_bytes(Field::Q) * 2;
    builder.shard(entry, Field::Q, 0, &vec![0; rows]).unwrap();
    assert_eq!(named(builder.shard(entry, Field::Q, 1, &vec![0; rows]).unwrap_err()), entry.name);
    assert_eq!(named(builder.shard(entry, Field::Q, 63, &vec![0; rows]).unwrap_err()), entry.name);
    let mut manifest = whole.manifest.clone();
    manifest.tensors.retain(|t| t.name != "cls.predictions.bias");
    let missing = block_on(GpuBuilder::new(&manifest, AdapterPolicy::AnyAdapter)).err().unwrap();
    assert_eq!(named(missing), "cls.predictions.bias");
}

#[test]
fn software_adapters_and_low_limits_are_refused_by_name() {
    let whole = pack(tiny(), Scheme::Q4, 3);
    if let Err(e) = block_on(GpuBuilder::new(&whole.manifest, AdapterPolicy::HardwareOnly)) {
        assert!(matches!(e, EngineError::NoAdapter { .. }), "{e}");
    } else {
        assert!(!gpu(&whole).info().software);
    }
    let low = wgpu::Limits { max_compute_workgroup_storage_size: 8192, ..baseline() };
    let refused = check_limits(&low).unwrap_err();
    let limit = "maxComputeWorkgroupStorageSize".into();
    assert_eq!(refused, EngineError::GpuLimit { limit, needed: 16384, available: 8192 });
}

#[test]
#[should_panic(expected = "made on a warm plan")]
fn a_cold_call_does_not_pass_for_a_warm_one() {
    let config = tiny();
    let mut engine = gpu(&pack(config.clone(), Scheme::Q4, 3));
    let rows = batch(&config, &[100], 5);
    let stats = block_on(engine.run(&rows, &blank_each(&rows, 10))).unwrap().stats;
    assert_warm(&stats, BLANK_BYTES);
}
