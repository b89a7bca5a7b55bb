//! Every kernel of the table against f64, over shapes that are no multiple of any tile.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::gpu::kernels::{self, Kernel, TABLE, header};
use bertscope::engine::gpu::plan::chunk_each;
use bertscope::engine::gpu::training::kernels as training;
use bertscope::engine::training::{DropoutAt, dropout_threshold, dropped};
use bertscope::model::manifest::Scheme;
use common::Random;
use common::compare::{KERNEL, LONG_SUM, assert_close, compare};
use common::kernel::{Bench, Data, floats};
use common::reference::{Stored, act, call, doubles, erf, norm};

#[test]
fn every_kernel_of_the_table_equals_f64() {
    let mut bench = Bench::new();
    // Training's own have tests of their own: training_kernels.rs.
    let own = |kernel: &&&Kernel| !training::TABLE.iter().any(|k| k.name == kernel.name);
    for kernel in TABLE.iter().filter(own) {
        match kernel.name {
            "embed" | "embed_parts" => embed(&mut bench, kernel),
            "keep" => keep(&mut bench),
            "gemm_few" | "gemm_small" | "gemm_large" => gemm(&mut bench, kernel),
            "attention" => attention(&mut bench),
            "hidden" => hidden(&mut bench),
            "vocab_chunk" | "vocab_merge" => vocabulary(&mut bench),
            name => panic!("{name} has no test"),
        }
    }
    assert_eq!(bench.ran.len() + training::TABLE.len(), TABLE.len());
}

// ------------------------------------------------------------------------------------- the kernels

