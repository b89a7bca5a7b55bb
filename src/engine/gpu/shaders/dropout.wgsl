// Which values dropout takes, as `engine::training::dropped` has it.

/// A counter-based generator (Jarzynski and Olano, "Hash Functions for GPU Rendering", 2020).
fn pcg4d(counter: vec4u) -> vec4u {
    var v = counter * 1664525u + 1013904223u;
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
    v = v ^ (v >> vec4u(16u));
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
    return v;
}

/// Factors of the four values at `index4` of an array: 0, or what makes up for those that are 0.
fn dropped(index4: u32, stream: u32, micro_step: u32, seed: u32, threshold: u32) -> vec4f {
    let kept = pcg4d(vec4u(index4, stream, micro_step, seed)) >= vec4u(threshold);
    return select(vec4f(0.0), vec4f(1.0 / (1.0 - f32(threshold) / 4294967296.0)), kept);
}
