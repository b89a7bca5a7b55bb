//! Softmax, top-k and rank over a whole vocabulary, on the CPU: plain, in f64 where it sums.

use super::{BlankAnswer, Candidate};
use std::cmp::Ordering;

/// `logits`: (V,). Probability = exp(logit − logsumexp); rank 1 is the likeliest, ties by id.
pub fn judge(logits: &[f32], top_k: usize, asked: &[u32], keep_logits: bool) -> BlankAnswer {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&l| f64::from(l - max).exp()).sum();
    let logsumexp = (f64::from(max) + sum.ln()) as f32;
    let candidate = |id: u32, rank: usize| {
        let logit = logits[id as usize];
        let probability = (f64::from(logit - max).exp() / sum) as f32;
        Candidate { id, logit, probability, rank: rank as u32 }
    };
    let before = |a: u32, b: u32| match logits[b as usize].total_cmp(&logits[a as usize]) {
        Ordering::Equal => a.cmp(&b),
        other => other,
    };
    let mut ids: Vec<u32> = (0..logits.len() as u32).collect();
    let k = top_k.min(ids.len());
    if k > 0 {
        ids.select_nth_unstable_by(k - 1, |&a, &b| before(a, b));
        ids.truncate(k);
        ids.sort_unstable_by(|&a, &b| before(a, b));
    } else {
        ids.clear();
    }
    let rank_of = |id: u32| 1 + (0..logits.len() as u32).filter(|&other| before(other, id) == Ordering::Less).count();
    BlankAnswer {
        top: ids.into_iter().enumerate().map(|(i, id)| candidate(id, i + 1)).collect(),
        asked: asked.iter().map(|&id| candidate(id, rank_of(id))).collect(),
        logsumexp,
        logits: if keep_logits { logits.to_vec() } else { Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_vocabulary_sums_to_one_and_ties_go_by_id() {
        let logits = [1.0, 3.0, 3.0, -2.0];
        let a = judge(&logits, 4, &[0, 2], true);
        let order: Vec<u32> = a.top.iter().map(|c| c.id).collect();
        assert_eq!(order, [1, 2, 0, 3]);
        assert!((a.top.iter().map(|c| c.probability).sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!((a.asked[0].rank, a.asked[1].rank), (3, 2));
        assert!((a.logsumexp - (logits.iter().map(|l| l.exp()).sum::<f32>()).ln()).abs() < 1e-6);
    }
}