fn gemm(bench: &mut Bench, kernel: &'static Kernel) {
    let mut r = Random(1);
    // (M, N, K, norm, act, gather, rank of a low-rank product and how many share the columns)
    type Case = (usize, usize, usize, u32, u32, bool, (usize, usize));
    let cases: [Case; 9] = [
        (1, 32, 32, 0, 0, false, (4, 1)),
        (13, 97, 32, 1, 1, false, (0, 1)),
        (17, 96, 96, 2, 0, false, (8, 3)),
        (100, 160, 64, 1, 1, false, (12, 2)),
        (5, 1003, 64, 1, 0, false, (0, 1)),
        (7, 64, 64, 1, 2, true, (0, 1)),
        (65, 64, 160, 2, 0, false, (64, 1)),
        (16, 96, 3072, 0, 1, false, (0, 1)),
        (21, 8, 64, 1, 0, false, (0, 1)),
    ];
    for scheme in [Scheme::Q4, Scheme::Q8, Scheme::F32] {
        // Schemes differ in how quants are read alone: four cases are enough for two of them.
        let cases = if scheme == Scheme::Q4 { &cases[..] } else { &cases[..4] };
        for &(m, n, k, norm_kind, act_kind, gather, (rank, parts)) in cases {
            let what = format!("{} {scheme:?} {m}×{n}×{k} norm {norm_kind} act {act_kind} rank {rank}", kernel.name);
            let w = Stored::new(&mut r, scheme, n, k);
            let rows = m.next_multiple_of(64);
            // Rows with a mean far from 0 and a large first value: what one-pass statistics lose digits on.
            let mut x = r.floats(rows * k, 0.7, 1.5);
            x.iter_mut().step_by(k).for_each(|x| *x = 9.0);
            let residual = r.floats(rows * n.next_multiple_of(4), -0.4, 2.0);
            let list: Vec<u32> = (0..m as u32).rev().collect();
            let mut call = call(&[m], &[], &list, 0, &[], 0);
            // Dropout where a residual is added: micro-batch, seed and threshold of a third.
            let (drop, threshold) = (DropoutAt::Output { layer: 2 }, dropout_threshold(1.0 / 3.0));
            call[header::MICRO_STEP..].iter_mut().zip([9, 41, threshold]).for_each(|(to, word)| *to = word);
            let kept = |at: usize| match norm_kind {
                2 => f64::from(dropped(at as u32 / 4, drop, 9, 41, threshold)[at % 4]),
                _ => 1.0,
            };
            // Vectors at odd places: bias, then gamma and beta.
            let width = if norm_kind == 1 { k } else { n.next_multiple_of(4) };
            let (bias_at, norm_at) = (8, 8 + n.next_multiple_of(4) + 4);
            let mut vectors = r.floats(norm_at + 2 * width, 0.5, 1.0);
            // An adapter's part: what is told of it, then B (N, rank); A's products are given.
            let low_at = vectors.len();
            let b_at = low_at + 8;
            vectors.resize(b_at, 0.0);
            if rank > 0 {
                let told = [rank as f32 / 4.0, (n / parts) as f32 / 4.0, b_at as f32 / 4.0, 1.75];
                vectors[low_at..low_at + 4].copy_from_slice(&told);
                vectors.extend(r.floats(n * rank, 0.0, 0.5));
            }
            let low = r.floats((rows * parts * rank).max(4), 0.1, 1.0);
            let stride4 = n.div_ceil(4);
            let mut constants = w.constants();
            constants.extend([
                ("N", n as f64),
                ("STRIDE4", stride4 as f64),
                ("NORM", f64::from(norm_kind)),
                ("ACT", f64::from(act_kind)),
                ("GATHER", if gather { header::BLANKS_AT as f64 } else { 0.0 }),
                ("BIAS_AT4", bias_at as f64 / 4.0),
                ("NORM_AT4", norm_at as f64 / 4.0),
                ("LOW_AT4", low_at as f64 / 4.0),
                ("EPS", 1e-12),
                ("DROPOUT", if norm_kind == 2 { f64::from(drop.stream() + 1) } else { 0.0 }),
            ]);
            let data = [
                Data::Words(&call),
                Data::Floats(&x),
                Data::Bytes(&w.q),
                Data::Bytes(&w.s),
                Data::Floats(&vectors),
                Data::Floats(&residual),
                Data::Out(rows * stride4 * 4),
                Data::Floats(&low),
            ];
            let got = floats(&bench.run(kernel, constants, [n as u32, m as u32, 1], &data)[0]);
            let (gamma, beta) = (&vectors[norm_at..][..width], &vectors[norm_at + width..][..width]);
            for row in 0..m {
                let source = if gather { m - 1 - row } else { row };
                let mut xs = doubles(&x[source * k..][..k]);
                if norm_kind == 1 {
                    xs = norm(&xs, gamma, beta);
                }
                let added = match norm_kind {
                    2 => norm(&doubles(&residual[row * n..][..n]), &gamma[..n], &beta[..n]),
                    _ => vec![0.0; n],
                };
                let want: Vec<f64> = (0..n)
                    .map(|j| {
                        let sum: f64 = xs.iter().zip(&w.w[j * k..][..k]).map(|(a, b)| a * b).sum();
                        let part = (row * parts + j * parts / n) * rank;
                        let products = (0..rank).map(|i| low[part + i] as f64 * vectors[b_at + j * rank + i] as f64);
                        let low_rank: f64 = 1.75 * products.sum::<f64>();
                        let value = act(sum + f64::from(vectors[bias_at + j]) + low_rank, act_kind);
                        value * kept(row * stride4 * 4 + j) + added[j]
                    })
                    .collect();
                let tolerance = if k > 1000 { LONG_SUM } else { KERNEL };
                assert_close(&format!("{what} row {row}"), &got[row * stride4 * 4..][..n], &want, tolerance);
            }
        }
    }
}

fn keep(bench: &mut Bench) {
    let mut r = Random(8);
    for (m, w) in [(1, 4), (13, 288), (65, 100)] {
        let x = r.floats(m * w, 0.0, 1.0);
        let call = call(&[m], &[], &[], 0, &[], 0);
        let data = [Data::Words(&call), Data::Floats(&x), Data::Out(m * w)];
        let constants = vec![("WIDTH4", w as f64 / 4.0)];
        let got = bench.run(&kernels::KEEP, constants, [w as u32 / 4, m as u32, 1], &data).remove(0);
        assert_eq!(floats(&got), x, "{m}×{w}");
    }
}

