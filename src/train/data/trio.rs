//! The article's three files: known by name, and made from a Yelp-like CSV.

use super::{DataError, Gathered};
use crate::train::random::{Random, Use};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrioPart {
    Train,
    Dev,
    Test,
}

/// Which of the three a file's name says: `train.tsv`, `dev.tsv` or `test.tsv`, whatever its folder and case.
pub fn trio_part(name: &str) -> Option<TrioPart> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    match name.as_str() {
        "train.tsv" => Some(TrioPart::Train),
        "dev.tsv" => Some(TrioPart::Dev),
        "test.tsv" => Some(TrioPart::Test),
        _ => None,
    }
}

/// The article's files, as bytes. Training and dev: id, label, a throw-away letter, text, without a header. Test:
/// id and text under a header, for the article's `run_classifier.py` passes over the first line there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trio {
    pub train: Vec<u8>,
    pub dev: Vec<u8>,
    pub test: Vec<u8>,
}

/// What the article makes of Yelp's `train.csv` and `test.csv` (a label and a text, no header): labels counted
/// from 0 in their order (1 and 2 become 0 and 1), line breaks and tabs in texts become spaces, and a hundredth of
/// the training rows, one at least, goes to dev by the seed. Without a test file, a tenth of the rows is it.
pub fn trio_from_csv(train: &Gathered, test: Option<&Gathered>, seed: u32) -> Result<Trio, DataError> {
    let mut rows: Vec<usize> = (0..train.samples.len()).filter(|&i| train.samples[i].class.is_some()).collect();
    if rows.len() < 3 {
        return Err(DataError::NoSamples);
    }
    Random::new(seed, Use::Split).shuffle(&mut rows);
    let mut cut = |n: usize| {
        let mut cut: Vec<usize> = rows.drain(..n.max(1)).collect();
        cut.sort_unstable();
        cut
    };
    let own_test = if test.is_none() { cut(train.samples.len() / 10) } else { Vec::new() };
    let dev = cut(train.samples.len() / 100);
    rows.sort_unstable();
    let labelled = |rows: &[usize]| -> Vec<u8> {
        let line = |&i: &usize| {
            let sample = &train.samples[i];
            format!("{i}\t{}\ta\t{}\n", sample.class.unwrap_or(0), one_line(&sample.text))
        };
        rows.iter().map(line).collect::<String>().into_bytes()
    };
    let texts: Vec<&str> = match test {
        Some(test) => test.samples.iter().map(|s| &*s.text).collect(),
        None => own_test.iter().map(|&i| &*train.samples[i].text).collect(),
    };
    let test = texts.iter().enumerate().map(|(i, text)| format!("{i}\t{}\n", one_line(text)));
    let test = std::iter::once("id\ttext\n".to_owned()).chain(test).collect::<String>();
    Ok(Trio { train: labelled(&rows), dev: labelled(&dev), test: test.into_bytes() })
}

/// A text on one line: breaks, tabs and Yelp's literal `\n` become spaces.
fn one_line(text: &str) -> String {
    text.replace("\\n", " ").replace(['\n', '\r', '\t'], " ")
}
