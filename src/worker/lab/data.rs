//! The data that the lab holds, and what the page is told of it.

use crate::engine::EngineKind;
use crate::model::config::BertConfig;
use crate::protocol::Failure;
use crate::protocol::TextPair;
use crate::protocol::lab::{
    Arrangement, Copies, Data, Depth, Features, Hyperparameters, LabFailure, Label, Lengths, Part, ReadFile,
};
use crate::text::tokenizer::BertTokenizer;
use crate::train::data::{Dataset, LengthHistogram, Sample, Shares, Split, encode, features, inspect};
use crate::train::estimate::Plan;
use crate::train::room::Room;
use crate::worker::js::sleep_ms;
use std::rc::Rc;

/// Examples whose length is measured; of more, every n-th.
const MEASURED: usize = 20_000;
/// Measured before whoever waits gets a turn.
const AT_ONCE: usize = 500;
const BARS: usize = 40;
/// Repeated texts that are shown.
const SHOWN: usize = 50;
const SHOWN_CHARS: usize = 160;

pub struct Held {
    files: Vec<ReadFile>,
    pub data: Rc<Dataset>,
    /// As the files have it, before shares are taken.
    of_files: Split,
    fixed: [bool; 2],
    refused: Option<LabFailure>,
    lengths: LengthHistogram,
    pub arrangement: Arrangement,
}

impl Held {
    pub fn new(files: Vec<ReadFile>, data: Dataset, fixed: [bool; 2], refused: Option<LabFailure>) -> Self {
        let arrangement = Arrangement { seed: 42, validation: 0.15, test: 0.1, ..Arrangement::default() };
        let of_files = data.split.clone();
        Self { files, data: Rc::new(data), of_files, fixed, refused, lengths: LengthHistogram::default(), arrangement }
    }