/// The sum, or the three parts of it, with some left out.
fn embed(bench: &mut Bench, kernel: &'static Kernel) {
    let parts = kernel.name == "embed_parts";
    let mut r = Random(2);
    for scheme in [Scheme::Q4, Scheme::Q8, Scheme::F32] {
        for (m, h) in [(1, 32), (13, 96), (100, 768)] {
            let v = 61;
            let words = Stored::new(&mut r, scheme, v, h);
            let (positions, segments) = (r.floats(128 * h, 0.0, 1.0), r.floats(2 * h, 0.0, 1.0));
            let tokens: Vec<(u32, u32)> = (0..m)
                .map(|i| {
                    let out = if i % 3 == 1 { r.below(8) as u32 } else { 0 };
                    (r.below(v) as u32, out << 28 | (r.below(2) as u32) << 16 | (i as u32 * 7 % 128))
                })
                .collect();
            let call = call(&[m], &tokens, &[], 0, &[], 0);
            let data = [
                Data::Words(&call),
                Data::Bytes(&words.q),
                Data::Bytes(&words.s),
                Data::Floats(&positions),
                Data::Floats(&segments),
                Data::Out(m * if parts { 3 * h } else { h }),
            ];
            let columns = if parts { 3 * h } else { h };
            let extent = [columns as u32 / 4, m as u32, 1];
            let got = floats(&bench.run(kernel, words.constants(), extent, &data)[0]);
            let want: Vec<f64> = tokens
                .iter()
                .flat_map(|&(id, place)| {
                    let (id, place, words) = (id as usize, place as usize, &words.w);
                    let kept = |part: usize| if place >> (28 + part) & 1 == 1 { 0.0 } else { 1.0 };
                    let (position, segment) = ((place & 0xffff) * h, (place >> 16 & 0xfff) * h);
                    let three = [doubles(&positions[position..position + h]), doubles(&segments[segment..segment + h])];
                    let three = [&words[id * h..][..h], &three[0], &three[1]];
                    let scaled: Vec<Vec<f64>> =
                        three.iter().enumerate().map(|(p, x)| x.iter().map(|x| x * kept(p)).collect()).collect();
                    let sum = (0..h).map(|i| scaled.iter().map(|x| x[i]).sum());
                    if parts { scaled.concat() } else { sum.collect() }
                })
                .collect();
            assert_close(&format!("{} {scheme:?} {m}×{h}", kernel.name), &got, &want, KERNEL);
        }
    }
}

