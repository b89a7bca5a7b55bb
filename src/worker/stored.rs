//! A matrix as its parts hold it: one group in codes, and how often each code comes.

use crate::engine::{Builder, EngineError, Field};
use crate::model::manifest::{GROUP, Manifest, Scheme, TensorEntry};
use crate::protocol::probe::{Stored, StoredTask};
use half::f16;

/// Gathers the answer from the parts that hold the matrix, in any order.
pub struct StoredPlan {
    task: StoredTask,
    found: Stored,
}

impl StoredPlan {
    /// None where the manifest has no such matrix in codes, or the group lies beyond it.
    pub fn new(manifest: &Manifest, task: &StoredTask) -> Option<Self> {
        let entry = manifest.tensor(&task.tensor).filter(|t| t.scheme != Scheme::F32)?;
        let shape = [entry.rows(), entry.columns()];
        if task.row >= shape[0] || task.group >= shape[1] / GROUP {
            return None;
        }
        let (range, minimum) = match entry.scheme {
            Scheme::Q4 => ([0, 15], Some(0.0)),
            _ => ([-127, 127], None),
        };
        let counts = vec![0; (range[1] - range[0]) as usize + 1];
        let found = Stored { shape, range, minimum, counts, ..Stored::default() };
        Some(Self { task: task.clone(), found })
    }

    pub fn wants(&self, entry: &TensorEntry) -> bool {
        entry.name == self.task.tensor
    }

    /// None while the group's part is missing.
    pub fn finish(self) -> Option<Stored> {
        (self.found.codes.len() == GROUP).then_some(self.found)
    }

    fn count(&mut self, code: i16) {
        if let Some(n) = self.found.counts.get_mut((code - self.found.range[0]) as usize) {
            *n += 1;
        }
    }
}

impl Builder for StoredPlan {
    fn shard(&mut self, entry: &TensorEntry, field: Field, row_start: usize, bytes: &[u8]) -> Result<(), EngineError> {
        if !self.wants(entry) {
            return Ok(());
        }
        // The group's own bytes, where these rows hold it.
        let width = entry.row_bytes(field);
        let per_group = width * GROUP / entry.columns();
        let row = self.task.row.checked_sub(row_start);
        let own = row.and_then(|r| bytes.get(r * width + self.task.group * per_group..)?.get(..per_group));
        let number = own.and_then(|b| Some(f16::from_le_bytes([*b.first()?, *b.get(1)?]).to_f32()));
        match (field, entry.scheme) {
            (Field::Scale, _) => self.found.scale = number.unwrap_or(self.found.scale),
            (Field::Min, _) => self.found.minimum = number.or(self.found.minimum),
            (Field::Q, Scheme::Q4) => {
                let both = |b: &u8| [i16::from(b & 15), i16::from(b >> 4)];
                self.found.codes.extend(own.into_iter().flatten().flat_map(both));
                bytes.iter().flat_map(both).for_each(|code| self.count(code));
            }
            (Field::Q, _) => {
                let code = |b: &u8| i16::from(*b as i8);
                self.found.codes.extend(own.into_iter().flatten().map(code));
                bytes.iter().map(code).for_each(|code| self.count(code));
            }
            (Field::Data, _) => {}
        }
        Ok(())
    }
}
