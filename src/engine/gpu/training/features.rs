//! What frozen layers say of an example: always the same, so computed once and kept in memory.
//!
//! A row runs alone, so that its bits depend neither on the rows beside it nor on when it was first seen.

use super::super::GpuEngine;
use super::super::recorder::{Copy, Moved};
use super::super::run::{self, Shape};
use super::Training;
use crate::engine::{Batch, EngineError, Row, Want};
use crate::model::adapter::Head;
use bytemuck::pod_collect_to_vec;
use std::collections::HashMap;

/// Most that is kept; what comes later is computed each time.
const LIMIT_BYTES: usize = 1 << 30;

/// Sums before the lowest trained layer's LayerNorm, (S, H) for a row; of [CLS] alone, (1, H), where a classifier is
/// all that is trained.
#[derive(Default)]
pub struct Features {
    known: HashMap<Row, Vec<f32>>,
    bytes: usize,
}

impl Features {
    fn keep(&mut self, row: &Row, values: &[f32]) {
        let bytes = 4 * (values.len() + 2 * row.input_ids.len());
        if self.bytes + bytes <= LIMIT_BYTES && !self.known.contains_key(row) {
            self.bytes += bytes;
            self.known.insert(row.clone(), values.to_vec());
        }
    }
}

impl GpuEngine {
    /// Fills the tape's first sums with what frozen layers say of the batch. Gives the batch and shape that the
    /// trained part runs over.
    pub(super) async fn freeze(
        &mut self,
        t: &mut Training,
        batch: &Batch,
        shape: Shape,
    ) -> Result<(Batch, Shape), EngineError> {
        if t.first == 0 {
            // Embeddings are looked up quicker than kept.
            return Ok((batch.clone(), shape));
        }
        let h = self.config.hidden_size;
        let firsts_alone = t.first == self.config.num_hidden_layers && t.setup.adapter.head == Head::Classifier;
        let kept_tokens = |row: &Row| if firsts_alone { 1 } else { row.input_ids.len() };
        let mut at = 0;
        let mut missing = Vec::new();
        for row in &batch.rows {
            match t.features.known.get(row) {
                Some(values) => {
                    self.recorder.write(&t.tape.features, (at * h * 4) as u64, bytemuck::cast_slice(values));
                }
                None => {
                    self.frozen_row(t, row, at, kept_tokens(row));
                    missing.push((row, at, kept_tokens(row)));
                }
            }
            at += kept_tokens(row);
        }
        let stretch = |bytes: usize| Moved { from_offset: 0, to_offset: 0, bytes: bytes as u64 };
        self.recorder.copy(&t.tape.features, &t.tape.sums[0], [stretch(at * h * 4)]);
        if !missing.is_empty() && t.features.bytes < LIMIT_BYTES {
            let values = self.read_floats(&t.tape.features, at * h).await?;
            for (row, at, tokens) in missing {
                t.features.keep(row, &values[at * h..(at + tokens) * h]);
            }
        }
        if !firsts_alone {
            return Ok((batch.clone(), shape));
        }
        let first = |row: &Row| Row { input_ids: vec![row.input_ids[0]], token_type_ids: vec![row.token_type_ids[0]] };
        let firsts = Batch { rows: batch.rows.iter().map(first).collect() };
        Ok((firsts, Shape { tokens: shape.rows, longest: 1, ..shape }))
    }

    /// Frozen layers of one row; `tokens` of it go to the features at token `at`.
    fn frozen_row(&mut self, t: &Training, row: &Row, at: usize, tokens: usize) {
        let (h, batch) = (self.config.hidden_size, Batch::one(row.clone()));
        let shape = Shape { tokens: row.input_ids.len(), rows: 1, longest: row.input_ids.len(), ..Shape::default() };
        self.write_call(&batch, &shape);
        let software = self.recorder.gpu.software;
        let dispatches = super::super::dispatches_of(&t.frozen, &shape, software);
        self.recorder.submit(&dispatches, &[], &t.staging);
        let moved = Moved { from_offset: 0, to_offset: (at * h * 4) as u64, bytes: (tokens * h * 4) as u64 };
        self.recorder.copy(&t.tape.sums[0], &t.tape.features, [moved]);
    }

    fn write_call(&mut self, batch: &Batch, shape: &Shape) {
        let words = run::pack(&self.config, shape, batch, &Want::default());
        self.recorder.write(&self.arena.call, 0, bytemuck::cast_slice(&words));
    }

    /// The first floats of a buffer.
    pub(super) async fn read_floats(&mut self, buffer: &wgpu::Buffer, n: usize) -> Result<Vec<f32>, EngineError> {
        use wgpu::BufferUsages as U;
        let bytes = n as u64 * 4;
        let staging = self.recorder.buffer("read back", bytes, U::MAP_READ | U::COPY_DST)?;
        let copy = Copy { from: buffer, offset: 0, bytes };
        self.recorder.submit(&[], &[copy], &staging);
        let read = self.recorder.read(&staging, bytes, pod_collect_to_vec::<u8, f32>).await;
        self.recorder.free(&staging);
        self.recorder.gpu.health.check()?;
        read
    }
}
