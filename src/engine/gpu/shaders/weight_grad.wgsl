// Gradients of what a Linear adds, summed over rows m of the micro-batch; two jobs, by the dispatch's z.
//
// 0: gm (P, K) = Σ left[m, p] · X(m, ·): of A, left being dlow, or of a whole weight, left being dy.
//    X is x, LN(x) or GELU(x).
// 1: gv (N, rank) = factor · Σ dy[m, n] · low[m, part of n, ·]: of B. With LOW_AT4 0: gv (N) = Σ dy, a bias's.
// 64 columns and eight p a workgroup; 16 slices of rows meet in fixed order.
// After activation.wgsl, micro.wgsl.

override P: u32;
override K: u32;
override N: u32;
/// 0: x as it is. 1: LayerNorm. 2: GELU.
override READ: u32;
/// Gamma then beta, in vec4s.
override NORM_AT4: u32;
/// As in gemm.wgsl; 0 where there is no low-rank product.
override LOW_AT4: u32;
/// Where the gradients begin, in vec4s.
override GM_AT4: u32;
override GV_AT4: u32;
/// 0: m are the tokens. 1: the rows.
override BY_ROW: u32;

@group(0) @binding(0) var<uniform> micro: Micro;
@group(0) @binding(1) var<storage, read> left: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> stats: array<vec2f>;
@group(0) @binding(4) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(5) var<storage, read> low: array<vec4f>;
@group(0) @binding(6) var<storage, read> dy: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gm: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> gv: array<vec4f>;

/// (slice mod 8, lane, p)
var<workgroup> scratch: array<vec4f, 1024>;

fn outer(by: vec4f, columns: vec4f) -> mat4x4f {
    return mat4x4f(columns * by.x, columns * by.y, columns * by.z, columns * by.w);
}

fn read_x(m: u32, k4: u32) -> vec4f {
    let v = x[m * (K / 4u) + k4];
    if (READ == 1u) {
        let stat = stats[m];
        return (v - stat.x) * stat.y * vectors[NORM_AT4 + k4] + vectors[NORM_AT4 + K / 4u + k4];
    }
    if (READ == 2u) {
        return activate(v, 1u);
    }
    return v;
}

fn put_gm(p: u32, k4: u32, sum: vec4f) {
    if (p < P) {
        let at = GM_AT4 + p * (K / 4u) + k4;
        gm[at] = select(sum, sum + gm[at], micro.accumulate == 1u);
    }
}

fn put_gv(at4: u32, sum: vec4f) {
    let at = GV_AT4 + at4;
    gv[at] = select(sum, sum + gv[at], micro.accumulate == 1u);
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let told = vectors[LOW_AT4];
    let rank4 = select(0u, u32(told.x), LOW_AT4 != 0u);
    let lane = t % 16u;
    let slice = t / 16u;
    let column4 = group.x * 16u + lane;
    let width4 = select(N, K, group.z == 0u) / 4u;
    // vec4s of p that there are, and the two of this workgroup.
    let count4 = select(max(rank4, 1u), (P + 3u) / 4u, group.z == 0u);
    let first = group.y * 2u;
    if (group.x * 16u >= width4 || first >= count4) {
        return;
    }
    let second = min(first + 1u, count4 - 1u);
    let c = min(column4, width4 - 1u);
    let columns4 = max(u32(told.y), 1u);
    let parts = width4 / columns4;
    let part = c / columns4;
    let rows = select(micro.tokens, micro.rows, BY_ROW == 1u);
    var upper = mat4x4f();
    var lower = mat4x4f();
    for (var m = slice; m < rows; m += 16u) {
        if (group.z == 0u) {
            let v = read_x(m, c);
            upper += outer(left[m * count4 + first], v);
            lower += outer(left[m * count4 + second], v);
        } else if (rank4 == 0u) {
            upper += outer(vec4f(1.0, 0.0, 0.0, 0.0), dy[m * width4 + c]);
        } else {
            let v = dy[m * width4 + c];
            let at = (m * parts + part) * rank4;
            upper += outer(low[at + first], v);
            lower += outer(low[at + second], v);
        }
    }
    for (var half = 8u; half > 0u; half /= 2u) {
        let at = ((slice % 8u) * 16u + lane) * 8u;
        if (slice >= half && slice < 2u * half) {
            let to = ((slice - half) * 16u + lane) * 8u;
            for (var i = 0u; i < 4u; i++) {
                scratch[to + i] = upper[i];
                scratch[to + 4u + i] = lower[i];
            }
        }
        workgroupBarrier();
        if (slice < half) {
            upper += mat4x4f(scratch[at], scratch[at + 1u], scratch[at + 2u], scratch[at + 3u]);
            lower += mat4x4f(scratch[at + 4u], scratch[at + 5u], scratch[at + 6u], scratch[at + 7u]);
        }
        workgroupBarrier();
    }
    if (slice > 0u || column4 >= width4) {
        return;
    }
    if (group.z == 0u) {
        for (var i = 0u; i < 4u; i++) {
            put_gm(first * 4u + i, c, upper[i]);
            if (second > first) {
                put_gm(second * 4u + i, c, lower[i]);
            }
        }
    } else if (rank4 == 0u) {
        put_gv(c, upper[0]);
    } else {
        let up = transpose(upper) * told.w;
        let low_half = transpose(lower) * told.w;
        for (var i = 0u; i < 4u; i++) {
            put_gv((c * 4u + i) * rank4 + first, up[i]);
            if (second > first) {
                put_gv((c * 4u + i) * rank4 + second, low_half[i]);
            }
        }
    }
}
