//! A sentence with words that can be hidden.

use crate::protocol::{BlankTask, Change, Failure, MAX_PAGE_BLANKS, MAX_TEXT_BYTES, Word};
pub use crate::text::characters::{byte_from_utf16, slice_utf16};
use std::ops::Range;

pub const MASK: &str = "[MASK]";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    Word,
    /// Spaces and punctuation.
    Between,
    Blank,
}

/// A stretch of a text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub kind: SpanKind,
    pub range: Range<usize>,
}

/// Cuts a text into words, blanks and what lies between; the spans cover it without gaps.
pub fn spans(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(MASK) {
            spans.push(Span { kind: SpanKind::Blank, range: at..at + MASK.len() });
            at += MASK.len();
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        let inner = |c: char| matches!(c, '\'' | '’' | '-');
        let after = rest[c.len_utf8()..].chars().next();
        let joins = spans.last().is_some_and(|s| s.kind == SpanKind::Word)
            && (is_letter(c) || inner(c) && after.is_some_and(is_letter));
        let kind = if is_letter(c) || joins { SpanKind::Word } else { SpanKind::Between };
        match spans.last_mut() {
            Some(last) if last.kind == kind => last.range.end = at + c.len_utf8(),
            _ => spans.push(Span { kind, range: at..at + c.len_utf8() }),
        }
        at += c.len_utf8();
    }
    spans
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}') || !c.is_ascii() && !c.is_whitespace() && !is_mark(c)
}

/// Typographic punctuation, which is no part of a word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{205e}' | '«' | '»' | '¡' | '¿' | '\u{3001}'..='\u{3003}' | '\u{ff01}'..='\u{ff0f}')
}

/// What is wrong with a question that no model need be asked.
pub fn check_text(text: &str) -> Option<Failure> {
    if text.len() > MAX_TEXT_BYTES {
        return Some(Failure::TextTooLarge { bytes: text.len(), limit: MAX_TEXT_BYTES });
    }
    text.chars().all(|c| c.is_whitespace() || c.is_control()).then_some(Failure::EmptyText)
}

/// As [`check_text`] for all sentences, and each must have a gap.
pub fn check_blanks(task: &BlankTask) -> Option<Failure> {
    if let Some(failure) = task.sentences.iter().find_map(|s| check_text(s)) {
        return Some(failure);
    }
    let counts: Vec<usize> = task.sentences.iter().map(|s| s.matches(MASK).count()).collect();
    if let Some(sentence) = counts.iter().position(|&n| n == 0) {
        return Some(Failure::NoBlank { sentence });
    }
    let blanks = counts.iter().sum();
    (blanks > MAX_PAGE_BLANKS).then_some(Failure::TooManyBlanks { blanks, limit: MAX_PAGE_BLANKS })
}

/// The text with a range replaced.
pub fn replaced(text: &str, range: Range<usize>, by: &str) -> String {
    let mut out = text.to_owned();
    out.replace_range(range, by);
    out
}

/// Words that touch in the text and were read otherwise than typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedGroup {
    pub segment: u32,
    /// UTF-16, of the whole group.
    pub span: [usize; 2],
    pub read: Vec<String>,
    pub changes: Vec<Change>,
}

/// Groups touching words ("isn", "'", "t") and keeps those in which anything was changed.
pub fn changed_groups(words: &[Word]) -> Vec<ChangedGroup> {
    let mut groups: Vec<ChangedGroup> = Vec::new();
    for word in words {
        match groups.last_mut() {
            Some(g) if g.segment == word.segment && g.span[1] == word.span[0] => {
                g.span[1] = word.span[1];
                g.read.push(word.read.clone());
                g.changes.extend(&word.changes);
            }
            _ => groups.push(ChangedGroup {
                segment: word.segment,
                span: word.span,
                read: vec![word.read.clone()],
                changes: word.changes.clone(),
            }),
        }
    }
    for g in &mut groups {
        g.changes.sort();
        g.changes.dedup();
    }
    groups.retain(|g| !g.changes.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(SpanKind, &str)> {
        spans(text).into_iter().map(|s| (s.kind, &text[s.range])).collect()
    }

    #[test]
    fn words_and_blanks() {
        use SpanKind::*;
        assert_eq!(
            cut("It isn't [MASK]."),
            [(Word, "It"), (Between, " "), (Word, "isn't"), (Between, " "), (Blank, "[MASK]"), (Between, ".")]
        );
        assert_eq!(cut("[MASK][MASK]"), [(Blank, "[MASK]"), (Blank, "[MASK]")]);
        assert_eq!(cut("'tis"), [(Between, "'"), (Word, "tis")]);
    }

    #[test]
    fn spans_cover_hostile_text_without_gaps() {
        for text in ["", "🙂👩‍👩‍👧", "a\u{301}b", "北京 [MASK [MASK]]", "--'-'a-'b", "\u{0}\u{202e}\n\t  ", "…«naïve»"]
        {
            let mut at = 0;
            for s in spans(text) {
                assert_eq!(s.range.start, at);
                assert!(s.range.end > at);
                at = s.range.end;
            }
            assert_eq!(at, text.len());
        }
    }

    #[test]
    fn questions_without_an_answer_are_seen_at_once() {
        let check = |sentences: &[&str]| {
            check_blanks(&BlankTask {
                sentences: sentences.iter().map(|s| s.to_string()).collect(),
                ..Default::default()
            })
        };
        assert_eq!(check(&["a [MASK]"]), None);
        assert_eq!(check(&["  \n\t"]), Some(Failure::EmptyText));
        assert_eq!(check(&["a [MASK]", "b"]), Some(Failure::NoBlank { sentence: 1 }));
        assert_eq!(check(&[&"[MASK] ".repeat(512)]), Some(Failure::TooManyBlanks { blanks: 512, limit: 16 }));
        assert!(matches!(check(&[&"x".repeat(2 << 20)]), Some(Failure::TextTooLarge { .. })));
    }

    #[test]
    fn touching_words_are_told_together() {
        let word = |read: &str, span, changes: &[Change]| Word {
            read: read.into(),
            span,
            changes: changes.to_vec(),
            ..Word::default()
        };
        let words = [
            word("it", [0, 2], &[]),
            word("isn", [3, 6], &[]),
            word("'", [6, 7], &[Change::Punctuation]),
            word("t", [7, 8], &[]),
        ];
        let groups = changed_groups(&words);
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].span, groups[0].read.join(" · ")), ([3, 8], "isn · ' · t".into()));
    }
}
