// What all GEMM kernels share: y (M, N) = act(LN?(x) · wᵀ + bias + low·Bᵀ?) + LN(residual)?.
// The kernel declares TILE_ROWS, LANES (threads that measure one row) and `scratch`.

/// Rows of w.
override N: u32;
/// vec4s in a row of y: N rounded up to four.
override STRIDE4: u32;
/// 0: x as it is. 1: x is normalised while read. 2: residual is normalised and added.
override NORM: u32;
/// As `activate` has it.
override ACT: u32;
/// 0: rows in order. Else the header word of a list of rows, its length in the next word.
override GATHER: u32;
/// Bias (N), and gamma (W) then beta (W) of the norm, in vec4s.
override BIAS_AT4: u32;
override NORM_AT4: u32;
/// Where `vectors` tells of an adapter's low-rank product, in vec4s: rank / 4, how many columns / 4 share
/// one, where B (N, rank) begins, and the factor alpha / rank, as floats. All 0 where nothing is added.
override LOW_AT4: u32;
override EPS: f32;
/// 0: nothing is dropped. Else 1 + the stream of the values that are, before the residual is added.
override DROPOUT: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight_q: array<u32>;
@group(0) @binding(3) var<storage, read> weight_s: array<u32>;
@group(0) @binding(4) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;
/// x·Aᵀ of an adapter: (M, parts · rank).
@group(0) @binding(7) var<storage, read> low: array<vec4f>;

/// Mean and 1/deviation of each row of the tile.
var<workgroup> stats: array<vec2f, TILE_ROWS>;

/// Where a row of x begins, in vec4s.
fn row_at(row: u32) -> u32 {
    if (GATHER != 0u) {
        return call[call[GATHER] + min(row, call[GATHER + 1u] - 1u)] * (K / 4u);
    }
    return row * (K / 4u);
}

fn rows_at(row: u32) -> vec4u {
    return vec4u(row_at(row), row_at(row + 1u), row_at(row + 2u), row_at(row + 3u));
}

fn norm_source(row: u32, i: u32) -> vec4f {
    if (NORM == 1u) {
        return x[row_at(row) + i];
    }
    return residual[row * (N / 4u) + i];
}

/// Fills `stats`, LANES threads a row. Sums are shifted by the row's first value, so that the
/// difference of squares keeps its digits.
fn measure(row0: u32, t: u32) {
    let width4 = select(N, K, NORM == 1u) / 4u;
    let lane = t % LANES;
    for (var r = t / LANES; r < TILE_ROWS; r += THREADS / LANES) {
        let shift = norm_source(row0 + r, 0u).x;
        var sum = vec4f(0.0);
        var square = vec4f(0.0);
        for (var i = lane; i < width4; i += LANES) {
            let v = norm_source(row0 + r, i) - shift;
            sum += v;
            square += v * v;
        }
        scratch[r * LANES + lane] = vec4f(dot(sum, vec4f(1.0)), dot(square, vec4f(1.0)), shift, 0.0);
    }
    workgroupBarrier();
    if (t < TILE_ROWS) {
        var total = vec2f(0.0);
        for (var i = 0u; i < LANES; i++) {
            total += scratch[t * LANES + i].xy;
        }
        let mean = total / f32(width4 * 4u);
        let variance = max(mean.y - mean.x * mean.x, 0.0);
        stats[t] = vec2f(mean.x + scratch[t * LANES].z, inverseSqrt(variance + EPS));
    }
    workgroupBarrier();
}

/// (x·Aᵀ)·Bᵀ of a row, columns 4·n4 .. 4·n4+3.
fn low_rank(row: u32, n4: u32) -> vec4f {
    let told = vectors[LOW_AT4];
    let rank4 = u32(told.x);
    var sum = vec4f(0.0);
    if (rank4 > 0u) {
        let columns4 = u32(told.y);
        let at = (row * (N / 4u / columns4) + n4 / columns4) * rank4;
        let b = u32(told.z) + n4 * 4u * rank4;
        for (var i = 0u; i < rank4; i++) {
            let l = low[at + i];
            sum += vec4f(
                dot(l, vectors[b + i]), dot(l, vectors[b + rank4 + i]),
                dot(l, vectors[b + 2u * rank4 + i]), dot(l, vectors[b + 3u * rank4 + i]));
        }
    }
    return sum * told.w;
}

/// Bias, activation, residual: the last step of row r of the tile, columns 4·n4 .. 4·n4+3.
fn finish(r: u32, row0: u32, n4: u32, sum: vec4f) {
    if (n4 >= STRIDE4) {
        return;
    }
    var v = activate(sum + vectors[BIAS_AT4 + n4] + low_rank(row0 + r, n4), ACT);
    let at = (row0 + r) * STRIDE4 + n4;
    if (DROPOUT != 0u) {
        v *= dropped(at, DROPOUT - 1u, call[13], call[14], call[15]);
    }
    if (NORM == 2u) {
        let stat = stats[r];
        v += (residual[at] - stat.x) * stat.y * vectors[NORM_AT4 + n4] + vectors[NORM_AT4 + N / 4u + n4];
    }
    y[at] = v;
}
