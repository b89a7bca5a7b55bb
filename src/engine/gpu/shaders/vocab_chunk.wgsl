// One blank's logits, one chunk of the vocabulary: maximum, Σ exp(logit − maximum), the chunk's
// best `top_k` and, for each word asked about, how many pieces of the chunk stand before it.
//
// partial (blanks, 64, 64) words: [0] maximum, [1] sum, [2..18] counts, [18..34] ids, [34..50] logits.

/// V
override N: u32;
/// Floats in a row of logits.
override STRIDE: u32;
/// Logits of a thread, at most 32; a chunk is 64 times as many.
override EACH: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read_write> parts: array<u32>;

const NONE: f32 = -3.0e38;

var<workgroup> values: array<f32, 128>;
var<workgroup> ids: array<u32, 128>;
/// (asked word, thread)
var<workgroup> counts: array<u32, 1024>;

fn before(a: f32, a_id: u32, b: f32, b_id: u32) -> bool {
    return a > b || (a == b && a_id < b_id);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row = group.y * STRIDE;
    let first = group.x * EACH * 64u + t;
    let to = (group.y * 64u + group.x) * 64u;
    let top_k = call[4];
    let asked = call[5];
    var most = NONE;
    for (var i = 0u; i < EACH; i++) {
        let id = first + i * 64u;
        if (id < N) {
            most = max(most, logits[row + id]);
        }
    }
    values[t] = most;
    workgroupBarrier();
    for (var i = 0u; i < 64u; i++) {
        most = max(most, values[i]);
    }
    var sum = 0.0;
    for (var i = 0u; i < EACH; i++) {
        let id = first + i * 64u;
        if (id < N) {
            sum += exp(logits[row + id] - most);
        }
    }
    values[64u + t] = sum;
    for (var a = 0u; a < asked; a++) {
        let asked_id = min(call[call[12] + group.y * 16u + a], N - 1u);
        let asked_logit = logits[row + asked_id];
        var count = 0u;
        for (var i = 0u; i < EACH; i++) {
            let id = first + i * 64u;
            if (id < N && before(logits[row + id], id, asked_logit, asked_id)) {
                count++;
            }
        }
        counts[a * 64u + t] = count;
    }
    workgroupBarrier();
    if (t == 0u) {
        var total = 0.0;
        for (var i = 0u; i < 64u; i++) {
            total += values[64u + i];
        }
        parts[to] = bitcast<u32>(most);
        parts[to + 1u] = bitcast<u32>(total);
    }
    if (t < asked) {
        var total = 0u;
        for (var i = 0u; i < 64u; i++) {
            total += counts[t * 64u + i];
        }
        parts[to + 2u + t] = total;
    }
    workgroupBarrier();
    // top_k rounds: each thread offers its best, all see the same winner, its owner strikes it out.
    var struck = 0u;
    for (var round = 0u; round < top_k; round++) {
        var best = NONE;
        var best_id = 0xffffffffu;
        for (var i = 0u; i < EACH; i++) {
            let id = first + i * 64u;
            if (id < N && ((struck >> i) & 1u) == 0u && before(logits[row + id], id, best, best_id)) {
                best = logits[row + id];
                best_id = id;
            }
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
        if (best_id == ids[side + t] && best_id != 0xffffffffu) {
            struck |= 1u << ((best_id - first) / 64u);
        }
        if (t == 0u) {
            parts[to + 18u + round] = best_id;
            parts[to + 34u + round] = bitcast<u32>(best);
        }
    }
}
