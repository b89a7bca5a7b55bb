//! Every kernel of training: gradients against central differences of the forward in f64, the rest against its
//! formula, over shapes that are no multiple of any tile.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::gpu::kernels::header;
use bertscope::engine::gpu::training::kernels::{self, TABLE};
use bertscope::engine::training::{DropoutAt, dropout_threshold, dropped};
use bertscope::model::manifest::Scheme;
use common::Random;
use common::compare::{KERNEL, LONG_SUM, Tolerance, assert_close, compare};
use common::kernel::{Bench, Data, floats};
use common::reference::{Stored, act, call, doubles, norm};

/// Of a gradient in f32 against differences in f64.
const DIFFERENCES: Tolerance = Tolerance { name: "differences", atol: 5e-5, rtol: 5e-5 };

#[test]
fn every_kernel_of_training_equals_f64() {
    let mut bench = Bench::new();
    row_stats_and_gelu(&mut bench);
    first_rows(&mut bench);
    class_loss(&mut bench);
    span_loss(&mut bench);
    span_back(&mut bench);
    gemm_back(&mut bench);
    low_back(&mut bench);
    norm_back(&mut bench);
    attention_back(&mut bench);
    weight_grad(&mut bench);
    norm_grad(&mut bench);
    tables_back(&mut bench);
    optimizer(&mut bench);
    class_score(&mut bench);
    word_score(&mut bench);
    assert_eq!(bench.ran.len(), TABLE.len());
}

#[test]
fn a_wrong_gradient_is_seen() {
    let cube = |x: &[f64]| x.iter().map(|x| x.powi(3)).sum();
    let want = slopes(&[0.5, -2.0], cube);
    assert!(compare("right", &[0.75, 12.0], &want, DIFFERENCES).is_ok());
    assert!(compare("wrong", &[0.75, 12.002], &want, DIFFERENCES).is_err());
}

