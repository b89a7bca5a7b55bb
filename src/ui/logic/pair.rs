//! The Next sentence lesson's question: the pair, and the same pair changed.

use super::address::Address;
use super::openings;
use super::sentence::check_text;
use crate::protocol::{AdapterInfo, ClassifiedRow, ClassifyTask, Failure, NEXT_SENTENCE, Purpose, TextPair, Tokens};
use serde::{Deserialize, Serialize};

/// The pair that the address holds: typed, drawn, or the opening.
pub fn pair_of(address: &Address) -> TextPair {
    match (&address.text, address.draw) {
        (Some(text), _) => text.clone(),
        (None, Some(draw)) => draw.pair().text(),
        (None, None) => text_pair(openings::NEXT_SENTENCE[0]),
    }
}

pub fn text_pair((a, b): (&str, &str)) -> TextPair {
    TextPair { a: a.into(), b: Some(b.into()) }
}

/// What keeps a pair from being asked about.
pub fn check_pair(pair: &TextPair) -> Option<Failure> {
    let b = pair.b.as_deref().unwrap_or_default();
    check_text(&pair.a).or_else(|| match check_text(b) {
        Some(Failure::EmptyText) => Some(Failure::NoSecondText),
        other => other,
    })
}

pub fn swapped(pair: &TextPair) -> TextPair {
    TextPair { a: pair.b.clone().unwrap_or_default(), b: Some(pair.a.clone()) }
}

fn task(purpose: Purpose, text: TextPair, one_segment: bool) -> ClassifyTask {
    ClassifyTask { purpose, adapter: NEXT_SENTENCE.into(), texts: vec![text], one_segment }
}

/// The pair as it stands.
pub fn plain_task(pair: &TextPair) -> ClassifyTask {
    task(Purpose::Pair, pair.clone(), false)
}

/// The pair with the switches thrown; None while none is.
pub fn changed_task(pair: &TextPair, is_swapped: bool, one_segment: bool) -> Option<ClassifyTask> {
    let text = if is_swapped { swapped(pair) } else { pair.clone() };
    (is_swapped || one_segment).then(|| task(Purpose::ChangedPair, text, one_segment))
}

/// The pieces as BERT gets them: under the switch, all in segment A.
pub fn in_one_segment(tokens: &Tokens) -> Tokens {
    let mut tokens = tokens.clone();
    tokens.pieces.iter_mut().for_each(|p| p.segment = 0);
    tokens
}

/// Answers recorded by `cargo xtask record`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedPairs {
    pub adapter: AdapterInfo,
    pub rows: Vec<RecordedPair>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedPair {
    pub text: TextPair,
    pub one_segment: bool,
    pub row: ClassifiedRow,
}

/// All that is recorded: each pair of the page's words in both orders, with two segments and with one.
pub fn recorded_questions() -> Vec<(TextPair, bool)> {
    let pairs = openings::NEXT_SENTENCE.map(text_pair);
    let both = pairs.iter().flat_map(|p| [p.clone(), swapped(p)]);
    both.flat_map(|p| [(p.clone(), false), (p, true)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::paragraphs::Draw;
    use super::*;

    #[test]
    fn what_is_typed_comes_before_what_is_drawn() {
        let draw = Some(Draw { real: true, seed: 5 });
        let mut address = Address { draw, ..Address::default() };
        assert_eq!(pair_of(&address), Draw { real: true, seed: 5 }.pair().text());
        address.text = Some(text_pair(("a", "b")));
        assert_eq!(pair_of(&address), text_pair(("a", "b")));
        assert_eq!(pair_of(&Address::default()), text_pair(openings::NEXT_SENTENCE[0]));
    }

    #[test]
    fn switches_change_what_is_asked() {
        let pair = text_pair(("first", "second"));
        assert_eq!(changed_task(&pair, false, false), None);
        let of = |s, o| changed_task(&pair, s, o).map(|t| (t.texts, t.one_segment));
        assert_eq!(of(true, false), Some((vec![text_pair(("second", "first"))], false)));
        assert_eq!(of(false, true), Some((vec![pair.clone()], true)));
        assert_eq!(of(true, true), Some((vec![swapped(&pair)], true)));
        assert_eq!(swapped(&swapped(&pair)), pair);
        assert_eq!(plain_task(&pair).texts, [pair]);
    }

    #[test]
    fn a_pair_needs_both_texts() {
        let check = |a: &str, b: Option<&str>| check_pair(&TextPair { a: a.into(), b: b.map(str::to_owned) });
        assert_eq!(check("a", Some("b")), None);
        assert_eq!(check(" ", Some("b")), Some(Failure::EmptyText));
        assert_eq!(check("a", Some(" \n")), Some(Failure::NoSecondText));
        assert_eq!(check("a", None), Some(Failure::NoSecondText));
        assert!(matches!(check("a", Some(&"x".repeat(2 << 20))), Some(Failure::TextTooLarge { .. })));
    }

    #[test]
    fn every_switch_on_the_opening_is_recorded() {
        let recorded = recorded_questions();
        let opening = text_pair(openings::NEXT_SENTENCE[0]);
        for (s, o) in [(true, false), (false, true), (true, true)] {
            let task = changed_task(&opening, s, o).map(|t| (t.texts[0].clone(), t.one_segment));
            assert!(task.is_some_and(|t| recorded.contains(&t)), "{s} {o}");
        }
        assert!(recorded.contains(&(opening, false)));
    }
}
