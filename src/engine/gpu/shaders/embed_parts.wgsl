// y (M, 3, H) = word[id], position[p], segment[s], each 0 where the token says so: what `embed` adds up.
// After common.wgsl.

/// Workgroups carry 64 vec4s of one token.
const WIDTH: u32 = 64u;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> weight_q: array<u32>;
@group(0) @binding(2) var<storage, read> weight_s: array<u32>;
@group(0) @binding(3) var<storage, read> positions: array<vec4f>;
@group(0) @binding(4) var<storage, read> segments: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let h4 = K / 4u;
    let at = group.x * WIDTH + t;
    let token = group.y;
    if (at < 3u * h4 && token < call[0]) {
        let id = call[call[7] + token * 2u];
        let place = call[call[7] + token * 2u + 1u];
        let part = at / h4;
        let i = at % h4;
        var v = vec4f(0.0);
        if (((place >> (28u + part)) & 1u) == 0u) {
            if (part == 0u) {
                let s = scale_min(id, i / 8u);
                v = quants4(id, i) * s.x + s.y;
            } else if (part == 1u) {
                v = positions[(place & 0xffffu) * h4 + i];
            } else {
                v = segments[((place >> 16u) & 0xfffu) * h4 + i];
            }
        }
        y[token * 3u * h4 + at] = v;
    }
}
