// GEMM (see gemm.wgsl) for one to four rows, or few columns: 4×32 outputs a workgroup.
//
// A blank's vocabulary is one row: reading w is all the work. An adapter's A has few columns instead. 16 lanes lie along K, so that
// neighbours read neighbouring words; each carries 4 columns × 4 rows and they meet at the end.
// After common.wgsl, activation.wgsl, dropout.wgsl, gemm.wgsl.

const TILE_ROWS: u32 = 4u;
const LANES: u32 = 32u;
const THREADS: u32 = 128u;

/// (lane, column), the four rows in a vec4; first, what rows are measured by.
var<workgroup> scratch: array<vec4f, 512>;

/// Row i of x at 4·k4, normalised but for gamma and beta.
fn load(at: u32, i: u32, k4: u32) -> vec4f {
    if (NORM == 1u) {
        return (x[at + k4] - stats[i].x) * stats[i].y;
    }
    return x[at + k4];
}

/// The four rows against 4 weights of one column.
fn against(rows: mat4x4f, w: vec4f, k4: u32) -> vec4f {
    if (NORM == 1u) {
        // w · (row ∘ gamma + beta) for each row.
        return (w * vectors[NORM_AT4 + k4]) * rows + dot(w, vectors[NORM_AT4 + K / 4u + k4]);
    }
    return w * rows;
}

fn part(n: u32, k8: u32, even: mat4x4f, odd: mat4x4f) -> vec4f {
    if (n >= N) {
        return vec4f(0.0);
    }
    let s = scale_min(n, k8 / 4u);
    let q = quants8(n, k8);
    return against(even, q[0] * s.x + s.y, k8 * 2u) + against(odd, q[1] * s.x + s.y, k8 * 2u + 1u);
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row0 = group.y * TILE_ROWS;
    let column0 = group.x * 32u;
    if (NORM != 0u) {
        measure(row0, t);
    }
    let lane = t % 16u;
    let column = t / 16u;
    let at = rows_at(row0);
    // A vec4 holds the four rows of one column.
    var a = vec4f(0.0);
    var b = vec4f(0.0);
    var c = vec4f(0.0);
    var d = vec4f(0.0);
    for (var k8 = lane; k8 < K / 8u; k8 += 16u) {
        let k4 = k8 * 2u;
        let even = mat4x4f(load(at.x, 0u, k4), load(at.y, 1u, k4), load(at.z, 2u, k4), load(at.w, 3u, k4));
        let odd = mat4x4f(
            load(at.x, 0u, k4 + 1u), load(at.y, 1u, k4 + 1u), load(at.z, 2u, k4 + 1u), load(at.w, 3u, k4 + 1u));
        let n = column0 + column;
        a += part(n, k8, even, odd);
        b += part(n + 8u, k8, even, odd);
        c += part(n + 16u, k8, even, odd);
        d += part(n + 24u, k8, even, odd);
    }
    // Measuring is over: every thread has passed its barriers.
    scratch[lane * 32u + column] = a;
    scratch[lane * 32u + column + 8u] = b;
    scratch[lane * 32u + column + 16u] = c;
    scratch[lane * 32u + column + 24u] = d;
    workgroupBarrier();
    if (t < 32u) {
        var sum = vec4f(0.0);
        for (var i = 0u; i < 16u; i++) {
            sum += scratch[i * 32u + t];
        }
        scratch[t] = sum;
    }
    workgroupBarrier();
    if (t < 32u) {
        let r = t / 8u;
        let n4 = t % 8u;
        let sum = vec4f(scratch[n4 * 4u][r], scratch[n4 * 4u + 1u][r], scratch[n4 * 4u + 2u][r], scratch[n4 * 4u + 3u][r]);
        finish(r, row0, column0 / 4u + n4, sum);
    }
}