fn attention(bench: &mut Bench) {
    let mut r = Random(3);
    let cases: [(&[usize], usize, usize); 5] =
        [(&[1], 2, 4), (&[13], 4, 16), (&[17, 3], 2, 64), (&[100, 33, 1], 3, 64), (&[64, 32], 2, 32)];
    for (lengths, heads, d) in cases {
        for (capture, probe) in [(false, false), (true, false), (false, true), (true, true)] {
            let what = format!("attention {lengths:?} heads {heads} × {d} capture {capture} probe {probe}");
            let (m, h) = (lengths.iter().sum::<usize>(), heads * d);
            let qkv = r.floats(m * 3 * h, 0.1, 1.5);
            let (s, layer, layers) = (*lengths.iter().max().unwrap(), 1, 2);
            let mut call = call(lengths, &[], &[], 0, &[], 0);
            // Rows in turn see left, right, themselves, all; head 1 of every other row is silent in this layer.
            let sight = |row: usize| if probe { [1, 2, 3, 0][row % 4] } else { 0 };
            let silent = |row: usize, head: usize| probe && row.is_multiple_of(2) && head == 1;
            if probe {
                call[header::PROBES_AT] = call.len() as u32;
                call.extend((0..lengths.len()).map(|row| sight(row) as u32));
                // Of layer 0 everything, which must not matter.
                call.extend(lengths.iter().map(|_| u32::MAX));
                call.extend((0..lengths.len()).map(|row| u32::from(silent(row, 1)) << 1));
            }
            let one_layer = lengths.len() * heads * s * s;
            let scale = 1.0 / (d as f64).sqrt();
            let constants = vec![
                ("D", d as f64),
                ("HEADS", heads as f64),
                ("SCALE", scale),
                ("CAPTURE", f64::from(u8::from(capture))),
                ("PROBE", f64::from(u8::from(probe))),
            ];
            let data = [
                Data::Words(&call),
                Data::Floats(&qkv),
                Data::Out(m * h),
                Data::Uniform([layer, 0, 0, 0]),
                Data::Out(layers * one_layer),
            ];
            let extent = [s as u32, heads as u32, lengths.len() as u32];
            let out = bench.run(&kernels::ATTENTION, constants, extent, &data);
            let (context, probabilities) = (floats(&out[0]), floats(&out[1]));
            let mut want_context = vec![0.0; m * h];
            let mut want = vec![0.0; one_layer];
            let at = |token: usize, part: usize, head: usize, i: usize| {
                f64::from(qkv[token * 3 * h + (part * heads + head) * d + i])
            };
            let mut start = 0;
            for (row, &count) in lengths.iter().enumerate() {
                for (head, q) in (0..heads).flat_map(|head| (0..count).map(move |q| (head, q))) {
                    let dot =
                        |k: usize| (0..d).map(|i| at(start + q, 0, head, i) * at(start + k, 1, head, i)).sum::<f64>();
                    let sees = |k: usize| (k <= q || sight(row) & 1 == 0) && (k >= q || sight(row) & 2 == 0);
                    let score = |k: usize| if sees(k) { dot(k) * scale } else { f64::NEG_INFINITY };
                    let scores: Vec<f64> = (0..count).map(score).collect();
                    let most = scores.iter().copied().fold(f64::MIN, f64::max);
                    let total: f64 = scores.iter().map(|s| (s - most).exp()).sum();
                    for (k, score) in scores.iter().enumerate() {
                        let p = (score - most).exp() / total;
                        want[((row * heads + head) * s + q) * s + k] = p;
                        for i in (0..d).filter(|_| !silent(row, head)) {
                            want_context[(start + q) * h + head * d + i] += p * at(start + k, 2, head, i);
                        }
                    }
                }
                start += count;
            }
            assert_close(&what, &context, &want_context, KERNEL);
            if capture {
                assert_close(&what, &probabilities[one_layer..], &want, KERNEL);
                assert!(probabilities[..one_layer].iter().all(|p| p.is_nan()), "another layer was written");
            }
        }
    }
}

fn hidden(bench: &mut Bench) {
    let mut r = Random(4);
    for (lengths, h) in [(vec![1usize], 32), (vec![13, 5], 96), (vec![3, 100], 768)] {
        let (m, s) = (lengths.iter().sum::<usize>(), *lengths.iter().max().unwrap());
        let x = r.floats(m * h, 3.0, 2.0);
        let vectors = r.floats(4 + 2 * h, 0.0, 1.0);
        let call = call(&lengths, &[], &[], 0, &[], 0);
        let constants = vec![("WIDTH4", h as f64 / 4.0), ("NORM_AT4", 1.0), ("EPS", 1e-12)];
        let one_layer = lengths.len() * s * h;
        let data = [
            Data::Words(&call),
            Data::Floats(&x),
            Data::Floats(&vectors),
            Data::Uniform([2, 0, 0, 0]),
            Data::Out(3 * one_layer),
        ];
        let got = floats(&bench.run(&kernels::HIDDEN, constants, [s as u32, lengths.len() as u32, 1], &data)[0]);
        let mut want = vec![0.0; one_layer];
        let mut start = 0;
        for (row, &count) in lengths.iter().enumerate() {
            for i in 0..count {
                let values = norm(&doubles(&x[(start + i) * h..][..h]), &vectors[4..4 + h], &vectors[4 + h..]);
                want[(row * s + i) * h..][..h].copy_from_slice(&values);
            }
            start += count;
        }
        assert_close(&format!("hidden {lengths:?}×{h}"), &got[2 * one_layer..], &want, KERNEL);
    }
}

