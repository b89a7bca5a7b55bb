//! What is asked about a review: the whole, its sentences, and it with a word left out, for each word.

use super::sentence::{SpanKind, spans};
use crate::protocol::{ClassifyTask, MAX_CLASSIFY_TEXTS, Purpose, SENTIMENT, TextPair};
use std::collections::BTreeMap;
use std::ops::Range;

pub use crate::text::sentences::sentences;

/// A question to the sentiment adapter.
pub fn task(purpose: Purpose, texts: impl IntoIterator<Item = impl Into<String>>) -> ClassifyTask {
    let texts = texts.into_iter().map(|a| TextPair { a: a.into(), b: None }).collect();
    ClassifyTask { purpose, adapter: SENTIMENT.into(), texts, one_segment: false }
}

/// Where the words of a text stand, in bytes: whatever can be left out.
pub fn words(text: &str) -> Vec<Range<usize>> {
    spans(text).into_iter().filter(|s| s.kind != SpanKind::Between).map(|s| s.range).collect()
}

/// The text with some of its words replaced, by their number; an empty replacement leaves the word out.
pub fn changed(text: &str, words: &[Range<usize>], changes: &BTreeMap<usize, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (word, by) in changes.iter().filter_map(|(&i, by)| Some((words.get(i)?, by))) {
        out += &text[at..word.start];
        out += by;
        at = word.end;
    }
    out + &text[at..]
}

/// The text once for each word, without it; at most as many as one question holds.
pub fn leave_one_out(text: &str, words: &[Range<usize>]) -> Vec<String> {
    let without = |w: &Range<usize>| format!("{}{}", &text[..w.start], &text[w.end..]);
    words.iter().take(MAX_CLASSIFY_TEXTS).map(without).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_left_out_and_replaced_by_number() {
        let text = "It isn't [MASK], naïve.";
        let all = words(text);
        assert_eq!(all.iter().map(|r| &text[r.clone()]).collect::<Vec<_>>(), ["It", "isn't", "[MASK]", "naïve"]);
        assert_eq!(leave_one_out(text, &all)[1], "It  [MASK], naïve.");
        let changes = BTreeMap::from([(1, "was".to_owned()), (3, String::new()), (9, "far".to_owned())]);
        assert_eq!(changed(text, &all, &changes), "It was [MASK], .");
        assert_eq!(changed(text, &all, &BTreeMap::new()), text);
    }

    /// Leaving a word out by hand is what the evidence asked for.
    #[test]
    fn both_ways_of_leaving_out_agree() {
        let text = "not bad — not at all";
        let all = words(text);
        for (i, left) in leave_one_out(text, &all).into_iter().enumerate() {
            assert_eq!(changed(text, &all, &BTreeMap::from([(i, String::new())])), left);
        }
        assert_eq!(leave_one_out(&"a ".repeat(600), &words(&"a ".repeat(600))).len(), MAX_CLASSIFY_TEXTS);
    }
}
