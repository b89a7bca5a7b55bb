// dx (M, H) = dlogits.x · W[0] + dlogits.y · W[1]: a span head's gradient for what it read.
// dlogits: (M, 4), W: (2, H).

/// H / 4
override WIDTH4: u32;
/// Where W begins, in vec4s.
override W_AT4: u32;

@group(0) @binding(0) var<storage, read> dlogits: array<vec4f>;
@group(0) @binding(1) var<storage, read> matrices: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let d = dlogits[group.x];
    for (var i = t; i < WIDTH4; i += 64u) {
        dx[group.x * WIDTH4 + i] = d.x * matrices[W_AT4 + i] + d.y * matrices[W_AT4 + WIDTH4 + i];
    }
}
