// The classifier's loss and its gradients, a workgroup an example: logits = W·(pooled ∘ mask) + b,
// loss = ln Σ exp(logit) − logit[class], dlogits = (softmax − one-hot) · weight,
// dpre = (Wᵀ·dlogits) ∘ mask ∘ (1 − pooled²), which is the pooler's before its tanh.
//
// report: (examples, 1 + labels↑4 of floats): loss, padding to 4, then logits.
// After dropout.wgsl, micro.wgsl.

/// H / 4
override WIDTH4: u32;
/// At most 20.
override LABELS: u32;
/// Where W (labels, H) begins, and the bias, in vec4s and floats.
override W_AT4: u32;
override BIAS_AT4: u32;
override DROPOUT: u32;

@group(0) @binding(0) var<uniform> micro: Micro;
/// Class of each row.
@group(0) @binding(1) var<storage, read> classes: array<u32>;
@group(0) @binding(2) var<storage, read> pooled: array<vec4f>;
@group(0) @binding(3) var<storage, read> matrices: array<vec4f>;
@group(0) @binding(4) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> kept: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dlogits: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> dpre: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> report: array<vec4f>;

/// (thread, label), then (label)
var<workgroup> sums: array<f32, 1280>;
var<workgroup> logits: array<f32, 20>;

fn mask(at: u32) -> vec4f {
    if (DROPOUT == 0u) {
        return vec4f(1.0);
    }
    return dropped(at, DROPOUT - 1u, micro.micro_step, micro.seed, micro.threshold);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row = group.x;
    let labels4 = (LABELS + 3u) / 4u;
    for (var label = 0u; label < LABELS; label++) {
        var sum = vec4f(0.0);
        for (var i = t; i < WIDTH4; i += 64u) {
            let at = row * WIDTH4 + i;
            sum += pooled[at] * mask(at) * matrices[W_AT4 + label * WIDTH4 + i];
        }
        sums[t * LABELS + label] = dot(sum, vec4f(1.0));
    }
    workgroupBarrier();
    if (t < LABELS) {
        var sum = vectors[BIAS_AT4 + t / 4u][t % 4u];
        for (var i = 0u; i < 64u; i++) {
            sum += sums[i * LABELS + t];
        }
        logits[t] = sum;
    }
    workgroupBarrier();
    var most = logits[0];
    for (var i = 1u; i < LABELS; i++) {
        most = max(most, logits[i]);
    }
    var total = 0.0;
    for (var i = 0u; i < LABELS; i++) {
        total += exp(logits[i] - most);
    }
    let own = classes[row];
    for (var i = t; i < WIDTH4; i += 64u) {
        let at = row * WIDTH4 + i;
        let factor = mask(at);
        let value = pooled[at];
        var d = vec4f(0.0);
        for (var label = 0u; label < LABELS; label++) {
            let p = exp(logits[label] - most) / total - select(0.0, 1.0, label == own);
            d += p * matrices[W_AT4 + label * WIDTH4 + i];
        }
        kept[at] = value * factor;
        dpre[at] = d * micro.weight * factor * (1.0 - value * value);
    }
    if (t < labels4) {
        var d = vec4f(0.0);
        var l = vec4f(0.0);
        for (var i = 0u; i < 4u; i++) {
            let label = t * 4u + i;
            if (label < LABELS) {
                l[i] = logits[label];
                d[i] = (exp(l[i] - most) / total - select(0.0, 1.0, label == own)) * micro.weight;
            }
        }
        dlogits[row * labels4 + t] = d;
        report[(micro.first + row) * (1u + labels4) + 1u + t] = l;
    }
    if (t == 0u) {
        report[(micro.first + row) * (1u + labels4)] = vec4f(most + log(total) - logits[own], 0.0, 0.0, 0.0);
    }
}
