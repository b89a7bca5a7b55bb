//! Weights in GPU memory: which buffer each stored array belongs to, and whether all of it came.
//!
//! A matrix (N, K) is two buffers: quants, and f16 scales followed by f16 minima. Query, key and
//! value of a layer are one matrix (3H, K). All biases and LayerNorm vectors are one buffer cut in
//! windows, one a layer and one for the heads, so that a kernel's offsets are the same in each:
//!
//! `norm_in 2H | qkv bias 3H | out bias H | norm1 2H | ffn1 bias F | ffn2 bias H | low 16 | pad`, repeated;
//! the norm after a layer begins the next window. The heads' window: `norm_in 2H | transform bias H |
//! transform norm 2H | pooler bias H | vocabulary bias V | low 4`. `low` is 0 but in an adapter's own
//! windows (see `adapter`).

use super::recorder::Recorder;
use crate::engine::{EngineError, Field};
use crate::model::config::BertConfig;
use crate::model::manifest::{Manifest, Scheme, TensorEntry};
use std::collections::HashMap;

/// w (N, K) as the kernels read it.
pub struct Matrix {
    pub q: wgpu::Buffer,
    pub s: wgpu::Buffer,
    pub n: usize,
    pub k: usize,
    pub scheme: Scheme,
    /// Where minima begin in `s`, in words.
    pub min_at: usize,
}

pub struct LayerWeights {
    pub qkv: Matrix,
    pub out: Matrix,
    pub ffn1: Matrix,
    pub ffn2: Matrix,
}

pub struct Weights {
    pub layers: Vec<LayerWeights>,
    /// Word table and, tied, the vocabulary's matrix (V, H).
    pub words: Matrix,
    pub transform: Matrix,
    /// Absent from packs made of a masked-word checkpoint alone.
    pub pooler: Option<Matrix>,
    /// (P, H)
    pub positions: wgpu::Buffer,
    /// (T, H)
    pub segments: wgpu::Buffer,
    pub vectors: wgpu::Buffer,
    pub windows: Windows,
    pub bytes: u64,
}

/// Float offsets in a window of the vectors' buffer.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    pub h: usize,
    pub f: usize,
    /// Floats from window to window, a multiple of 64 (256 bytes).
    pub stride: usize,
    /// Floats of the last window, the heads'.
    pub head_len: usize,
    /// Of the heads' GEMMs, in their window.
    pub head_low: usize,
}

impl Windows {
    fn new(c: &BertConfig) -> Self {
        let (h, f) = (c.hidden_size, c.intermediate_size);
        let head_low = 6 * h + c.vocab_size.next_multiple_of(4);
        Self { h, f, stride: (9 * h + f + 16).next_multiple_of(64), head_len: head_low + 4, head_low }
    }
    pub const NORM_IN: usize = 0;
    pub fn qkv_bias(&self) -> usize {
        2 * self.h
    }
    pub fn out_bias(&self) -> usize {
        5 * self.h
    }
    pub fn norm1(&self) -> usize {
        6 * self.h
    }
    pub fn ffn1_bias(&self) -> usize {
        8 * self.h
    }
    pub fn ffn2_bias(&self) -> usize {
        8 * self.h + self.f
    }
    /// Of the layer's GEMMs in their order: query-key-value, out, ffn1, ffn2.
    pub fn low(&self, gemm: usize) -> usize {
        9 * self.h + self.f + 4 * gemm
    }
    pub fn transform_bias(&self) -> usize {
        2 * self.h
    }
    pub fn transform_norm(&self) -> usize {
        3 * self.h
    }
    pub fn pooler_bias(&self) -> usize {
        5 * self.h
    }
    pub fn vocab_bias(&self) -> usize {
        6 * self.h
    }
}

/// Where one field of a tensor goes, and which of its rows came.
struct Slot {
    buffer: wgpu::Buffer,
    offset: u64,
    row_bytes: usize,
    rows: usize,
    came: Vec<[usize; 2]>,
    /// Rows of two bytes cannot be written alone: such a field is gathered here first.
    gathered: Option<Vec<u8>>,
}

/// Takes shards until every array is complete.
pub struct Receiver {
    slots: HashMap<(String, Field), Slot>,
}

struct Allocator<'a> {
    manifest: &'a Manifest,
    recorder: &'a mut Recorder,
    slots: HashMap<(String, Field), Slot>,
}

