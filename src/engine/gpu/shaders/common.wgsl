// Prepended to every kernel that reads stored weights: w (N, K), rows along K in groups of 32.
// The kernel declares `weight_q` (quants or f32 bits) and `weight_s` (f16 scales, then minima).

/// Stored form of w: 0 f32, 4 nibbles with scale and minimum, 8 signed bytes with scale.
override SCHEME: u32;
/// Columns of w, a multiple of 32.
override K: u32;
/// Where the minima begin in `weight_s`, in words.
override MIN_AT: u32;

fn half_at(word: u32, half: u32) -> f32 {
    let pair = unpack2x16float(weight_s[word + half / 2u]);
    return select(pair.x, pair.y, (half & 1u) == 1u);
}

/// (scale, minimum) of row n's group g.
fn scale_min(n: u32, g: u32) -> vec2f {
    let half = n * (K / 32u) + g;
    if (SCHEME == 4u) {
        return vec2f(half_at(0u, half), half_at(MIN_AT, half));
    }
    if (SCHEME == 8u) {
        return vec2f(half_at(0u, half), 0.0);
    }
    return vec2f(1.0, 0.0);
}

/// Four nibbles, lowest first.
fn nibbles(q: u32) -> vec4f {
    return vec4f((vec4u(q) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u));
}

/// Quants of row n at columns 4·k4 .. 4·k4+3: w = scale · quant + minimum.
fn quants4(n: u32, k4: u32) -> vec4f {
    if (SCHEME == 4u) {
        return nibbles(weight_q[n * (K / 8u) + k4 / 2u] >> ((k4 & 1u) * 16u));
    }
    let at = n * (K / 4u) + k4;
    if (SCHEME == 8u) {
        return vec4f((vec4i(bitcast<i32>(weight_q[at])) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
    }
    let q = at * 4u;
    return bitcast<vec4f>(vec4u(weight_q[q], weight_q[q + 1u], weight_q[q + 2u], weight_q[q + 3u]));
}

/// Quants of row n at columns 8·k8 .. 8·k8+7.
fn quants8(n: u32, k8: u32) -> mat2x4f {
    if (SCHEME == 4u) {
        let q = weight_q[n * (K / 8u) + k8];
        return mat2x4f(nibbles(q), nibbles(q >> 16u));
    }
    return mat2x4f(quants4(n, k8 * 2u), quants4(n, k8 * 2u + 1u));
}