/// ∂f/∂x by central differences.
fn slopes(x: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let step = 1e-5;
    let mut x = x.to_vec();
    (0..x.len())
        .map(|i| {
            let own = x[i];
            x[i] = own + step;
            let up = f(&x);
            x[i] = own - step;
            let down = f(&x);
            x[i] = own;
            (up - down) / (2.0 * step)
        })
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

const SEED: u32 = 77;
const MICRO_STEP: u32 = 5;

/// The words of micro.wgsl.
fn micro(tokens: usize, rows: usize, dropout: f32, accumulate: bool, weight: f32) -> Vec<u32> {
    let threshold = dropout_threshold(dropout);
    let accumulate = u32::from(accumulate);
    vec![tokens as u32, rows as u32, MICRO_STEP, SEED, threshold, accumulate, weight.to_bits(), 0]
}

fn mask(n: usize, at: DropoutAt, rate: f32) -> Vec<f64> {
    let factors = |i| dropped(i, at, MICRO_STEP, SEED, dropout_threshold(rate));
    (0..n as u32 / 4).flat_map(factors).map(f64::from).collect()
}

fn width4(h: usize) -> (&'static str, f64) {
    ("WIDTH4", h as f64 / 4.0)
}

fn row_stats_and_gelu(bench: &mut Bench) {
    let mut r = Random(31);
    for (m, h) in [(1, 32), (13, 96), (70, 768)] {
        let x = r.floats(m * h, 4.0, 1.5);
        let data = [Data::Floats(&x), Data::Out(m * 2)];
        let constants = vec![width4(h), ("EPS", 1e-12)];
        let got = floats(&bench.run(&kernels::ROW_STATS, constants, [m as u32, 1, 1], &data)[0]);
        let want = x.chunks_exact(h).flat_map(|row| {
            let (row, n) = (doubles(row), h as f64);
            let mean = row.iter().sum::<f64>() / n;
            [mean, 1.0 / (row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n + 1e-12).sqrt()]
        });
        assert_close("row stats", &got, &want.collect::<Vec<_>>(), KERNEL);
        let data = [Data::Floats(&x), Data::Out(m * h)];
        let got = floats(&bench.run(&kernels::GELU, vec![width4(h)], [h as u32 / 4, m as u32, 1], &data)[0]);
        assert_close("gelu", &got, &x.iter().map(|&x| act(f64::from(x), 1)).collect::<Vec<_>>(), KERNEL);
    }
}

fn first_rows(bench: &mut Bench) {
    let mut r = Random(32);
    for (lengths, h) in [(vec![3usize], 32), (vec![1, 13, 5], 96)] {
        let (m, b) = (lengths.iter().sum::<usize>(), lengths.len());
        let starts: Vec<usize> = (0..b).map(|i| lengths[..i].iter().sum()).collect();
        let last: Vec<usize> = starts.iter().zip(&lengths).map(|(s, n)| s + n - 1).collect();
        let words = |at: &[usize]| at.iter().map(|&t| t as u32).collect::<Vec<_>>();
        let mut call = call(&lengths, &[], &words(&last), 0, &[], 0);
        (call[header::FIRSTS_AT], call[header::FIRSTS]) = (call.len() as u32, b as u32);
        call.extend(words(&starts));
        let (x, vectors) = (r.floats(m * h, 2.0, 1.5), r.floats(4 + 2 * h, 0.0, 1.0));
        for (list, at) in [(header::FIRSTS_AT, &starts), (header::BLANKS_AT, &last)] {
            let constants = |forward: f64| {
                vec![width4(h), ("NORM_AT4", 1.0), ("EPS", 1e-12), ("FORWARD", forward), ("LIST", list as f64)]
            };
            let data = [Data::Words(&call), Data::Floats(&x), Data::Floats(&vectors), Data::Out(b * h)];
            let got = floats(&bench.run(&kernels::FIRST_ROWS, constants(1.0), [b as u32, 1, 1], &data)[0]);
            let normed = |&s: &usize| norm(&doubles(&x[s * h..][..h]), &vectors[4..4 + h], &vectors[4 + h..]);
            assert_close("first rows", &got, &at.iter().flat_map(normed).collect::<Vec<_>>(), KERNEL);
            let d = r.floats(b * h, 0.0, 1.0);
            let data = [Data::Words(&call), Data::Floats(&d), Data::Floats(&vectors), Data::Out(m * h)];
            let got = floats(&bench.run(&kernels::FIRST_ROWS, constants(0.0), [m as u32, 1, 1], &data)[0]);
            let mut want = vec![0.0; m * h];
            for (row, &s) in at.iter().enumerate() {
                want[s * h..][..h].copy_from_slice(&doubles(&d[row * h..][..h]));
            }
            assert_close("first rows, back", &got, &want, KERNEL);
        }
    }
}

fn class_loss(bench: &mut Bench) {
    let mut r = Random(33);
    for (b, h, labels, rate) in [(1usize, 32usize, 2usize, 0.0), (5, 96, 3, 0.25), (3, 768, 20, 0.1)] {
        let (labels4, at) = (labels.next_multiple_of(4), DropoutAt::Pooled { layers: 6 });
        // tanh of what the pooler gave: the gradient goes to that.
        let pre = r.floats(b * h, 0.0, 0.8);
        let pooled: Vec<f32> = pre.iter().map(|x| x.tanh()).collect();
        let matrices = r.floats(4 + labels * h, 0.0, 0.3);
        let vectors = r.floats(8 + labels4, 0.0, 0.3);
        let classes: Vec<u32> = (0..b).map(|i| (i * 7 % labels) as u32).collect();
        let weight = 1.0 / 8.0;
        let words = micro(0, b, rate, false, weight);
        let stream = if rate > 0.0 { at.stream() + 1 } else { 0 };
        let constants = vec![
            width4(h),
            ("LABELS", labels as f64),
            ("W_AT4", 1.0),
            ("BIAS_AT4", 2.0),
            ("DROPOUT", f64::from(stream)),
        ];
        let data = [
            Data::Uniforms(&words),
            Data::Words(&classes),
            Data::Floats(&pooled),
            Data::Floats(&matrices),
            Data::Floats(&vectors),
            Data::Out(b * h),
            Data::Out(b * labels4),
            Data::Out(b * h),
            Data::Out(b * (4 + labels4)),
        ];
        let out = bench.run(&kernels::CLASS_LOSS, constants, [b as u32, 1, 1], &data);
        let [kept, d_logits, d_pre, report] = [0, 1, 2, 3].map(|i| floats(&out[i]));
        let mask = mask(b * h, at, rate);
        for row in 0..b {
            let own = &mask[row * h..][..h];
            let logits = |pre: &[f64]| -> Vec<f64> {
                let one = |label: usize| {
                    let w = doubles(&matrices[4 + label * h..][..h]);
                    let sum: f64 = (0..h).map(|i| pre[i].tanh() * own[i] * w[i]).sum();
                    sum + f64::from(vectors[8 + label])
                };
                (0..labels).map(one).collect()
            };
            let loss =
                |logits: &[f64]| logits.iter().map(|l| l.exp()).sum::<f64>().ln() - logits[classes[row] as usize];
            let pre = doubles(&pre[row * h..][..h]);
            let want = logits(&pre);
            let told = &report[row * (4 + labels4)..][..4 + labels4];
            assert_close("loss", &told[..1], &[loss(&want)], KERNEL);
            assert_close("logits", &told[4..4 + labels], &want, KERNEL);
            let by_logits: Vec<f64> = slopes(&want, loss).iter().map(|d| d * f64::from(weight)).collect();
            assert_close("d logits", &d_logits[row * labels4..][..labels], &by_logits, DIFFERENCES);
            let by_pre: Vec<f64> =
                slopes(&pre, |pre| loss(&logits(pre))).iter().map(|d| d * f64::from(weight)).collect();
            assert_close("d pooler", &d_pre[row * h..][..h], &by_pre, DIFFERENCES);
            let want: Vec<f64> = (0..h).map(|i| pre[i].tanh() * own[i]).collect();
            assert_close("kept", &kept[row * h..][..h], &want, KERNEL);
        }
    }
}

fn span_loss(bench: &mut Bench) {
    const PLACES: usize = 8;
    let mut r = Random(40);
    let rows: [&[[usize; 2]]; 4] = [&[[0, 0]], &[[3, 4], [3, 5], [1, 4]], &[[69, 69]], &[[0, 0], [64, 129]]];
    for (lengths, answers) in [(vec![1usize], &rows[..1]), (vec![2, 6, 70, 130], &rows[..])] {
        let m: usize = lengths.iter().sum();
        let (call, logits) = (call(&lengths, &[], &[], 0, &[], 0), r.floats(4 * m, 0.0, 3.0));
        let weight = 0.25;
        let words = micro(m, lengths.len(), 0.0, false, weight);
        let mut places = vec![0u32; PLACES * lengths.len()];
        for (to, answer) in places.chunks_exact_mut(PLACES).zip(answers) {
            to[0] = answer.len() as u32;
            to[1..].iter_mut().zip(answer.as_flattened()).for_each(|(to, &at)| *to = at as u32);
        }
        let data = [
            Data::Uniforms(&words),
            Data::Words(&call),
            Data::Words(&places),
            Data::Floats(&logits),
            Data::Out(4 * m),
            Data::Out(4 * lengths.len()),
        ];
        let constants = vec![("PLACES", PLACES as f64)];
        let out = bench.run(&kernels::SPAN_LOSS, constants, [lengths.len() as u32, 1, 1], &data);
        let (d_logits, report) = (floats(&out[0]), floats(&out[1]));
        let mut start = 0;
        for (row, (&n, answer)) in lengths.iter().zip(answers).enumerate() {
            let own: Vec<f64> = logits[4 * start..][..4 * n].chunks_exact(4).flat_map(|l| doubles(&l[..2])).collect();
            let loss = |l: &[f64]| {
                let sum = |which: usize| l.iter().skip(which).step_by(2).map(|x| x.exp()).sum::<f64>();
                let chance: f64 = answer.iter().map(|p| (l[2 * p[0]] + l[2 * p[1] + 1]).exp()).sum();
                -0.5 * (chance / sum(0) / sum(1)).ln()
            };
            let best = |which: usize| {
                (0..n).fold(0, |b, i| if own[2 * i + which] > own[2 * b + which] { i } else { b }) as f64
            };
            assert_close("span loss", &report[4 * row..][..3], &[loss(&own), best(0), best(1)], KERNEL);
            let want = slopes(&own, loss);
            let want: Vec<f64> =
                want.chunks_exact(2).flat_map(|d| [d[0] * weight as f64, d[1] * weight as f64, 0.0, 0.0]).collect();
            assert_close("d span logits", &d_logits[4 * start..][..4 * n], &want, DIFFERENCES);
            start += n;
        }
    }
}

fn span_back(bench: &mut Bench) {
    let mut r = Random(41);
    for (m, h) in [(1usize, 32usize), (13, 96), (70, 768)] {
        let (d, w) = (r.floats(4 * m, 0.0, 1.0), r.floats(4 + 2 * h, 0.0, 0.5));
        let data = [Data::Floats(&d), Data::Floats(&w), Data::Out(m * h)];
        let got = floats(&bench.run(&kernels::SPAN_BACK, vec![width4(h), ("W_AT4", 1.0)], [m as u32, 1, 1], &data)[0]);
        let at = |i: usize, which: usize| f64::from(d[4 * (i / h) + which]) * f64::from(w[4 + which * h + i % h]);
        let want: Vec<f64> = (0..m * h).map(|i| at(i, 0) + at(i, 1)).collect();
        assert_close("span back", &got, &want, KERNEL);
    }
}

fn gemm_back(bench: &mut Bench) {
    let mut r = Random(34);
    // M, N, K, rows of A, extra
    let cases = [
        (1usize, 32usize, 32usize, 0usize, 0),
        (70, 96, 160, 12, 1),
        (13, 160, 96, 4, 2),
        (65, 64, 64, 24, 0),
        (5, 768, 96, 8, 1),
    ];
    for scheme in [Scheme::Q4, Scheme::Q8, Scheme::F32] {
        for (m, n, k, p, extra) in cases {
            let w = Stored::new(&mut r, scheme, n, k);
            let rows = m.next_multiple_of(64);
            let (dy, low) = (r.floats(rows * n, 0.1, 1.0), r.floats((rows * p).max(4), 0.1, 1.0));
            let (a, more) = (r.floats((p * k).max(4), 0.0, 0.5), r.floats(rows * k, 0.2, 1.5));
            let mut constants = w.constants();
            constants.extend([("N", n as f64), ("P", p as f64), ("EXTRA", f64::from(extra))]);
            let data = [
                Data::Floats(&dy),
                Data::Bytes(&w.q),
                Data::Bytes(&w.s),
                Data::Floats(&low),
                Data::Floats(&a),
                Data::Floats(&more),
                Data::Out(rows * k),
            ];
            let got = floats(&bench.run(&kernels::GEMM_BACK, constants, [k as u32, m as u32, 1], &data)[0]);
            for row in 0..m {
                let want: Vec<f64> = (0..k)
                    .map(|j| {
                        let by_w: f64 = (0..n).map(|i| f64::from(dy[row * n + i]) * w.w[i * k + j]).sum();
                        let by_a: f64 = (0..p).map(|i| f64::from(low[row * p + i]) * f64::from(a[i * k + j])).sum();
                        let x = f64::from(more[row * k + j]);
                        match extra {
                            1 => (by_w + by_a) * slopes(&[x], |x| act(x[0], 1))[0],
                            2 => by_w + by_a + x,
                            _ => by_w + by_a,
                        }
                    })
                    .collect();
                assert_close(&format!("gemm back {scheme:?} {m}×{n}×{k}"), &got[row * k..][..k], &want, LONG_SUM);
            }
        }
    }
}

/// What `vectors` tells of B, then B (N, rank): an adapter's part of a window.
fn told_of_b(r: &mut Random, n: usize, parts: usize, rank: usize) -> (Vec<f32>, usize) {
    let b_at = 12;
    let mut vectors = vec![0.0; 4];
    vectors.extend([rank as f32 / 4.0, (n / parts) as f32 / 4.0, b_at as f32 / 4.0, 1.75, 0.0, 0.0, 0.0, 0.0]);
    vectors.extend(r.floats(n * rank, 0.0, 0.7));
    (vectors, b_at)
}

fn low_back(bench: &mut Bench) {
    let mut r = Random(35);
    for (m, n, parts, rank) in [(1usize, 32usize, 1usize, 4usize), (13, 96, 3, 8), (6, 768, 1, 12), (9, 96, 3, 64)] {
        let rows = m.next_multiple_of(4);
        let dy = r.floats(rows * n, 0.1, 1.0);
        let (vectors, b_at) = told_of_b(&mut r, n, parts, rank);
        let data = [Data::Floats(&dy), Data::Floats(&vectors), Data::Out(rows * parts * rank)];
        let extent = [(parts * rank.div_ceil(8)) as u32, m as u32, 1];
        let constants = vec![("N", n as f64), ("LOW_AT4", 1.0)];
        let got = floats(&bench.run(&kernels::LOW_BACK, constants, extent, &data)[0]);
        let want = (0..m * parts * rank).map(|i| {
            let (row, part, p, each) = (i / (parts * rank), i / rank % parts, i % rank, n / parts);
            let one = |j: usize| f64::from(dy[row * n + j]) * f64::from(vectors[b_at + j * rank + p]);
            1.75 * (part * each..(part + 1) * each).map(one).sum::<f64>()
        });
        assert_close("low back", &got[..m * parts * rank], &want.collect::<Vec<_>>(), LONG_SUM);
    }
}

fn norm_back(bench: &mut Bench) {
    let mut r = Random(36);
    for (m, h, rate) in [(1, 32, 0.0), (7, 96, 0.3), (2, 768, 0.1)] {
        let at = DropoutAt::Output { layer: 2 };
        let (x, dy, vectors) = (r.floats(m * h, 1.0, 1.5), r.floats(m * h, 0.0, 1.0), r.floats(4 + h, 1.0, 0.5));
        let stats = {
            let data = [Data::Floats(&x), Data::Out(m * 2)];
            let constants = vec![width4(h), ("EPS", 1e-12)];
            floats(&bench.run(&kernels::ROW_STATS, constants, [m as u32, 1, 1], &data)[0])
        };
        let words = micro(m, 1, rate, false, 1.0);
        let stream = if rate > 0.0 { at.stream() + 1 } else { 0 };
        let constants = vec![width4(h), ("NORM_AT4", 1.0), ("DROPOUT", f64::from(stream))];
        let data = [
            Data::Uniforms(&words),
            Data::Floats(&dy),
            Data::Floats(&x),
            Data::Floats(&stats),
            Data::Floats(&vectors),
            Data::Out(m * h),
            Data::Out(m * h),
        ];
        let out = bench.run(&kernels::NORM_BACK, constants, [m as u32, 1, 1], &data);
        let (dx, kept) = (floats(&out[0]), floats(&out[1]));
        let mask = mask(m * h, at, rate);
        for row in 0..m {
            let (own, d) = (doubles(&x[row * h..][..h]), doubles(&dy[row * h..][..h]));
            let want = slopes(&own, |x| dot(&norm(x, &vectors[4..], &vec![0.0; h]), &d));
            assert_close("norm back", &dx[row * h..][..h], &want, DIFFERENCES);
            if rate > 0.0 {
                let want: Vec<f64> = want.iter().zip(&mask[row * h..]).map(|(d, m)| d * m).collect();
                assert_close("norm back, kept", &kept[row * h..][..h], &want, DIFFERENCES);
            }
        }
    }
}

fn attention_back(bench: &mut Bench) {
    let mut r = Random(37);
    let cases: [(&[usize], usize, usize); 4] =
        [(&[1], 2, 4), (&[17, 3], 2, 16), (&[33, 1, 9], 1, 64), (&[16, 8], 2, 32)];
    for (lengths, heads, d) in cases {
        let (m, h) = (lengths.iter().sum::<usize>(), heads * d);
        let (qkv, dc) = (r.floats(m * 3 * h, 0.1, 0.9), r.floats(m * h, 0.0, 1.0));
        let scale = 1.0 / (d as f64).sqrt();
        // Of one head of one row: (count, 3, d) → (count, d).
        let context = |count: usize, own: &[f64]| -> Vec<f64> {
            let at = |t: usize, part: usize, i: usize| own[(t * 3 + part) * d + i];
            let mut out = vec![0.0; count * d];
            for q in 0..count {
                let score = |k: usize| (0..d).map(|i| at(q, 0, i) * at(k, 1, i)).sum::<f64>() * scale;
                let e: Vec<f64> = (0..count).map(|k| score(k).exp()).collect();
                let total: f64 = e.iter().sum();
                for (k, e) in e.iter().enumerate() {
                    (0..d).for_each(|i| out[q * d + i] += e / total * at(k, 2, i));
                }
            }
            out
        };
        let mut want = vec![0.0; m * 3 * h];
        let mut forward = vec![0.0f32; m * h];
        let mut start = 0;
        for &count in lengths {
            for head in 0..heads {
                let place = |t: usize, part: usize, i: usize| (start + t) * 3 * h + (part * heads + head) * d + i;
                let each = || (0..count).flat_map(|t| (0..3).flat_map(move |p| (0..d).map(move |i| (t, p, i))));
                let own: Vec<f64> = each().map(|(t, p, i)| f64::from(qkv[place(t, p, i)])).collect();
                let d_own: Vec<f64> =
                    (0..count * d).map(|i| f64::from(dc[(start + i / d) * h + head * d + i % d])).collect();
                for (i, v) in context(count, &own).iter().enumerate() {
                    forward[(start + i / d) * h + head * d + i % d] = *v as f32;
                }
                let found = slopes(&own, |own| dot(&context(count, own), &d_own));
                each().zip(found).for_each(|((t, p, i), s)| want[place(t, p, i)] = s);
            }
            start += count;
        }
        let call = call(lengths, &[], &[], 0, &[], 0);
        let longest = *lengths.iter().max().unwrap() as u32;
        let extent = [longest, heads as u32, lengths.len() as u32];
        let constants = vec![("D", d as f64), ("HEADS", heads as f64), ("SCALE", scale)];
        let data = [
            Data::Words(&call),
            Data::Floats(&qkv),
            Data::Floats(&forward),
            Data::Floats(&dc),
            Data::Out(m * heads * 2),
            Data::Out(m * 3 * h),
        ];
        let out = bench.run(&kernels::ATTENTION_BACK_Q, constants.clone(), extent, &data);
        let (told, by_q) = (floats(&out[0]), floats(&out[1]));
        let data =
            [Data::Words(&call), Data::Floats(&qkv), Data::Floats(&dc), Data::Floats(&told), Data::Out(m * 3 * h)];
        let by_kv = floats(&bench.run(&kernels::ATTENTION_BACK_KV, constants, extent, &data)[0]);
        for token in 0..m {
            let (q, kv) = want[token * 3 * h..][..3 * h].split_at(h);
            let what = format!("attention back {lengths:?} {heads} × {d} token {token}");
            assert_close(&what, &by_q[token * 3 * h..][..h], q, DIFFERENCES);
            assert_close(&what, &by_kv[token * 3 * h + h..][..2 * h], kv, DIFFERENCES);
        }
    }
}

fn weight_grad(bench: &mut Bench) {
    let mut r = Random(38);
    // M, P, K, N, parts, rank (0: a bias), how x is read, rows in place of tokens, added to what is there
    type Case = (usize, usize, usize, usize, usize, usize, u32, bool, bool);
    let cases: [Case; 6] = [
        (1, 4, 32, 32, 1, 4, 0, false, false),
        (37, 24, 96, 288, 3, 8, 1, false, false),
        (20, 8, 160, 64, 1, 8, 2, false, true),
        (9, 12, 32, 64, 1, 12, 1, false, true),
        (5, 3, 64, 4, 1, 0, 0, true, false),
        (6, 64, 64, 64, 1, 0, 0, true, true),
    ];
    for (m, p, k, n, parts, rank, read, by_row, accumulate) in cases {
        let what = format!("weight grad {m} {p}×{k} {n}×{rank} read {read}");
        let p4 = p.next_multiple_of(4);
        let (x, dy) = (r.floats(m * k, 0.5, 1.2), r.floats(m * n, 0.1, 1.0));
        let left = if rank == 0 { dy.clone() } else { r.floats(m * p4, 0.1, 1.0) };
        assert!(rank > 0 || p4 == n);
        let low = r.floats((m * parts * rank).max(4), 0.1, 1.0);
        let (mut vectors, _) = told_of_b(&mut r, n, parts, rank);
        let norm_at = vectors.len().next_multiple_of(4);
        vectors.resize(norm_at, 0.0);
        vectors.extend(r.floats(2 * k, 0.5, 1.0));
        let stats = {
            let data = [Data::Floats(&x), Data::Out(m * 2)];
            floats(&bench.run(&kernels::ROW_STATS, vec![width4(k), ("EPS", 1e-12)], [m as u32, 1, 1], &data)[0])
        };
        let gv_len = if rank == 0 { n } else { n * rank };
        let (gm, gv) = (r.floats(8 + p * k, 0.0, 1.0), r.floats(4 + gv_len, 0.0, 1.0));
        let words = micro(if by_row { 99 } else { m }, if by_row { m } else { 99 }, 0.0, accumulate, 1.0);
        let constants = vec![
            ("P", p as f64),
            ("K", k as f64),
            ("N", n as f64),
            ("READ", f64::from(read)),
            ("NORM_AT4", norm_at as f64 / 4.0),
            ("LOW_AT4", if rank == 0 { 0.0 } else { 1.0 }),
            ("GM_AT4", 2.0),
            ("GV_AT4", 1.0),
            ("BY_ROW", f64::from(u8::from(by_row))),
        ];
        let data = [
            Data::Uniforms(&words),
            Data::Floats(&left),
            Data::Floats(&x),
            Data::Floats(&stats),
            Data::Floats(&vectors),
            Data::Floats(&low),
            Data::Floats(&dy),
            Data::InOut(&gm),
            Data::InOut(&gv),
        ];
        let extent = [n.max(k) as u32, p.max(rank) as u32, 2];
        let out = bench.run(&kernels::WEIGHT_GRAD, constants, extent, &data);
        let before = |g: &[f32], at: usize| if accumulate { f64::from(g[at]) } else { 0.0 };
        let read_x = |row: usize| -> Vec<f64> {
            let own = doubles(&x[row * k..][..k]);
            match read {
                1 => norm(&own, &vectors[norm_at..norm_at + k], &vectors[norm_at + k..]),
                2 => own.iter().map(|&x| act(x, 1)).collect(),
                _ => own,
            }
        };
        let xs: Vec<Vec<f64>> = (0..m).map(read_x).collect();
        let want: Vec<f64> = (0..p * k)
            .map(|i| {
                before(&gm, 8 + i) + (0..m).map(|row| f64::from(left[row * p4 + i / k]) * xs[row][i % k]).sum::<f64>()
            })
            .collect();
        let got = floats(&out[0]);
        assert_eq!(got[..8], gm[..8], "{what}: another's gradient was touched");
        assert_close(&what, &got[8..], &want, LONG_SUM);
        let by = |row: usize, i: usize| match rank {
            0 => f64::from(dy[row * n + i]),
            _ => {
                let (column, part) = (i / rank, i / rank * parts / n);
                1.75 * f64::from(dy[row * n + column]) * f64::from(low[(row * parts + part) * rank + i % rank])
            }
        };
        let want: Vec<f64> =
            (0..gv_len).map(|i| before(&gv, 4 + i) + (0..m).map(|row| by(row, i)).sum::<f64>()).collect();
        let got = floats(&out[1]);
        assert_eq!(got[..4], gv[..4], "{what}: another's gradient was touched");
        assert_close(&what, &got[4..], &want, LONG_SUM);
    }
}

fn norm_grad(bench: &mut Bench) {
    let mut r = Random(41);
    for (m, h, accumulate) in [(1, 32, false), (37, 96, true), (16, 768, false)] {
        let (x, dy, before) = (r.floats(m * h, 1.0, 1.5), r.floats(m * h, 0.1, 1.0), r.floats(4 + 2 * h, 0.0, 1.0));
        let stats = {
            let data = [Data::Floats(&x), Data::Out(m * 2)];
            floats(&bench.run(&kernels::ROW_STATS, vec![width4(h), ("EPS", 1e-12)], [m as u32, 1, 1], &data)[0])
        };
        let words = micro(m, 99, 0.0, accumulate, 1.0);
        let data =
            [Data::Uniforms(&words), Data::Floats(&dy), Data::Floats(&x), Data::Floats(&stats), Data::InOut(&before)];
        let out = bench.run(&kernels::NORM_GRAD, vec![width4(h), ("GV_AT4", 1.0)], [h as u32, 1, 1], &data);
        let got = floats(&out[0]);
        assert_eq!(got[..4], before[..4], "another's gradient was touched");
        let own = doubles(&r.floats(2 * h, 0.5, 1.0));
        let want = slopes(&own, |own| {
            let f: Vec<f32> = own.iter().map(|&v| v as f32).collect();
            let row = |i: usize| {
                let normed = norm(&doubles(&x[i * h..][..h]), &vec![1.0; h], &vec![0.0; h]);
                let y: Vec<f64> = (0..h).map(|c| normed[c] * own[c] + own[h + c]).collect();
                debug_assert_eq!(f.len(), 2 * h);
                dot(&y, &doubles(&dy[i * h..][..h]))
            };
            (0..m).map(row).sum()
        });
        let want: Vec<f64> =
            want.iter().zip(&before[4..]).map(|(w, &b)| w + if accumulate { f64::from(b) } else { 0.0 }).collect();
        assert_close("norm grad", &got[4..], &want, Tolerance { name: "norm grad", atol: 2e-4, rtol: 1e-4 });
    }
}

fn tables_back(bench: &mut Bench) {
    let mut r = Random(42);
    for (lengths, h, vocab) in [(vec![1usize], 32, 3usize), (vec![5, 40, 9], 96, 7), (vec![60, 30], 768, 200)] {
        let m: usize = lengths.iter().sum();
        let mut tokens = Vec::new();
        for &n in &lengths {
            tokens.extend((0..n as u32).map(|i| (r.below(vocab) as u32, i | u32::from(i as usize > n / 2) << 16)));
        }
        let call = call(&lengths, &tokens, &[], 0, &[], 0);
        let dx = r.floats(m * h, 0.0, 1.0);
        for (table, rows) in [(0u32, vocab), (1, 64), (2, 2)] {
            let before = r.floats(4 + rows * h, 0.0, 1.0);
            let row_of = |(id, place): (u32, u32)| [id, place & 0xffff, place >> 16][table as usize] as usize;
            let constants = vec![width4(h), ("GM_AT4", 1.0), ("TABLE", f64::from(table))];
            let data = [Data::Words(&call), Data::Floats(&dx), Data::InOut(&before)];
            let got = floats(&bench.run(&kernels::EMBED_BACK, constants, [m as u32, 1, 1], &data)[0]);
            let mut want = doubles(&before);
            for (token, &t) in tokens.iter().enumerate() {
                for c in 0..h {
                    want[4 + row_of(t) * h + c] += f64::from(dx[token * h + c]);
                }
            }
            assert_close("tables back", &got, &want, LONG_SUM);
            want[4 + row_of(tokens[0]) * h] += 0.01;
            assert!(compare("tables back", &got, &want, LONG_SUM).is_err(), "a wrong sum passes");
        }
    }
    // More than 64 × 1024 vec4s need a second row of workgroups.
    let before = r.floats(4 * 70_000, 0.0, 1.0);
    for (accumulate, count4) in [(false, 69_999), (true, 69_999)] {
        let words = micro(1, 1, 0.0, accumulate, 1.0);
        let data = [Data::Uniforms(&words), Data::InOut(&before)];
        let groups = 69_999u32.div_ceil(64);
        let extent = [groups.min(1024), groups.div_ceil(1024), 1];
        let got = floats(&bench.run(&kernels::ZERO, vec![("COUNT4", f64::from(count4))], extent, &data)[0]);
        let (first, last) = got.split_at(4 * 69_999);
        assert!(last == &before[4 * 69_999..]);
        assert!(if accumulate { first == &before[..4 * 69_999] } else { first.iter().all(|&v| v == 0.0) });
    }
}

fn optimizer(bench: &mut Bench) {
    let mut r = Random(39);
    for (n, max_norm) in [(64usize, 0.5f32), (70_000, f32::MAX)] {
        let g = r.floats(n, 0.0, 1.0);
        let sums = {
            let mut sums = vec![0.0f32; 128];
            let data = [Data::Floats(&g), Data::InOut(&sums)];
            let constants = vec![("COUNT4", n as f64 / 4.0), ("AT", 64.0)];
            sums = floats(&bench.run(&kernels::SQUARE_SUM, constants, [64, 1, 1], &data)[0]);
            sums
        };
        let squares = dot(&doubles(&g), &doubles(&g));
        let found: f64 = sums.iter().map(|&s| f64::from(s)).sum();
        assert!((found / squares - 1.0).abs() < 1e-5, "{found} for {squares}");
        let [p, m] = [0, 1].map(|_| r.floats(n, 0.0, 1.0));
        let v: Vec<f32> = r.floats(n, 0.0, 1.0).iter().map(|v| v * v).collect();
        let (rate, decay, c1, c2, b1, b2, eps) = (0.01f32, 0.002f32, 1.4f32, 90.0f32, 0.9f32, 0.999f32, 1e-6f32);
        let words: Vec<u32> = [rate, decay, c1, c2, b1, b2, eps, max_norm].map(f32::to_bits).to_vec();
        let constants = vec![
            ("COUNT4", n as f64 / 4.0),
            ("SUMS", 128.0),
            ("STRIDE4", 4.0),
            ("DECAY_FROM4", 1.0),
            ("DECAY_TO4", 3.0),
            ("LIMIT4", 12.0),
        ];
        let data = [
            Data::Uniforms(&words),
            Data::Floats(&g),
            Data::Floats(&sums),
            Data::InOut(&p),
            Data::InOut(&m),
            Data::InOut(&v),
        ];
        let groups = (n as u32 / 4).div_ceil(64);
        let extent = [groups.min(1024), groups.div_ceil(1024), 1];
        let out = bench.run(&kernels::ADAMW, constants, extent, &data);
        let cut = (f64::from(max_norm) / (squares.sqrt() + 1e-6)).min(1.0);
        let mut want = [Vec::new(), Vec::new(), Vec::new()];
        for i in 0..n {
            let f = |x: f32| f64::from(x);
            let g = f(g[i]) * cut;
            let first = f(b1) * f(m[i]) + (1.0 - f(b1)) * g;
            let second = f(b2) * f(v[i]) + (1.0 - f(b2)) * g * g;
            let decays = i / 4 < 12 && (1..3).contains(&(i / 4 % 4));
            let kept = f(p[i]) * if decays { 1.0 - f(decay) } else { 1.0 };
            want[0].push(kept - f(rate) * first * f(c1) / ((second * f(c2)).sqrt() + f(eps)));
            want[1].push(first);
            want[2].push(second);
        }
        for (i, what) in ["values", "first moment", "second moment"].into_iter().enumerate() {
            assert_close(what, &floats(&out[i]), &want[i], KERNEL);
        }
    }
}

/// Pairs of outputs below a limit, every third without a second.
fn contrasts(r: &mut Random, b: usize, limit: usize) -> Vec<u32> {
    (0..b).flat_map(|i| [r.below(limit) as u32, if i % 3 == 2 { u32::MAX } else { r.below(limit) as u32 }]).collect()
}

/// The row of a matrix (n, k) less that against it, and so of a bias.
fn contrasted(matrix: &[f64], bias: &[f32], k: usize, pick: &[u32]) -> (Vec<f64>, f64) {
    let row = |id: u32| &matrix[id as usize * k..][..k];
    let of = |id: u32| f64::from(bias[id as usize]);
    match pick[1] {
        u32::MAX => (row(pick[0]).to_vec(), of(pick[0])),
        less => (row(pick[0]).iter().zip(row(less)).map(|(a, b)| a - b).collect(), of(pick[0]) - of(less)),
    }
}

fn class_score(bench: &mut Bench) {
    let mut r = Random(41);
    for (b, h, labels) in [(1usize, 32usize, 2usize), (7, 96, 3), (4, 768, 20)] {
        let pre = r.floats(b * h, 0.0, 0.8);
        let pooled: Vec<f32> = pre.iter().map(|x| x.tanh()).collect();
        let (matrices, vectors) = (r.floats(4 + labels * h, 0.0, 0.3), r.floats(5 + labels, 0.0, 0.3));
        let picks = contrasts(&mut r, b, labels);
        let data = [
            Data::Words(&picks),
            Data::Floats(&pooled),
            Data::Floats(&matrices),
            Data::Floats(&vectors),
            Data::Out(b * h),
            Data::Out(b),
        ];
        let constants = vec![width4(h), ("W_AT4", 1.0), ("BIAS_AT", 5.0)];
        let out = bench.run(&kernels::CLASS_SCORE, constants, [b as u32, 1, 1], &data);
        let matrix = doubles(&matrices[4..]);
        for (row, pick) in picks.chunks_exact(2).enumerate() {
            let (d, bias) = contrasted(&matrix, &vectors[5..], h, pick);
            let score = |pre: &[f64]| dot(&d, &pre.iter().map(|x| x.tanh()).collect::<Vec<_>>()) + bias;
            let pre = doubles(&pre[row * h..][..h]);
            assert_close("class score", &floats(&out[1])[row..=row], &[score(&pre)], LONG_SUM);
            let got = &floats(&out[0])[row * h..][..h];
            assert_close("class score, back", got, &slopes(&pre, score), DIFFERENCES);
        }
    }
}

fn word_score(bench: &mut Bench) {
    let mut r = Random(42);
    for (scheme, b, h, v) in
        [(Scheme::Q4, 1, 32, 5), (Scheme::Q8, 5, 96, 50), (Scheme::F32, 3, 96, 9), (Scheme::Q4, 2, 768, 40)]
    {
        let words = Stored::new(&mut r, scheme, v, h);
        let u = r.floats(b * h, 0.0, 1.0);
        let vectors: Vec<f32> = [r.floats(4, 0.0, 1.0), r.floats(h, 1.0, 0.3), r.floats(h + v, 0.0, 0.3)].concat();
        let (gamma, beta, biases) = (&vectors[4..4 + h], &vectors[4 + h..4 + 2 * h], &vectors[4 + 2 * h..]);
        let picks = contrasts(&mut r, b, v);
        let data = [
            Data::Words(&picks),
            Data::Floats(&u),
            Data::Bytes(&words.q),
            Data::Bytes(&words.s),
            Data::Floats(&vectors),
            Data::Out(b * h),
            Data::Out(b),
        ];
        let mut constants = words.constants();
        constants.extend([("NORM_AT4", 1.0), ("BIAS_AT", (4 + 2 * h) as f64), ("EPS", 1e-12)]);
        let out = bench.run(&kernels::WORD_SCORE, constants, [b as u32, 1, 1], &data);
        for (row, pick) in picks.chunks_exact(2).enumerate() {
            let (d, bias) = contrasted(&words.w, biases, h, pick);
            let score = |u: &[f64]| {
                let t: Vec<f64> = u.iter().map(|&x| act(x, 1)).collect();
                dot(&d, &norm(&t, gamma, beta)) + bias
            };
            let u = doubles(&u[row * h..][..h]);
            assert_close("word score", &floats(&out[1])[row..=row], &[score(&u)], LONG_SUM);
            let got = &floats(&out[0])[row * h..][..h];
            assert_close("word score, back", got, &slopes(&u, score), DIFFERENCES);
        }
    }
}
