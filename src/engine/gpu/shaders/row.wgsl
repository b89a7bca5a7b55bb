// The LayerNorm of whole rows of `x` by workgroups of 64: what hidden, row_stats and first_rows share.

/// H / 4
override WIDTH4: u32;
override EPS: f32;

var<workgroup> row_sums: array<vec2f, 64>;

/// Of the row that begins at `at`: its first value, the mean less that, 1 / deviation. All lanes call it, lane `t`.
/// Sums are shifted by the first value, so that the difference of squares keeps its digits.
fn row_moments(at: u32, t: u32) -> vec3f {
    let shift = x[at].x;
    var sum = vec4f(0.0);
    var square = vec4f(0.0);
    for (var i = t; i < WIDTH4; i += 64u) {
        let v = x[at + i] - shift;
        sum += v;
        square += v * v;
    }
    row_sums[t] = vec2f(dot(sum, vec4f(1.0)), dot(square, vec4f(1.0)));
    workgroupBarrier();
    var total = vec2f(0.0);
    for (var i = 0u; i < 64u; i++) {
        total += row_sums[i];
    }
    let mean = total / f32(WIDTH4 * 4u);
    return vec3f(shift, mean.x, inverseSqrt(max(mean.y - mean.x * mean.x, 0.0) + EPS));
}
