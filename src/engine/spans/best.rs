//! The best spans over all windows, and why others are out.

use super::{BEST, LONGEST, Out, Planned, RefusedSpan, SpanWindow};

/// Scores of all spans that are allowed, by first piece and length.
pub(super) struct Table {
    /// (pieces, LONGEST): of the span from piece i of length n + 1; −∞ where it is not allowed.
    scores: Vec<f32>,
    /// The window that said so.
    windows: Vec<u32>,
}

impl Table {
    pub(super) fn of(asked: &Planned, windows: &[SpanWindow]) -> Self {
        let n = asked.pieces.len() * LONGEST;
        let mut table = Self { scores: vec![f32::NEG_INFINITY; n], windows: vec![0; n] };
        let before = asked.question.len() + 2;
        for (w, window) in windows.iter().enumerate() {
            let [from, to] = window.pieces;
            for first in (from..to).filter(|&p| asked.begins_word(p)) {
                for last in (first..to.min(first + LONGEST)).filter(|&p| asked.ends_word(p)) {
                    let score = window.start_logits[first - from + before] + window.end_logits[last - from + before];
                    let at = first * LONGEST + last - first;
                    if score > table.scores[at] {
                        (table.scores[at], table.windows[at]) = (score, w as u32);
                    }
                }
            }
        }
        table
    }

    /// What all spans weigh together: temperature · ln Σ exp(score / temperature); −∞ where there is none.
    pub(super) fn together(&self, temperature: f32) -> f64 {
        let (top, t) = (self.scores.iter().copied().fold(f32::NEG_INFINITY, f32::max), f64::from(temperature));
        if top == f32::NEG_INFINITY {
            return f64::NEG_INFINITY;
        }
        let sum: f64 = self.scores.iter().map(|&s| (f64::from(s - top) / t).exp()).sum();
        f64::from(top) + t * sum.ln()
    }

    /// First and last piece and window of the best spans, best first; of equals the earlier and shorter one.
    pub(super) fn best(&self) -> Vec<([usize; 2], usize)> {
        let mut kept: Vec<usize> = Vec::with_capacity(BEST + 1);
        for (at, &score) in self.scores.iter().enumerate().filter(|(_, s)| **s > f32::NEG_INFINITY) {
            let place = kept.partition_point(|&k| self.scores[k] >= score);
            if place < BEST {
                kept.insert(place, at);
                kept.truncate(BEST);
            }
        }
        let span = |at: usize| [at / LONGEST, at / LONGEST + at % LONGEST];
        kept.into_iter().map(|at| (span(at), self.windows[at] as usize)).collect()
    }
}

