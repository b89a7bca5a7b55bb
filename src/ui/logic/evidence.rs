//! Two ways to ask which words an answer hangs on, side by side: leaving a word out, and gradient × input.

use super::verdict::{Pull, STEPS};
use crate::engine::slopes::Slopes;
use std::ops::Range;

/// A word's gradient × input, the sum of its pieces'; None where no piece of it was read. What belongs to no word
/// (punctuation, [CLS], [SEP]) is the second. `words` in bytes.
pub fn by_word(text: &str, words: &[Range<usize>], slopes: &Slopes) -> (Vec<Option<f32>>, f32) {
    let mut found: Vec<Option<f32>> = vec![None; words.len()];
    let mut rest = slopes.specials;
    // Pieces come in order, and so do words: one walk counts the UTF-16 units.
    let (mut bytes, mut units, mut at) = (0, 0, 0);
    let mut letters = text.chars();
    for &([start, _], product) in &slopes.pieces {
        while units < start {
            let Some(c) = letters.next() else { break };
            units += c.len_utf16();
            bytes += c.len_utf8();
        }
        while words.get(at).is_some_and(|w| w.end <= bytes) {
            at += 1;
        }
        match words.get(at).filter(|w| w.contains(&bytes)) {
            Some(_) => *found[at].get_or_insert(0.0) += product,
            None => rest += product,
        }
    }
    (found, rest)
}

/// How far two ways agree on a text's words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// Words that either way calls strong enough to be tinted.
    pub strong: usize,
    /// Of those, how many both ways pull the same way.
    pub same: usize,
    /// The word of opposite signs on which they differ most: its number, left out, gradient × input.
    pub apart: Option<(usize, f32, f32)>,
}

/// None where no word has both.
pub fn compare(pulls: &[Option<Pull>], slopes: &[Option<f32>]) -> Option<Compared> {
    let both: Vec<(usize, f32, f32)> =
        pulls.iter().zip(slopes).enumerate().filter_map(|(i, (p, s))| Some((i, (*p)?.pull, (*s)?))).collect();
    if both.is_empty() {
        return None;
    }
    let strong: Vec<_> = both.into_iter().filter(|(_, a, b)| a.abs().max(b.abs()) >= STEPS[0]).collect();
    let same = |&&(_, a, b): &&(usize, f32, f32)| a * b > 0.0;
    let apart = strong.iter().filter(|w| !same(w)).max_by(|x, y| (x.1 - x.2).abs().total_cmp(&(y.1 - y.2).abs()));
    Some(Compared { strong: strong.len(), same: strong.iter().filter(same).count(), apart: apart.copied() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::logic::review::words;

    #[test]
    fn pieces_are_summed_by_word_and_the_rest_is_told() {
        let text = "🙂 naïve, films!";
        let words = words(text);
        // As UTF-16: the face is two units, a space, "naïve" 3..8, a comma, a space, "film" and "s".
        let pieces = vec![
            ([0, 2], 1.0),
            ([3, 6], 2.0),
            ([6, 8], 4.0),
            ([8, 9], 8.0),
            ([10, 14], 16.0),
            ([14, 15], 32.0),
            ([15, 16], 64.0),
        ];
        let (found, rest) = by_word(text, &words, &Slopes { pieces, specials: 128.0, ..Slopes::default() });
        let shown: Vec<_> = words.iter().map(|w| &text[w.clone()]).zip(found).collect();
        assert!(shown.contains(&("naïve", Some(6.0))) && shown.contains(&("films", Some(48.0))), "{shown:?}");
        let all: f32 = shown.iter().filter_map(|s| s.1).sum();
        assert_eq!(all + rest, 255.0, "nothing is lost");
    }

    #[test]
    fn agreement_counts_strong_words_alone() {
        let pull = |pull: f32| Some(Pull { pull, without: 0.5 });
        let pulls = [pull(1.0), pull(-0.3), pull(0.01), None, pull(0.5)];
        let slopes = [Some(0.2), Some(0.4), Some(-0.02), Some(3.0), Some(-0.1)];
        let found = compare(&pulls, &slopes);
        assert_eq!(found, Some(Compared { strong: 3, same: 1, apart: Some((1, -0.3, 0.4)) }));
        assert_eq!(compare(&[None], &[Some(1.0)]), None);
    }
}
