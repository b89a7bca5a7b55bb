//! The kernels of training, in the same form as the others (see `gpu::kernels`).

use crate::engine::gpu::kernels::{ACTIVATION, Access, COMMON, DROPOUT, Kernel, Prelude, ROW};
use Access::{Read, Uniform, Write};

/// What a kernel is told of a micro-batch.
const MICRO: Prelude = Prelude { name: "micro", wgsl: include_str!("../shaders/micro.wgsl") };

pub static ROW_STATS: Kernel = Kernel {
    name: "row_stats",
    wgsl: include_str!("../shaders/row_stats.wgsl"),
    prelude: &[ROW],
    bindings: &[Read, Write],
    overrides: &["WIDTH4", "EPS"],
    extent: ["M", "1", "1"],
    tile: [1, 1, 1],
    equals: "stats = mean, 1/√(variance + ε) of each row",
};

pub static GELU: Kernel = Kernel {
    name: "gelu",
    wgsl: include_str!("../shaders/gelu.wgsl"),
    prelude: &[ACTIVATION],
    bindings: &[Read, Write],
    overrides: &["WIDTH4"],
    extent: ["F / 4", "M", "1"],
    tile: [64, 1, 1],
    equals: "y = GELU(u)",
};

pub static FIRST_ROWS: Kernel = Kernel {
    name: "first_rows",
    wgsl: include_str!("../shaders/first_rows.wgsl"),
    prelude: &[ROW],
    bindings: &[Read, Read, Read, Write],
    overrides: &["WIDTH4", "NORM_AT4", "EPS", "FORWARD", "LIST"],
    extent: ["B, or M on the way back", "1", "1"],
    tile: [1, 1, 1],
    equals: "y = LN(x[a token of each row]); back: x at those tokens, 0 elsewhere",
};

pub static CLASS_LOSS: Kernel = Kernel {
    name: "class_loss",
    wgsl: include_str!("../shaders/class_loss.wgsl"),
    prelude: &[DROPOUT, MICRO],
    bindings: &[Uniform, Read, Read, Read, Read, Write, Write, Write, Write],
    overrides: &["WIDTH4", "LABELS", "W_AT4", "BIAS_AT4", "DROPOUT"],
    extent: ["B", "1", "1"],
    tile: [1, 1, 1],
    equals: "logits, loss = −ln softmax[class], and its gradients by logits and by the pooler before tanh",
};

pub static SPAN_LOSS: Kernel = Kernel {
    name: "span_loss",
    wgsl: include_str!("../shaders/span_loss.wgsl"),
    prelude: &[MICRO],
    bindings: &[Uniform, Read, Read, Read, Write, Write],
    overrides: &["PLACES"],
    extent: ["B", "1", "1"],
    tile: [1, 1, 1],
    equals: "loss = −½ ln Σ p_start(first) · p_end(last) over places, and its gradient by logits",
};

