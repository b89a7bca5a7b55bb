//! Task adapters on the GPU engine: equal to the CPU engine's, and nothing to the base.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::cpu::{CpuBuilder, CpuEngine};
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder, GpuEngine};
use bertscope::engine::{AdapterId, Answer, Batch, BlankAt, EngineError, Want};
use bertscope::model::adapter::{Adapter, Target};
use bertscope::model::config::BertConfig;
use bertscope::model::manifest::Scheme;
use common::adapter::{adapter, everywhere, span_adapter};
use common::compare::{ADAPTER_LOGITS, LOGITS, STATES, assert_close_f32, compare_f32};
use common::model::{batch, bert_base, pack, tiny};
use pollster::block_on;

fn gpu(pack: &common::model::Pack) -> GpuEngine {
    let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut gpu);
    block_on(gpu.finish()).unwrap()
}

fn cpu(pack: &common::model::Pack) -> CpuEngine {
    let mut cpu = CpuBuilder::new(&pack.manifest).unwrap();
    pack.feed(&mut cpu);
    cpu.finish().unwrap()
}

/// Classes, pooled, hidden states and a blank: all that an adapter touches.
fn wanted(batch: &Batch, id: Option<AdapterId>) -> Want {
    let blanks = vec![BlankAt { row: batch.rows.len() - 1, position: 0, asked: vec![7] }];
    let classes = id.is_some();
    Want { blanks, top_k: 3, pooled: true, hidden_states: true, adapter: id, class_logits: classes, ..Want::default() }
}

fn assert_same(what: &str, gpu: &Answer, cpu: &Answer) {
    assert_close_f32(&format!("{what} classes"), &gpu.class_logits, &cpu.class_logits, ADAPTER_LOGITS);
    assert_close_f32(&format!("{what} pooled"), &gpu.pooled, &cpu.pooled, STATES);
    assert_close_f32(&format!("{what} hidden states"), &gpu.hidden_states, &cpu.hidden_states, STATES);
    assert_close_f32(what, &[gpu.blanks[0].logsumexp], &[cpu.blanks[0].logsumexp], LOGITS);
}

/// Ranks that are and are no multiple of four, some Linears or all, own pooler or the base's, any base.
#[test]
fn adapters_equal_the_cpus() {
    use Target::*;
    let config = tiny();
    let all = everywhere(&config);
    let some = [(0, Key), (0, Output), (2, Value), (2, Query), (2, Intermediate), (1, AttentionOutput)];
    type Case<'a> = (Scheme, usize, &'a [(usize, Target)], bool, usize);
    let cases: [Case<'_>; 5] = [
        (Scheme::Q4, 8, &all, false, 2),
        (Scheme::Q4, 5, &some, true, 3),
        (Scheme::Q8, 1, &some[..1], false, 20),
        (Scheme::F32, 64, &all, true, 4),
        (Scheme::Q4, 0, &[], true, 2),
    ];
    for (scheme, rank, at, pooler, labels) in cases {
        let pack = pack(config.clone(), scheme, 7);
        let (mut gpu, mut cpu) = (gpu(&pack), cpu(&pack));
        let adapter = adapter(&config, rank, at, pooler, labels, 3);
        let ids = (block_on(gpu.add_adapter(&adapter)).unwrap(), cpu.add_adapter(&adapter).unwrap());
        for lengths in [&[1][..], &[13], &[17, 3], &[5, 40, 33, 1, 64], &[150, 9]] {
            let batch = batch(&config, lengths, 11);
            let answer = block_on(gpu.run(&batch, &wanted(&batch, Some(ids.0)))).unwrap();
            let reference = cpu.run(&batch, &wanted(&batch, Some(ids.1))).unwrap();
            assert_eq!(answer.class_logits.len(), labels * lengths.len());
            assert_same(&format!("{scheme:?} rank {rank} {lengths:?}"), &answer, &reference);
            // It does something: the base says otherwise. (A lone piece attends to itself whatever its key is.)
            let base = cpu.run(&batch, &wanted(&batch, None)).unwrap();
            let same = compare_f32("base", &answer.pooled, &base.pooled, STATES);
            assert!(same.is_err() || lengths == [1], "the adapter of rank {rank} changes nothing at {lengths:?}");
        }
    }
}

