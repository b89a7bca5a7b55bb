// y (M, K) = (dy · w + low · a) ∘ GELU'(extra)? + extra?: a Linear's gradient for what it read, 64×64 outputs a
// workgroup.
//
// dy: (M, N), w: (N, K) as stored, low: (M, P), a: (P, K) in f32. 64 threads, 8×8 outputs each, as in gemm_large;
// w is staged as it lies, for here the sum runs over its rows.
// After common.wgsl, activation.wgsl.

/// Rows of w, a multiple of 4.
override N: u32;
/// Rows of a, a multiple of 4; 0 for none.
override P: u32;
/// 0: no more. 1: times GELU's slope at extra. 2: plus extra.
override EXTRA: u32;

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> weight_q: array<u32>;
@group(0) @binding(2) var<storage, read> weight_s: array<u32>;
@group(0) @binding(3) var<storage, read> low: array<vec4f>;
@group(0) @binding(4) var<storage, read> a: array<vec4f>;
@group(0) @binding(5) var<storage, read> extra: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;

/// (n of 16, row / 4)
var<workgroup> ds: array<vec4f, 256>;
/// (n of 16, column / 4)
var<workgroup> ws: array<vec4f, 256>;

fn outer(rows: vec4f, columns: vec4f) -> mat4x4f {
    return mat4x4f(columns * rows.x, columns * rows.y, columns * rows.z, columns * rows.w);
}

fn put(row: u32, k4: u32, sum: vec4f) {
    if (k4 >= K / 4u) {
        return;
    }
    let at = row * (K / 4u) + k4;
    var v = sum;
    if (EXTRA == 1u) {
        v *= gelu_slope(extra[at]);
    }
    if (EXTRA == 2u) {
        v += extra[at];
    }
    y[at] = v;
}

fn store(row: u32, k4: u32, sum: mat4x4f) {
    put(row, k4, sum[0]);
    put(row + 1u, k4, sum[1]);
    put(row + 2u, k4, sum[2]);
    put(row + 3u, k4, sum[3]);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row0 = group.y * 64u;
    let column4 = group.x * 16u;
    // Staging: four rows of dy at four n; four vec4s of one row of w.
    let q4 = t % 16u;
    let n_own = t / 16u;
    let row = row0 + q4 * 4u;
    let at = n_own * 64u + q4;
    let w_row = t / 4u;
    let w_column = (t % 4u) * 4u;
    let k4 = min(column4 + w_column, K / 4u - 4u);
    let w_at = w_row * 16u + w_column;
    // Computing: rows 4·ty and 32 + 4·ty on, columns 4·tx and 32 + 4·tx on.
    let tx = t % 8u;
    let ty = t / 8u;
    var top_left = mat4x4f();
    var top_right = mat4x4f();
    var bottom_left = mat4x4f();
    var bottom_right = mat4x4f();
    // First over w's rows, then over a's.
    let steps = (N + 15u) / 16u;
    for (var step = 0u; step < steps + (P + 15u) / 16u; step++) {
        var columns = mat4x4f();
        var rows = mat4x4f();
        if (step < steps) {
            let n4 = step * 4u + n_own;
            if (n4 < N / 4u) {
                let width = N / 4u;
                rows = mat4x4f(
                    dy[row * width + n4], dy[(row + 1u) * width + n4],
                    dy[(row + 2u) * width + n4], dy[(row + 3u) * width + n4]);
            }
            let n = step * 16u + w_row;
            if (n < N) {
                let s = scale_min(n, k4 / 8u);
                columns = mat4x4f(
                    quants4(n, k4) * s.x + s.y, quants4(n, k4 + 1u) * s.x + s.y,
                    quants4(n, k4 + 2u) * s.x + s.y, quants4(n, k4 + 3u) * s.x + s.y);
            }
        } else {
            let p4 = (step - steps) * 4u + n_own;
            if (p4 < P / 4u) {
                let width = P / 4u;
                rows = mat4x4f(
                    low[row * width + p4], low[(row + 1u) * width + p4],
                    low[(row + 2u) * width + p4], low[(row + 3u) * width + p4]);
            }
            let p = (step - steps) * 16u + w_row;
            if (p < P) {
                let source = p * (K / 4u) + k4;
                columns = mat4x4f(a[source], a[source + 1u], a[source + 2u], a[source + 3u]);
            }
        }
        let across = transpose(rows);
        workgroupBarrier();
        ds[at] = across[0];
        ds[at + 16u] = across[1];
        ds[at + 32u] = across[2];
        ds[at + 48u] = across[3];
        ws[w_at] = columns[0];
        ws[w_at + 1u] = columns[1];
        ws[w_at + 2u] = columns[2];
        ws[w_at + 3u] = columns[3];
        workgroupBarrier();
        for (var k = 0u; k < 256u; k += 16u) {
            let top = ds[k + ty];
            let bottom = ds[k + 8u + ty];
            let left = ws[k + tx];
            let right = ws[k + 8u + tx];
            top_left += outer(top, left);
            top_right += outer(top, right);
            bottom_left += outer(bottom, left);
            bottom_right += outer(bottom, right);
        }
    }
    let to = column4 + tx;
    store(row0 + ty * 4u, to, top_left);
    store(row0 + ty * 4u, to + 8u, top_right);
    store(row0 + 32u + ty * 4u, to, bottom_left);
    store(row0 + 32u + ty * 4u, to + 8u, bottom_right);
}
