// Gradient of attention for its queries: dq (M, H of 3H) = scale · Σ_j p_j (dc·v_j − δ) k_j, p = softmax(q·kᵀ·scale),
// δ = dc·c. Also writes, for attention_back_kv, each query's ln Σ exp(score) and δ.
//
// A workgroup has 16 queries of one head of one row. Thread (g, c): queries 4g .. 4g+3, dimensions 4c .. 4c+3, and
// every (D/4)-th key when scores are made.

/// Head size, a multiple of 4, at most 64.
override D: u32;
override HEADS: u32;
/// 1 / √D
override SCALE: f32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> context: array<vec4f>;
@group(0) @binding(3) var<storage, read> d_context: array<vec4f>;
/// (M, N): ln Σ exp, δ
@group(0) @binding(4) var<storage, read_write> told: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> d_qkv: array<vec4f>;

/// (query, dimension / 4)
var<workgroup> queries: array<vec4f, 256>;
var<workgroup> d_contexts: array<vec4f, 256>;
/// (key, dimension / 4)
var<workgroup> keys: array<vec4f, 256>;
/// (key, query / 4), a query in each component.
var<workgroup> d_scores: array<vec4f, 64>;

/// Rows g·4 .. of a tile of 16 against row j of `keys`.
fn against_queries(j: u32, g: u32) -> vec4f {
    let d4 = D / 4u;
    var s = vec4f(0.0);
    for (var d = 0u; d < d4; d++) {
        let q = g * 4u * d4 + d;
        s += keys[j * d4 + d] * mat4x4f(queries[q], queries[q + d4], queries[q + 2u * d4], queries[q + 3u * d4]);
    }
    return s;
}

fn against_d_contexts(j: u32, g: u32) -> vec4f {
    let d4 = D / 4u;
    var s = vec4f(0.0);
    for (var d = 0u; d < d4; d++) {
        let q = g * 4u * d4 + d;
        s += keys[j * d4 + d]
            * mat4x4f(d_contexts[q], d_contexts[q + d4], d_contexts[q + 2u * d4], d_contexts[q + 3u * d4]);
    }
    return s;
}

/// Which of Q, K, V.
fn stage(part: u32, first: u32, count: u32, head: u32, t: u32) {
    let d4 = D / 4u;
    for (var i = t; i < count * d4; i += 64u) {
        keys[i] = qkv[(first + i / d4) * (3u * HEADS * d4) + (part * HEADS + head) * d4 + i % d4];
    }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let d4 = D / 4u;
    let head = group.y;
    let start = call[call[6] + group.z * 2u];
    let count = call[call[6] + group.z * 2u + 1u];
    let q0 = group.x * 16u;
    if (q0 >= count) {
        return;
    }
    let c = t % d4;
    let g = t / d4;
    let busy = g < 4u;
    for (var i = t; i < 16u * d4; i += 64u) {
        let token = start + min(q0 + i / d4, count - 1u);
        queries[i] = qkv[token * (3u * HEADS * d4) + head * d4 + i % d4] * SCALE;
        d_contexts[i] = d_context[token * (HEADS * d4) + head * d4 + i % d4];
    }
    // Each query's maximum and sum. Every thread of a g sees all keys.
    var most = vec4f(-3.0e38);
    var total = vec4f(0.0);
    for (var k0 = 0u; k0 < count; k0 += 16u) {
        let n = min(16u, count - k0);
        stage(1u, start + k0, n, head, t);
        workgroupBarrier();
        for (var j = c; busy && j < n; j += d4) {
            d_scores[j * 4u + g] = against_queries(j, g);
        }
        workgroupBarrier();
        if (busy) {
            let before = most;
            for (var j = 0u; j < n; j++) {
                most = max(most, d_scores[j * 4u + g]);
            }
            total *= exp(before - most);
            for (var j = 0u; j < n; j++) {
                total += exp(d_scores[j * 4u + g] - most);
            }
        }
        workgroupBarrier();
    }
    let sum_log = most + log(total);
    var delta = vec4f(0.0);
    if (busy) {
        for (var i = 0u; i < 4u; i++) {
            let query = g * 4u + i;
            let token = start + min(q0 + query, count - 1u);
            for (var d = 0u; d < d4; d++) {
                delta[i] += dot(d_contexts[query * d4 + d], context[token * (HEADS * d4) + head * d4 + d]);
            }
        }
    }
    var sum = mat4x4f();
    for (var k0 = 0u; k0 < count; k0 += 16u) {
        let n = min(16u, count - k0);
        stage(2u, start + k0, n, head, t);
        workgroupBarrier();
        for (var j = c; busy && j < n; j += d4) {
            d_scores[j * 4u + g] = against_d_contexts(j, g) - delta;
        }
        workgroupBarrier();
        stage(1u, start + k0, n, head, t);
        workgroupBarrier();
        for (var j = c; busy && j < n; j += d4) {
            d_scores[j * 4u + g] *= exp(against_queries(j, g) - sum_log);
        }
        workgroupBarrier();
        for (var j = 0u; busy && j < n; j++) {
            let d = d_scores[j * 4u + g];
            let k = keys[j * d4 + c];
            sum += mat4x4f(k * d.x, k * d.y, k * d.z, k * d.w);
        }
        workgroupBarrier();
    }
    for (var i = 0u; busy && i < 4u; i++) {
        let query = q0 + g * 4u + i;
        if (query < count) {
            d_qkv[(start + query) * (3u * HEADS * d4) + head * d4 + c] = sum[i] * SCALE;
            if (c == 0u) {
                told[(start + query) * HEADS + head] = vec2f(sum_log[i], delta[i]);
            }
        }
    }
}
