//! What a call costs on BERT-Base's shapes, counted through the recording seam.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder, GpuEngine};
use bertscope::engine::{BlankAt, EngineError, RunStats, Want};
use bertscope::model::manifest::Scheme;
use common::model::{Pack, batch, bert_base, pack, tiny};
use pollster::block_on;

fn gpu(pack: &Pack) -> GpuEngine {
    let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut gpu);
    block_on(gpu.finish()).unwrap()
}

fn blanks(n: usize, top_k: usize) -> Want {
    let blank = |i: usize| BlankAt { row: i % 2, position: 1 + i / 2, asked: vec![7, 8] };
    Want { blanks: (0..n).map(blank).collect(), top_k, ..Want::default() }
}

fn assert_warm(stats: &RunStats, most_dispatches: u32, read: u64) {
    assert!(stats.dispatches <= most_dispatches, "{} dispatches", stats.dispatches);
    assert_eq!((stats.passes, stats.submits, stats.maps), (1, 1, 1));
    let made = (stats.buffers_created, stats.bind_groups_created, stats.pipelines_created);
    assert_eq!(made, (0, 0, 0), "made on a warm plan");
    assert_eq!(stats.bytes_read, read);
}

#[test]
fn bert_base_1x16_warm() {
    let config = bert_base();
    let pack = pack(config.clone(), Scheme::Q4, 3);
    let mut engine = gpu(&pack);
    drop(pack);
    let one = batch(&config, &[16], 5);
    let want = Want { blanks: vec![BlankAt { row: 0, position: 4, asked: vec![99] }], top_k: 10, ..Want::default() };
    let first = block_on(engine.run(&one, &want)).unwrap();
    let again = block_on(engine.run(&one, &want)).unwrap();
    println!("1x16 {:?}", again.stats);
    // 5 a layer, embedding, transform, vocabulary, chunks, merge.
    assert_warm(&again.stats, 72, 4 * (1 + 2 * 10 + 2));
    assert_eq!(first.blanks, again.blanks, "the same call gives the same bits");
    let info = engine.info();
    println!("{info:?}");
    assert!(info.memory_bytes < 200_000_000);
}
