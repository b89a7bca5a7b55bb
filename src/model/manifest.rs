//! The pack: `manifest.json` beside parts of 8 to 16 MiB, each a valid safetensors file.
//!
//! A tensor may span parts: its rows are cut into shards. Quantized tensors keep their quants,
//! scales and minima as separate arrays, named `NAME.q`, `NAME.scale`, `NAME.min` in the parts.

use super::config::BertConfig;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::ops::Range;

pub const FORMAT: &str = "bertscope-pack";
pub const VERSION: u32 = 1;
/// Weights that share one scale (and minimum), along K.
pub const GROUP: usize = 32;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    /// What people call it: "BERT-Base, uncased".
    pub title: String,
    pub config: BertConfig,
    pub source: Source,
    pub vocab: FileEntry,
    pub parts: Vec<FileEntry>,
    pub tensors: Vec<TensorEntry>,
    /// Heads that the checkpoint lacked: their tensors are all 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Absent>,
    /// sha-256 over the sorted part hashes (hex, joined by newlines): what adapters are bound to.
    pub base_hash: String,
}

/// A head that a checkpoint may come without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    Pooler,
    MaskedWords,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub origin: String,
    pub sha256: String,
    pub license: String,
    /// What was done to the weights, in a sentence.
    pub changes: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub file: String,
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    F32,
    /// U32 (N, K/8), low nibble first, along K; F16 scale and minimum (N, K/32); w = scale·q + minimum.
    Q4,
    /// Signed bytes packed in U32 (N, K/4); F16 scale (N, K/32); w = scale·q.
    Q8,
}

/// A stored array of a tensor: f32 data, or quants, scale and minimum of a quantized one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    Data,
    Q,
    Scale,
    Min,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorEntry {
    /// Hugging Face's name.
    pub name: String,
    /// As in the checkpoint: (N, K) for matrices, [out, in].
    pub shape: Vec<usize>,
    pub scheme: Scheme,
    pub shards: Vec<Shard>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    pub part: usize,
    /// First row and one past the last.
    pub rows: [usize; 2],
    /// Byte offset of each field in the part file, in [`TensorEntry::fields`]' order.
    pub offsets: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum ManifestError {
    #[error("manifest.json is not valid: {0}")]
    Json(String),
    #[error("manifest.json is a {format} of version {version}, this page reads {FORMAT} of version {VERSION}")]
    Version { format: String, version: u32 },
    #[error("manifest.json describes tensor {name} wrongly")]
    Tensor { name: String },
    #[error("manifest.json says base hash {said}, its parts make {made}")]
    BaseHash { said: String, made: String },
}

impl Manifest {
    /// Reads and checks a manifest: version, every shard inside its part, rows complete and in order, base hash.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let m: Self = serde_json::from_slice(json).map_err(|e| ManifestError::Json(e.to_string()))?;
        if m.format != FORMAT || m.version != VERSION {
            return Err(ManifestError::Version { format: m.format, version: m.version });
        }
        for t in &m.tensors {
            let bad = || ManifestError::Tensor { name: t.name.clone() };
            let quantized = t.scheme != Scheme::F32;
            if t.shape.is_empty()
                || t.shape.len() > 2
                || (quantized && (t.shape.len() != 2 || !t.shape[1].is_multiple_of(GROUP)))
            {
                return Err(bad());
            }
            let mut next = 0;
            for s in &t.shards {
                let part = m.parts.get(s.part).ok_or_else(bad)?;
                if s.rows[0] != next || s.rows[1] <= s.rows[0] || s.offsets.len() != t.fields().len() {
                    return Err(bad());
                }
                next = s.rows[1];
                if t.field_ranges(s).iter().any(|(_, r)| r.end as u64 > part.bytes || r.start % 4 != 0) {
                    return Err(bad());
                }
            }
            if next != t.rows() {
                return Err(bad());
            }
        }
        let made = m.made_base_hash();
        if made != m.base_hash {
            return Err(ManifestError::BaseHash { said: m.base_hash.clone(), made });
        }
        Ok(m)
    }

    pub fn made_base_hash(&self) -> String {
        let mut hashes: Vec<&str> = self.parts.iter().map(|p| p.sha256.as_str()).collect();
        hashes.sort_unstable();
        sha256_hex(hashes.join("\n").as_bytes())
    }

    pub fn total_bytes(&self) -> u64 {
        self.parts.iter().map(|p| p.bytes).sum()
    }

    pub fn tensor(&self, name: &str) -> Option<&TensorEntry> {
        self.tensors.iter().find(|t| t.name == name)
    }

    pub fn shards_of_part(&self, part: usize) -> impl Iterator<Item = (&TensorEntry, &Shard)> {
        self.tensors.iter().flat_map(move |t| t.shards.iter().filter(move |s| s.part == part).map(move |s| (t, s)))
    }

    /// "4-bit", "8-bit" or "f32": the scheme of most bytes.
    pub fn scheme_name(&self) -> &'static str {
        let has = |s| self.tensors.iter().any(|t| t.scheme == s);
        if has(Scheme::Q4) {
            "4-bit"
        } else if has(Scheme::Q8) {
            "8-bit"
        } else {
            "f32"
        }
    }
}

impl FileEntry {
    /// Whether these are the file's bytes: length first, it costs nothing, then the sha-256.
    pub fn holds(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.bytes && sha256_hex(bytes) == self.sha256
    }
}

impl TensorEntry {
    /// N for a matrix (N, K); a vector counts as one row.
    pub fn rows(&self) -> usize {
        if self.shape.len() == 1 { 1 } else { self.shape[0] }
    }

    /// K for a matrix (N, K); its length for a vector.
    pub fn columns(&self) -> usize {
        self.shape[self.shape.len() - 1]
    }

    /// The stored arrays, in the order of [`Shard::offsets`].
    pub fn fields(&self) -> &'static [Field] {
        match self.scheme {
            Scheme::F32 => &[Field::Data],
            Scheme::Q4 => &[Field::Q, Field::Scale, Field::Min],
            Scheme::Q8 => &[Field::Q, Field::Scale],
        }
    }

    /// Bytes of one row of a field.
    pub fn row_bytes(&self, field: Field) -> usize {
        let k = self.columns();
        match (self.scheme, field) {
            (_, Field::Data) => 4 * k,
            (Scheme::Q8, Field::Q) => k,
            (_, Field::Q) => k / 2,
            (_, Field::Scale | Field::Min) => k / GROUP * 2,
        }
    }

    /// Where each field of a shard lies in its part.
    pub fn field_ranges(&self, shard: &Shard) -> Vec<(Field, Range<usize>)> {
        let rows = shard.rows[1].saturating_sub(shard.rows[0]);
        let range = |(&field, &offset): (&Field, &u64)| {
            let start = offset as usize;
            (field, start..start.saturating_add(rows.saturating_mul(self.row_bytes(field))))
        };
        self.fields().iter().zip(&shard.offsets).map(range).collect()
    }
}

/// Lower-case hex of the sha-256.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}
