//! The GPU engine against the CPU engine on the same bytes, output by output.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::cpu::CpuBuilder;
use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder, GpuEngine};
use bertscope::engine::{Answer, Batch, BlankAt, Want};
use bertscope::model::manifest::Scheme;
use bertscope::protocol::TextPair;
use common::compare::{LOGITS, PROBABILITIES, STATES, Tolerance, assert_close_f32, compare_f32};
use common::model::{Pack, batch, bert_base, pack, tiny};
use pollster::block_on;

fn engines(pack: &Pack) -> (CpuEngine, GpuEngine) {
    let mut cpu = CpuBuilder::new(&pack.manifest).unwrap();
    pack.feed(&mut cpu);
    let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut gpu);
    (cpu.finish().unwrap(), block_on(gpu.finish()).unwrap())
}

fn everything(batch: &Batch, blanks: &[(usize, usize)], asked: &[u32]) -> Want {
    let blank = |(i, &(row, position)): (usize, &(usize, usize))| BlankAt {
        row,
        position,
        // Blanks that ask for differing numbers of words share one answer's stride.
        asked: asked[..asked.len().saturating_sub(i)].to_vec(),
    };
    let attentions = batch.longest() <= 128;
    let blanks = blanks.iter().enumerate().map(blank).collect();
    Want { blanks, top_k: 7, logits: true, pooled: true, hidden_states: true, attentions, ..Want::default() }
}

fn assert_same(what: &str, gpu: &Answer, cpu: &Answer, states: Tolerance) {
    assert_eq!(gpu.tokens, cpu.tokens, "{what}");
    assert_close_f32(&format!("{what} hidden states"), &gpu.hidden_states, &cpu.hidden_states, states);
    assert_close_f32(&format!("{what} attentions"), &gpu.attentions, &cpu.attentions, PROBABILITIES);
    assert_close_f32(&format!("{what} pooled"), &gpu.pooled, &cpu.pooled, states);
    assert_eq!(gpu.blanks.len(), cpu.blanks.len());
    for (i, (g, c)) in gpu.blanks.iter().zip(&cpu.blanks).enumerate() {
        let what = format!("{what} blank {i}");
        assert_close_f32(&format!("{what} logits"), &g.logits, &c.logits, LOGITS);
        assert_close_f32(&format!("{what} logsumexp"), &[g.logsumexp], &[c.logsumexp], LOGITS);
        assert_eq!((g.top.len(), g.asked.len()), (c.top.len(), c.asked.len()), "{what}");
        // Ids may swap where logits are within the tolerance: compare by the CPU's logit of the GPU's id.
        for (rank, (a, b)) in (1..).zip(g.top.iter().zip(&c.top)) {
            assert_eq!(a.rank, rank);
            assert_close_f32(&what, &[a.logit, c.logits[a.id as usize]], &[b.logit, b.logit], LOGITS);
            assert_close_f32(&what, &[a.probability], &[b.probability], PROBABILITIES);
        }
        for (a, b) in g.asked.iter().zip(&c.asked) {
            assert_eq!(a.id, b.id);
            assert_close_f32(&what, &[a.logit], &[b.logit], LOGITS);
            assert_close_f32(&what, &[a.probability], &[b.probability], PROBABILITIES);
            // The rank is exact on the GPU's own logits.
            let before =
                g.logits.iter().zip(0..).filter(|&(&l, id)| l > a.logit || (l == a.logit && id < a.id)).count();
            assert_eq!(a.rank as usize, before + 1, "{what}");
        }
    }
}

/// Lengths that are no multiple of any tile, one row and ragged batches, both GEMM kernels.
const SHAPES: [&[usize]; 6] = [&[1], &[13], &[17, 3], &[100], &[5, 40, 33, 1, 64], &[150, 9]];

