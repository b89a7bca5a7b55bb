//! A text as pre-training reads it: sentences, which follow each other, and a vocabulary of no more than their pieces.

use crate::text::masking::{SpecialIds, documents};
use crate::text::sentences::sentences;
use crate::text::tokenizer::{BertTokenizer, CLS, MASK, PAD, SEP, TextError, UNK};
use std::collections::BTreeMap;

/// Fewer hardly make pairs.
pub const LEAST_SENTENCES: usize = 8;
/// More would not be read often enough in a minute.
pub const MOST_SENTENCES: usize = 240;
/// Of a sentence; two of them fit the position table with [CLS] and two [SEP].
pub const MOST_PIECES: usize = 30;
/// One in so many is held out, if there are twice as many.
const HELD_OUT_OF: usize = 8;
/// Sentences with a blank that are asked as it learns.
const BLANKS: usize = 3;

const SPECIALS: [&str; 5] = [PAD, UNK, CLS, SEP, MASK];
const UNK_ID: u32 = 1;
pub(super) const CLS_ID: u32 = 2;
pub(super) const SEP_ID: u32 = 3;
const MASK_ID: u32 = 4;
const FIRST_WORD: u32 = SPECIALS.len() as u32;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PretrainTextError {
    #[error("{sentences} sentences, at least {least} are needed")]
    TooShort { sentences: usize, least: usize },
    #[error(transparent)]
    Text(#[from] TextError),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    /// By the cut vocabulary, without [CLS] and [SEP].
    pub(super) ids: Vec<u32>,
    document: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PretrainText {
    /// By id.
    pieces: Vec<String>,
    pub(super) sentences: Vec<Sentence>,
    /// Sentences from here on are never trained on.
    held_from: usize,
    /// Sentences that were left out at the end, and those that lost pieces at theirs.
    pub left_out: usize,
    pub cut: usize,
}

/// A pair of sentences in which one piece of the first is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// The first sentence; the second is the next one.
    pub sentence: usize,
    /// Of the hidden piece in the row, [CLS] counted.
    pub position: usize,
    pub truth: u32,
    /// Never trained on.
    pub held_out: bool,
}

impl PretrainText {
    /// Documents are parted by empty lines; where none has two sentences, all are one.
    pub fn read(tokenizer: &BertTokenizer, text: &str) -> Result<Self, PretrainTextError> {
        let text = text.replace("\r\n", "\n");
        let mut all: Vec<(usize, Vec<u32>)> = Vec::new();
        let (mut left_out, mut cut) = (0, 0);
        for (document, body) in documents(&text).enumerate() {
            for range in sentences(body) {
                if all.len() == MOST_SENTENCES {
                    left_out += 1;
                    continue;
                }
                let mut ids = tokenizer.encode_ids(&body[range])?;
                cut += usize::from(ids.len() > MOST_PIECES);
                ids.truncate(MOST_PIECES);
                if !ids.is_empty() {
                    all.push((document, ids));
                }
            }
        }
        if all.len() < LEAST_SENTENCES {
            return Err(PretrainTextError::TooShort { sentences: all.len(), least: LEAST_SENTENCES });
        }
        if all.windows(2).all(|w| w[0].0 != w[1].0) {
            all.iter_mut().for_each(|s| s.0 = 0);
        }
        let specials: Vec<Option<u32>> = SPECIALS.iter().map(|s| tokenizer.id_of(s)).collect();
        let mut small: BTreeMap<u32, u32> = all.iter().flat_map(|s| &s.1).map(|&id| (id, UNK_ID)).collect();
        let mut pieces: Vec<String> = SPECIALS.map(String::from).into();
        for (&id, own) in &mut small {
            *own = match specials.iter().position(|s| *s == Some(id)) {
                Some(special) => special as u32,
                None => {
                    pieces.push(tokenizer.piece(id).to_owned());
                    pieces.len() as u32 - 1
                }
            };
        }
        let own = |id: &u32| small.get(id).copied().unwrap_or(UNK_ID);
        let sentences: Vec<Sentence> = all
            .iter()
            .map(|(document, ids)| Sentence { ids: ids.iter().map(own).collect(), document: *document })
            .collect();
        let n = sentences.len();
        let held = if n >= 2 * HELD_OUT_OF { n / HELD_OUT_OF } else { 0 };
        Ok(Self { pieces, sentences, held_from: n - held, left_out, cut })
    }

    /// The piece of an id.
    pub fn piece(&self, id: u32) -> &str {
        self.pieces.get(id as usize).map_or(UNK, String::as_str)
    }

    /// Of a sentence, in order.
    pub fn pieces_of(&self, sentence: usize) -> Vec<String> {
        let ids = self.sentences.get(sentence).map(|s| s.ids.as_slice()).unwrap_or_default();
        ids.iter().map(|&id| self.piece(id).to_owned()).collect()
    }

    /// V
    pub fn vocab_size(&self) -> usize {
        self.pieces.len()
    }

    /// Those trained on, and those held out.
    pub fn sentences(&self) -> [usize; 2] {
        [self.held_from, self.sentences.len() - self.held_from]
    }

    /// Pieces of the sentences, without [CLS] and [SEP].
    pub fn count(&self) -> usize {
        self.sentences.iter().map(|s| s.ids.len()).sum()
    }

    pub fn special_ids(&self) -> SpecialIds {
        SpecialIds {
            cls: CLS_ID,
            sep: SEP_ID,
            mask: MASK_ID,
            first_word: FIRST_WORD,
            vocab_size: self.pieces.len() as u32,
        }
    }

    /// First sentences of pairs that follow each other, among those trained on or those held out.
    pub fn pairs(&self, held_out: bool) -> Vec<usize> {
        let range = if held_out { self.held_from..self.sentences.len() } else { 0..self.held_from };
        let follows = |&i: &usize| i + 1 < range.end && self.sentences[i].document == self.sentences[i + 1].document;
        range.clone().filter(follows).collect()
    }

    /// What is asked as it learns: a few pairs, the last of them held out if any is.
    pub fn blanks(&self) -> Vec<Blank> {
        let (trained, held) = (self.pairs(false), self.pairs(true));
        let from_trained = if held.is_empty() { BLANKS } else { BLANKS - 1 };
        let among = |all: &[usize], k: usize, of: usize| all.get(all.len() * (2 * k + 1) / (2 * of)).copied();
        let some = (0..from_trained).filter_map(|k| among(&trained, k, from_trained));
        some.chain(among(&held, 0, 1))
            .enumerate()
            .filter_map(|(k, sentence)| self.blank(sentence, k % 2 == 1))
            .collect()
    }

    /// Hides the word in the middle of a sentence, or its last one, among those of one piece and of letters alone; its
    /// last piece where it has none.
    fn blank(&self, sentence: usize, last: bool) -> Option<Blank> {
        let ids = &self.sentences.get(sentence)?.ids;
        let is_word = |i: &usize| {
            let goes_on = ids.get(i + 1).is_some_and(|&next| self.piece(next).starts_with("##"));
            ids[*i] >= FIRST_WORD && self.piece(ids[*i]).chars().all(char::is_alphabetic) && !goes_on
        };
        let words: Vec<usize> = (0..ids.len()).filter(is_word).collect();
        let word = if last { words.last() } else { words.get(words.len() / 2) };
        let at = word.copied().or(ids.len().checked_sub(1))?;
        Some(Blank { sentence, position: at + 1, truth: ids[at], held_out: sentence >= self.held_from })
    }
}