/// The best starts and ends of any window that make no answer and score at least `least`; best first.
pub(super) fn refused(asked: &Planned, windows: &[SpanWindow], least: Option<f32>) -> Vec<RefusedSpan> {
    let mut found: Vec<RefusedSpan> = Vec::new();
    for (w, window) in windows.iter().enumerate() {
        // The best pairs are among the pairs of the best: one more of each than there are answers to pass over.
        let (starts, ends) = (strongest(&window.start_logits), strongest(&window.end_logits));
        for &start in &starts {
            for &end in &ends {
                let score = window.start_logits[start] + window.end_logits[end];
                let counts = least.is_none_or(|least| score >= least);
                if let (true, Some(why)) = (counts, why_out(asked, window, [start, end])) {
                    found.push(RefusedSpan { window: w, positions: [start, end], score, why });
                }
            }
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(BEST);
    found
}

/// Positions of the greatest logits, enough for the [`BEST`] best pairs that are out.
fn strongest(logits: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    order.truncate(2 * BEST);
    order
}

/// None where the positions of a window's row make an answer. ([CLS], [CLS]) is none: it is "no answer" itself.
pub(super) fn why_out(asked: &Planned, window: &SpanWindow, [start, end]: [usize; 2]) -> Option<Out> {
    let before = asked.question.len() + 2;
    let last = before + window.pieces[1] - window.pieces[0];
    let special = |at: usize| at == 0 || at + 1 == before || at == last;
    if [start, end] == [0, 0] {
        return None;
    }
    if special(start) || special(end) {
        return Some(Out::Special);
    }
    if start < before || end < before {
        return Some(Out::InQuestion);
    }
    if end < start {
        return Some(Out::EndBeforeStart);
    }
    if end - start >= LONGEST {
        return Some(Out::TooLong);
    }
    let piece = |at: usize| at - before + window.pieces[0];
    (!asked.begins_word(piece(start)) || !asked.ends_word(piece(end))).then_some(Out::InsideWord)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Asked, SpanAnswer, SpanPlan};
    use super::*;
    use crate::model::adapter::{Adapter, Dense, Head, Input, SPAN_LABELS};
    use crate::text::tokenizer::BertTokenizer;

    const WORDS: [&str; 12] =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "am", "i", "cafe", "noir", "##s", "."];

    fn head(temperature: f32, null_threshold: f32) -> Adapter {
        let classifier = Dense { weight: Vec::new(), bias: Vec::new() };
        Adapter {
            title: String::new(),
            base_hash: String::new(),
            input: Input::Pair,
            head: Head::Span { null_threshold },
            rank: 0,
            alpha: 0.0,
            labels: SPAN_LABELS.map(String::from).into(),
            temperature,
            temperature_slope: 0.0,
            low_rank: Default::default(),
            pooler: None,
            classifier,
            weights: Default::default(),
        }
    }

    /// Logits that look random, from a few numbers.
    fn logits(n: usize, seed: usize) -> Vec<f32> {
        (0..2 * n).map(|i| ((i * 7919 + seed * 104_729 + i * i * 31) % 1009) as f32 / 100.0 - 5.0).collect()
    }

    fn ask(text: &str, max_tokens: usize) -> (SpanPlan, Vec<Vec<f32>>) {
        let tokenizer = BertTokenizer::from_vocab(&WORDS.join("\n"), true).unwrap();
        let asked = [Asked { text: text.into(), question: "who am i".into() }];
        let mut plan = SpanPlan::new(&tokenizer, &asked, max_tokens).unwrap();
        let mut all = vec![Vec::new(); plan.rows.len()];
        for range in plan.rows.batches(40) {
            let rows = plan.rows.rows()[range.clone()].to_vec();
            let width = rows[0].input_ids.len();
            let mut batch = vec![0.0; 2 * width * rows.len()];
            for (i, (row, &(_, w))) in rows.iter().zip(plan.rows.of(range.clone())).enumerate() {
                all[w] = logits(row.input_ids.len(), w);
                batch[2 * width * i..][..all[w].len()].copy_from_slice(&all[w]);
            }
            plan.take(range, &batch);
        }
        (plan, all)
    }

    /// All spans of all windows, one by one: (score, first, last), best first, a span once; and the least null score.
    fn brute(plan: &SpanPlan, all: &[Vec<f32>]) -> (Vec<(f32, usize, usize)>, f32) {
        let asked = &plan.asked[0];
        let mut found: std::collections::BTreeMap<(usize, usize), f32> = Default::default();
        for (window, logits) in asked.windows.iter().zip(all) {
            for first in window.start..window.end {
                for last in first..window.end {
                    let inside = asked.pieces[first].starts_with("##")
                        || asked.pieces.get(last + 1).is_some_and(|p| p.starts_with("##"));
                    if inside || last - first + 1 > LONGEST {
                        continue;
                    }
                    let at = |p: usize| p - window.start + 5;
                    let score = logits[2 * at(first)] + logits[2 * at(last) + 1];
                    let old = found.entry((first, last)).or_insert(f32::MIN);
                    *old = old.max(score);
                }
            }
        }
        let mut out: Vec<_> = found.into_iter().map(|((a, b), s)| (s, a, b)).collect();
        out.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        (out, all.iter().map(|l| l[0] + l[1]).fold(f32::INFINITY, f32::min))
    }

    fn differs(answer: &SpanAnswer, brute: &[(f32, usize, usize)]) -> bool {
        let said: Vec<_> = answer.best.iter().map(|b| (b.score(), b.pieces[0], b.pieces[1])).collect();
        said != brute[..BEST.min(brute.len())]
    }

    #[test]
    fn the_best_spans_are_those_of_brute_force() {
        for (text, max_tokens) in [
            ("cafes noir. ".repeat(40), 40),
            ("cafe noirs ".repeat(3), 512),
            ("i am cafe noir . ".repeat(9), 64),
            ("noir".into(), 512),
        ] {
            let (plan, all) = ask(&text, max_tokens);
            let (want, null) = brute(&plan, &all);
            let answer = plan.finish(&head(1.5, 0.0)).remove(0);
            assert!(!differs(&answer, &want), "{text}: {:?} for {:?}", answer.best, &want[..want.len().min(10)]);
            assert_eq!(answer.null_score, null);
            let sum: f64 = want.iter().map(|w| f64::from(w.0 / 1.5).exp()).sum::<f64>() + f64::from(null / 1.5).exp();
            let chance = f64::from(want[0].0 / 1.5).exp() / sum;
            assert!((f64::from(answer.best[0].probability) - chance).abs() < 1e-5 * chance + 1e-7);
            let none = f64::from(null / 1.5).exp() / sum;
            assert!((f64::from(answer.null_probability) - none).abs() < 1e-5);
            assert!((f64::from(answer.null_margin) - 1.5 * (none / (1.0 - none)).ln()).abs() < 1e-4);
            assert_eq!(answer.no_answer, none > 0.5);
            // One logit more and the comparison sees it.
            let mut other = want.clone();
            other[0].0 += 0.5;
            assert!(differs(&answer, &other));
        }
    }

    #[test]
    fn what_is_out_is_out_for_its_reason() {
        let (plan, all) = ask(&"cafes noir. ".repeat(40), 60);
        let asked = plan.asked[0].clone();
        let answer = plan.finish(&head(1.0, 0.0)).remove(0);
        // Every pair of every window, by the definition.
        let mut want = Vec::new();
        for (w, l) in all.iter().enumerate() {
            let n = l.len() / 2;
            for (start, end) in (0..n).flat_map(|s| (0..n).map(move |e| (s, e))) {
                let score = l[2 * start] + l[2 * end + 1];
                if score >= answer.best[BEST - 1].score()
                    && let Some(why) = why_out(&asked, &answer.windows[w], [start, end])
                {
                    want.push((score, why));
                }
            }
        }
        want.sort_by(|a, b| b.0.total_cmp(&a.0));
        let scores: Vec<f32> = want.iter().take(BEST).map(|w| w.0).collect();
        assert_eq!(answer.refused.iter().map(|r| r.score).collect::<Vec<_>>(), scores);
        let window = &answer.windows[0];
        let before = 5;
        for (at, why) in [
            ([0, 0], None),
            ([0, 6], Some(Out::Special)),
            ([4, 6], Some(Out::Special)),
            ([6, before + window.pieces[1]], Some(Out::Special)),
            ([1, 2], Some(Out::InQuestion)),
            ([3, 7], Some(Out::InQuestion)),
            ([before + 2, before], Some(Out::EndBeforeStart)),
            ([before, before + 30], Some(Out::TooLong)),
            ([before, before], Some(Out::InsideWord)),
            ([before + 1, before + 2], Some(Out::InsideWord)),
            ([before, before + 1], None),
            ([before + 3, before + 3], None),
        ] {
            assert_eq!(why_out(&asked, window, at), why, "{at:?}");
        }
    }

    #[test]
    fn the_threshold_decides_that_there_is_no_answer() {
        let (plan, _) = ask("cafe noir", 512);
        let at = |threshold| plan.clone().finish(&head(1.0, threshold)).remove(0);
        let answer = at(0.0);
        let margin = answer.null_margin;
        assert!(at(margin - 0.01).no_answer && !at(margin + 0.01).no_answer);
    }

    #[test]
    fn every_piece_is_in_a_window_and_misuse_is_named() {
        use super::super::SpanError as E;
        let tokenizer = BertTokenizer::from_vocab(&WORDS.join("\n"), true).unwrap();
        let plan = |text: &str, question: &str, max| {
            SpanPlan::new(&tokenizer, &[Asked { text: text.into(), question: question.into() }], max)
        };
        for max in [16, 64, 512] {
            let long = plan(&"cafes noir . ".repeat(300), "who", max).unwrap();
            let (mut seen, asked) = (vec![false; 1200], &long.asked[0]);
            asked.windows.iter().for_each(|w| seen[w.start..w.end].fill(true));
            assert_eq!(asked.pieces.len(), 1200);
            assert!(seen.iter().all(|s| *s));
            assert!(long.rows.rows().iter().all(|r| r.input_ids.len() <= max.min(384)));
        }
        assert_eq!(plan("cafe", " \t", 512).unwrap_err(), E::NoQuestion);
        assert_eq!(plan("\u{200b} ", "who", 512).unwrap_err(), E::NoText);
        let question = "who ".repeat(254);
        assert_eq!(plan("cafe", &question, 512).unwrap_err(), E::LongQuestion { pieces: 254, limit: 253 });
        assert!(plan("cafe", &"who ".repeat(253), 512).is_ok());
    }
}
