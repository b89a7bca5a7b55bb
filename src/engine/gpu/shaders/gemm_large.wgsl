// GEMM (see gemm.wgsl) for many rows: 64×64 outputs a workgroup.
//
// 64 threads, 8×8 outputs each in registers: 16 vec4 multiply-adds for 4 vec4 reads of the tile.
// Weights meet f32 only here, while their tile is staged.
// After common.wgsl, activation.wgsl, dropout.wgsl, gemm.wgsl.

const TILE_ROWS: u32 = 64u;
const LANES: u32 = 4u;
const THREADS: u32 = 64u;

/// (k of 16, row / 4); first, what rows are measured by.
var<workgroup> scratch: array<vec4f, 256>;
/// (k of 16, column / 4)
var<workgroup> ws: array<vec4f, 256>;

fn load(at: u32, k4: u32, stat: vec2f, gamma: vec4f, beta: vec4f) -> vec4f {
    if (NORM == 1u) {
        return (x[at + k4] - stat.x) * stat.y * gamma + beta;
    }
    return x[at + k4];
}

/// Four rows of x at 4·k4, transposed.
fn load_rows(at: vec4u, own: u32, k4: u32) -> mat4x4f {
    var gamma = vec4f(1.0);
    var beta = vec4f(0.0);
    if (NORM == 1u) {
        gamma = vectors[NORM_AT4 + k4];
        beta = vectors[NORM_AT4 + K / 4u + k4];
    }
    return transpose(mat4x4f(
        load(at.x, k4, stats[own], gamma, beta), load(at.y, k4, stats[own + 1u], gamma, beta),
        load(at.z, k4, stats[own + 2u], gamma, beta), load(at.w, k4, stats[own + 3u], gamma, beta)));
}

fn weights(n: u32, k4: u32) -> vec4f {
    let s = scale_min(n, k4 / 8u);
    return quants4(n, k4) * s.x + s.y;
}

fn outer(rows: vec4f, columns: vec4f) -> mat4x4f {
    return mat4x4f(columns * rows.x, columns * rows.y, columns * rows.z, columns * rows.w);
}

fn store(r: u32, row0: u32, n4: u32, sum: mat4x4f) {
    finish(r, row0, n4, sum[0]);
    finish(r + 1u, row0, n4, sum[1]);
    finish(r + 2u, row0, n4, sum[2]);
    finish(r + 3u, row0, n4, sum[3]);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row0 = group.y * TILE_ROWS;
    let column0 = group.x * 64u;
    if (NORM != 0u) {
        measure(row0, t);
    }
    // Staging: this thread carries four rows of x and of w at four k.
    // Neighbours carry neighbouring rows, so that their stores meet different banks.
    let q4 = t % 16u;
    let k_own = t / 16u;
    let rows = rows_at(row0 + q4 * 4u);
    let c = min(vec4u(column0 + q4 * 4u) + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u));
    let at = k_own * 64u + q4;
    // Computing: rows 4·ty and 32 + 4·ty on, columns 4·tx and 32 + 4·tx on. Four 4×4 quarters, a
    // column for each row. Matrices, not arrays, which software adapters keep in memory.
    let tx = t % 8u;
    let ty = t / 8u;
    var top_left = mat4x4f();
    var top_right = mat4x4f();
    var bottom_left = mat4x4f();
    var bottom_right = mat4x4f();
    for (var k0 = 0u; k0 < K / 4u; k0 += 4u) {
        let k4 = k0 + k_own;
        let xt = load_rows(rows, q4 * 4u, k4);
        let wt = transpose(mat4x4f(weights(c.x, k4), weights(c.y, k4), weights(c.z, k4), weights(c.w, k4)));
        scratch[at] = xt[0];
        scratch[at + 16u] = xt[1];
        scratch[at + 32u] = xt[2];
        scratch[at + 48u] = xt[3];
        ws[at] = wt[0];
        ws[at + 16u] = wt[1];
        ws[at + 32u] = wt[2];
        ws[at + 48u] = wt[3];
        workgroupBarrier();
        for (var k = 0u; k < 256u; k += 16u) {
            let top = scratch[k + ty];
            let bottom = scratch[k + 8u + ty];
            let left = ws[k + tx];
            let right = ws[k + 8u + tx];
            top_left += outer(top, left);
            top_right += outer(top, right);
            bottom_left += outer(bottom, left);
            bottom_right += outer(bottom, right);
        }
        workgroupBarrier();
    }
    let n4 = column0 / 4u + tx;
    store(ty * 4u, row0, n4, top_left);
    store(ty * 4u, row0, n4 + 8u, top_right);
    store(32u + ty * 4u, row0, n4, bottom_left);
    store(32u + ty * 4u, row0, n4 + 8u, bottom_right);
}
