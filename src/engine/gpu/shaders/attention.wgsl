// context (M, H) = softmax(Q·Kᵀ / √D) · V within each row's own length, online over tiles of 32 keys.
//
// qkv: (M, 3H). A workgroup has 16 queries of one head of one row. Thread (g, c): queries
// 4g .. 4g+3, dimensions 4c .. 4c+3, and every (D/4)-th key when scores are made.
// With CAPTURE a second sweep writes the probabilities, (L, B, N, S, S), 0 beyond a row's length.
// After probe.wgsl.

/// Head size, a multiple of 4, at most 64.
override D: u32;
override HEADS: u32;
/// 1 / √D
override SCALE: f32;
override CAPTURE: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> context: array<vec4f>;
@group(0) @binding(3) var<uniform> layer: vec4u;
@group(0) @binding(4) var<storage, read_write> probabilities: array<f32>;

/// (query, dimension / 4)
var<workgroup> queries: array<vec4f, 256>;
/// Keys, then values: (key, dimension / 4)
var<workgroup> tile: array<vec4f, 512>;
/// (key, query / 4), a query in each component.
var<workgroup> scores: array<vec4f, 128>;
var<workgroup> weights: array<vec4f, 128>;

/// Which of Q, K, V; `count` tokens from token `first` on.
fn stage(part: u32, first: u32, count: u32, head: u32, t: u32) {
    let d4 = D / 4u;
    for (var i = t; i < count * d4; i += 64u) {
        tile[i] = qkv[(first + i / d4) * (3u * HEADS * d4) + (part * HEADS + head) * d4 + i % d4];
    }
}

fn score(key: u32, g: u32) -> vec4f {
    let d4 = D / 4u;
    var s = vec4f(0.0);
    for (var d = 0u; d < d4; d++) {
        let k = tile[key * d4 + d];
        let q = g * 4u * d4 + d;
        s += k * mat4x4f(queries[q], queries[q + d4], queries[q + 2u * d4], queries[q + 3u * d4]);
    }
    return s;
}

fn put(query: u32, count: u32, at: u32, v: vec4f) {
    if (query < count) {
        context[at] = v;
    }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let d4 = D / 4u;
    let head = group.y;
    let row = group.z;
    let start = call[call[6] + row * 2u];
    let count = call[call[6] + row * 2u + 1u];
    let q0 = group.x * 16u;
    let sight = sight_of(row);
    if (CAPTURE == 0u && q0 >= count) {
        return;
    }
    let c = t % d4;
    let g = t / d4;
    let busy = g < 4u;
    for (var i = t; i < 16u * d4; i += 64u) {
        let token = start + min(q0 + i / d4, count - 1u);
        queries[i] = qkv[token * (3u * HEADS * d4) + head * d4 + i % d4] * SCALE;
    }
    var most = vec4f(-3.0e38);
    var total = vec4f(0.0);
    // A column for each of the four queries.
    var sum = mat4x4f();
    for (var k0 = 0u; k0 < count; k0 += 32u) {
        let keys = min(32u, count - k0);
        stage(1u, start + k0, keys, head, t);
        workgroupBarrier();
        if (busy) {
            for (var j = c; j < keys; j += d4) {
                scores[j * 4u + g] = seen(score(j, g), k0 + j, q0 + g * 4u, sight);
            }
        }
        workgroupBarrier();
        stage(2u, start + k0, keys, head, t);
        let before = most;
        if (busy) {
            for (var j = 0u; j < keys; j++) {
                most = max(most, scores[j * 4u + g]);
            }
            for (var j = c; j < keys; j += d4) {
                weights[j * 4u + g] = exp(scores[j * 4u + g] - most);
            }
        }
        workgroupBarrier();
        if (busy) {
            let fade = exp(before - most);
            total *= fade;
            sum = mat4x4f(sum[0] * fade.x, sum[1] * fade.y, sum[2] * fade.z, sum[3] * fade.w);
            for (var j = 0u; j < keys; j++) {
                let w = weights[j * 4u + g];
                let v = tile[j * d4 + c];
                total += w;
                sum += mat4x4f(v * w.x, v * w.y, v * w.z, v * w.w);
            }
        }
        workgroupBarrier();
    }
    if (is_silent(layer.x, row, head)) {
        sum = mat4x4f();
    }
    if (busy) {
        let q = q0 + g * 4u;
        let at = (start + q) * (HEADS * d4) + head * d4 + c;
        put(q, count, at, sum[0] / total.x);
        put(q + 1u, count, at + HEADS * d4, sum[1] / total.y);
        put(q + 2u, count, at + 2u * HEADS * d4, sum[2] / total.z);
        put(q + 3u, count, at + 3u * HEADS * d4, sum[3] / total.w);
    }
    if (CAPTURE == 1u) {
        let tokens = call[2];
        let base = ((layer.x * call[1] + row) * HEADS + head) * tokens;
        for (var k0 = 0u; k0 < tokens; k0 += 32u) {
            let keys = min(32u, max(count, k0) - k0);
            stage(1u, start + k0, keys, head, t);
            workgroupBarrier();
            for (var j = c; busy && j < min(32u, tokens - k0); j += d4) {
                var p = vec4f(0.0);
                if (j < keys) {
                    p = exp(seen(score(j, g), k0 + j, q0 + g * 4u, sight) - most) / total;
                }
                for (var i = 0u; i < 4u; i++) {
                    let q = q0 + g * 4u + i;
                    if (q < tokens) {
                        probabilities[(base + q) * tokens + k0 + j] = select(0.0, p[i], q < count);
                    }
                }
            }
            workgroupBarrier();
        }
    }
}
