//! One call: pack the input, choose workgroups, submit once, read once, unpack.

use super::arena::Room;
use super::kernels::{Kernel, header};
use super::recorder::Copy;
use super::step::{Extent, Step, When};
use crate::engine::MAX_ATTENTION_TOKENS;
use crate::engine::intervention::{Intervention, Sight};
use crate::engine::{Answer, Batch, BlankAnswer, Candidate, EngineError, Given, MAX_ASKED, Row, Want};
use crate::model::config::BertConfig;
use bytemuck::pod_collect_to_vec;

/// Floats of a token's start and end logit: rows of a GEMM's output are whole vec4s.
const SPAN_STRIDE: usize = 4;

/// The numbers of one call that the shapes follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape {
    /// M: tokens of all rows, packed without padding.
    pub tokens: usize,
    pub rows: usize,
    /// S
    pub longest: usize,
    pub blanks: usize,
    pub top_k: usize,
    /// Words asked about at the blank with most of them.
    pub asked: usize,
    pub logits: bool,
    pub pooled: bool,
    /// Classes that are wanted of each row; 0 for none.
    pub labels: usize,
    /// Start and end logits of every token.
    pub spans: bool,
    pub hidden: bool,
    pub attentions: bool,
    /// Something is changed in the forward.
    pub probe: bool,
    pub parts: bool,
    pub qkv_of: Option<usize>,
    /// No batch: the masked-word head on as many given vectors as there are blanks.
    pub given: bool,
}

impl Shape {
    /// `labels` of the adapter that runs.
    pub fn new(config: &BertConfig, batch: &Batch, want: &Want, labels: usize) -> Result<Self, EngineError> {
        batch.check(config)?;
        want.check(batch)?;
        want.check_probe(batch, config)?;
        let longest = batch.longest();
        if want.attentions && longest > MAX_ATTENTION_TOKENS {
            return Err(EngineError::CaptureTooLarge { tokens: longest, limit: MAX_ATTENTION_TOKENS });
        }
        Ok(Self {
            tokens: batch.rows.iter().map(|r| r.input_ids.len()).sum(),
            rows: batch.rows.len(),
            longest,
            blanks: want.blanks.len(),
            top_k: want.top_k.min(config.vocab_size),
            asked: want.blanks.iter().map(|b| b.asked.len()).max().unwrap_or(0),
            logits: want.logits,
            pooled: want.pooled,
            labels: if want.class_logits { labels } else { 0 },
            spans: want.span_logits,
            hidden: want.hidden_states,
            attentions: want.attentions,
            probe: !want.interventions.is_empty(),
            parts: want.embedding_parts,
            qkv_of: want.qkv_of,
            given: false,
        })
    }

    /// Of a call of [`crate::engine::Engine::words_of`].
    pub fn of_given(config: &BertConfig, given: &Given<'_>) -> Self {
        Self {
            tokens: given.rows,
            blanks: given.rows,
            top_k: given.top_k.min(config.vocab_size),
            asked: given.asked.len(),
            given: true,
            ..Self::default()
        }
    }

    /// Words of a blank's answer: log-sum-exp, candidates, words asked about.
    pub fn answer_words(&self) -> usize {
        1 + 2 * self.top_k + 2 * self.asked
    }

    pub fn attention_floats(&self, c: &BertConfig) -> usize {
        c.num_hidden_layers * self.rows * c.num_attention_heads * self.longest * self.longest
    }

    pub fn hidden_floats(&self, c: &BertConfig) -> usize {
        (c.num_hidden_layers + 1) * self.rows * self.longest * c.hidden_size
    }

    /// Words read back, in order: answers, logits, pooled, classes, hidden states, attentions, span logits,
    /// parts of the embedding, queries with keys and values.
    pub fn read_words(&self, c: &BertConfig) -> [usize; 9] {
        let when = |yes: bool, n: usize| if yes { n } else { 0 };
        [
            self.blanks * self.answer_words(),
            when(self.logits, self.blanks * c.vocab_size),
            when(self.pooled, self.rows * c.hidden_size),
            self.rows * self.labels.next_multiple_of(4),
            when(self.hidden, self.hidden_floats(c)),
            when(self.attentions, self.attention_floats(c)),
            when(self.spans, self.tokens * SPAN_STRIDE),
            when(self.parts, self.tokens * 3 * c.hidden_size),
            when(self.qkv_of.is_some(), self.tokens * 3 * c.hidden_size),
        ]
    }

