// Partial sums of g²: 64 workgroups, each its stretch of g, in fixed order. sums[AT + workgroup]

override COUNT4: u32;
override AT: u32;

@group(0) @binding(0) var<storage, read> g: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

var<workgroup> parts: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let each = (COUNT4 + 63u) / 64u;
    let end = min((group.x + 1u) * each, COUNT4);
    var sum = 0.0;
    for (var i = group.x * each + t; i < end; i += 256u) {
        sum += dot(g[i], g[i]);
    }
    parts[t] = sum;
    workgroupBarrier();
    for (var half = 128u; half > 0u; half /= 2u) {
        if (t < half) {
            parts[t] += parts[t + half];
        }
        workgroupBarrier();
    }
    if (t == 0u) {
        sums[AT + group.x] = parts[0];
    }
}