/// Start and end logits of every piece, one dispatch and no buffer more; a head that is not there is refused by name.
#[test]
fn span_logits_equal_the_cpus() {
    let config = tiny();
    for (scheme, rank) in [(Scheme::Q4, 8), (Scheme::F32, 0)] {
        let pack = pack(config.clone(), scheme, 7);
        let (mut gpu, mut cpu) = (gpu(&pack), cpu(&pack));
        let at = if rank == 0 { Vec::new() } else { everywhere(&config) };
        let adapter = span_adapter(&config, rank, &at, 3);
        let ids = (block_on(gpu.add_adapter(&adapter)).unwrap(), cpu.add_adapter(&adapter).unwrap());
        let spans = |id| Want { adapter: Some(id), span_logits: true, ..Want::default() };
        for lengths in [&[1][..], &[13], &[17, 3], &[5, 40, 33, 1, 64], &[150, 9]] {
            let batch = batch(&config, lengths, 11);
            let answer = block_on(gpu.run(&batch, &spans(ids.0))).unwrap();
            let reference = cpu.run(&batch, &spans(ids.1)).unwrap();
            assert_eq!(answer.span_logits.len(), lengths.len() * batch.longest() * 2);
            assert_close_f32(&format!("{lengths:?}"), &answer.span_logits, &reference.span_logits, ADAPTER_LOGITS);
            let mut other = reference.span_logits.clone();
            other[0] += 0.1;
            assert!(compare_f32("spoiled", &answer.span_logits, &other, ADAPTER_LOGITS).is_err());
            let bare = Want { adapter: Some(ids.0), ..Want::default() };
            let without = gpu.schedule(&batch, &bare).unwrap().len();
            assert_eq!(gpu.schedule(&batch, &spans(ids.0)).unwrap().len(), without + 1);
            assert_eq!(answer.stats.maps, 1);
        }
        let batch = batch(&config, &[4], 11);
        let classes = |id| Want { adapter: Some(id), class_logits: true, ..Want::default() };
        assert_eq!(block_on(gpu.run(&batch, &classes(ids.0))).unwrap_err(), EngineError::WrongHead);
        assert_eq!(cpu.run(&batch, &classes(ids.1)).unwrap_err(), EngineError::WrongHead);
        let classifier = common::adapter::adapter(&config, 0, &[], false, 2, 3);
        let ids = (block_on(gpu.add_adapter(&classifier)).unwrap(), cpu.add_adapter(&classifier).unwrap());
        assert_eq!(block_on(gpu.run(&batch, &spans(ids.0))).unwrap_err(), EngineError::WrongHead);
        assert_eq!(cpu.run(&batch, &spans(ids.1)).unwrap_err(), EngineError::WrongHead);
    }
}

/// Bits, not tolerances: with adapters held, used and removed, the base answers as before.
#[test]
fn the_base_is_left_alone() {
    let config = tiny();
    let pack = pack(config.clone(), Scheme::Q4, 7);
    let mut gpu = gpu(&pack);
    let batch = batch(&config, &[17, 30], 11);
    let bare = |gpu: &mut GpuEngine| {
        let mut answer = block_on(gpu.run(&batch, &wanted(&batch, None))).unwrap();
        answer.stats = Default::default();
        answer
    };
    let before = bare(&mut gpu);
    let memory = gpu.info().memory_bytes;
    let one = adapter(&config, 8, &everywhere(&config), true, 2, 3);
    let two = adapter(&config, 4, &[(1, Target::Query)], false, 5, 4);
    let ids = [block_on(gpu.add_adapter(&one)).unwrap(), block_on(gpu.add_adapter(&two)).unwrap()];
    assert_ne!(ids[0], ids[1]);
    assert_eq!(bare(&mut gpu), before);
    let with = |gpu: &mut GpuEngine, id| block_on(gpu.run(&batch, &wanted(&batch, Some(id)))).unwrap();
    let (first, second) = (with(&mut gpu, ids[0]), with(&mut gpu, ids[1]));
    assert_ne!(first.pooled, second.pooled);
    // Switched there and back: the same bits, nothing made.
    let again = with(&mut gpu, ids[0]);
    assert_eq!((again.class_logits, again.hidden_states), (first.class_logits, first.hidden_states));
    let made = (again.stats.buffers_created, again.stats.bind_groups_created, again.stats.pipelines_created);
    assert_eq!(made, (0, 0, 0));
    assert_eq!(bare(&mut gpu), before);
    gpu.remove_adapter(ids[0]);
    let gone = block_on(gpu.run(&batch, &wanted(&batch, Some(ids[0])))).unwrap_err();
    assert_eq!(gone, EngineError::NoSuchAdapter);
    assert_eq!(with(&mut gpu, ids[1]).pooled, second.pooled);
    gpu.remove_adapter(ids[1]);
    assert_eq!(gpu.info().memory_bytes, memory, "an adapter's memory is given back");
    assert_eq!(bare(&mut gpu), before);
}