    pub fn room(&self, c: &BertConfig) -> Room {
        let words = self.read_words(c);
        Room {
            tokens: self.tokens,
            rows: self.rows,
            blanks: self.blanks,
            attention_bytes: words[5] as u64 * 4,
            hidden_bytes: words[4] as u64 * 4,
            parts_bytes: words[7] as u64 * 4,
            qkv_bytes: words[8] as u64 * 4,
            staging_bytes: words.iter().sum::<usize>() as u64 * 4,
        }
    }

    pub fn runs(&self, when: When) -> bool {
        if self.given {
            return matches!(when, When::Given | When::Words);
        }
        match when {
            When::Always => true,
            When::Given => false,
            When::Attention { capture, probe } => capture == self.attentions && probe == self.probe,
            When::PartsWanted => self.parts,
            When::QkvWanted { layer } => self.qkv_of == Some(layer),
            When::HiddenWanted => self.hidden,
            When::Blanks | When::Words => self.blanks > 0,
            When::PooledNeeded => self.pooled || self.labels > 0,
            When::ClassesWanted => self.labels > 0,
            When::SpansWanted => self.spans,
        }
    }

    fn extent(&self, extent: Extent) -> [u32; 3] {
        let (tokens, blanks, rows) = (self.tokens as u32, self.blanks as u32, self.rows as u32);
        match extent {
            Extent::Tokens { columns } => [columns, tokens, 1],
            Extent::Blanks { columns } => [columns, blanks, 1],
            Extent::Rows { columns } => [columns, rows, 1],
            Extent::Heads { heads } => [self.longest as u32, heads, rows],
            Extent::Places => [self.longest as u32, rows, 1],
            Extent::EachBlank => [blanks, 1, 1],
            Extent::EachToken => [tokens, 1, 1],
            Extent::EachRow => [rows, 1, 1],
            Extent::Fixed(extent) => extent,
        }
    }

    /// Which variant of a step, and its workgroups: tiles of four rows where there are no more; large
    /// tiles once they fill the GPU (or, on a software adapter, which has few cores to fill, once a
    /// small tile would not hold all rows twice); else small ones.
    pub fn choose(&self, step: &Step, software: bool) -> (usize, [u32; 3]) {
        const LEAST_WORKGROUPS: u32 = 96;
        let extent = self.extent(step.extent);
        let fits = |kernel: &Kernel| {
            let groups = kernel.workgroups(extent);
            let full = software || groups[0] * groups[1] >= LEAST_WORKGROUPS;
            match kernel.name {
                "gemm_few" => extent[1] <= step.few,
                "gemm_large" => extent[1] > 32 && full,
                _ => false,
            }
        };
        let i = step.variants.iter().position(|v| fits(v.kernel)).unwrap_or(0);
        (i, step.variants[i].kernel.workgroups(extent))
    }
}