fn gpu_equals_cpu(scheme: Scheme) {
    let config = tiny();
    let pack = pack(config.clone(), scheme, 7);
    let (mut cpu, mut gpu) = engines(&pack);
    for lengths in SHAPES {
        let batch = batch(&config, lengths, 11);
        let last = lengths.len() - 1;
        let blanks = [(0, 0), (last, lengths[last] - 1), (0, lengths[0] / 2)];
        let want = everything(&batch, &blanks, &[0, 5, 1002]);
        let answer = block_on(gpu.run(&batch, &want)).unwrap();
        assert_same(&format!("{scheme:?} {lengths:?}"), &answer, &cpu.run(&batch, &want).unwrap(), STATES);
    }
}

#[test]
fn q4() {
    gpu_equals_cpu(Scheme::Q4);
}

#[test]
fn q8() {
    gpu_equals_cpu(Scheme::Q8);
}

#[test]
fn f32_weights() {
    gpu_equals_cpu(Scheme::F32);
}

/// Random weights of BERT-Base's shapes: long sums, twelve layers, the whole vocabulary.
#[test]
fn bert_base_1x16() {
    let config = bert_base();
    let pack = pack(config.clone(), Scheme::Q4, 7);
    let (mut cpu, mut gpu) = engines(&pack);
    let batch = batch(&config, &[16], 11);
    let want = everything(&batch, &[(0, 5)], &[5, 30_521]);
    let answer = block_on(gpu.run(&batch, &want)).unwrap();
    assert_same("BERT-Base 1×16", &answer, &cpu.run(&batch, &want).unwrap(), STATES);
}

/// The shipped bytes: sentences of the page, every logit.
#[test]
fn shipped_weights() {
    shipped("bert-base-uncased", ["The capital of France is [MASK].", "He sat down on the [MASK] and wept."], "paris");
}

/// The second pack: another vocabulary, whose size is no multiple of the first one's chunks.
#[test]
fn shipped_cased_weights() {
    shipped("bert-base-cased", ["The capital of France is [MASK].", "She bought an apple [MASK]."], "Paris");
}

fn shipped(pack: &str, sentences: [&str; 2], first: &str) {
    let folder = format!("{}/assets/models/{pack}", env!("CARGO_MANIFEST_DIR"));
    let pack = PackFolder::open(folder).unwrap();
    let (mut cpu, tokenizer) = (pack.cpu_engine().unwrap(), pack.tokenizer().unwrap());
    let mut gpu = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter)).unwrap();
    pack.feed(&mut gpu).unwrap();
    let mut gpu = block_on(gpu.finish()).unwrap();
    let row = |text: &str| tokenizer.encode(&TextPair { a: text.into(), b: None }, 512).unwrap().0;
    let batch = Batch { rows: sentences.map(row).into() };
    let mask = |r: usize| batch.rows[r].input_ids.iter().position(|&id| id == tokenizer.mask_id()).unwrap();
    let want = everything(&batch, &[(0, mask(0)), (1, mask(1))], &[tokenizer.id_of(first).unwrap(), 2000]);
    let answer = block_on(gpu.run(&batch, &want)).unwrap();
    let reference = cpu.run(&batch, &want).unwrap();
    assert_same("shipped weights", &answer, &reference, STATES);
    assert_eq!(tokenizer.piece(answer.blanks[0].top[0].id), first);
    let differences = answer.blanks[0].logits.iter().zip(&reference.blanks[0].logits);
    println!("worst logit difference {:e}", differences.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max));
}

#[test]
fn one_wrong_value_is_seen() {
    let good = [1.0f32, -2.0, 3.0];
    assert!(compare_f32("same", &good, &good, LOGITS).is_ok());
    let text = compare_f32("corrupted", &[1.0, -2.01, 3.0], &good, LOGITS).unwrap_err();
    assert!(text.contains("1 of 3") && text.contains("at 1"), "{text}");
    assert!(compare_f32("nan", &[1.0, f32::NAN, 3.0], &good, LOGITS).is_err());
    assert!(compare_f32("length", &good[..2], &good, LOGITS).is_err());
}