pub static SPAN_BACK: Kernel = Kernel {
    name: "span_back",
    wgsl: include_str!("../shaders/span_back.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Write],
    overrides: &["WIDTH4", "W_AT4"],
    extent: ["M", "1", "1"],
    tile: [1, 1, 1],
    equals: "dx = dlogits · W",
};

pub static GEMM_BACK: Kernel = Kernel {
    name: "gemm_back",
    wgsl: include_str!("../shaders/gemm_back.wgsl"),
    prelude: &[COMMON, ACTIVATION],
    bindings: &[Read, Read, Read, Read, Read, Read, Write],
    overrides: &["SCHEME", "K", "MIN_AT", "N", "P", "EXTRA"],
    extent: ["K", "M", "1"],
    tile: [64, 64, 1],
    equals: "y = (dy · dequantized(w) + low · a) ∘ GELU'(extra)? + extra?",
};

pub static LOW_BACK: Kernel = Kernel {
    name: "low_back",
    wgsl: include_str!("../shaders/low_back.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Write],
    overrides: &["N", "LOW_AT4"],
    extent: ["parts · ⌈r / 8⌉", "M", "1"],
    tile: [1, 4, 1],
    equals: "dlow = alpha / rank · dy · B",
};

pub static NORM_BACK: Kernel = Kernel {
    name: "norm_back",
    wgsl: include_str!("../shaders/norm_back.wgsl"),
    prelude: &[DROPOUT, MICRO],
    bindings: &[Uniform, Read, Read, Read, Read, Write, Write],
    overrides: &["WIDTH4", "NORM_AT4", "DROPOUT"],
    extent: ["M", "1", "1"],
    tile: [1, 1, 1],
    equals: "dx of y = LN(x), and dx ∘ dropout's mask",
};

pub static ATTENTION_BACK_Q: Kernel = Kernel {
    name: "attention_back_q",
    wgsl: include_str!("../shaders/attention_back_q.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Read, Read, Write, Write],
    overrides: &["D", "HEADS", "SCALE"],
    extent: ["S", "N", "B"],
    tile: [16, 1, 1],
    equals: "dq; ln Σ exp(score) and δ of each query and head",
};

pub static ATTENTION_BACK_KV: Kernel = Kernel {
    name: "attention_back_kv",
    wgsl: include_str!("../shaders/attention_back_kv.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Read, Read, Write],
    overrides: &["D", "HEADS", "SCALE"],
    extent: ["S", "N", "B"],
    tile: [16, 1, 1],
    equals: "dk, dv",
};

pub static WEIGHT_GRAD: Kernel = Kernel {
    name: "weight_grad",
    wgsl: include_str!("../shaders/weight_grad.wgsl"),
    prelude: &[ACTIVATION, MICRO],
    bindings: &[Uniform, Read, Read, Read, Read, Read, Read, Write, Write],
    overrides: &["P", "K", "N", "READ", "NORM_AT4", "LOW_AT4", "GM_AT4", "GV_AT4", "BY_ROW"],
    extent: ["the wider of K and N", "the more of P and r", "2"],
    tile: [64, 8, 1],
    equals: "gm += leftᵀ · (x, LN(x) or GELU(x)); gv += alpha / rank · dyᵀ · low, or Σ dy",
};

pub static NORM_GRAD: Kernel = Kernel {
    name: "norm_grad",
    wgsl: include_str!("../shaders/norm_grad.wgsl"),
    prelude: &[MICRO],
    bindings: &[Uniform, Read, Read, Read, Write],
    overrides: &["WIDTH4", "GV_AT4"],
    extent: ["H", "1", "1"],
    tile: [64, 1, 1],
    equals: "gv += Σ dy ∘ x̂, Σ dy: of a LayerNorm's gamma and beta",
};

pub static EMBED_BACK: Kernel = Kernel {
    name: "embed_back",
    wgsl: include_str!("../shaders/embed_back.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Write],
    overrides: &["WIDTH4", "GM_AT4", "TABLE"],
    extent: ["M", "1", "1"],
    tile: [1, 1, 1],
    equals: "gm[row] += Σ dx over the tokens that read the row",
};

pub static ZERO: Kernel = Kernel {
    name: "zero",
    wgsl: include_str!("../shaders/zero.wgsl"),
    prelude: &[MICRO],
    bindings: &[Uniform, Write],
    overrides: &["COUNT4"],
    extent: ["1024 or fewer workgroups", "as many as are needed", "1"],
    tile: [1, 1, 1],
    equals: "gm = 0 before a step's first micro-batch",
};

pub static SQUARE_SUM: Kernel = Kernel {
    name: "square_sum",
    wgsl: include_str!("../shaders/square_sum.wgsl"),
    prelude: &[],
    bindings: &[Read, Write],
    overrides: &["COUNT4", "AT"],
    extent: ["64", "1", "1"],
    tile: [1, 1, 1],
    equals: "64 partial sums of g²",
};

pub static ADAMW: Kernel = Kernel {
    name: "adamw",
    wgsl: include_str!("../shaders/adamw.wgsl"),
    prelude: &[],
    bindings: &[Uniform, Read, Read, Write, Write, Write],
    overrides: &["COUNT4", "SUMS", "STRIDE4", "DECAY_FROM4", "DECAY_TO4", "LIMIT4"],
    extent: ["1024 or fewer workgroups", "as many as are needed", "1"],
    tile: [1, 1, 1],
    equals: "AdamW with the gradient cut to a norm",
};

pub static CLASS_SCORE: Kernel = Kernel {
    name: "class_score",
    wgsl: include_str!("../shaders/class_score.wgsl"),
    prelude: &[],
    bindings: &[Read, Read, Read, Read, Write, Write],
    overrides: &["WIDTH4", "W_AT4", "BIAS_AT"],
    extent: ["B", "1", "1"],
    tile: [1, 1, 1],
    equals: "a class's logit less another's, and its gradient by the pooler before tanh",
};

pub static WORD_SCORE: Kernel = Kernel {
    name: "word_score",
    wgsl: include_str!("../shaders/word_score.wgsl"),
    prelude: &[COMMON, ACTIVATION],
    bindings: &[Read, Read, Read, Read, Read, Write, Write],
    overrides: &["SCHEME", "K", "MIN_AT", "NORM_AT4", "BIAS_AT", "EPS"],
    extent: ["B", "1", "1"],
    tile: [1, 1, 1],
    equals: "a word's logit less another's, and its gradient by the masked-word head's first Linear",
};

/// Those that are training's own, and those of gradients by token.
pub static TABLE: [&Kernel; 19] = [
    &ROW_STATS,
    &GELU,
    &FIRST_ROWS,
    &CLASS_LOSS,
    &SPAN_LOSS,
    &SPAN_BACK,
    &GEMM_BACK,
    &LOW_BACK,
    &NORM_BACK,
    &ATTENTION_BACK_Q,
    &ATTENTION_BACK_KV,
    &WEIGHT_GRAD,
    &NORM_GRAD,
    &EMBED_BACK,
    &ZERO,
    &SQUARE_SUM,
    &ADAMW,
    &CLASS_SCORE,
    &WORD_SCORE,
];
