// A class's logit, less another's, and its gradient by the pooler before tanh, a workgroup a row:
// d = W[of] − W[less], score = d · pooled + b[of] − b[less], dpre = d ∘ (1 − pooled²).

/// H / 4
override WIDTH4: u32;
/// Where W (labels, H) begins, in vec4s, and the bias, in floats.
override W_AT4: u32;
override BIAS_AT: u32;

const NONE: u32 = 0xffffffffu;

/// Two classes a row; the second may be NONE.
@group(0) @binding(0) var<storage, read> contrasts: array<vec2u>;
@group(0) @binding(1) var<storage, read> pooled: array<vec4f>;
@group(0) @binding(2) var<storage, read> matrices: array<vec4f>;
@group(0) @binding(3) var<storage, read> vectors: array<f32>;
@group(0) @binding(4) var<storage, read_write> dpre: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> scores: array<f32>;

var<workgroup> sums: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row = group.x;
    let pick = contrasts[row];
    var sum = vec4f(0.0);
    for (var i = t; i < WIDTH4; i += 64u) {
        var d = matrices[W_AT4 + pick.x * WIDTH4 + i];
        if (pick.y != NONE) {
            d -= matrices[W_AT4 + pick.y * WIDTH4 + i];
        }
        let p = pooled[row * WIDTH4 + i];
        sum += d * p;
        dpre[row * WIDTH4 + i] = d * (1.0 - p * p);
    }
    sums[t] = sum;
    workgroupBarrier();
    if (t == 0u) {
        var total = vec4f(0.0);
        for (var i = 0u; i < 64u; i++) {
            total += sums[i];
        }
        var bias = vectors[BIAS_AT + pick.x];
        if (pick.y != NONE) {
            bias -= vectors[BIAS_AT + pick.y];
        }
        scores[row] = dot(total, vec4f(1.0)) + bias;
    }
}
