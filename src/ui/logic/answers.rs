//! Ask a text: what the lesson shows of an answer.

use super::address::Address;
use super::openings::{ANSWERS_QUESTIONS, ANSWERS_TEXT};
use super::sentence::check_text;
use crate::protocol::Failure;
use crate::protocol::answers::{Answers, Asked, Out, ScoredSpan};
use crate::text::characters::byte_from_utf16;

/// Characters shown before and after the answer of a long text.
const AROUND: usize = 600;

/// Text and question that the address holds; a text that came from another lesson has no question yet.
pub fn asked_of(address: &Address, adapter: String) -> Asked {
    match &address.text {
        Some(pair) => Asked { adapter, text: pair.a.clone(), question: pair.b.clone().unwrap_or_default() },
        None => Asked { adapter, text: ANSWERS_TEXT.into(), question: ANSWERS_QUESTIONS[0].into() },
    }
}

/// What keeps a question from being asked.
pub fn check_asked(asked: &Asked) -> Option<Failure> {
    check_text(&asked.text).or_else(|| match check_text(&asked.question) {
        Some(Failure::EmptyText) => Some(Failure::NoQuestion),
        other => other,
    })
}

/// The text before, in and after a span (UTF-16); a long text only around it.
pub fn lit(text: &str, span: [usize; 2]) -> [String; 3] {
    let (start, end) = (byte_from_utf16(text, span[0]), byte_from_utf16(text, span[1]));
    let (before, after) = (&text[..start], &text[end..]);
    let from = before.char_indices().rev().nth(AROUND).map_or(0, |(i, _)| i);
    let to = after.char_indices().nth(AROUND).map_or(after.len(), |(i, _)| i);
    let cut = |is: bool| if is { "…" } else { "" };
    [
        format!("{}{}", cut(from > 0), &before[from..]),
        text[start..end].to_owned(),
        format!("{}{}", &after[..to], cut(to < after.len())),
    ]
}

/// A line of the table of spans.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// Place among those that are allowed, from 0.
    Allowed(usize, ScoredSpan),
    /// Start and end piece.
    Refused { start: String, end: String, score: f32, why: Out },
    /// [CLS] to [CLS].
    NoAnswer { score: f32, probability: f32 },
}

impl Line {
    pub fn score(&self) -> f32 {
        match self {
            Self::Allowed(_, span) => span.score(),
            Self::Refused { score, .. } | Self::NoAnswer { score, .. } => *score,
        }
    }
}

/// The best spans, those that are out, and "no answer", best first.
pub fn lines(answers: &Answers) -> Vec<Line> {
    let allowed = answers.best.iter().enumerate().map(|(i, s)| Line::Allowed(i, *s));
    let refused = answers.refused.iter().map(|r| Line::Refused {
        start: r.start.clone(),
        end: r.end.clone(),
        score: r.score,
        why: r.why,
    });
    let none = Line::NoAnswer { score: answers.null_score, probability: answers.null_probability };
    let mut all: Vec<Line> = allowed.chain(refused).chain([none]).collect();
    all.sort_by(|a, b| b.score().total_cmp(&a.score()));
    all
}

/// The products that add most to Σ vᵢ·wᵢ, and the sum of all: (index, v, w), greatest size first.
pub fn largest_terms(vector: &[f32], weights: &[f32], most: usize) -> (Vec<(usize, f32, f32)>, f32) {
    let mut terms: Vec<(usize, f32, f32)> = (0..).zip(vector).zip(weights).map(|((i, &v), &w)| (i, v, w)).collect();
    let sum: f64 = terms.iter().map(|&(_, v, w)| f64::from(v) * f64::from(w)).sum();
    terms.sort_by(|a, b| (b.1 * b.2).abs().total_cmp(&(a.1 * a.2).abs()));
    terms.truncate(most);
    (terms, sum as f32)
}

/// The question with one word moved to its end.
pub fn word_to_end(question: &str, word: usize) -> String {
    let mut words: Vec<&str> = question.split_whitespace().collect();
    if word < words.len() {
        let moved = words.remove(word);
        words.push(moved);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::TextPair;

    #[test]
    fn a_text_from_elsewhere_waits_for_its_question() {
        let mut address = Address::default();
        assert_eq!(asked_of(&address, String::new()).text, ANSWERS_TEXT);
        assert_eq!(check_asked(&asked_of(&address, String::new())), None);
        address.text = Some(TextPair { a: "A text.".into(), b: None });
        assert_eq!(check_asked(&asked_of(&address, String::new())), Some(Failure::NoQuestion));
        address.text = Some(TextPair { a: " ".into(), b: Some("who?".into()) });
        assert_eq!(check_asked(&asked_of(&address, String::new())), Some(Failure::EmptyText));
    }

    #[test]
    fn the_lit_part_is_the_span_and_nothing_else() {
        let text = format!("{}un cafe\u{301} 🙂 noir{}", "é".repeat(700), "x".repeat(5));
        let [before, answer, after] = lit(&text, [703, 711]);
        assert_eq!(answer, "cafe\u{301} 🙂");
        assert_eq!(after, " noirxxxxx");
        assert!(before.starts_with("…é") && before.ends_with("un "));
        assert_eq!(lit("ab", [0, 2]), ["", "ab", ""]);
        let cut = lit(&"é".repeat(2000), [1000, 1001]);
        assert_eq!(cut.map(|c| c.chars().count()), [602, 1, 601]);
    }

    #[test]
    fn terms_are_the_products_and_their_sum() {
        let (terms, sum) = largest_terms(&[1.0, -2.0, 0.5], &[3.0, 4.0, 10.0], 2);
        assert_eq!(terms, [(1, -2.0, 4.0), (2, 0.5, 10.0)]);
        assert_eq!(sum, 0.0);
    }

    #[test]
    fn a_word_moves_to_the_end() {
        assert_eq!(word_to_end("who  wrote it ?", 0), "wrote it ? who");
        assert_eq!(word_to_end("who", 3), "who");
    }
}
