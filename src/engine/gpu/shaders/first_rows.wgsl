// Between tokens and one token of each row, its first or its blank. FORWARD: y (B, H) = LN(x[own]). Else y (M, H) =
// x (B, H) at those tokens, 0 elsewhere, which is the gradient of taking them.
// After row.wgsl.

/// Gamma then beta, in vec4s.
override NORM_AT4: u32;
override FORWARD: u32;
/// The header word of the list of those tokens; the next word is its length.
override LIST: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let own = group.x;
    if (FORWARD == 0u) {
        var source = 0xffffffffu;
        for (var row = 0u; row < call[LIST + 1u]; row++) {
            if (call[call[LIST] + row] == own) {
                source = row;
            }
        }
        for (var i = t; i < WIDTH4; i += 64u) {
            var v = vec4f(0.0);
            if (source != 0xffffffffu) {
                v = x[source * WIDTH4 + i];
            }
            y[own * WIDTH4 + i] = v;
        }
        return;
    }
    let at = call[call[LIST] + own] * WIDTH4;
    let moments = row_moments(at, t);
    for (var i = t; i < WIDTH4; i += 64u) {
        let v = (x[at + i] - moments.x - moments.y) * moments.z;
        y[own * WIDTH4 + i] = v * vectors[NORM_AT4 + i] + vectors[NORM_AT4 + WIDTH4 + i];
    }
}
