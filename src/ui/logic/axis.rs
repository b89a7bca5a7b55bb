//! What a curve is drawn by: where its axis has ticks, and how many of its points are worth drawing.

/// Where points of a plane are drawn in `size`, `room` free around them: one scale for both axes, so that distances
/// are true, the points' middle in the middle, y upwards.
pub fn placed(points: &[[f64; 2]], size: [f64; 2], room: f64) -> Vec<[f64; 2]> {
    let bounds = [0, 1].map(|axis: usize| {
        let values = points.iter().map(|p| p[axis]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    });
    let fits = |axis: usize| (size[axis] - 2.0 * room) / (bounds[axis].1 - bounds[axis].0).max(1e-9);
    // Points that all lie in one place stay there rather than being blown up.
    let scale = Some(fits(0).min(fits(1))).filter(|s| *s <= 1e6).unwrap_or(0.0);
    let off = |p: &[f64; 2], axis: usize| (p[axis] - f64::midpoint(bounds[axis].0, bounds[axis].1)) * scale;
    points.iter().map(|p| [size[0] / 2.0 + off(p, 0), size[1] / 2.0 - off(p, 1)]).collect()
}

/// A point of a curve.
pub type Point = (f64, f64);

/// Round numbers from at or below `low` to at or above `high`, about `most` of them and never more than one more.
/// The first and the last bound the axis.
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    if !(low.is_finite() && high.is_finite()) {
        return vec![0.0, 1.0];
    }
    let span = if high > low { high - low } else { low.abs().max(1.0) };
    let rough = span / most.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= rough * 0.999).unwrap_or(rough);
    let (first, last) = ((low / step).floor() as i64, (high / step - 1e-9).ceil() as i64);
    (first..=last.max(first + 1)).map(|i| i as f64 * step).collect()
}

/// A tick's text with as many decimals as its neighbours need.
pub fn tick(value: f64, step: f64) -> String {
    if step.abs() < 1e-3 {
        return if value == 0.0 { "0".into() } else { format!("{value:.0e}").replace('-', "−") };
    }
    let decimals = (-step.abs().log10().floor()).max(0.0) as usize;
    super::number::minus(value, decimals)
}

/// The mean of each point and the `window − 1` before it.
pub fn running_mean(points: &[Point], window: usize) -> Vec<Point> {
    let mut sum = 0.0;
    let mut out = Vec::with_capacity(points.len());
    for (i, &(x, y)) in points.iter().enumerate() {
        sum += y;
        if i >= window {
            sum -= points[i - window].1;
        }
        out.push((x, sum / (i + 1).min(window) as f64));
    }
    out
}

/// At most about `most` points: of each stretch the lowest and the highest, so that no spike is lost.
pub fn thinned(points: &[Point], most: usize) -> Vec<Point> {
    if points.len() <= most.max(4) {
        return points.to_vec();
    }
    let width = points.len().div_ceil(most / 2);
    let mut out = Vec::with_capacity(most + 2);
    for stretch in points.chunks(width) {
        let by_height = |a: &&Point, b: &&Point| a.1.total_cmp(&b.1);
        let (Some(&low), Some(&high)) = (stretch.iter().min_by(by_height), stretch.iter().max_by(by_height)) else {
            continue;
        };
        let (first, second) = if low.0 <= high.0 { (low, high) } else { (high, low) };
        out.push(first);
        if first.0 < second.0 {
            out.push(second);
        }
    }
    out
}

/// Indices of at most `most` of `n` rows, the first and the last among them.
pub fn sampled(n: usize, most: usize) -> Vec<usize> {
    if n <= most || most < 2 {
        return (0..n).collect();
    }
    let mut out: Vec<usize> = (0..most).map(|i| i * (n - 1) / (most - 1)).collect();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_placed_on_one_scale() {
        assert_eq!(placed(&[[0.0, 0.0], [4.0, 1.0]], [100.0, 60.0], 10.0), [[10.0, 40.0], [90.0, 20.0]]);
        assert_eq!(placed(&[[0.0, 0.0], [1.0, 4.0]], [100.0, 60.0], 10.0), [[45.0, 50.0], [55.0, 10.0]]);
        assert_eq!(placed(&[[3.0, 3.0]; 2], [100.0, 60.0], 10.0), [[50.0, 30.0]; 2]);
    }

    #[test]
    fn ticks_are_round_and_bound_the_values() {
        assert_eq!(ticks(0.0, 0.73, 4), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8]);
        assert_eq!(ticks(3.0, 240.0, 5), [0.0, 50.0, 100.0, 150.0, 200.0, 250.0]);
        assert_eq!(ticks(1.0, 1.0, 4).len(), 2.max(ticks(1.0, 1.0, 4).len()));
        for (low, high) in [(0.0, 1e-5), (-3.0, 8.0), (0.2, 0.9), (5.0, 5.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            let t = ticks(low, high, 5);
            assert!(t.len() >= 2 && t.len() <= 8, "{t:?}");
            assert!(t.windows(2).all(|w| w[0] < w[1]));
            if low.is_finite() && high.is_finite() {
                assert!(t[0] <= low && t[t.len() - 1] >= high - 1e-9, "{t:?}");
            }
        }
        assert_eq!((tick(0.2, 0.2), tick(150.0, 50.0), tick(0.0002, 0.0001), tick(-1.5, 0.5)), {
            let s = str::to_owned;
            (s("0.2"), s("150"), s("2e−4"), s("−1.5"))
        });
    }

    #[test]
    fn means_take_what_is_there() {
        let points: Vec<Point> = (0..5).map(|i| (f64::from(i), f64::from(i))).collect();
        let means: Vec<f64> = running_mean(&points, 3).into_iter().map(|p| p.1).collect();
        assert_eq!(means, [0.0, 0.5, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn thinning_keeps_the_spike_and_the_order() {
        let mut points: Vec<Point> = (0..10_000).map(|i| (f64::from(i), 1.0)).collect();
        points[7_123].1 = 9.0;
        let thin = thinned(&points, 200);
        assert!(thin.len() <= 201 && thin.iter().any(|p| p.1 == 9.0));
        assert!(thin.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(thinned(&points[..5], 200), points[..5]);
        assert_eq!(sampled(3, 5), [0, 1, 2]);
        assert_eq!(sampled(101, 5), [0, 25, 50, 75, 100]);
    }
}
