//! A sample as BERT reads it.

use super::{DataError, Dataset, Sample, read};
use crate::text::review::plain;
use crate::text::tokenizer::BertTokenizer;
use crate::text::tokens::Row;
use serde::{Deserialize, Serialize};

/// The row of a sample, cut to `max_seq_length` pieces ([CLS] and [SEP] included), and the pieces that there would
/// have been. A single text is read as reviews are everywhere here ([`plain`]).
pub fn encode(tokenizer: &BertTokenizer, sample: &Sample, max_seq_length: usize) -> Result<(Row, usize), DataError> {
    let plain_text;
    let (text, second) = match &sample.second {
        Some(second) => (&*sample.text, Some(&**second)),
        None => {
            plain_text = plain(&sample.text);
            (plain_text.as_str(), None)
        }
    };
    tokenizer.encode_row(text, second, max_seq_length).map_err(|e| DataError::Tokenizer(e.to_string()))
}

/// An example as the article prints the first of a run: all lists `max_seq_length` long, but for the tokens.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Features {
    pub tokens: Vec<String>,
    pub input_ids: Vec<u32>,
    /// 1 for a piece, 0 for padding.
    pub input_mask: Vec<u32>,
    pub segment_ids: Vec<u32>,
    /// As the file has it, and its class.
    pub label: Option<(String, usize)>,
    /// First and last position of the answer, of a question on a text; [CLS] where there is none.
    #[serde(default)]
    pub places: Vec<[usize; 2]>,
    /// Pieces that did not fit.
    pub cut: usize,
}

pub fn features(
    tokenizer: &BertTokenizer,
    data: &Dataset,
    row: u32,
    max_seq_length: usize,
) -> Result<Features, DataError> {
    let sample = data.samples.get(row as usize).ok_or(DataError::NoSamples)?;
    let (mut row, pieces) = encode(tokenizer, sample, max_seq_length)?;
    let mut places = Vec::new();
    if data.answers {
        // The first window that holds the answer.
        let reading = read(tokenizer, sample, max_seq_length)?;
        let window = (0..reading.windows()).find(|&w| reading.truth(w) != [[0, 0]]).unwrap_or(0);
        row = reading.row(tokenizer, window);
        places = sample.answer.as_ref().map(|_| reading.truth(window)).unwrap_or_default();
    }
    let Row { mut input_ids, mut token_type_ids } = row;
    let held = input_ids.len();
    let tokens = input_ids.iter().map(|&id| tokenizer.piece(id).to_owned()).collect();
    let mut input_mask = vec![1; held];
    input_ids.resize(max_seq_length.max(held), tokenizer.pad_id());
    [&mut token_type_ids, &mut input_mask].into_iter().for_each(|v| v.resize(max_seq_length.max(held), 0));
    let class = sample.class.map(usize::from);
    let label = class.and_then(|c| Some((data.keys.get(c)?.clone(), c)));
    let label =
        label.map(|(key, c)| (sample.answer.as_deref().filter(|a| !a.is_empty()).map_or(key, str::to_owned), c));
    let cut = pieces.saturating_sub(held);
    Ok(Features { tokens, input_ids, input_mask, segment_ids: token_type_ids, label, places, cut })
}

/// Examples by their length in pieces, specials included; filled one by one, for a file may be long.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LengthHistogram {
    /// Examples of each length; the last place counts all that are as long or longer.
    counts: Vec<u32>,
    examples: u32,
    pieces: u64,
}

impl LengthHistogram {
    /// Longer examples than this are told apart no more.
    pub const MOST: usize = 512;

    pub fn add(&mut self, pieces: usize) {
        self.counts.resize(Self::MOST + 1, 0);
        self.counts[pieces.min(Self::MOST)] += 1;
        self.examples += 1;
        self.pieces += pieces as u64;
    }

    pub fn examples(&self) -> usize {
        self.examples as usize
    }

    pub fn longest(&self) -> usize {
        self.counts.iter().rposition(|&n| n > 0).unwrap_or(0)
    }

    /// Examples longer than that.
    pub fn cut(&self, max_seq_length: usize) -> usize {
        self.counts.iter().skip(max_seq_length + 1).map(|&n| n as usize).sum()
    }

    /// The length that this share of examples does not exceed.
    pub fn quantile(&self, share: f64) -> usize {
        let wanted = share.clamp(0.0, 1.0) * f64::from(self.examples);
        let mut held = 0.0;
        let reached = |&n: &u32| {
            held += f64::from(n);
            held >= wanted && held > 0.0
        };
        self.counts.iter().position(reached).unwrap_or(0)
    }

    /// Mean pieces of an example that is cut to that length: what a step costs grows with it.
    pub fn mean(&self, max_seq_length: usize) -> f64 {
        let cut = |(length, &n): (usize, &u32)| length.min(max_seq_length) as f64 * f64::from(n);
        self.counts.iter().enumerate().map(cut).sum::<f64>() / f64::from(self.examples.max(1))
    }

    /// Examples in bins of `width` lengths: `[start, end)` and how many.
    pub fn bins(&self, width: usize) -> Vec<([usize; 2], usize)> {
        let width = width.max(1);
        let used = &self.counts[..self.counts.len().min(self.longest() + 1)];
        let bin = |(i, some): (usize, &[u32])| ([i * width, (i + 1) * width], some.iter().map(|&n| n as usize).sum());
        used.chunks(width).enumerate().map(bin).collect()
    }
}
