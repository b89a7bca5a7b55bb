//! The kernel table: every kernel's WGSL, overrides, bindings, workgroups and the expression it must
//! equal. `tests/shaders.rs` and `tests/kernels.rs` walk it.

/// How a kernel reaches a binding; its index in the list is its `@binding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
    Uniform,
}
use super::training::kernels as training;
use Access::{Read, Uniform, Write};

#[derive(Debug)]
pub struct Kernel {
    /// Also the file's name in `shaders/`.
    pub name: &'static str,
    pub wgsl: &'static str,
    /// Texts that go before it.
    pub prelude: &'static [Prelude],
    pub bindings: &'static [Access],
    /// Every `override` of the text, those of preludes too; all must be given.
    pub overrides: &'static [&'static str],
    /// What x, y and z of the dispatch count.
    pub extent: [&'static str; 3],
    /// How much of each a workgroup does.
    pub tile: [u32; 3],
    /// The expression it must equal.
    pub equals: &'static str,
}

/// A text that several kernels begin with.
#[derive(Debug)]
pub struct Prelude {
    pub name: &'static str,
    pub wgsl: &'static str,
}

/// Reading stored weights.
pub(super) const COMMON: Prelude = Prelude { name: "common", wgsl: include_str!("shaders/common.wgsl") };
pub(super) const ACTIVATION: Prelude = Prelude { name: "activation", wgsl: include_str!("shaders/activation.wgsl") };
/// What is changed in attention.
const PROBE: Prelude = Prelude { name: "probe", wgsl: include_str!("shaders/probe.wgsl") };
pub(super) const DROPOUT: Prelude = Prelude { name: "dropout", wgsl: include_str!("shaders/dropout.wgsl") };
/// The LayerNorm of rows.
pub(super) const ROW: Prelude = Prelude { name: "row", wgsl: include_str!("shaders/row.wgsl") };
/// Bindings, LayerNorm and last step of every GEMM.
const GEMM: Prelude = Prelude { name: "gemm", wgsl: include_str!("shaders/gemm.wgsl") };

const GEMM_BINDINGS: &[Access] = &[Read, Read, Read, Read, Read, Read, Write, Read];
const GEMM_OVERRIDES: &[&str] = &[
    "SCHEME", "K", "MIN_AT", "N", "STRIDE4", "NORM", "ACT", "GATHER", "BIAS_AT4", "NORM_AT4", "LOW_AT4", "EPS",
    "DROPOUT",
];
const GEMM_EQUALS: &str = "y = dropout?(act(LN?(x[rows?]) · dequantized(w)ᵀ + bias + low·Bᵀ?)) + LN(residual)?";

pub static EMBED: Kernel = Kernel {
    name: "embed",
    wgsl: include_str!("shaders/embed.wgsl"),
    prelude: &[COMMON],
    bindings: &[Read, Read, Read, Read, Read, Write],
    overrides: &["SCHEME", "K", "MIN_AT"],
    extent: ["H / 4", "M", "1"],
    tile: [64, 1, 1],
    equals: "y = word[id]? + position[p]? + segment[s]?",
};

pub static EMBED_PARTS: Kernel = Kernel {
    name: "embed_parts",
    wgsl: include_str!("shaders/embed_parts.wgsl"),
    prelude: &[COMMON],
    bindings: &[Read, Read, Read, Read, Read, Write],
    overrides: &["SCHEME", "K", "MIN_AT"],
    extent: ["3H / 4", "M", "1"],
    tile: [64, 1, 1],
    equals: "y = word[id]?, position[p]?, segment[s]?",
};

