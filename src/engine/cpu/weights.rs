//! Gathers a pack's shards into f32 tensors.

use super::CpuEngine;
use crate::engine::{Builder, EngineError, Field};
use crate::model::config::BertConfig;
use crate::model::manifest::{Manifest, Scheme, TensorEntry};
use crate::model::quantize::{dequantize_q4_row, dequantize_q8_row};
use candle_core::{Device, Tensor};
use std::collections::HashMap;

/// Tensors by Hugging Face name, f32.
pub(super) struct Tensors {
    by_name: HashMap<String, Tensor>,
    pub(super) scheme: String,
}

impl Tensors {
    /// Of values that came from no pack.
    pub(super) fn new(by_name: HashMap<String, Tensor>, scheme: &str) -> Self {
        Self { by_name, scheme: scheme.to_owned() }
    }

    pub(super) fn get(&self, name: &str) -> Result<&Tensor, EngineError> {
        self.by_name.get(name).ok_or_else(|| EngineError::BadTensor { name: name.to_owned() })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.by_name.values().map(|t| 4 * t.elem_count() as u64).sum()
    }
}

struct Filling {
    shape: Vec<usize>,
    values: Vec<f32>,
    rows_left: usize,
}

/// Fields of one shard that wait for the rest of it.
#[derive(Default)]
struct Pending {
    q: Option<Vec<u8>>,
    scale: Option<Vec<u8>>,
    min: Option<Vec<u8>>,
}

pub struct CpuBuilder {
    config: BertConfig,
    scheme: String,
    filling: HashMap<String, Filling>,
    pending: HashMap<(String, usize), Pending>,
}

impl CpuBuilder {
    pub fn new(manifest: &Manifest) -> Result<Self, EngineError> {
        let filling = manifest.tensors.iter().map(|t| {
            let values = vec![0.0; t.rows() * t.columns()];
            (t.name.clone(), Filling { shape: t.shape.clone(), values, rows_left: t.rows() })
        });
        Ok(Self {
            config: manifest.config.clone(),
            scheme: manifest.scheme_name().to_owned(),
            filling: filling.collect(),
            pending: HashMap::new(),
        })
    }

    /// The values of one tensor, f32, row-major. Fails by name when a row never came.
    pub fn take(&mut self, name: &str) -> Result<Vec<f32>, EngineError> {
        let whole = self.filling.remove(name).filter(|f| f.rows_left == 0);
        Ok(whole.ok_or_else(|| EngineError::BadTensor { name: name.to_owned() })?.values)
    }

    /// What has come of every tensor, by name; rows that have not are 0.
    pub fn values(&self) -> impl Iterator<Item = (&str, &[f32])> {
        self.filling.iter().map(|(name, f)| (name.as_str(), f.values.as_slice()))
    }

    /// Fails by name when a row never came.
    pub fn finish(self) -> Result<CpuEngine, EngineError> {
        let mut by_name = HashMap::with_capacity(self.filling.len());
        for (name, f) in self.filling {
            if f.rows_left != 0 {
                return Err(EngineError::BadTensor { name });
            }
            by_name.insert(name, Tensor::from_vec(f.values, f.shape, &Device::Cpu)?);
        }
        let scheme = format!("{} weights, f32 in memory", self.scheme);
        Ok(CpuEngine::new(self.config, Tensors { by_name, scheme }))
    }
}

impl Builder for CpuBuilder {
    fn shard(&mut self, entry: &TensorEntry, field: Field, row_start: usize, bytes: &[u8]) -> Result<(), EngineError> {
        let bad = || EngineError::BadTensor { name: entry.name.clone() };
        let row_bytes = entry.row_bytes(field);
        let rows = bytes.len() / row_bytes;
        let filling = self.filling.get_mut(&entry.name).ok_or_else(bad)?;
        if rows == 0
            || !bytes.len().is_multiple_of(row_bytes)
            || row_start + rows > entry.rows()
            || filling.rows_left < rows
        {
            return Err(bad());
        }
        let k = entry.columns();
        let out = &mut filling.values[row_start * k..(row_start + rows) * k];
        if entry.scheme == Scheme::F32 {
            for (o, b) in out.iter_mut().zip(bytes.chunks_exact(4)) {
                *o = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
            }
            filling.rows_left -= rows;
            return Ok(());
        }
        let key = (entry.name.clone(), row_start);
        let p = self.pending.entry(key.clone()).or_default();
        match field {
            Field::Q => p.q = Some(bytes.to_vec()),
            Field::Scale => p.scale = Some(bytes.to_vec()),
            Field::Min => p.min = Some(bytes.to_vec()),
            Field::Data => return Err(bad()),
        }
        let complete = p.q.is_some() && p.scale.is_some() && (p.min.is_some() || entry.scheme == Scheme::Q8);
        if !complete {
            return Ok(());
        }
        let Some(Pending { q: Some(q), scale: Some(scale), min }) = self.pending.remove(&key) else {
            return Err(bad());
        };
        let (qb, sb) = (entry.row_bytes(Field::Q), entry.row_bytes(Field::Scale));
        if q.len() != rows * qb || scale.len() != rows * sb || min.as_ref().is_some_and(|m| m.len() != rows * sb) {
            return Err(bad());
        }
        for row in 0..rows {
            let (q, scale) = (&q[row * qb..][..qb], &scale[row * sb..][..sb]);
            let out = &mut out[row * k..][..k];
            match &min {
                Some(min) => dequantize_q4_row(q, scale, &min[row * sb..][..sb], out),
                None => dequantize_q8_row(q, scale, out),
            }
        }
        filling.rows_left -= rows;
        Ok(())
    }
}
