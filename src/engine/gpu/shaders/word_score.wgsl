// A word's logit, less another's, by the masked-word head, and its gradient by the head's first Linear, a workgroup
// a row: t = GELU(u), h = LN(t), d = E[of] − E[less], score = d · h + b[of] − b[less],
// du = LN'(t)·d ∘ GELU'(u). E (V, H) as stored.
// After common.wgsl, activation.wgsl.

/// Gamma then beta of the head's norm, in vec4s; the words' biases, in floats.
override NORM_AT4: u32;
override BIAS_AT: u32;
override EPS: f32;

const NONE: u32 = 0xffffffffu;

/// Two ids a row; the second may be NONE.
@group(0) @binding(0) var<storage, read> contrasts: array<vec2u>;
/// (B, H) before GELU.
@group(0) @binding(1) var<storage, read> u: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight_q: array<u32>;
@group(0) @binding(3) var<storage, read> weight_s: array<u32>;
@group(0) @binding(4) var<storage, read> vectors: array<f32>;
@group(0) @binding(5) var<storage, read_write> du: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> scores: array<f32>;

var<workgroup> sums: array<vec4f, 64>;

fn word(id: u32, k4: u32) -> vec4f {
    let s = scale_min(id, k4 / 8u);
    return quants4(id, k4) * s.x + s.y;
}

fn contrast(pick: vec2u, k4: u32) -> vec4f {
    if (pick.y == NONE) {
        return word(pick.x, k4);
    }
    return word(pick.x, k4) - word(pick.y, k4);
}

fn norm_at(k4: u32) -> vec4f {
    let at = (NORM_AT4 + k4) * 4u;
    return vec4f(vectors[at], vectors[at + 1u], vectors[at + 2u], vectors[at + 3u]);
}

/// Every thread's sums together.
fn gathered(t: u32, own: vec4f) -> vec4f {
    workgroupBarrier();
    sums[t] = own;
    workgroupBarrier();
    var total = vec4f(0.0);
    for (var i = 0u; i < 64u; i++) {
        total += sums[i];
    }
    return total;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row = group.x;
    let pick = contrasts[row];
    let width4 = K / 4u;
    // Shifted by the first value, so that the difference of squares keeps its digits.
    let shift = activate(u[row * width4], 1u).x;
    var sum = vec4f(0.0);
    for (var i = t; i < width4; i += 64u) {
        let v = activate(u[row * width4 + i], 1u) - shift;
        sum.x += dot(v, vec4f(1.0));
        sum.y += dot(v, v);
    }
    let of_t = gathered(t, sum) / f32(K);
    let mean = of_t.x + shift;
    let rho = inverseSqrt(max(of_t.y - of_t.x * of_t.x, 0.0) + EPS);
    // Σ g, Σ g∘x̂ and Σ d∘beta, g = d∘gamma.
    sum = vec4f(0.0);
    for (var i = t; i < width4; i += 64u) {
        let d = contrast(pick, i);
        let g = d * norm_at(i);
        let x = (activate(u[row * width4 + i], 1u) - mean) * rho;
        sum += vec4f(dot(g, vec4f(1.0)), dot(g, x), dot(d, norm_at(width4 + i)), 0.0);
    }
    let of_g = gathered(t, sum);
    for (var i = t; i < width4; i += 64u) {
        let at = row * width4 + i;
        let g = contrast(pick, i) * norm_at(i);
        let x = (activate(u[at], 1u) - mean) * rho;
        du[at] = rho * (g - of_g.x / f32(K) - x * of_g.y / f32(K)) * gelu_slope(u[at]);
    }
    if (t == 0u) {
        var bias = vectors[BIAS_AT + pick.x];
        if (pick.y != NONE) {
            bias -= vectors[BIAS_AT + pick.y];
        }
        scores[row] = of_g.y + of_g.z + bias;
    }
}
