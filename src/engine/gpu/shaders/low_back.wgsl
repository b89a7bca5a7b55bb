// dlow (M, parts · r) = (alpha / rank) · dy (M, N) · B: a low-rank product's gradient before A. B (N, r) lies in
// `vectors`; N is cut in as many parts as B serves Linears.
//
// A workgroup has four rows, one part and eight of the r: 64 threads along the part's columns, who meet at the end.

override N: u32;
/// Where `vectors` tells of B, as in gemm.wgsl, in vec4s.
override LOW_AT4: u32;

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dlow: array<vec4f>;

/// (thread, row and half)
var<workgroup> sums: array<vec4f, 512>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let told = vectors[LOW_AT4];
    let rank4 = u32(told.x);
    let columns4 = u32(told.y);
    let blocks = (rank4 + 1u) / 2u;
    let part = group.x / blocks;
    let first = (group.x % blocks) * 2u;
    // The last half block of an odd rank4 is computed and not stored.
    let second = min(first + 1u, rank4 - 1u);
    let row = group.y * 4u;
    var upper = mat4x4f();
    var lower = mat4x4f();
    for (var i = t; i < columns4; i += 64u) {
        let n4 = part * columns4 + i;
        let d = mat4x4f(
            dy[row * (N / 4u) + n4], dy[(row + 1u) * (N / 4u) + n4],
            dy[(row + 2u) * (N / 4u) + n4], dy[(row + 3u) * (N / 4u) + n4]);
        let b = u32(told.z) + n4 * 4u * rank4;
        upper += mat4x4f(
            vectors[b + first], vectors[b + rank4 + first],
            vectors[b + 2u * rank4 + first], vectors[b + 3u * rank4 + first]) * d;
        lower += mat4x4f(
            vectors[b + second], vectors[b + rank4 + second],
            vectors[b + 2u * rank4 + second], vectors[b + 3u * rank4 + second]) * d;
    }
    for (var i = 0u; i < 4u; i++) {
        sums[t * 8u + i] = upper[i];
        sums[t * 8u + 4u + i] = lower[i];
    }
    workgroupBarrier();
    if (t < 8u && first + t / 4u < rank4) {
        var sum = vec4f(0.0);
        for (var i = 0u; i < 64u; i++) {
            sum += sums[i * 8u + t];
        }
        let parts = N / 4u / columns4;
        dlow[((row + t % 4u) * parts + part) * rank4 + first + t / 4u] = sum * told.w;
    }
}