/// Both kernels in turn: chunks, then the merge of what the chunks gave.
fn vocabulary(bench: &mut Bench) {
    let mut r = Random(5);
    for (v, blanks, top_k, asked) in
        [(40usize, 1usize, 16u32, 1u32), (1003, 3, 7, 2), (30522, 2, 16, 16), (7001, 2, 0, 0)]
    {
        let stride = v.next_multiple_of(4);
        let mut logits = r.floats(blanks * stride, 0.0, 12.0);
        // Ties: equal logits are ordered by id, and the best of all is one of them.
        for row in 0..blanks {
            for id in [3, v / 2, v - 1] {
                logits[row * stride + id] = 12.5;
            }
            logits[row * stride + v..(row + 1) * stride].fill(99.0);
        }
        let ids: Vec<[u32; 16]> = (0..blanks)
            .map(|_| std::array::from_fn(|i| if i == 0 { v as u32 / 2 } else { r.below(v) as u32 }))
            .collect();
        let call = call(&[1], &[], &vec![0; blanks], top_k, &ids, asked);
        let each = chunk_each(v);
        let chunks = v.div_ceil(64 * each);
        assert!(chunks <= 64);
        let constants = vec![("N", v as f64), ("STRIDE", stride as f64), ("EACH", each as f64)];
        let data = [Data::Words(&call), Data::Floats(&logits), Data::Out(blanks * 64 * 64)];
        let extent = [chunks as u32, blanks as u32, 1];
        let parts = bench.run(&kernels::VOCAB_CHUNK, constants, extent, &data).remove(0);
        let words = (1 + 2 * top_k + 2 * asked) as usize;
        let constants = vec![("N", v as f64), ("STRIDE", stride as f64), ("CHUNKS", chunks as f64)];
        let data = [Data::Words(&call), Data::Floats(&logits), Data::Words(&parts), Data::Out(blanks * words)];
        let answers = bench.run(&kernels::VOCAB_MERGE, constants, [blanks as u32, 1, 1], &data).remove(0);
        for row in 0..blanks {
            let what = format!("vocabulary {v} blank {row}");
            let l = &logits[row * stride..][..v];
            let answer = &answers[row * words..][..words];
            let most = l.iter().copied().fold(f32::MIN, f32::max);
            let sum: f64 = l.iter().map(|&x| f64::from(x - most).exp()).sum();
            assert_close(&what, &[f32::from_bits(answer[0])], &[f64::from(most) + sum.ln()], KERNEL);
            let mut order: Vec<u32> = (0..v as u32).collect();
            order.sort_by(|&a, &b| l[b as usize].total_cmp(&l[a as usize]).then(a.cmp(&b)));
            for i in 0..top_k as usize {
                let got = (answer[1 + 2 * i], f32::from_bits(answer[2 + 2 * i]));
                assert_eq!(got, (order[i], l[order[i] as usize]), "{what} candidate {i}");
            }
            for (i, &id) in ids[row].iter().enumerate().take(asked as usize) {
                let rank = order.iter().position(|&o| o == id).unwrap() as u32 + 1;
                let from = 1 + 2 * top_k as usize + 2 * i;
                assert_eq!(
                    (f32::from_bits(answer[from]), answer[from + 1]),
                    (l[id as usize], rank),
                    "{what} asked {i}"
                );
            }
        }
    }
}

#[test]
fn a_wrong_kernel_value_is_seen() {
    let want = [0.5, -1.0, 2.0];
    assert!(compare("right", &[0.5, -1.0, 2.0], &want, KERNEL).is_ok());
    assert!(compare("wrong", &[0.5, -1.0005, 2.0], &want, KERNEL).is_err());
    assert!((erf(0.5) - 0.520_499_877_813_046_5).abs() < 1e-14 && (erf(3.5) - 0.999_999_256_901_628).abs() < 1e-14);
}