/// A larger call makes the arena anew: the adapters' plans follow.
#[test]
fn adapters_outlive_the_arena() {
    let config = tiny();
    let pack = pack(config.clone(), Scheme::Q4, 7);
    let (mut gpu, mut cpu) = (gpu(&pack), cpu(&pack));
    let adapter = adapter(&config, 8, &everywhere(&config), false, 2, 3);
    let ids = (block_on(gpu.add_adapter(&adapter)).unwrap(), cpu.add_adapter(&adapter).unwrap());
    for lengths in [&[9][..], &[150; 9], &[9]] {
        let batch = batch(&config, lengths, 5);
        let answer = block_on(gpu.run(&batch, &wanted(&batch, Some(ids.0)))).unwrap();
        assert_same(&format!("{lengths:?}"), &answer, &cpu.run(&batch, &wanted(&batch, Some(ids.1))).unwrap());
    }
}

fn shipped_like(adapter: &mut Adapter) {
    adapter.labels = vec!["negative".into(), "positive".into()];
}

/// BERT-Base with rank 8 on every Linear: dispatches, memory, bytes read.
#[test]
fn what_an_adapter_costs() {
    let config = bert_base();
    let mut gpu = gpu(&pack(config.clone(), Scheme::Q4, 3));
    let mut all = adapter(&config, 8, &everywhere(&config), false, 2, 3);
    shipped_like(&mut all);
    let before = gpu.info().memory_bytes;
    let id = block_on(gpu.add_adapter(&all)).unwrap();
    let bytes = gpu.info().memory_bytes - before;
    println!("{bytes} bytes");
    assert!(bytes <= 20_000_000, "{bytes} bytes");
    for lengths in [&[16][..], &[128; 8]] {
        let batch = batch(&config, lengths, 5);
        let blank = Want { blanks: vec![BlankAt::default()], top_k: 5, ..Want::default() };
        let classes = Want { adapter: Some(id), class_logits: true, ..Want::default() };
        block_on(gpu.prepare(&batch, &classes)).unwrap();
        block_on(gpu.prepare(&batch, &blank)).unwrap();
        let (base, with) = (gpu.schedule(&batch, &blank).unwrap().len(), gpu.schedule(&batch, &classes).unwrap().len());
        println!("{lengths:?}: {base} dispatches, {with} with the adapter");
        assert!(with <= base + 48, "{with} dispatches, {base} without");
    }
    let one = batch(&config, &[16], 5);
    let classes = Want { adapter: Some(id), class_logits: true, ..Want::default() };
    block_on(gpu.run(&one, &classes)).unwrap();
    let stats = block_on(gpu.run(&one, &classes)).unwrap().stats;
    assert_eq!((stats.passes, stats.submits, stats.maps, stats.bytes_read), (1, 1, 1, 16));
    let made = (stats.buffers_created, stats.bind_groups_created, stats.pipelines_created);
    assert_eq!(made, (0, 0, 0));
}

/// What a page asks of a long text: ten windows in one call.
#[test]
fn ten_windows_of_384_are_one_call_with_one_dispatch_more_and_one_map() {
    let config = BertConfig { max_position_embeddings: 512, ..tiny() };
    let mut gpu = gpu(&pack(config.clone(), Scheme::Q4, 7));
    let adapter = span_adapter(&config, 8, &everywhere(&config), 3);
    let id = block_on(gpu.add_adapter(&adapter)).unwrap();
    let batch = batch(&config, &[384; 10], 11);
    let alone = Want { adapter: Some(id), ..Want::default() };
    let spans = Want { span_logits: true, ..alone.clone() };
    block_on(gpu.run(&batch, &spans)).unwrap();
    let encoder = gpu.schedule(&batch, &alone).unwrap().len();
    let stats = block_on(gpu.run(&batch, &spans)).unwrap().stats;
    assert_eq!(stats.dispatches as usize, encoder + 1, "the head is one dispatch");
    assert_eq!((stats.submits, stats.maps), (1, 1));
    assert_eq!((stats.buffers_created, stats.bind_groups_created, stats.pipelines_created), (0, 0, 0));
    // Start, end and two of no meaning a piece, and nothing else.
    assert_eq!(stats.bytes_read, 16 * 3840);
}
