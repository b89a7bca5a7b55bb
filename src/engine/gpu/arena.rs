//! The activation arena: a handful of buffers that the plans of all shapes share, grown when a
//! larger shape comes. Separate buffers, because WebGPU forbids one buffer to be read and written
//! in one dispatch.

use super::kernels::header;
use super::recorder::Recorder;
use crate::engine::{EngineError, MAX_ASKED, MAX_TOP_K};
use crate::model::adapter::{MAX_LABELS, MAX_RANK};
use crate::model::config::BertConfig;

/// How much room a call needs, or an arena has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// M, padded to whole tiles.
    pub tokens: usize,
    pub rows: usize,
    pub blanks: usize,
    /// Bytes of attention, hidden states and of the answer that is read back.
    pub attention_bytes: u64,
    pub hidden_bytes: u64,
    pub parts_bytes: u64,
    pub qkv_bytes: u64,
    pub staging_bytes: u64,
}

/// Rows a tile of the largest kernel needs.
const TILE: usize = 64;

impl Room {
    /// What every arena has at least.
    pub const LEAST: Self = Self {
        tokens: TILE,
        rows: 16,
        blanks: 16,
        attention_bytes: 1 << 20,
        hidden_bytes: 16,
        parts_bytes: 16,
        qkv_bytes: 16,
        staging_bytes: 1 << 20,
    };

    /// Room for both, rounded up so that a slightly larger call fits too.
    pub fn grown(self, need: Self) -> Self {
        let step = |has: usize, needs: usize| {
            if needs <= has {
                has
            } else if needs <= 1024 {
                needs.next_power_of_two()
            } else {
                needs.next_multiple_of(512)
            }
        };
        let bytes = |has: u64, needs: u64| match needs {
            n if n <= has => has,
            n if n <= 1 << 24 => n.next_power_of_two(),
            n => n + n / 8,
        };
        Self {
            tokens: step(self.tokens, need.tokens.next_multiple_of(TILE)),
            rows: step(self.rows, need.rows),
            blanks: if need.blanks <= self.blanks { self.blanks } else { need.blanks.next_multiple_of(TILE) },
            attention_bytes: bytes(self.attention_bytes, need.attention_bytes),
            hidden_bytes: bytes(self.hidden_bytes, need.hidden_bytes),
            parts_bytes: bytes(self.parts_bytes, need.parts_bytes),
            qkv_bytes: bytes(self.qkv_bytes, need.qkv_bytes),
            staging_bytes: bytes(self.staging_bytes, need.staging_bytes),
        }
    }
}

pub struct Arena {
    pub room: Room,
    pub call: wgpu::Buffer,
    /// (M, H) before the LayerNorm that ends a layer (or the embedding); its readers apply it.
    pub sum_out: wgpu::Buffer,
    /// (M, H) before the LayerNorm between attention and feed-forward.
    pub sum_mid: wgpu::Buffer,
    /// (M, 3H) queries, keys, values; then (M, F).
    pub wide: wgpu::Buffer,
    /// (M, H)
    pub context: wgpu::Buffer,
    /// (blanks, H)
    pub transformed: wgpu::Buffer,
    /// (blanks, V rounded up to four)
    pub logits: wgpu::Buffer,
    pub parts: wgpu::Buffer,
    pub answers: wgpu::Buffer,
    /// (B, H)
    pub pooled: wgpu::Buffer,
    /// (M, 3·rank at most): x·Aᵀ of an adapter, before B.
    pub low: wgpu::Buffer,
    /// (B, labels rounded up to four)
    pub classes: wgpu::Buffer,
    pub attention: wgpu::Buffer,
    pub hidden: wgpu::Buffer,
    /// (M, 3, H) word, position, segment.
    pub embedding_parts: wgpu::Buffer,
    /// (M, 3, H) of one layer.
    pub qkv: wgpu::Buffer,
    pub staging: wgpu::Buffer,
}

