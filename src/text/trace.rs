//! The greedy steps of WordPiece, told one by one.
//!
//! Hugging Face's tokenizer gives the pieces; this gives the way to them, for people. A test holds
//! the two together: the hits of a trace are the tokenizer's pieces.

use super::tokens::{Change, Step};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::{NormalizedString, Normalizer as _};
use unicode_categories::UnicodeCategories as _;
use unicode_normalization_alignments::UnicodeNormalization as _;

/// Longest word, in characters, that WordPiece reads; a longer one is [UNK] unread.
pub const MAX_WORD_CHARS: usize = 100;
/// Before pieces that do not begin a word.
pub const CONTINUATION: &str = "##";

/// The word as WordPiece reads it: cleaned, lower-cased, accents stripped (as the model was trained).
pub fn read_word(normalizer: &BertNormalizer, typed: &str) -> String {
    let mut s = NormalizedString::from(typed);
    match normalizer.normalize(&mut s) {
        Ok(()) => s.get().trim().to_owned(),
        Err(_) => typed.to_owned(),
    }
}

/// Greedy longest match: from the left, the longest piece in the vocabulary; each miss drops one
/// character. Ends early, with no hit for the rest, when not even one character is a piece.
/// `id_of` looks a piece up. Source: Wu et al. 2016 (WordPiece), as in google-research/bert.
pub fn greedy_steps(read: &str, id_of: impl Fn(&str) -> Option<u32>) -> Vec<Step> {
    let ends: Vec<usize> = read.char_indices().map(|(i, c)| i + c.len_utf8()).collect();
    if ends.len() > MAX_WORD_CHARS {
        return Vec::new();
    }
    let mut steps = Vec::new();
    let (mut start, mut first_char) = (0, 0);
    while start < read.len() {
        let mut taken = None;
        for (n, &end) in ends.iter().enumerate().skip(first_char).rev() {
            let prefix = if start > 0 { CONTINUATION } else { "" };
            let candidate = format!("{prefix}{}", &read[start..end]);
            let id = id_of(&candidate);
            steps.push(Step { candidate, id });
            if id.is_some() {
                taken = Some((n, end));
                break;
            }
        }
        let Some((n, end)) = taken else { break };
        (start, first_char) = (end, n + 1);
    }
    steps
}

/// Why `typed` is read as it is. `alone` tells that the word touches its neighbours without a space
/// between (so that punctuation or a Chinese character was parted from them).
pub fn changes(typed: &str, alone: bool, (lower_case, strips_accents): (bool, bool), unknown: bool) -> Vec<Change> {
    let mut out = Vec::new();
    if lower_case && typed.chars().any(|c| c.to_lowercase().ne(std::iter::once(c))) {
        out.push(Change::LowerCase);
    }
    if strips_accents && typed.nfd().any(|(c, _)| c.is_mark_nonspacing()) {
        out.push(Change::Accents);
    }
    if typed.chars().any(is_dropped) {
        out.push(Change::Control);
    }
    if alone && typed.chars().all(|c| c.is_ascii_punctuation() || c.is_punctuation()) {
        out.push(Change::Punctuation);
    }
    if typed.chars().all(is_chinese) {
        out.push(Change::Chinese);
    }
    if typed.chars().count() > MAX_WORD_CHARS {
        out.push(Change::TooLong);
    } else if unknown {
        out.push(Change::NotInVocabulary);
    }
    out
}

/// Control characters, format characters, U+0000 and U+FFFD: dropped before anything else.
fn is_dropped(c: char) -> bool {
    c == '\0' || c == '\u{fffd}' || (c.is_other() && !matches!(c, '\t' | '\n' | '\r'))
}

/// The CJK ideograph blocks that BERT's basic tokenizer parts into single characters.
fn is_chinese(c: char) -> bool {
    const BLOCKS: [(u32, u32); 8] = [
        (0x4E00, 0x9FFF),
        (0x3400, 0x4DBF),
        (0x20000, 0x2A6DF),
        (0x2A700, 0x2B73F),
        (0x2B740, 0x2B81F),
        (0x2B920, 0x2CEAF),
        (0xF900, 0xFAFF),
        (0x2F800, 0x2FA1F),
    ];
    BLOCKS.iter().any(|&(lo, hi)| (lo..=hi).contains(&u32::from(c)))
}
