// gm[0 .. COUNT4] = 0 (in vec4s) before a step's first micro-batch: most rows of a table have no token.
// After micro.wgsl.

override COUNT4: u32;

@group(0) @binding(0) var<uniform> micro: Micro;
@group(0) @binding(1) var<storage, read_write> gm: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let i = (group.y * 1024u + group.x) * 64u + t;
    if (i < COUNT4 && micro.accumulate == 0u) {
        gm[i] = vec4f(0.0);
    }
}
