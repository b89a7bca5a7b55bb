// AdamW on a flat buffer of parameters, as `engine::training` has it: gradients cut by their norm, moments, decay.

override COUNT4: u32;
/// Partial sums of g² in `sums`.
override SUMS: u32;
/// Decay acts on p[i] where i mod STRIDE4 lies in DECAY_FROM4 .. DECAY_TO4, below LIMIT4 (all in vec4s).
override STRIDE4: u32;
override DECAY_FROM4: u32;
override DECAY_TO4: u32;
override LIMIT4: u32;

struct Rates {
    learning_rate: f32,
    /// learning_rate · weight_decay
    decay: f32,
    /// 1 / (1 − βᵗ)
    correct1: f32,
    correct2: f32,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
    max_norm: f32,
}

@group(0) @binding(0) var<uniform> rates: Rates;
@group(0) @binding(1) var<storage, read> g: array<vec4f>;
@group(0) @binding(2) var<storage, read> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> p: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> v: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    var squares = 0.0;
    for (var i = 0u; i < SUMS; i++) {
        squares += sums[i];
    }
    let cut = min(1.0, rates.max_norm / (sqrt(squares) + 1e-6));
    let i = (group.y * 1024u + group.x) * 64u + t;
    if (i >= COUNT4) {
        return;
    }
    let g_cut = g[i] * cut;
    let first = rates.beta1 * m[i] + (1.0 - rates.beta1) * g_cut;
    let second = rates.beta2 * v[i] + (1.0 - rates.beta2) * g_cut * g_cut;
    m[i] = first;
    v[i] = second;
    let place = i % STRIDE4;
    let decays = i < LIMIT4 && place >= DECAY_FROM4 && place < DECAY_TO4;
    let kept = p[i] * (1.0 - select(0.0, rates.decay, decays));
    p[i] = kept - rates.learning_rate * (first * rates.correct1) / (sqrt(second * rates.correct2) + rates.epsilon);
}
