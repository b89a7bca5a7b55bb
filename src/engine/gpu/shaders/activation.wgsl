// Activations and their derivatives.

/// Error function, off by 1.5e-7 at most (Abramowitz and Stegun 7.1.26).
fn erf(x: vec4f) -> vec4f {
    let a = abs(x);
    let t = 1.0 / (1.0 + 0.3275911 * a);
    let poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return sign(x) * (1.0 - poly * exp(-a * a));
}

/// 0 nothing, 1 GELU by the error function, 2 tanh.
fn activate(x: vec4f, act: u32) -> vec4f {
    if (act == 1u) {
        return 0.5 * x * (1.0 + erf(x * 0.70710678118654752));
    }
    if (act == 2u) {
        return tanh(clamp(x, vec4f(-15.0), vec4f(15.0)));
    }
    return x;
}

/// d GELU / dx = Φ(x) + x·φ(x).
fn gelu_slope(x: vec4f) -> vec4f {
    let normal = 0.39894228040143268 * exp(-0.5 * x * x);
    return 0.5 * (1.0 + erf(x * 0.70710678118654752)) + x * normal;
}