impl Allocator<'_> {
    fn entry(&self, name: &str, n: usize, k: usize) -> Result<TensorEntry, EngineError> {
        self.manifest
            .tensor(name)
            .filter(|t| t.rows() == n && t.columns() == k)
            .cloned()
            .ok_or_else(|| EngineError::BadTensor { name: name.into() })
    }

    fn slot(&mut self, entry: &TensorEntry, field: Field, buffer: &wgpu::Buffer, offset: u64) {
        let (row_bytes, rows) = (entry.row_bytes(field), entry.rows());
        let gathered = (!row_bytes.is_multiple_of(4)).then(|| vec![0; (row_bytes * rows).next_multiple_of(4)]);
        let slot = Slot { buffer: buffer.clone(), offset, row_bytes, rows, came: Vec::new(), gathered };
        self.slots.insert((entry.name.clone(), field), slot);
    }

    /// Tensors (n, k) of one scheme, below each other in one matrix.
    fn matrix(&mut self, names: &[String], n: usize, k: usize) -> Result<Matrix, EngineError> {
        let entries = names.iter().map(|name| self.entry(name, n, k)).collect::<Result<Vec<_>, _>>()?;
        let scheme = entries[0].scheme;
        if let Some(other) = entries.iter().find(|e| e.scheme != scheme) {
            return Err(EngineError::BadTensor { name: other.name.clone() });
        }
        let rows = n * names.len();
        let bytes = |field| entries[0].row_bytes(field) as u64;
        let q_field = if scheme == Scheme::F32 { Field::Data } else { Field::Q };
        let scale_bytes = match scheme {
            Scheme::F32 => 0,
            _ => (bytes(Field::Scale) * rows as u64).next_multiple_of(4),
        };
        let halves = if scheme == Scheme::Q4 { 2 } else { 1 };
        let q = self.recorder.storage(&names[0], bytes(q_field) * rows as u64)?;
        let s = self.recorder.storage(&format!("{} scales", names[0]), scale_bytes * halves)?;
        for (i, entry) in entries.iter().enumerate() {
            let first = (i * n) as u64;
            self.slot(entry, q_field, &q, first * bytes(q_field));
            if scheme != Scheme::F32 {
                self.slot(entry, Field::Scale, &s, first * bytes(Field::Scale));
            }
            if scheme == Scheme::Q4 {
                self.slot(entry, Field::Min, &s, scale_bytes + first * bytes(Field::Min));
            }
        }
        Ok(Matrix { q, s, n: rows, k, scheme, min_at: scale_bytes as usize / 4 })
    }

    /// An f32 table or vector at a float offset of a buffer.
    fn plain(&mut self, name: &str, n: usize, k: usize, to: &wgpu::Buffer, at: usize) -> Result<(), EngineError> {
        let entry = self.entry(name, n, k)?;
        if entry.scheme != Scheme::F32 {
            return Err(EngineError::BadTensor { name: name.into() });
        }
        self.slot(&entry, Field::Data, to, at as u64 * 4);
        Ok(())
    }
}

