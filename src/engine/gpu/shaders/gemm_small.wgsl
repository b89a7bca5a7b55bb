// GEMM (see gemm.wgsl) for few rows: 16×32 outputs a workgroup.
//
// 8 slices of 16 threads part the groups of K; a thread keeps 8 rows × 4 columns in registers and
// meets the others only at the end, so that barriers (dear on software adapters) are few and a
// sentence of 16 pieces still fills 24 workgroups at N = 768.
// After common.wgsl, activation.wgsl, dropout.wgsl, gemm.wgsl.

const TILE_ROWS: u32 = 16u;
const LANES: u32 = 8u;
const THREADS: u32 = 128u;

/// (slice mod 4, row, column / 4)
var<workgroup> scratch: array<vec4f, 512>;

/// Where four rows begin, and their mean / deviation and 1/deviation.
struct Rows { at: vec4u, mean: vec4f, scale: vec4f }

fn rows_from(row0: u32, own: u32) -> Rows {
    let at = rows_at(row0 + own);
    if (NORM != 1u) {
        return Rows(at, vec4f(0.0), vec4f(1.0));
    }
    let s = mat4x2f(stats[own], stats[own + 1u], stats[own + 2u], stats[own + 3u]);
    let scale = vec4f(s[0].y, s[1].y, s[2].y, s[3].y);
    return Rows(at, vec4f(s[0].x, s[1].x, s[2].x, s[3].x) * scale, scale);
}

/// Four rows of x at 4·k4, normalised but for gamma and beta, which join w.
fn load(rows: Rows, k4: u32) -> mat4x4f {
    let at = rows.at + k4;
    if (NORM == 1u) {
        return mat4x4f(
            x[at.x] * rows.scale.x - rows.mean.x, x[at.y] * rows.scale.y - rows.mean.y,
            x[at.z] * rows.scale.z - rows.mean.z, x[at.w] * rows.scale.w - rows.mean.w);
    }
    return mat4x4f(x[at.x], x[at.y], x[at.z], x[at.w]);
}

fn beta(k4: u32) -> vec4f {
    if (NORM == 1u) {
        return vectors[NORM_AT4 + K / 4u + k4];
    }
    return vec4f(0.0);
}

/// Transposed, each k scaled by its gamma.
fn across(w: mat4x4f, k4: u32) -> mat4x4f {
    if (NORM == 1u) {
        let gamma = vectors[NORM_AT4 + k4];
        return transpose(mat4x4f(w[0] * gamma, w[1] * gamma, w[2] * gamma, w[3] * gamma));
    }
    return transpose(w);
}

fn keep(at: u32, m: mat4x4f) {
    scratch[at] = m[0];
    scratch[at + 8u] = m[1];
    scratch[at + 16u] = m[2];
    scratch[at + 24u] = m[3];
}

fn kept(at: u32) -> mat4x4f {
    return mat4x4f(scratch[at], scratch[at + 8u], scratch[at + 16u], scratch[at + 24u]);
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row0 = group.y * TILE_ROWS;
    let column0 = group.x * 32u;
    if (NORM != 0u) {
        measure(row0, t);
    }
    let slice = t / 16u;
    let own = ((t / 8u) % 2u) * 8u;
    let c = min(vec4u(column0 + (t % 8u) * 4u) + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u));
    let upper = rows_from(row0, own);
    let lower = rows_from(row0, own + 4u);
    // Column i holds row i's four outputs. Matrices, not arrays, which software adapters keep in memory.
    var sum = mat4x4f();
    var sum2 = mat4x4f();
    var shift = vec4f(0.0);
    for (var g = slice; g < K / 32u; g += 8u) {
        let s0 = scale_min(c.x, g);
        let s1 = scale_min(c.y, g);
        let s2 = scale_min(c.z, g);
        let s3 = scale_min(c.w, g);
        for (var k8 = g * 4u; k8 < g * 4u + 4u; k8++) {
            let q0 = quants8(c.x, k8);
            let q1 = quants8(c.y, k8);
            let q2 = quants8(c.z, k8);
            let q3 = quants8(c.w, k8);
            let even = mat4x4f(
                q0[0] * s0.x + s0.y, q1[0] * s1.x + s1.y, q2[0] * s2.x + s2.y, q3[0] * s3.x + s3.y);
            let odd = mat4x4f(
                q0[1] * s0.x + s0.y, q1[1] * s1.x + s1.y, q2[1] * s2.x + s2.y, q3[1] * s3.x + s3.y);
            let k4 = k8 * 2u;
            shift += beta(k4) * even + beta(k4 + 1u) * odd;
            let even_t = across(even, k4);
            let odd_t = across(odd, k4 + 1u);
            sum += even_t * load(upper, k4) + odd_t * load(upper, k4 + 1u);
            sum2 += even_t * load(lower, k4) + odd_t * load(lower, k4 + 1u);
        }
    }
    sum += mat4x4f(shift, shift, shift, shift);
    sum2 += mat4x4f(shift, shift, shift, shift);
    let at = (slice % 4u) * 128u + own * 8u + t % 8u;
    if (slice >= 4u) {
        keep(at, sum);
        keep(at + 32u, sum2);
    }
    workgroupBarrier();
    if (slice < 4u) {
        keep(at, sum + kept(at));
        keep(at + 32u, sum2 + kept(at + 32u));
    }
    workgroupBarrier();
    // One vec4 of the tile a thread.
    let all = scratch[t] + scratch[t + 128u] + scratch[t + 256u] + scratch[t + 384u];
    finish(t / 8u, row0, column0 / 4u + t % 8u, all);
}
