// y (M, N) = act(LN?(x) · wᵀ + bias) + LN(residual)?, for many rows: 64×64 outputs a workgroup.
//
// 64 threads, 8×8 outputs each in registers: 16 vec4 multiply-adds for 4 vec4 reads of the tile.
// Weights meet f32 only here, while their tile is staged. Overrides as in gemm_small.

override N: u32;
override STRIDE4: u32;
override NORM: u32;
override ACT: u32;
override GATHER: u32;
override BIAS_AT4: u32;
override NORM_AT4: u32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight_q: array<u32>;
@group(0) @binding(3) var<storage, read> weight_s: array<u32>;
@group(0) @binding(4) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;

/// (k of 16, row / 4) and (k of 16, column / 4)
var<workgroup> xs: array<vec4f, 256>;
var<workgroup> ws: array<vec4f, 256>;
var<workgroup> stats: array<vec2f, 64>;

fn x_row(row: u32) -> u32 {
    if (GATHER != 0u) {
        return call[call[GATHER] + min(row, call[GATHER + 1u] - 1u)];
    }
    return row;
}

fn normed(v: vec4f, stat: vec2f, at: u32, width4: u32) -> vec4f {
    return (v - stat.x) * stat.y * vectors[NORM_AT4 + at] + vectors[NORM_AT4 + width4 + at];
}

fn load(row: u32, k4: u32, stat: vec2f) -> vec4f {
    let v = x[row * (K / 4u) + k4];
    if (NORM == 1u) {
        return normed(v, stat, k4, K / 4u);
    }
    return v;
}

fn norm_source(row: u32, i: u32) -> vec4f {
    if (NORM == 1u) {
        return x[x_row(row) * (K / 4u) + i];
    }
    return residual[row * (N / 4u) + i];
}

/// Mean and 1/deviation of the 64 rows, four threads a row, shifted by the row's first value.
fn measure(row0: u32, t: u32) {
    let width4 = select(N, K, NORM == 1u) / 4u;
    for (var r = t / 4u; r < 64u; r += 16u) {
        let shift = norm_source(row0 + r, 0u).x;
        var sum = vec4f(0.0);
        var square = vec4f(0.0);
        for (var i = t % 4u; i < width4; i += 4u) {
            let v = norm_source(row0 + r, i) - shift;
            sum += v;
            square += v * v;
        }
        xs[r * 4u + t % 4u] = vec4f(dot(sum, vec4f(1.0)), dot(square, vec4f(1.0)), shift, 0.0);
    }
    workgroupBarrier();
    let total = xs[t * 4u] + xs[t * 4u + 1u] + xs[t * 4u + 2u] + xs[t * 4u + 3u];
    let mean = total.xy / f32(width4 * 4u);
    stats[t] = vec2f(mean.x + xs[t * 4u].z, inverseSqrt(max(mean.y - mean.x * mean.x, 0.0) + EPS));
    workgroupBarrier();
}

fn weights(n: u32, k4: u32) -> vec4f {
    let s = scale_min(n, k4 / 8u);
    return quants(n, k4) * s.x + s.y;
}

fn store(r: u32, row0: u32, n4: u32, sum: vec4f) {
    if (n4 < STRIDE4) {
        var v = activate(sum + vectors[BIAS_AT4 + n4], ACT);
        if (NORM == 2u) {
            v += normed(residual[(row0 + r) * STRIDE4 + n4], stats[r], n4, N / 4u);
        }
        y[(row0 + r) * STRIDE4 + n4] = v;
    }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row0 = group.y * 64u;
    let column0 = group.x * 64u;
    if (NORM != 0u) {
        measure(row0, t);
    }
    // Staging: this thread carries rows 4·q4 .. 4·q4+3 at four k.
    let q4 = t / 4u;
    let k_own = t % 4u;
    let r = vec4u(row0 + q4 * 4u) + vec4u(0u, 1u, 2u, 3u);
    let rows = vec4u(x_row(r.x), x_row(r.y), x_row(r.z), x_row(r.w));
    let c = min(vec4u(column0 + q4 * 4u) + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u));
    let stat = array<vec2f, 4>(stats[q4 * 4u], stats[q4 * 4u + 1u], stats[q4 * 4u + 2u], stats[q4 * 4u + 3u]);
    // Computing: rows 4·ty + i and 32 + 4·ty + i, columns 4·tx + j and 32 + 4·tx + j.
    let tx = t % 8u;
    let ty = t / 8u;
    var left: array<vec4f, 8>;
    var right: array<vec4f, 8>;
    for (var k0 = 0u; k0 < K / 4u; k0 += 4u) {
        let k4 = k0 + k_own;
        let xt = transpose(mat4x4f(
            load(rows.x, k4, stat[0]), load(rows.y, k4, stat[1]), load(rows.z, k4, stat[2]), load(rows.w, k4, stat[3])));
        let wt = transpose(mat4x4f(weights(c.x, k4), weights(c.y, k4), weights(c.z, k4), weights(c.w, k4)));
        for (var i = 0u; i < 4u; i++) {
            xs[(k_own * 4u + i) * 16u + q4] = xt[i];
            ws[(k_own * 4u + i) * 16u + q4] = wt[i];
        }
        workgroupBarrier();
        for (var k = 0u; k < 256u; k += 16u) {
            let top = xs[k + ty];
            let bottom = xs[k + 8u + ty];
            let l = ws[k + tx];
            let m = ws[k + 8u + tx];
            for (var i = 0u; i < 4u; i++) {
                left[i] += top[i] * l;
                right[i] += top[i] * m;
                left[i + 4u] += bottom[i] * l;
                right[i + 4u] += bottom[i] * m;
            }
        }
        workgroupBarrier();
    }
    let n4 = column0 / 4u + tx;
    for (var i = 0u; i < 4u; i++) {
        store(ty * 4u + i, row0, n4, left[i]);
        store(ty * 4u + i, row0, n4 + 8u, right[i]);
        store(32u + ty * 4u + i, row0, n4, left[i + 4u]);
        store(32u + ty * 4u + i, row0, n4 + 8u, right[i + 4u]);
    }
}
