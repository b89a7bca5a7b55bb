// dx (M, H) = ρ·(g − mean(g) − x̂·mean(g∘x̂)), g = dy∘γ, x̂ = (x − μ)·ρ: a LayerNorm's gradient for what it read.
// With dropout also dx where the values before the residual were kept, scaled as they were.
// After dropout.wgsl, micro.wgsl.

/// H / 4
override WIDTH4: u32;
/// Gamma, in vec4s.
override NORM_AT4: u32;
/// As in gemm.wgsl.
override DROPOUT: u32;

@group(0) @binding(0) var<uniform> micro: Micro;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
/// Mean and 1 / deviation of each row.
@group(0) @binding(3) var<storage, read> stats: array<vec2f>;
@group(0) @binding(4) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dx_kept: array<vec4f>;

var<workgroup> sums: array<vec2f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let at = group.x * WIDTH4;
    let stat = stats[group.x];
    var sum = vec4f(0.0);
    var against = vec4f(0.0);
    for (var i = t; i < WIDTH4; i += 64u) {
        let g = dy[at + i] * vectors[NORM_AT4 + i];
        sum += g;
        against += g * (x[at + i] - stat.x) * stat.y;
    }
    sums[t] = vec2f(dot(sum, vec4f(1.0)), dot(against, vec4f(1.0)));
    workgroupBarrier();
    var total = vec2f(0.0);
    for (var i = 0u; i < 64u; i++) {
        total += sums[i];
    }
    let mean = total / f32(WIDTH4 * 4u);
    for (var i = t; i < WIDTH4; i += 64u) {
        let g = dy[at + i] * vectors[NORM_AT4 + i];
        let v = stat.y * (g - mean.x - (x[at + i] - stat.x) * stat.y * mean.y);
        dx[at + i] = v;
        if (DROPOUT != 0u) {
            dx_kept[at + i] = v * dropped(at + i, DROPOUT - 1u, micro.micro_step, micro.seed, micro.threshold);
        }
    }
}
