// Gradients of attention for its keys and values: dv_j = Σ_i p_ij dc_i, dk_j = scale · Σ_i p_ij (dc_i·v_j − δ_i) q_i.
//
// A workgroup has 16 keys of one head of one row and goes over the queries by eight. Thread (g, c): keys 4g .. 4g+3,
// dimensions 4c .. 4c+3, and every (D/4)-th query when scores are made. What each query's ln Σ exp and δ are was
// told by attention_back_q.

/// Head size, a multiple of 4, at most 64.
override D: u32;
override HEADS: u32;
/// 1 / √D
override SCALE: f32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> d_context: array<vec4f>;
@group(0) @binding(3) var<storage, read> told: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> d_qkv: array<vec4f>;

/// (key, dimension / 4)
var<workgroup> keys: array<vec4f, 256>;
var<workgroup> values: array<vec4f, 256>;
/// (query, dimension / 4)
var<workgroup> queries: array<vec4f, 128>;
var<workgroup> d_contexts: array<vec4f, 128>;
/// (query, key / 4), a key in each component.
var<workgroup> shares: array<vec4f, 32>;
var<workgroup> d_scores: array<vec4f, 32>;

fn score(i: u32, g: u32) -> vec4f {
    let d4 = D / 4u;
    var s = vec4f(0.0);
    for (var d = 0u; d < d4; d++) {
        let k = g * 4u * d4 + d;
        s += queries[i * d4 + d] * mat4x4f(keys[k], keys[k + d4], keys[k + 2u * d4], keys[k + 3u * d4]);
    }
    return s;
}

fn against_values(i: u32, g: u32) -> vec4f {
    let d4 = D / 4u;
    var s = vec4f(0.0);
    for (var d = 0u; d < d4; d++) {
        let k = g * 4u * d4 + d;
        s += d_contexts[i * d4 + d] * mat4x4f(values[k], values[k + d4], values[k + 2u * d4], values[k + 3u * d4]);
    }
    return s;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let d4 = D / 4u;
    let head = group.y;
    let start = call[call[6] + group.z * 2u];
    let count = call[call[6] + group.z * 2u + 1u];
    let k0 = group.x * 16u;
    if (k0 >= count) {
        return;
    }
    let width = 3u * HEADS * d4;
    let c = t % d4;
    let g = t / d4;
    let busy = g < 4u;
    for (var i = t; i < 16u * d4; i += 64u) {
        let at = (start + min(k0 + i / d4, count - 1u)) * width + head * d4 + i % d4;
        keys[i] = qkv[at + HEADS * d4];
        values[i] = qkv[at + 2u * HEADS * d4];
    }
    var dk = mat4x4f();
    var dv = mat4x4f();
    for (var q0 = 0u; q0 < count; q0 += 8u) {
        let n = min(8u, count - q0);
        for (var i = t; i < n * d4; i += 64u) {
            let token = start + q0 + i / d4;
            queries[i] = qkv[token * width + head * d4 + i % d4] * SCALE;
            d_contexts[i] = d_context[token * (HEADS * d4) + head * d4 + i % d4];
        }
        workgroupBarrier();
        for (var i = c; busy && i < n; i += d4) {
            let known = told[(start + q0 + i) * HEADS + head];
            let p = exp(score(i, g) - known.x);
            shares[i * 4u + g] = p;
            d_scores[i * 4u + g] = p * (against_values(i, g) - known.y);
        }
        workgroupBarrier();
        for (var i = 0u; busy && i < n; i++) {
            let p = shares[i * 4u + g];
            let d = d_scores[i * 4u + g];
            let q = queries[i * d4 + c];
            let o = d_contexts[i * d4 + c];
            dv += mat4x4f(o * p.x, o * p.y, o * p.z, o * p.w);
            // The scale is in q.
            dk += mat4x4f(q * d.x, q * d.y, q * d.z, q * d.w);
        }
        workgroupBarrier();
    }
    for (var i = 0u; busy && i < 4u; i++) {
        let key = k0 + g * 4u + i;
        if (key < count) {
            let at = (start + key) * width + head * d4 + c;
            d_qkv[at + HEADS * d4] = dk[i];
            d_qkv[at + 2u * HEADS * d4] = dv[i];
        }
    }
}
