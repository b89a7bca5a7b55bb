// One blank: merges the chunks of vocab_chunk into the answer that is read back.
//
// answers (blanks, 1 + 2·top_k + 2·asked) words: log-sum-exp; id and logit of each candidate, best
// first; logit and rank of each word asked about.

/// V
override N: u32;
/// Floats in a row of logits.
override STRIDE: u32;
/// Chunks of a row, at most 64.
override CHUNKS: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> parts: array<u32>;
@group(0) @binding(3) var<storage, read_write> answers: array<u32>;

const NONE: f32 = -3.0e38;

var<workgroup> values: array<f32, 128>;
var<workgroup> ids: array<u32, 128>;

fn before(a: f32, a_id: u32, b: f32, b_id: u32) -> bool {
    return a > b || (a == b && a_id < b_id);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let top_k = call[4];
    let asked = call[5];
    let first = group.x * 64u * 64u;
    let own = first + t * 64u;
    let to = group.x * (1u + 2u * top_k + 2u * asked);
    if (t == 0u) {
        var most = NONE;
        for (var i = 0u; i < CHUNKS; i++) {
            most = max(most, bitcast<f32>(parts[first + i * 64u]));
        }
        var sum = 0.0;
        for (var i = 0u; i < CHUNKS; i++) {
            sum += bitcast<f32>(parts[first + i * 64u + 1u]) * exp(bitcast<f32>(parts[first + i * 64u]) - most);
        }
        answers[to] = bitcast<u32>(most + log(sum));
    }
    if (t < asked) {
        var rank = 1u;
        for (var i = 0u; i < CHUNKS; i++) {
            rank += parts[first + i * 64u + 2u + t];
        }
        let id = min(call[call[12] + group.x * 16u + t], N - 1u);
        answers[to + 1u + 2u * top_k + 2u * t] = bitcast<u32>(logits[group.x * STRIDE + id]);
        answers[to + 2u + 2u * top_k + 2u * t] = rank;
    }
    // Each thread holds one chunk's sorted list and offers its head.
    var head = 0u;
    for (var round = 0u; round < top_k; round++) {
        var best = NONE;
        var best_id = 0xffffffffu;
        if (t < CHUNKS && head < top_k) {
            best_id = parts[own + 18u + head];
            best = bitcast<f32>(parts[own + 34u + head]);
        }
        let side = (round & 1u) * 64u;
        values[side + t] = best;
        ids[side + t] = best_id;
        workgroupBarrier();
        for (var i = 0u; i < 64u; i++) {
            if (before(values[side + i], ids[side + i], best, best_id)) {
                best = values[side + i];
                best_id = ids[side + i];
            }
        }
        if (best_id == ids[side + t]) {
            head++;
        }
        if (t == 0u) {
            answers[to + 1u + 2u * round] = best_id;
            answers[to + 2u + 2u * round] = bitcast<u32>(best);
        }
    }
}