    /// Measures lengths; false when a newer request came.
    pub async fn measure(&mut self, tokenizer: &BertTokenizer, is_stale: &impl Fn() -> bool) -> Result<bool, Failure> {
        let stride = self.data.samples.len().div_ceil(MEASURED).max(1);
        for (i, sample) in self.data.samples.iter().step_by(stride).enumerate() {
            let (_, pieces) = encode(tokenizer, sample, usize::MAX).map_err(refuse)?;
            self.lengths.add(pieces);
            if i % AT_ONCE == AT_ONCE - 1 {
                sleep_ms(0).await;
                if is_stale() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Takes an arrangement; one that cannot be leaves the old one.
    pub fn arrange(&mut self, wanted: Arrangement, config: &BertConfig) -> Result<(), Failure> {
        if self.refused.is_some() {
            return Ok(());
        }
        let data = Rc::make_mut(&mut self.data);
        if !wanted.names.is_empty() {
            data.rename(&wanted.names).map_err(refuse)?;
        }
        data.split = self.of_files.clone();
        data.part(Shares { validation: wanted.validation as f32, test: wanted.test as f32 }, wanted.seed);
        self.arrangement = Arrangement { names: data.labels.clone(), ..wanted };
        if self.arrangement.max_seq_length == 0 {
            self.arrangement.max_seq_length = self.suggested(config).max_seq_length;
        }
        Ok(())
    }

    fn suggested(&self, config: &BertConfig) -> Hyperparameters {
        let seed = self.arrangement.seed;
        let longest = self.lengths.longest();
        let good = if self.data.answers { Hyperparameters::for_questions } else { Hyperparameters::for_examples };
        let s = good(self.data.split.train.len(), longest, Depth::lora(), config);
        Hyperparameters { seed, ..s }
    }

    pub fn report(&self, config: &BertConfig, engine: EngineKind) -> Data {
        let data = &self.data;
        let refused = self.refused.clone().or(data.check().err().map(LabFailure::Data));
        let mut out = Data {
            files: self.files.clone(),
            refused,
            fixed: self.fixed,
            pairs: data.pairs,
            answers: data.answers,
            arrangement: self.arrangement.clone(),
            room: Room::of(config, engine),
            ..Data::default()
        };
        if out.refused.is_some() {
            return out;
        }
        let parts = [Part::Train, Part::Validation, Part::Test];
        out.counts = parts.map(|p| data.split.rows(p).len());
        let counts = parts.map(|p| data.label_counts(data.split.rows(p)));
        out.unlabelled_test = out.counts[2] > 0 && counts[2].iter().all(|&n| n == 0);
        let label = |i: usize| Label {
            name: data.labels[i].clone(),
            found: data.keys[i].clone(),
            counts: [counts[0][i], counts[1][i], counts[2][i]],
        };
        out.labels = (0..data.labels.len()).map(label).collect();
        out.lengths = self.told_lengths();
        out.copies = copies(data);
        out.suggested =
            Some(Hyperparameters { max_seq_length: self.arrangement.max_seq_length, ..self.suggested(config) });
        out
    }

    /// What a run with these settings is made of.
    pub fn plan(&self, settings: &Hyperparameters) -> Plan {
        let split = &self.data.split;
        Plan::new(split.train.len(), split.validation.len(), &self.lengths, settings.max_seq_length)
    }

    fn told_lengths(&self) -> Lengths {
        let l = &self.lengths;
        let width = (l.longest() + 1).div_ceil(BARS).max(1);
        Lengths {
            counts: l.bins(width).into_iter().map(|(_, n)| n).collect(),
            width,
            longest: l.longest(),
            median: l.quantile(0.5),
            cut: l.cut(self.arrangement.max_seq_length),
            measured: l.examples(),
            of: self.data.samples.len(),
        }
    }

    /// The parts as the article's files: id, label, a letter, text without a header; the test rows as id and text
    /// under one.
    pub fn as_article(&self) -> Vec<(&'static str, String)> {
        let line = |text: &str| text.replace(['\t', '\r', '\n'], " ");
        if self.data.answers {
            return self.as_questions(&line);
        }
        let parts = [(Part::Train, "train.tsv"), (Part::Validation, "dev.tsv"), (Part::Test, "test.tsv")];
        let file = |(part, name): (Part, &'static str)| {
            let row = |&r: &u32| {
                let sample = self.data.samples.get(r as usize)?;
                let second = sample.second.as_deref().map_or(String::new(), |s| format!("\t{}", line(s)));
                Some(match part {
                    Part::Test => format!("{r}\t{}{second}\n", line(&sample.text)),
                    _ => format!("{r}\t{}\ta\t{}{second}\n", sample.class.unwrap_or(0), line(&sample.text)),
                })
            };
            let head = if part == Part::Test { "id\ttext\n" } else { "" };
            let rows = self.data.split.rows(part);
            (!rows.is_empty()).then(|| (name, head.to_owned() + &rows.iter().filter_map(row).collect::<String>()))
        };
        parts.into_iter().filter_map(file).collect()
    }

    /// The parts of questions, each under a header.
    fn as_questions(&self, line: &dyn Fn(&str) -> String) -> Vec<(&'static str, String)> {
        let parts = [(Part::Train, "train.tsv"), (Part::Validation, "dev.tsv"), (Part::Test, "test.tsv")];
        let file = |(part, name): (Part, &'static str)| {
            let row = |&r: &u32| {
                let s = self.data.samples.get(r as usize)?;
                let (text, answer) = (s.second.as_deref()?, s.answer.as_deref().unwrap_or_default());
                Some(format!("{}\t{}\t{}\n", line(text), line(&s.text), line(answer)))
            };
            let rows = self.data.split.rows(part);
            let head = "context\tquestion\tanswer\n".to_owned();
            (!rows.is_empty()).then(|| (name, head + &rows.iter().filter_map(row).collect::<String>()))
        };
        parts.into_iter().filter_map(file).collect()
    }

    pub fn features(&self, part: Part, index: usize, tokenizer: &BertTokenizer) -> Result<Features, Failure> {
        let rows = self.data.split.rows(part);
        let row = *rows.get(index).ok_or(Failure::Lab(LabFailure::NoData))?;
        let printed = features(tokenizer, &self.data, row, self.arrangement.max_seq_length).map_err(refuse)?;
        let text = self.data.samples.get(row as usize).map(text_of).unwrap_or_default();
        Ok(Features { part: Some(part), index, of: rows.len(), text, printed })
    }
}

pub fn refuse(e: crate::train::data::DataError) -> Failure {
    Failure::Lab(LabFailure::Data(e))
}

pub fn text_of(sample: &Sample) -> TextPair {
    TextPair { a: sample.text.to_string(), b: sample.second.as_deref().map(str::to_owned) }
}

fn copies(data: &Dataset) -> Copies {
    let found = inspect(data);
    let shown = found.repeated.iter().take(SHOWN).filter_map(|r| {
        let text = &data.samples.get(*r.rows.first()? as usize)?.text;
        let lines = r.rows.iter().filter_map(|&r| data.samples.get(r as usize)).map(|s| s.line as usize);
        Some((text.chars().take(SHOWN_CHARS).collect(), lines.collect()))
    });
    Copies {
        duplicates: found.duplicates,
        contradictions: found.contradictions,
        leaks: found.validation_leaks + found.test_leaks,
        shown: shown.collect(),
    }
}
