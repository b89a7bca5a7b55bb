// y = x, both (M, W), before another layer overwrites x.

/// W / 4
override WIDTH4: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let at = group.x * 64u + t;
    if (at < WIDTH4 && group.y < call[0]) {
        y[group.y * WIDTH4 + at] = x[group.y * WIDTH4 + at];
    }
}
