// A span head's loss over each row and its gradient, a workgroup a row: with p the softmax of start and of end logits
// over the row's tokens, loss = −½ ln Σ p_start(first)·p_end(last) over the places of the answer,
// dlogits = ½ (p − the share of each place among them) · weight.
//
// logits, dlogits: (M, 4): start, end, two of no meaning (0 in dlogits). report: (examples, 4): loss, the tokens of the
// row likeliest as start and as end, 0.
// After micro.wgsl.

/// Words of a row in places: how many, then first and last token of each, in the row.
override PLACES: u32;

@group(0) @binding(0) var<uniform> micro: Micro;
@group(0) @binding(1) var<storage, read> call: array<u32>;
@group(0) @binding(2) var<storage, read> places: array<u32>;
@group(0) @binding(3) var<storage, read> logits: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dlogits: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> report: array<vec4f>;

/// Of each thread's tokens: greatest start and end logit, and where.
var<workgroup> tops: array<vec2f, 64>;
var<workgroup> tops_at: array<vec2u, 64>;
var<workgroup> sums: array<vec2f, 64>;
/// Scores of places.
var<workgroup> scores: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let row = group.x;
    let start = call[call[6] + row * 2u];
    let tokens = call[call[6] + row * 2u + 1u];
    let own = row * PLACES;
    let count = places[own];
    // A thread without tokens takes the first: that changes neither a maximum nor where it first is.
    var top = logits[start].xy;
    var top_at = vec2u(0u);
    for (var i = t; i < tokens; i += 64u) {
        let v = logits[start + i].xy;
        top_at = select(top_at, vec2u(i), v > top);
        top = max(top, v);
    }
    tops[t] = top;
    tops_at[t] = top_at;
    if (t < count) {
        let first = places[own + 1u + 2u * t];
        let last = places[own + 2u + 2u * t];
        scores[t] = logits[start + first].x + logits[start + last].y;
    }
    workgroupBarrier();
    top = tops[0];
    top_at = tops_at[0];
    for (var i = 1u; i < 64u; i++) {
        let better = (tops[i] > top) | ((tops[i] == top) & (tops_at[i] < top_at));
        top_at = select(top_at, tops_at[i], better);
        top = max(top, tops[i]);
    }
    var sum = vec2f(0.0);
    for (var i = t; i < tokens; i += 64u) {
        sum += exp(logits[start + i].xy - top);
    }
    sums[t] = sum;
    workgroupBarrier();
    var total = vec2f(0.0);
    for (var i = 0u; i < 64u; i++) {
        total += sums[i];
    }
    var best = scores[0];
    for (var k = 1u; k < count; k++) {
        best = max(best, scores[k]);
    }
    var of_places = 0.0;
    for (var k = 0u; k < count; k++) {
        of_places += exp(scores[k] - best);
    }
    for (var i = t; i < tokens; i += 64u) {
        var d = exp(logits[start + i].xy - top) / total;
        for (var k = 0u; k < count; k++) {
            let place = vec2u(places[own + 1u + 2u * k], places[own + 2u + 2u * k]);
            d -= select(vec2f(0.0), vec2f(exp(scores[k] - best) / of_places), place == vec2u(i));
        }
        dlogits[start + i] = vec4f(d * 0.5 * micro.weight, 0.0, 0.0);
    }
    if (t == 0u) {
        let sure = top + log(total);
        let loss = 0.5 * (sure.x + sure.y - best - log(of_places));
        report[micro.first + row] = vec4f(loss, f32(top_at.x), f32(top_at.y), 0.0);
    }
}