/// The words of a call: header, rows, tokens, first tokens, blanks, words asked about.
pub fn pack(config: &BertConfig, shape: &Shape, batch: &Batch, want: &Want) -> Vec<u32> {
    let mut words = vec![0u32; header::WORDS];
    words[header::TOKENS] = shape.tokens as u32;
    words[header::ROWS] = shape.rows as u32;
    words[header::LONGEST] = shape.longest as u32;
    words[header::TOP_K] = shape.top_k as u32;
    words[header::ASKED] = shape.asked as u32;
    let mut starts = Vec::with_capacity(shape.rows);
    let mut start = 0u32;
    words[header::ROWS_AT] = words.len() as u32;
    for row in &batch.rows {
        let count = row.input_ids.len() as u32;
        words.extend([start, count]);
        starts.push(start);
        start += count;
    }
    words[header::TOKENS_AT] = words.len() as u32;
    let unchanged = Intervention::default();
    for (i, row) in batch.rows.iter().enumerate() {
        let changed = want.interventions.get(i).unwrap_or(&unchanged);
        for (piece, (&id, &segment)) in row.input_ids.iter().zip(&row.token_type_ids).enumerate() {
            let out = changed.left_out(piece);
            let out = u32::from(out.word) | u32::from(out.position) << 1 | u32::from(out.segment) << 2;
            words.extend([id, out << 28 | segment << 16 | changed.position(piece)]);
        }
    }
    words[header::FIRSTS_AT] = words.len() as u32;
    words[header::FIRSTS] = shape.rows as u32;
    words.extend(&starts);
    words[header::BLANKS_AT] = words.len() as u32;
    words[header::BLANKS] = shape.blanks as u32;
    words.extend(want.blanks.iter().map(|b| starts[b.row] + b.position as u32));
    words[header::ASKED_AT] = words.len() as u32;
    for blank in &want.blanks {
        let ids = blank.asked.iter().copied().chain(std::iter::repeat(0));
        words.extend(ids.take(MAX_ASKED));
    }
    if shape.probe {
        words[header::PROBES_AT] = words.len() as u32;
        words.extend(probes(config, &want.interventions));
    }
    words
}

/// See [`header::PROBES_AT`]. A sight's bits: 1 hides what stands behind, 2 what stands before.
fn probes<'a>(config: &'a BertConfig, interventions: &'a [Intervention]) -> impl Iterator<Item = u32> + 'a {
    let sight = |i: &Intervention| match i.sight {
        Sight::Both => 0,
        Sight::Left => 1,
        Sight::Right => 2,
        Sight::Own => 3,
    };
    let heads = config.num_attention_heads;
    let bits = move |layer: usize, i: &Intervention, word: usize| {
        let heads = word * 32..(word * 32 + 32).min(heads);
        heads.fold(0, |bits, head| bits | u32::from(i.silences(layer, head)) << (head % 32))
    };
    let layers = (0..config.num_hidden_layers).flat_map(move |layer| {
        interventions.iter().flat_map(move |i| (0..heads.div_ceil(32)).map(move |word| bits(layer, i, word)))
    });
    interventions.iter().map(sight).chain(layers)
}

/// The words of a call of [`crate::engine::Engine::words_of`].
pub fn pack_given(shape: &Shape, given: &Given<'_>) -> Vec<u32> {
    let mut words = vec![0u32; header::WORDS];
    words[header::TOKENS] = shape.tokens as u32;
    words[header::TOP_K] = shape.top_k as u32;
    words[header::ASKED] = shape.asked as u32;
    words[header::ASKED_AT] = words.len() as u32;
    for _ in 0..given.rows {
        words.extend(given.asked.iter().copied().chain(std::iter::repeat(0)).take(MAX_ASKED));
    }
    words
}

/// What to copy behind the pass, in [`Shape::read_words`]' order.
pub fn copies<'a>(shape: &Shape, c: &BertConfig, arena: &'a super::arena::Arena) -> Vec<Copy<'a>> {
    let words = shape.read_words(c);
    let whole = |from, words: usize| Copy { from, offset: 0, bytes: words as u64 * 4 };
    let mut all = vec![whole(&arena.answers, words[0])];
    if shape.logits {
        let stride = c.vocab_size.next_multiple_of(4) as u64 * 4;
        let row = |i: usize| Copy { from: &arena.logits, offset: i as u64 * stride, bytes: c.vocab_size as u64 * 4 };
        all.extend((0..shape.blanks).map(row));
    }
    all.push(whole(&arena.pooled, words[2]));
    all.push(whole(&arena.classes, words[3]));
    all.push(whole(&arena.hidden, words[4]));
    all.push(whole(&arena.attention, words[5]));
    all.push(whole(&arena.low, words[6]));
    all.push(whole(&arena.embedding_parts, words[7]));
    all.push(whole(&arena.qkv, words[8]));
    all.retain(|c| c.bytes > 0);
    all
}

