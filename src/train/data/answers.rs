//! Questions on texts: where an answer stands, and the windows in which it is read.

use super::{DataError, Sample};
use crate::engine::spans::{Asked, LONGEST, Read, SpanError, read as read_spans};
use crate::engine::training::MAX_PLACES;
use crate::text::tokenizer::BertTokenizer;
use crate::text::tokens::Row;
use crate::train::random::{Random, Use};

/// Where the answer stands in the text, UTF-16 code units [start, end): every occurrence, and of those that begin and
/// end at words' bounds, if there are such, they alone. Empty where it stands nowhere.
pub fn places(text: &str, answer: &str) -> Vec<[usize; 2]> {
    let answer = answer.trim();
    let Some(step) = answer.chars().next().map(char::len_utf8) else { return Vec::new() };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(answer) {
        found.push((from + at, from + at + answer.len()));
        from += at + step;
    }
    let inside_word = |byte: usize| {
        let (before, after) = (text[..byte].chars().next_back(), text[byte..].chars().next());
        before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
    };
    let whole: Vec<_> = found.iter().copied().filter(|&(a, b)| !inside_word(a) && !inside_word(b)).collect();
    let units = |byte: usize| text[..byte].encode_utf16().count();
    let kept = if whole.is_empty() { found } else { whole };
    kept.into_iter().map(|(a, b)| [units(a), units(b)]).collect()
}

/// A sample as BERT reads it: its windows, and where in each the answer stands.
#[derive(Debug, Clone)]
pub struct Reading {
    read: Read,
    /// First and last piece of the text.
    places: Vec<[usize; 2]>,
}

/// The question is cut where it leaves no room for the text.
pub fn read(tokenizer: &BertTokenizer, sample: &Sample, max_seq_length: usize) -> Result<Reading, DataError> {
    let text = sample.second.as_deref().unwrap_or_default();
    let asked = Asked { text: text.to_owned(), question: sample.text.to_string() };
    let read = read_spans(tokenizer, &asked, max_seq_length, true).map_err(|e: SpanError| match e {
        SpanError::Text(e) => DataError::Tokenizer(e.to_string()),
        e => DataError::Tokenizer(format!("line {}: {e}", sample.line)),
    })?;
    let pieces = |&[from, to]: &[usize; 2]| {
        let mut inside = (0..read.spans.len()).filter(|&i| read.spans[i][0] < to && read.spans[i][1] > from);
        let first = inside.next()?;
        Some([first, inside.next_back().unwrap_or(first)])
    };
    let all: Vec<[usize; 2]> =
        places(text, sample.answer.as_deref().unwrap_or_default()).iter().filter_map(pieces).collect();
    // One that is longer than any answer may be is learned from only where there is no other.
    let short: Vec<_> = all.iter().copied().filter(|p| p[1] - p[0] < LONGEST).collect();
    Ok(Reading { read, places: if short.is_empty() { all } else { short } })
}

impl Reading {
    pub fn into_read(self) -> Read {
        self.read
    }

    /// How many there are.
    pub fn windows(&self) -> usize {
        self.read.windows.len()
    }

    pub fn row(&self, tokenizer: &BertTokenizer, window: usize) -> Row {
        self.read.row(tokenizer, window)
    }

    /// First and last position in that window's row of each place of the answer; [CLS] where it holds none.
    pub fn truth(&self, window: usize) -> Vec<[usize; 2]> {
        let inside = self.places.iter().filter_map(|&p| self.read.positions(window, p));
        let found: Vec<[usize; 2]> = inside.take(MAX_PLACES).collect();
        if found.is_empty() { vec![[0, 0]] } else { found }
    }

    /// The window that an epoch reads: two times of three one that holds the answer, if one does.
    pub fn window_of(&self, seed: u32, epoch: u32, row: u32) -> usize {
        let mut random = Random::new(seed, Use::Window { epoch, row });
        let holding: Vec<usize> = (0..self.windows()).filter(|&w| self.truth(w) != [[0, 0]]).collect();
        let any = random.below(3) == 0 || holding.is_empty();
        if any { random.below(self.windows()) } else { holding[random.below(holding.len())] }
    }
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn an_answer_is_found_wherever_it_stands() {
        assert_eq!(places("the cat and the cats", "cat"), [[4, 7]]);
        assert_eq!(places("cats", "cat"), [[0, 3]]);
        assert_eq!(places("a 🙂 caf\u{e9} caf\u{e9}.", "caf\u{e9}"), [[5, 9], [10, 14]]);
        assert_eq!(places("aaa", "aa"), [[0, 2], [1, 3]]);
        assert_eq!(places("text", "  "), Vec::<[usize; 2]>::new());
        assert_eq!(places("text", "texts"), Vec::<[usize; 2]>::new());
        assert_eq!(places("in 1912, he", " 1912 "), [[3, 7]]);
    }
}
