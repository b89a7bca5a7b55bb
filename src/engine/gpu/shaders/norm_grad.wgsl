// A LayerNorm's own gradients, summed over the M rows: gv (2H) = Σ dy ∘ x̂ (gamma's), Σ dy (beta's), x̂ = (x − μ)·ρ.
// 64 columns a workgroup; 16 slices of rows meet in fixed order.
// After micro.wgsl.

/// H / 4
override WIDTH4: u32;
/// Where gamma's gradient begins, in vec4s; beta's is behind it.
override GV_AT4: u32;

@group(0) @binding(0) var<uniform> micro: Micro;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
/// Mean and 1 / deviation of each row.
@group(0) @binding(3) var<storage, read> stats: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> gv: array<vec4f>;

/// (slice, lane), of gamma and of beta
var<workgroup> gammas: array<vec4f, 256>;
var<workgroup> betas: array<vec4f, 256>;

fn put(at: u32, sum: vec4f) {
    gv[at] = select(sum, sum + gv[at], micro.accumulate == 1u);
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let lane = t % 16u;
    let column4 = group.x * 16u + lane;
    let c = min(column4, WIDTH4 - 1u);
    var gamma = vec4f(0.0);
    var beta = vec4f(0.0);
    for (var m = t / 16u; m < micro.tokens; m += 16u) {
        let d = dy[m * WIDTH4 + c];
        let stat = stats[m];
        gamma += d * (x[m * WIDTH4 + c] - stat.x) * stat.y;
        beta += d;
    }
    gammas[t] = gamma;
    betas[t] = beta;
    workgroupBarrier();
    if (t < 16u && column4 < WIDTH4) {
        for (var slice = 1u; slice < 16u; slice++) {
            gamma += gammas[slice * 16u + t];
            beta += betas[slice * 16u + t];
        }
        put(GV_AT4 + c, gamma);
        put(GV_AT4 + WIDTH4 + c, beta);
    }
}
