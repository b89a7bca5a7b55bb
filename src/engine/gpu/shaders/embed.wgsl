// y (M, H) = word[id] + position[p] + segment[s], each 0 where the token says so, before the LayerNorm that its readers apply.
// After common.wgsl.

/// Workgroups carry 64 vec4s of one token.
const WIDTH: u32 = 64u;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> weight_q: array<u32>;
@group(0) @binding(2) var<storage, read> weight_s: array<u32>;
@group(0) @binding(3) var<storage, read> positions: array<vec4f>;
@group(0) @binding(4) var<storage, read> segments: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

/// 0 where the lowest bit is set.
fn kept(part: vec4f, left_out: u32) -> vec4f {
    return select(part, vec4f(0.0), (left_out & 1u) == 1u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let at = group.x * WIDTH + t;
    let token = group.y;
    if (at < K / 4u && token < call[0]) {
        let id = call[call[7] + token * 2u];
        let place = call[call[7] + token * 2u + 1u];
        let s = scale_min(id, at / 8u);
        let word = quants4(id, at) * s.x + s.y;
        let position = positions[(place & 0xffffu) * (K / 4u) + at];
        let segment = segments[((place >> 16u) & 0xfffu) * (K / 4u) + at];
        y[token * (K / 4u) + at] = kept(word, place >> 28u) + kept(position, place >> 29u) + kept(segment, place >> 30u);
    }
}