/// Words of a call that tell what is changed in a row: its sight, and of each layer a bit a head.
pub fn probe_words(c: &BertConfig) -> usize {
    1 + c.num_hidden_layers * c.num_attention_heads.div_ceil(32)
}

/// Words of one blank's part of a chunk, and chunks of a blank.
pub const PART_WORDS: usize = 64;
pub const CHUNKS: usize = 64;

impl Arena {
    /// Bytes of each buffer, in the fields' order; the last is what the answer is read from.
    fn sizes(c: &BertConfig, room: Room) -> [(&'static str, u64); 17] {
        let (h, wide) = (c.hidden_size, c.intermediate_size.max(3 * c.hidden_size));
        let floats = |n: usize| (n * 4) as u64;
        let row_words = 3 + probe_words(c);
        let call_words = header::WORDS + room.tokens * 2 + room.rows * row_words + room.blanks * (1 + MAX_ASKED);
        [
            ("call", floats(call_words)),
            ("sum_out", floats(room.tokens * h)),
            ("sum_mid", floats(room.tokens * h)),
            ("wide", floats(room.tokens * wide)),
            ("context", floats(room.tokens * h)),
            ("transformed", floats(room.blanks * h)),
            ("logits", floats(room.blanks * c.vocab_size.next_multiple_of(4))),
            ("parts", floats(room.blanks * CHUNKS * PART_WORDS)),
            ("answers", floats(room.blanks * (1 + 2 * MAX_TOP_K + 2 * MAX_ASKED))),
            ("pooled", floats(room.rows.next_multiple_of(16) * h)),
            ("low", floats(room.tokens * 3 * MAX_RANK)),
            ("classes", floats(room.rows * MAX_LABELS.next_multiple_of(4))),
            ("attention", room.attention_bytes),
            ("hidden", room.hidden_bytes),
            ("embedding parts", room.parts_bytes),
            ("qkv", room.qkv_bytes),
            ("staging", room.staging_bytes),
        ]
    }

    pub fn bytes(c: &BertConfig, room: Room) -> u64 {
        Self::sizes(c, room).iter().map(|(_, bytes)| bytes).sum()
    }

    /// Whether the GPU allows buffers of these sizes.
    pub fn check(r: &Recorder, c: &BertConfig, room: Room) -> Result<(), EngineError> {
        Self::sizes(c, room).iter().try_for_each(|&(name, bytes)| r.check(bytes, usage(name)))
    }

    pub fn new(r: &mut Recorder, c: &BertConfig, room: Room) -> Result<Self, EngineError> {
        Self::check(r, c, room)?;
        let mut sizes = Self::sizes(c, room).into_iter();
        let mut next = || {
            let (name, bytes) = sizes.next().unwrap_or_default();
            r.buffer(name, bytes, usage(name))
        };
        Ok(Self {
            room,
            call: next()?,
            sum_out: next()?,
            sum_mid: next()?,
            wide: next()?,
            context: next()?,
            transformed: next()?,
            logits: next()?,
            parts: next()?,
            answers: next()?,
            pooled: next()?,
            low: next()?,
            classes: next()?,
            attention: next()?,
            hidden: next()?,
            embedding_parts: next()?,
            qkv: next()?,
            staging: next()?,
        })
    }

    pub fn free(&self, r: &mut Recorder) {
        let all = [
            &self.call,
            &self.sum_out,
            &self.sum_mid,
            &self.wide,
            &self.context,
            &self.transformed,
            &self.logits,
            &self.parts,
            &self.answers,
            &self.pooled,
            &self.low,
            &self.classes,
            &self.attention,
            &self.hidden,
            &self.embedding_parts,
            &self.qkv,
            &self.staging,
        ];
        all.into_iter().for_each(|b| r.free(b));
    }
}

fn usage(name: &str) -> wgpu::BufferUsages {
    use wgpu::BufferUsages as U;
    if name == "staging" { U::MAP_READ | U::COPY_DST } else { U::STORAGE | U::COPY_SRC | U::COPY_DST }
}
