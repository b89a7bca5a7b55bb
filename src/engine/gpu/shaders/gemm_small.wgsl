// y (M, N) = act(LN?(x) · wᵀ + bias) + LN(residual)?, for few rows: 16×32 outputs a workgroup.
//
// 8 slices of 16 threads part the groups of K; a thread keeps 8 rows × 4 columns in registers and
// meets the others only at the end, so that barriers (dear on software adapters) are few and a
// sentence of 16 pieces still fills 24 workgroups at N = 768.

/// Rows of w.
override N: u32;
/// vec4s in a row of y: N rounded up to four.
override STRIDE4: u32;
/// 0: x as it is. 1: x is normalised while read. 2: residual is normalised and added.
override NORM: u32;
override ACT: u32;
/// 0: rows in order. Else the header word of a list of rows, its length in the next word.
override GATHER: u32;
/// Bias (N), and gamma (W) then beta (W) of the norm, in vec4s.
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

/// (slice mod 4, row, column / 4)
var<workgroup> sums: array<vec4f, 512>;
/// Mean and 1/deviation of each row.
var<workgroup> stats: array<vec2f, 16>;

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

/// Mean and 1/deviation of the 16 rows, eight threads a row, shifted by the row's first value.
fn measure(row0: u32, t: u32) {
    let width4 = select(N, K, NORM == 1u) / 4u;
    let shift = norm_source(row0 + t / 8u, 0u).x;
    var sum = vec4f(0.0);
    var square = vec4f(0.0);
    for (var i = t % 8u; i < width4; i += 8u) {
        let v = norm_source(row0 + t / 8u, i) - shift;
        sum += v;
        square += v * v;
    }
    sums[t] = vec4f(dot(sum, vec4f(1.0)), dot(square, vec4f(1.0)), shift, 0.0);
    workgroupBarrier();
    if (t < 16u) {
        var total = vec2f(0.0);
        for (var i = 0u; i < 8u; i++) {
            total += sums[t * 8u + i].xy;
        }
        let mean = total / f32(width4 * 4u);
        stats[t] = vec2f(mean.x + sums[t * 8u].z, inverseSqrt(max(mean.y - mean.x * mean.x, 0.0) + EPS));
    }
    workgroupBarrier();
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row0 = group.y * 16u;
    let column0 = group.x * 32u;
    if (NORM != 0u) {
        measure(row0, t);
    }
    let slice = t / 16u;
    let half = (t / 8u) % 2u;
    let own = half * 8u;
    let n = vec4u(column0 + (t % 8u) * 4u) + vec4u(0u, 1u, 2u, 3u);
    let c = min(n, vec4u(N - 1u));
    var row: array<u32, 8>;
    var stat: array<vec2f, 8>;
    var sum: array<vec4f, 8>;
    for (var i = 0u; i < 8u; i++) {
        row[i] = x_row(row0 + own + i);
        stat[i] = stats[own + i];
    }
    for (var g = slice; g < K / 32u; g += 8u) {
        let s0 = scale_min(c.x, g);
        let s1 = scale_min(c.y, g);
        let s2 = scale_min(c.z, g);
        let s3 = scale_min(c.w, g);
        for (var k4 = g * 8u; k4 < g * 8u + 8u; k4++) {
            // Column j of w4 is row c[j] of w, so that (x · w4)[j] is their dot product.
            let w4 = mat4x4f(
                quants(c.x, k4) * s0.x + s0.y, quants(c.y, k4) * s1.x + s1.y,
                quants(c.z, k4) * s2.x + s2.y, quants(c.w, k4) * s3.x + s3.y);
            for (var i = 0u; i < 8u; i++) {
                sum[i] += load(row[i], k4, stat[i]) * w4;
            }
        }
    }
    let at = (slice % 4u) * 128u + own * 8u + t % 8u;
    if (slice >= 4u) {
        for (var i = 0u; i < 8u; i++) {
            sums[at + i * 8u] = sum[i];
        }
    }
    workgroupBarrier();
    if (slice < 4u) {
        for (var i = 0u; i < 8u; i++) {
            sums[at + i * 8u] += sum[i];
        }
    }
    workgroupBarrier();
    // One vec4 a thread.
    let r = t / 8u;
    let n4 = column0 / 4u + t % 8u;
    if (n4 < STRIDE4) {
        var v = sums[t] + sums[t + 128u] + sums[t + 256u] + sums[t + 384u];
        v = activate(v + vectors[BIAS_AT4 + n4], ACT);
        if (NORM == 2u) {
            v += normed(residual[(row0 + r) * STRIDE4 + n4], stats[r], n4, N / 4u);
        }
        y[(row0 + r) * STRIDE4 + n4] = v;
    }
}
