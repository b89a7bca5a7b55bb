// stats (M, 2) = mean and 1 / deviation of each row of x (M, H): what its LayerNorm's gradient needs again.
// After row.wgsl.

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> stats: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let moments = row_moments(group.x * WIDTH4, t);
    if (t == 0u) {
        stats[group.x] = vec2f(moments.y + moments.x, moments.z);
    }
}
