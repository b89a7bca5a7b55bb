//! From a probe's rows to the engine's batches, and from its arrays to what the page draws.

use super::answers::{dot, named, tokens};
use crate::engine::vocabulary::judge;
use crate::engine::{Answer, Batch, BlankAnswer, BlankAt, Candidate, MAX_BLANKS, MAX_TOP_K, Row, RunStats, Want};
use crate::model::config::BertConfig;
use crate::model::manifest::{Manifest, Scheme};
use crate::protocol::probe::{
    Described, MAX_CAPTURED_ROWS, MAX_PROBE_TOKENS, ProbedBlank, ProbedBlock, ProbedEmbedding, ProbedPositions,
    ProbedRows, RowsTask, TensorFacts,
};
use crate::protocol::{ArrayRef, Failure, Message, Tokens};
use crate::text::tokenizer::BertTokenizer;
use std::ops::Range;

/// What a [`RowsTask`] asks of the engine, and what has come of it.
pub struct RowsPlan {
    task: RowsTask,
    tokens: Tokens,
    typed: Row,
    rows: Vec<Row>,
    /// Of each row.
    blanks: Vec<Vec<usize>>,
    answers: Vec<Vec<BlankAnswer>>,
    captured: Option<Answer>,
    stats: RunStats,
}

impl RowsPlan {
    pub fn new(
        tokenizer: &BertTokenizer,
        task: &RowsTask,
        config: &BertConfig,
        max_tokens: usize,
    ) -> Result<Self, Failure> {
        let (typed, tokens) = tokens(tokenizer, &task.text, max_tokens)?;
        let n = typed.input_ids.len();
        if n > MAX_PROBE_TOKENS {
            let tokens = tokens.cut.as_ref().map_or(n, |c| c.total);
            return Err(Failure::TooLongToProbe { tokens, limit: MAX_PROBE_TOKENS });
        }
        let mask = tokenizer.mask_id();
        let mut rows = Vec::with_capacity(task.rows.len());
        for changed in &task.rows {
            let mut row = typed.clone();
            changed.masked.iter().for_each(|&i| row.input_ids.get_mut(i).into_iter().for_each(|id| *id = mask));
            for &i in &changed.flipped {
                row.token_type_ids.get_mut(i).into_iter().for_each(|t| *t = 1 - (*t).min(1));
            }
            changed.intervention.check(rows.len(), &row, config)?;
            rows.push(row);
        }
        if rows.is_empty() || task.captures() && rows.len() > MAX_CAPTURED_ROWS {
            return Err(Failure::TooManySentences { sentences: rows.len(), limit: MAX_CAPTURED_ROWS });
        }
        let blanks_of = |row: &Row| (0..n).filter(|&i| row.input_ids[i] == mask).collect::<Vec<_>>();
        let blanks = rows.iter().map(blanks_of).collect();
        let task = RowsTask { top_k: task.top_k.min(MAX_TOP_K), ..task.clone() };
        let (answers, stats) = Default::default();
        Ok(Self { task, tokens, typed, rows, blanks, answers, captured: None, stats })
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    pub fn tokens(&self) -> usize {
        self.typed.input_ids.len()
    }

    /// The next forward's rows, of about so many pieces; all of them where numbers are captured.
    pub fn next(&self, done: usize, tokens: usize) -> Range<usize> {
        if self.task.captures() {
            return 0..self.rows();
        }
        let most = (tokens / self.tokens()).max(1);
        let mut blanks = 0;
        let fits = |row: &usize| {
            blanks += self.blanks[*row].len();
            blanks <= MAX_BLANKS
        };
        let rows = (done..self.rows()).take(most).take_while(fits).count().max(1);
        done..done + rows
    }

    pub fn ask(&self, rows: Range<usize>) -> (Batch, Want) {
        let mut blanks = Vec::new();
        for (row, of) in rows.clone().enumerate() {
            blanks.extend(self.blanks[of].iter().map(|&position| BlankAt {
                row,
                position,
                asked: self.asked(position),
            }));
        }
        let captures = self.task.captures();
        let want = Want {
            blanks,
            top_k: self.task.top_k,
            logits: !self.task.joined.is_empty(),
            hidden_states: captures,
            attentions: self.task.block.is_some(),
            embedding_parts: self.task.embedding,
            qkv_of: self.task.block,
            interventions: self.task.rows[rows.clone()].iter().map(|r| r.intervention.clone()).collect(),
            ..Want::default()
        };
        (Batch { rows: self.rows[rows].to_vec() }, want)
    }

    /// The piece that was typed there; where that was [MASK], what the task asks about.
    fn asked(&self, position: usize) -> Vec<u32> {
        let hidden = self.task.rows.iter().any(|r| r.masked.contains(&position));
        if hidden { vec![self.typed.input_ids[position]] } else { self.task.asked.into_iter().collect() }
    }

    pub fn take(&mut self, rows: Range<usize>, mut answer: Answer) {
        let mut blanks = std::mem::take(&mut answer.blanks).into_iter();
        self.answers.extend(rows.map(|row| blanks.by_ref().take(self.blanks[row].len()).collect::<Vec<_>>()));
        self.stats.add(&answer.stats);
        self.captured = self.task.captures().then_some(answer);
    }

    /// Of the first row's first blank, the vectors of the embedding and each layer, (L+1, H); None where not asked for.
    pub fn lens_vectors(&self, config: &BertConfig) -> Option<Vec<f32>> {
        let answer = self.captured.as_ref().filter(|_| self.task.lens)?;
        let position = *self.blanks[0].first()?;
        let h = config.hidden_size;
        let layer = self.rows() * self.tokens() * h;
        let at = |l: usize| l * layer + position * h;
        Some((0..=config.num_hidden_layers).flat_map(|l| answer.hidden_states[at(l)..at(l) + h].to_vec()).collect())
    }

    /// What the lens asks of each vector: the hidden piece, if there was one.
    pub fn lens_asked(&self) -> (Vec<u32>, usize) {
        (self.blanks[0].first().map(|&p| self.asked(p)).unwrap_or_default(), self.task.top_k)
    }

    /// Names the answers. `lens`: of [`Self::lens_vectors`], if there were any.
    pub fn finish(mut self, tokenizer: &BertTokenizer, config: &BertConfig, lens: Answer) -> Message<ProbedRows> {
        let probed = |position: usize, a: &BlankAnswer| probed(tokenizer, position, a);
        let of_row = |row: usize| -> Vec<ProbedBlank> {
            self.blanks[row].iter().zip(&self.answers[row]).map(|(&position, a)| probed(position, a)).collect()
        };
        let rows = (0..self.rows()).map(of_row).collect();
        let joined = self.task.joined.iter().map(|pair| {
            let [a, b] = pair.map(|row| self.answers.get(row).map_or(&[][..], Vec::as_slice));
            let positions = self.blanks.get(pair[0]).into_iter().flatten();
            let both = positions.zip(a.iter().zip(b));
            both.map(|(&position, (a, b))| {
                let mean: Vec<f32> = a.logits.iter().zip(&b.logits).map(|(a, b)| (a + b) / 2.0).collect();
                probed(position, &judge(&mean, self.task.top_k, &self.asked(position), false))
            })
            .collect()
        });
        let joined = joined.collect();
        let first = self.blanks[0].first().copied().unwrap_or_default();
        self.stats.add(&lens.stats);
        let lens = lens.blanks.iter().map(|a| probed(first, a)).collect();
        let mut arrays = Vec::new();
        let mut array = |values: Vec<f32>, shape: &[usize]| {
            arrays.push(values);
            ArrayRef { index: arrays.len() - 1, shape: shape.to_vec() }
        };
        let (b, s, h, n) = (self.rows(), self.tokens(), config.hidden_size, config.num_attention_heads);
        let answer = self.captured.take().unwrap_or_default();
        let layer_of = |layer: usize, rows: usize| -> Vec<f32> {
            answer.hidden_states[layer * b * s * h..][..rows * s * h].to_vec()
        };
        let embedding = self.task.embedding.then(|| ProbedEmbedding {
            parts: array(answer.embedding_parts.clone(), &[b, s, 3, h]),
            normed: array(layer_of(0, b), &[b, s, h]),
        });
        let block = self.task.block.map(|layer| ProbedBlock {
            layer,
            before: array(layer_of(layer, 1), &[s, h]),
            qkv: array(answer.qkv[..s * 3 * h].to_vec(), &[s, 3, h]),
            attentions: array(answer.attentions[layer * b * n * s * s..][..n * s * s].to_vec(), &[n, s, s]),
            after: array(layer_of(layer + 1, 1), &[s, h]),
        });
        let body = ProbedRows { tokens: self.tokens, rows, joined, embedding, block, lens, stats: self.stats };
        Message { body, arrays }
    }
}

fn probed(tokenizer: &BertTokenizer, position: usize, a: &BlankAnswer) -> ProbedBlank {
    let name = |&c: &Candidate| named(tokenizer, c);
    ProbedBlank { position, top: a.top.iter().map(name).collect(), truth: a.asked.first().map(name) }
}

/// One row whose pieces stand at these positions: its embedding's parts hold the position table's rows.
pub fn positions_batch(tokenizer: &BertTokenizer, positions: &[u32]) -> (Batch, Want) {
    let n = positions.len();
    let row = Row { input_ids: vec![tokenizer.mask_id(); n], token_type_ids: vec![0; n] };
    let intervention =
        crate::engine::intervention::Intervention { positions: positions.to_vec(), ..Default::default() };
    (Batch::one(row), Want { embedding_parts: true, interventions: vec![intervention], ..Want::default() })
}

/// Cosines between the position rows of [`positions_batch`]'s answer.
pub fn positions_message(positions: Vec<u32>, answer: &Answer, hidden: usize) -> Message<ProbedPositions> {
    let rows: Vec<&[f32]> = answer.embedding_parts.chunks_exact(3 * hidden).map(|p| &p[hidden..2 * hidden]).collect();
    let lengths: Vec<f64> = rows.iter().map(|r| dot(r, r).sqrt()).collect();
    let n = rows.len();
    let cosine = |i: usize| (dot(rows[i / n], rows[i % n]) / (lengths[i / n] * lengths[i % n])) as f32;
    let values = (0..n * n).map(cosine).collect();
    let cosines = ArrayRef { index: 0, shape: vec![n, n] };
    Message { body: ProbedPositions { positions, cosines }, arrays: vec![values] }
}

pub fn described(manifest: &Manifest) -> Described {
    let tensors = manifest.tensors.iter().map(|t| TensorFacts {
        name: t.name.clone(),
        shape: t.shape.clone(),
        scheme: match t.scheme {
            Scheme::F32 => "f32",
            Scheme::Q4 => "4-bit",
            Scheme::Q8 => "8-bit",
        }
        .into(),
        bytes: t.fields().iter().map(|&f| (t.row_bytes(f) * t.rows()) as u64).sum(),
    });
    Described { title: manifest.title.clone(), config: manifest.config.clone(), tensors: tensors.collect() }
}