pub static KEEP: Kernel = Kernel {
    name: "keep",
    wgsl: include_str!("shaders/keep.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Write],
    overrides: &["WIDTH4"],
    extent: ["W / 4", "M", "1"],
    tile: [64, 1, 1],
    equals: "y = x",
};

/// The GEMMs differ in their tile alone: rows and columns of a workgroup.
const fn gemm(name: &'static str, wgsl: &'static str, tile: [u32; 3]) -> Kernel {
    Kernel {
        name,
        wgsl,
        prelude: &[COMMON, ACTIVATION, DROPOUT, GEMM],
        bindings: GEMM_BINDINGS,
        overrides: GEMM_OVERRIDES,
        extent: ["N", "M", "1"],
        tile,
        equals: GEMM_EQUALS,
    }
}

pub static GEMM_FEW: Kernel = gemm("gemm_few", include_str!("shaders/gemm_few.wgsl"), [32, 4, 1]);

pub static GEMM_SMALL: Kernel = gemm("gemm_small", include_str!("shaders/gemm_small.wgsl"), [32, 16, 1]);

pub static GEMM_LARGE: Kernel = gemm("gemm_large", include_str!("shaders/gemm_large.wgsl"), [64, 64, 1]);

pub static ATTENTION: Kernel = Kernel {
    name: "attention",
    wgsl: include_str!("shaders/attention.wgsl"),
    prelude: &[PROBE],
    bindings: &[Read, Read, Write, Uniform, Write],
    overrides: &["D", "HEADS", "SCALE", "CAPTURE", "PROBE"],
    extent: ["S", "N", "B"],
    tile: [16, 1, 1],
    equals: "context = softmax(Q·Kᵀ·scale over what of its row a piece sees) · V, 0 for a silent head; probabilities on request",
};

pub static HIDDEN: Kernel = Kernel {
    name: "hidden",
    wgsl: include_str!("shaders/hidden.wgsl"),
    prelude: &[ROW],
    bindings: &[Read, Read, Read, Uniform, Write],
    overrides: &["WIDTH4", "NORM_AT4", "EPS"],
    extent: ["S", "B", "1"],
    tile: [1, 1, 1],
    equals: "hidden[layer] = LN(x), padded with 0",
};

pub static VOCAB_CHUNK: Kernel = Kernel {
    name: "vocab_chunk",
    wgsl: include_str!("shaders/vocab_chunk.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Write],
    overrides: &["N", "STRIDE", "EACH"],
    extent: ["chunks", "blanks", "1"],
    tile: [1, 1, 1],
    equals: "per chunk: max, Σ exp(logit − max), top_k by (logit, lower id), count before each asked id",
};

pub static VOCAB_MERGE: Kernel = Kernel {
    name: "vocab_merge",
    wgsl: include_str!("shaders/vocab_merge.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Read, Write],
    overrides: &["N", "STRIDE", "CHUNKS"],
    extent: ["blanks", "1", "1"],
    tile: [1, 1, 1],
    equals: "logsumexp, top_k and asked ranks over all chunks",
};

/// Those of a forward.
static OWN: [&Kernel; 10] =
    [&EMBED, &EMBED_PARTS, &KEEP, &GEMM_FEW, &GEMM_SMALL, &GEMM_LARGE, &ATTENTION, &HIDDEN, &VOCAB_CHUNK, &VOCAB_MERGE];

/// All: a forward's, then training's own.
pub static TABLE: [&Kernel; OWN.len() + training::TABLE.len()] = {
    let mut all = [&EMBED; OWN.len() + training::TABLE.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = if i < OWN.len() { OWN[i] } else { training::TABLE[i - OWN.len()] };
        i += 1;
    }
    all
};

impl Kernel {
    /// The text the compiler gets.
    pub fn source(&self) -> String {
        self.prelude.iter().map(|p| p.wgsl).chain([self.wgsl]).collect::<Vec<_>>().join("\n")
    }

    /// Workgroups for a dispatch over `extent` things.
    pub fn workgroups(&self, extent: [u32; 3]) -> [u32; 3] {
        std::array::from_fn(|i| extent[i].div_ceil(self.tile[i]))
    }
}

/// Where the words of a call lie in its buffer: the kernels' `call[…]`.
pub mod header {
    pub const TOKENS: usize = 0;
    pub const ROWS: usize = 1;
    pub const LONGEST: usize = 2;
    /// Of interventions: the sight of each row, then of each layer and row a bit for each head that is silent.
    pub const PROBES_AT: usize = 3;
    pub const TOP_K: usize = 4;
    pub const ASKED: usize = 5;
    /// Start and length of each row.
    pub const ROWS_AT: usize = 6;
    /// Id, and what is left out (word 1, position 2, segment 4) << 28 | segment << 16 | position, of each token.
    pub const TOKENS_AT: usize = 7;
    /// First token of each row (the pooler's list), and how many.
    pub const FIRSTS_AT: usize = 8;
    pub const FIRSTS: usize = 9;
    /// Token of each blank (the masked-word head's list), and how many.
    pub const BLANKS_AT: usize = 10;
    pub const BLANKS: usize = 11;
    /// 16 ids for each blank.
    pub const ASKED_AT: usize = 12;
    /// Of dropout: the micro-batch, the seed, and the random word below which a value goes.
    pub const MICRO_STEP: usize = 13;
    pub const SEED: usize = 14;
    pub const THRESHOLD: usize = 15;
    pub const WORDS: usize = 16;
}