/// Bytes read back → answer. Each array is copied once: captures may be tens of megabytes.
pub fn unpack(shape: &Shape, c: &BertConfig, batch: &Batch, want: &Want, bytes: &[u8]) -> Answer {
    let sizes = shape.read_words(c);
    let mut rest = bytes;
    let mut take = |words: usize| {
        let (head, tail) = rest.split_at((words * 4).min(rest.len()));
        rest = tail;
        head
    };
    let answers = pod_collect_to_vec::<u8, u32>(take(sizes[0]));
    let logits = take(sizes[1]);
    let pooled = pod_collect_to_vec(take(sizes[2]));
    let classes = pod_collect_to_vec::<u8, f32>(take(sizes[3]));
    let class_rows = classes.chunks_exact(shape.labels.next_multiple_of(4).max(1));
    let class_logits = class_rows.flat_map(|row| &row[..shape.labels]).copied().collect();
    let hidden_states = pod_collect_to_vec(take(sizes[4]));
    let attentions = pod_collect_to_vec(take(sizes[5]));
    let mut padded = |words: usize, stride: usize, width: usize| {
        padded(shape, &batch.rows, &pod_collect_to_vec::<u8, f32>(take(words)), stride, width)
    };
    let span_logits = padded(sizes[6], SPAN_STRIDE, 2);
    let embedding_parts = padded(sizes[7], 3 * c.hidden_size, 3 * c.hidden_size);
    let qkv = padded(sizes[8], 3 * c.hidden_size, 3 * c.hidden_size);
    let blanks = named_blanks(shape, &answers, |i| &want.blanks[i].asked[..]);
    let blanks = blanks.enumerate().map(|(i, blank)| {
        let logits = logits.chunks_exact(c.vocab_size * 4).nth(i);
        BlankAnswer { logits: logits.map(pod_collect_to_vec).unwrap_or_default(), ..blank }
    });
    Answer {
        tokens: shape.longest,
        blanks: blanks.collect(),
        pooled,
        hidden_states,
        attentions,
        class_logits,
        span_logits,
        embedding_parts,
        qkv,
        ..Answer::default()
    }
}

/// Answers of blanks, each asked about the words of `asked`.
pub fn named_blanks<'a>(
    shape: &'a Shape,
    words: &'a [u32],
    asked: impl Fn(usize) -> &'a [u32] + 'a,
) -> impl Iterator<Item = BlankAnswer> + 'a {
    let blanks = words.chunks_exact(shape.answer_words()).enumerate();
    blanks.map(move |(i, words)| {
        let logsumexp = f32::from_bits(words[0]);
        let candidate = |id, bits, rank| {
            let logit = f32::from_bits(bits);
            Candidate { id, logit, probability: (logit - logsumexp).exp(), rank }
        };
        let (top, told) = words[1..].split_at(2 * shape.top_k);
        let asked = asked(i).iter().zip(told.chunks_exact(2));
        BlankAnswer {
            top: (1..).zip(top.chunks_exact(2)).map(|(rank, w)| candidate(w[0], w[1], rank)).collect(),
            asked: asked.map(|(&id, w)| candidate(id, w[0], w[1])).collect(),
            logsumexp,
            logits: Vec::new(),
        }
    })
}

/// The first `width` of every `stride` floats of a token: (M, stride) → (B, S, width), zero beyond a row's length.
/// Nothing from nothing.
fn padded(shape: &Shape, rows: &[Row], packed: &[f32], stride: usize, width: usize) -> Vec<f32> {
    if packed.is_empty() {
        return Vec::new();
    }
    let mut out = vec![0.0; shape.rows * shape.longest * width];
    let mut tokens = packed.chunks_exact(stride);
    for (to, row) in out.chunks_exact_mut(shape.longest * width).zip(rows) {
        for (to, from) in to.chunks_exact_mut(width).zip(tokens.by_ref().take(row.input_ids.len())) {
            to.copy_from_slice(&from[..width]);
        }
    }
    out
}