impl Weights {
    /// Makes every buffer; the receiver fills them.
    pub fn new(manifest: &Manifest, recorder: &mut Recorder) -> Result<(Self, Receiver), EngineError> {
        let c = &manifest.config;
        let (h, f, v) = (c.hidden_size, c.intermediate_size, c.vocab_size);
        let windows = Windows::new(c);
        let before = recorder.memory_bytes;
        let floats = windows.stride * c.num_hidden_layers + windows.head_len;
        let vectors = recorder.storage("vectors", floats as u64 * 4)?;
        let positions = recorder.storage("positions", (c.max_position_embeddings * h * 4) as u64)?;
        let segments = recorder.storage("segments", (c.type_vocab_size * h * 4) as u64)?;
        let mut a = Allocator { manifest, recorder, slots: HashMap::new() };
        let emb = "bert.embeddings";
        let words = a.matrix(&[format!("{emb}.word_embeddings.weight")], v, h)?;
        a.plain(&format!("{emb}.position_embeddings.weight"), c.max_position_embeddings, h, &positions, 0)?;
        a.plain(&format!("{emb}.token_type_embeddings.weight"), c.type_vocab_size, h, &segments, 0)?;
        let norm = |a: &mut Allocator<'_>, name: String, at: usize| {
            a.plain(&format!("{name}.weight"), 1, h, &vectors, at)?;
            a.plain(&format!("{name}.bias"), 1, h, &vectors, at + h)
        };
        norm(&mut a, format!("{emb}.LayerNorm"), Windows::NORM_IN)?;
        let mut layers = Vec::with_capacity(c.num_hidden_layers);
        for i in 0..c.num_hidden_layers {
            let base = i * windows.stride;
            let p = format!("bert.encoder.layer.{i}");
            let parts = ["query", "key", "value"].map(|x| format!("{p}.attention.self.{x}"));
            let out = format!("{p}.attention.output");
            for (j, part) in parts.iter().enumerate() {
                a.plain(&format!("{part}.bias"), 1, h, &vectors, base + windows.qkv_bias() + j * h)?;
            }
            a.plain(&format!("{out}.dense.bias"), 1, h, &vectors, base + windows.out_bias())?;
            norm(&mut a, format!("{out}.LayerNorm"), base + windows.norm1())?;
            a.plain(&format!("{p}.intermediate.dense.bias"), 1, f, &vectors, base + windows.ffn1_bias())?;
            a.plain(&format!("{p}.output.dense.bias"), 1, h, &vectors, base + windows.ffn2_bias())?;
            norm(&mut a, format!("{p}.output.LayerNorm"), base + windows.stride + Windows::NORM_IN)?;
            layers.push(LayerWeights {
                qkv: a.matrix(&parts.map(|x| format!("{x}.weight")), h, h)?,
                out: a.matrix(&[format!("{out}.dense.weight")], h, h)?,
                ffn1: a.matrix(&[format!("{p}.intermediate.dense.weight")], f, h)?,
                ffn2: a.matrix(&[format!("{p}.output.dense.weight")], h, f)?,
            });
        }
        let base = c.num_hidden_layers * windows.stride;
        let head = "cls.predictions";
        let transform = a.matrix(&[format!("{head}.transform.dense.weight")], h, h)?;
        a.plain(&format!("{head}.transform.dense.bias"), 1, h, &vectors, base + windows.transform_bias())?;
        norm(&mut a, format!("{head}.transform.LayerNorm"), base + windows.transform_norm())?;
        a.plain(&format!("{head}.bias"), 1, v, &vectors, base + windows.vocab_bias())?;
        let pooler = if manifest.tensor("bert.pooler.dense.weight").is_some() {
            a.plain("bert.pooler.dense.bias", 1, h, &vectors, base + windows.pooler_bias())?;
            Some(a.matrix(&["bert.pooler.dense.weight".into()], h, h)?)
        } else {
            None
        };
        let slots = a.slots;
        let bytes = recorder.memory_bytes - before;
        let weights = Self { layers, words, transform, pooler, positions, segments, vectors, windows, bytes };
        Ok((weights, Receiver { slots }))
    }
}

impl Receiver {
    /// Writes rows of a field; tensors that the engine does not use are passed over.
    pub fn shard(
        &mut self,
        recorder: &mut Recorder,
        entry: &TensorEntry,
        field: Field,
        row_start: usize,
        bytes: &[u8],
    ) -> Result<(), EngineError> {
        let Some(slot) = self.slots.get_mut(&(entry.name.clone(), field)) else { return Ok(()) };
        let bad = || EngineError::BadTensor { name: entry.name.clone() };
        let rows = bytes.len() / slot.row_bytes;
        let end = row_start + rows;
        let overlaps = slot.came.iter().any(|r| row_start < r[1] && r[0] < end);
        if rows == 0 || !bytes.len().is_multiple_of(slot.row_bytes) || end > slot.rows || overlaps {
            return Err(bad());
        }
        slot.came.push([row_start, end]);
        let complete = slot.complete();
        let start = row_start * slot.row_bytes;
        match &mut slot.gathered {
            None => recorder.write(&slot.buffer, slot.offset + start as u64, bytes),
            Some(all) => {
                all[start..start + bytes.len()].copy_from_slice(bytes);
                if complete {
                    recorder.write(&slot.buffer, slot.offset, all);
                    slot.gathered = None;
                }
            }
        }
        Ok(())
    }

    /// Names the first tensor of which something is missing.
    pub fn finish(&self) -> Result<(), EngineError> {
        let missing = self.slots.iter().filter(|(_, s)| !s.complete()).map(|((name, _), _)| name).min();
        match missing {
            Some(name) => Err(EngineError::BadTensor { name: name.clone() }),
            None => Ok(()),
        }
    }
}

impl Slot {
    fn complete(&self) -> bool {
        self.came.iter().map(|r| r[1] - r[0]).sum::<usize>() == self.rows
    }
}
