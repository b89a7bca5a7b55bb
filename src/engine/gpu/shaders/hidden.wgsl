// hidden (L+1, B, S, H)[layer] = LN(x), x: (M, H) packed; 0 beyond a row's length.
// After row.wgsl.

/// Gamma then beta, in vec4s.
override NORM_AT4: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(3) var<uniform> layer: vec4u;
@group(0) @binding(4) var<storage, read_write> hidden: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let place = group.x;
    let row = group.y;
    let start = call[call[6] + row * 2u];
    let count = call[call[6] + row * 2u + 1u];
    let source = (start + min(place, count - 1u)) * WIDTH4;
    let moments = row_moments(source, t);
    let to = ((layer.x * call[1] + row) * call[2] + place) * WIDTH4;
    for (var i = t; i < WIDTH4; i += 64u) {
        let v = (x[source + i] - moments.x - moments.y) * moments.z;
        let y = v * vectors[NORM_AT4 + i] + vectors[NORM_AT4 + WIDTH4 + i];
        hidden[to + i] = select(vec4f(0.0), y, place < count);
    }
}
