// y (M, F) = GELU(u).
// After activation.wgsl.

/// F / 4
override WIDTH4: u32;

@group(0) @binding(0) var<storage, read> u: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let column = group.x * 64u + t;
    if (column < WIDTH4) {
        let at = group.y * WIDTH4 + column;
        y[at] = activate(u[at], 1u);
    }
}
