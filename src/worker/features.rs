//! From a [`FeaturesTask`] to rows for the engine, and from its hidden states to one matrix.

use crate::engine::rows::SortedRows;
use crate::engine::{Answer, RunStats, Want};
use crate::model::config::BertConfig;
use crate::protocol::features::{
    FeatureText, Features, FeaturesTask, LAST_LAYERS, Layers, MAX_FEATURE_TEXTS, MAX_FEATURE_VALUES, Vectors,
};
use crate::protocol::{ArrayRef, Failure, MAX_TEXT_BYTES, Message};
use crate::text::tokenizer::BertTokenizer;
use std::ops::Range;

/// Hidden states of all layers that one forward may give back: half of what a GPU binds at least.
const CAPTURE_BYTES: usize = 64 << 20;

pub struct FeaturesPlan {
    pub rows: SortedRows<usize>,
    vectors: Vectors,
    /// First and last of the layers used, 0 being the embeddings.
    layers: [usize; 2],
    joined: bool,
    hidden: usize,
    /// Pieces whose hidden states one forward has room for.
    room: usize,
    texts: Vec<FeatureText>,
    /// Of each text, where its first row begins in `values`.
    starts: Vec<usize>,
    values: Vec<f32>,
    stats: RunStats,
}

/// Refuses no texts, an empty one, too many, and more numbers than a page should hold.
pub fn plan_features(
    tokenizer: &BertTokenizer,
    task: &FeaturesTask,
    config: &BertConfig,
) -> Result<FeaturesPlan, Failure> {
    if task.texts.len() > MAX_FEATURE_TEXTS {
        return Err(Failure::TooManyTexts { texts: task.texts.len(), limit: MAX_FEATURE_TEXTS });
    }
    let bytes = task.texts.iter().map(String::len).sum();
    if bytes > MAX_TEXT_BYTES {
        return Err(Failure::TextTooLarge { bytes, limit: MAX_TEXT_BYTES });
    }
    let last = config.num_hidden_layers;
    let layers = match task.layers {
        _ if task.vectors == Vectors::Pooled => [last; 2],
        Layers::One(layer) => [layer.min(last); 2],
        Layers::Sum | Layers::Joined => [(last + 1).saturating_sub(LAST_LAYERS).max(1), last],
    };
    let joined = task.layers == Layers::Joined;
    let mut plan = FeaturesPlan {
        rows: SortedRows::default(),
        vectors: task.vectors,
        layers,
        joined,
        hidden: config.hidden_size,
        room: CAPTURE_BYTES / (4 * config.hidden_size * (config.num_hidden_layers + 1)).max(1),
        texts: Vec::new(),
        starts: Vec::new(),
        values: Vec::new(),
        stats: RunStats::default(),
    };
    let (mut rows, mut values) = (Vec::new(), 0);
    for (i, text) in task.texts.iter().enumerate() {
        let (row, total) = tokenizer.encode_row(text, None, config.max_position_embeddings)?;
        if total <= 2 {
            return Err(Failure::EmptyText);
        }
        let of_each = task.vectors == Vectors::Pieces;
        let piece = |id: &u32| tokenizer.piece(*id).to_owned();
        let pieces = if of_each { row.input_ids.iter().map(piece).collect() } else { Vec::new() };
        plan.starts.push(values);
        values += plan.width() * if of_each { row.input_ids.len() } else { 1 };
        plan.texts.push(FeatureText { read: row.input_ids.len(), total, pieces });
        rows.push((row, i));
    }
    if rows.is_empty() {
        return Err(Failure::EmptyText);
    }
    if values > MAX_FEATURE_VALUES {
        return Err(Failure::TooManyNumbers { numbers: values, limit: MAX_FEATURE_VALUES });
    }
    plan.rows = SortedRows::new(rows);
    plan.values = vec![0.0; values];
    Ok(plan)
}

impl FeaturesPlan {
    /// D: numbers of a row.
    fn width(&self) -> usize {
        self.hidden * if self.joined { self.layers[1] - self.layers[0] + 1 } else { 1 }
    }

    pub fn want(&self) -> Want {
        let pooled = self.vectors == Vectors::Pooled;
        Want { pooled, hidden_states: !pooled, ..Want::default() }
    }

    /// The next rows: as many as the engine's pace has it, and as its hidden states leave room for.
    pub fn next(&self, done: usize, tokens: usize) -> Range<usize> {
        self.rows.next(done, tokens.min(self.room))
    }

    /// Takes the answer to the rows of a range.
    pub fn take(&mut self, range: Range<usize>, answer: &Answer) {
        self.stats.add(&answer.stats);
        let (rows, h) = (range.len(), self.hidden);
        for (row, &text) in self.rows.of(range).to_vec().iter().enumerate() {
            let read = self.texts[text].read;
            let at = |layer: usize, token: usize| {
                let from = ((layer * rows + row) * answer.tokens + token) * h;
                &answer.hidden_states[from..from + h]
            };
            let to = self.starts[text];
            match self.vectors {
                Vectors::Pooled => self.values[to..to + h].copy_from_slice(&answer.pooled[row * h..(row + 1) * h]),
                Vectors::First => self.put(to, 0..1, at),
                Vectors::Mean => self.put(to, 1..read - 1, at),
                Vectors::Pieces => {
                    let width = self.width();
                    (0..read).for_each(|token| self.put(to + token * width, token..token + 1, at));
                }
            }
        }
    }

    /// Writes one row: the mean over pieces of their vectors, summed in f64.
    fn put<'a>(&mut self, to: usize, tokens: Range<usize>, at: impl Fn(usize, usize) -> &'a [f32]) {
        let [first, last] = self.layers;
        let (h, n) = (self.hidden, tokens.len() as f64);
        let mut sum = vec![0.0f64; self.width()];
        for layer in first..=last {
            let part = if self.joined { (layer - first) * h } else { 0 };
            for token in tokens.clone() {
                sum[part..part + h].iter_mut().zip(at(layer, token)).for_each(|(s, &v)| *s += f64::from(v));
            }
        }
        self.values[to..to + sum.len()].iter_mut().zip(sum).for_each(|(v, s)| *v = (s / n) as f32);
    }

    pub fn finish(self) -> Message<Features> {
        let width = self.width();
        let shape = vec![self.values.len() / width, width];
        let body = Features { values: ArrayRef { index: 0, shape }, texts: self.texts, stats: self.stats };
        Message { body, arrays: vec![self.values] }
    }
}
