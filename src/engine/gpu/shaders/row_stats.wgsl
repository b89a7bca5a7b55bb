// stats (M, 2) = mean and 1 / deviation of each row of x (M, H): what its LayerNorm's gradient needs again.

/// H / 4
override WIDTH4: u32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> stats: array<vec2f>;

var<workgroup> sums: array<vec2f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let at = group.x * WIDTH4;
    // Shifted by the first value, so that the difference of squares keeps its digits.
    let shift = x[at].x;
    var sum = vec4f(0.0);
    var square = vec4f(0.0);
    for (var i = t; i < WIDTH4; i += 64u) {
        let v = x[at + i] - shift;
        sum += v;
        square += v * v;
    }
    sums[t] = vec2f(dot(sum, vec4f(1.0)), dot(square, vec4f(1.0)));
    workgroupBarrier();
    if (t == 0u) {
        var total = vec2f(0.0);
        for (var i = 0u; i < 64u; i++) {
            total += sums[i];
        }
        let mean = total / f32(WIDTH4 * 4u);
        stats[group.x] = vec2f(mean.x + shift, inverseSqrt(max(mean.y - mean.x * mean.x, 0.0) + EPS));
    }
}
