//! Principal components: the directions along which many vectors differ most.
//!
//! Rows x (n, width), centred by their mean. Axis 1 is the unit vector v that makes Σ (x·v)² largest, axis 2 the same
//! among those at right angles to it, and so on. Its share is Σ (x·v)² / Σ |x|²: how much of all the difference among
//! the vectors that axis shows. Found by power iteration on xᵀx, each axis after the ones before it are taken out.

/// Most rounds for an axis: enough where the next one is a percent weaker.
const ROUNDS: usize = 2000;
/// An axis whose direction moves less is found.
const STILL: f64 = 1e-12;

#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// (width)
    mean: Vec<f64>,
    /// Unit vectors (width), the strongest first.
    axes: Vec<Vec<f64>>,
    /// Share of the variance along each axis, 0 to 1.
    pub shares: Vec<f64>,
}

impl Pca {
    /// The strongest `components` axes of rows (n, width). None for fewer than two rows, ragged ones, or rows that
    /// are all the same.
    pub fn fit(rows: &[f32], width: usize, components: usize) -> Option<Self> {
        if width == 0 || !rows.len().is_multiple_of(width) || rows.len() < 2 * width {
            return None;
        }
        let n = rows.len() / width;
        let mut mean = vec![0.0; width];
        for row in rows.chunks_exact(width) {
            mean.iter_mut().zip(row).for_each(|(m, &x)| *m += f64::from(x) / n as f64);
        }
        let centred = |row: &[f32]| -> Vec<f64> { row.iter().zip(&mean).map(|(&x, m)| f64::from(x) - m).collect() };
        let x: Vec<Vec<f64>> = rows.chunks_exact(width).map(centred).collect();
        let total: f64 = x.iter().map(|row| dot(row, row)).sum();
        if !total.is_finite() || total <= f64::MIN_POSITIVE {
            return None;
        }
        let mut axes: Vec<Vec<f64>> = Vec::new();
        let mut shares = Vec::new();
        for _ in 0..components.min(width).min(n - 1) {
            let (axis, strength) = strongest(&x, &axes);
            shares.push(strength / total);
            axes.push(axis);
        }
        Some(Self { mean, axes, shares })
    }

    /// Where each row lies along the axes: one coordinate for each.
    pub fn project(&self, rows: &[f32]) -> Vec<Vec<f64>> {
        let place = |row: &[f32]| {
            let x: Vec<f64> = row.iter().zip(&self.mean).map(|(&x, m)| f64::from(x) - m).collect();
            self.axes.iter().map(|axis| dot(&x, axis)).collect()
        };
        rows.chunks_exact(self.mean.len()).map(place).collect()
    }
}

/// The strongest direction at right angles to `known`, and Σ (x·v)² along it.
fn strongest(x: &[Vec<f64>], known: &[Vec<f64>]) -> (Vec<f64>, f64) {
    // The longest row is never at right angles to all that is left.
    let left = |row: &Vec<f64>| {
        let mut v = row.clone();
        free_of(&mut v, known);
        v
    };
    let longest = x.iter().map(left).max_by(|a, b| dot(a, a).total_cmp(&dot(b, b)));
    let mut axis = longest.unwrap_or_default();
    normalize(&mut axis);
    let mut strength = 0.0;
    for _ in 0..ROUNDS {
        let mut next = vec![0.0; axis.len()];
        for row in x {
            let along = dot(row, &axis);
            next.iter_mut().zip(row).for_each(|(n, v)| *n += along * v);
        }
        free_of(&mut next, known);
        strength = normalize(&mut next);
        let moved: f64 = axis.iter().zip(&next).map(|(a, b)| (a - b).powi(2)).sum();
        axis = next;
        if moved < STILL {
            break;
        }
    }
    // Either direction is right: the one whose largest part is positive is taken, so that maps do not flip.
    if axis.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).is_some_and(|v| v < 0.0) {
        axis.iter_mut().for_each(|v| *v = -*v);
    }
    (axis, strength)
}

fn free_of(v: &mut [f64], known: &[Vec<f64>]) {
    for axis in known {
        let along = dot(v, axis);
        v.iter_mut().zip(axis).for_each(|(v, a)| *v -= along * a);
    }
}

/// Makes it a unit vector; gives the length it had.
fn normalize(v: &mut [f64]) -> f64 {
    let length = dot(v, v).sqrt();
    if length > f64::MIN_POSITIVE {
        v.iter_mut().for_each(|v| *v /= length);
    }
    length
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Points on a tilted ellipse in a space of five dimensions: 9 : 1 in squared length, nothing else.
    fn ellipse(n: usize) -> (Vec<f32>, [[f64; 5]; 2]) {
        let (long, short) = ([0.6, 0.0, 0.8, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]);
        let rows = (0..n).flat_map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / n as f64;
            (0..5).map(move |d| (7.0 + 3.0 * angle.cos() * long[d] + angle.sin() * short[d]) as f32)
        });
        (rows.collect(), [long, short])
    }

    #[test]
    fn axes_shares_and_places_of_an_ellipse() {
        let (rows, axes) = ellipse(40);
        let pca = Pca::fit(&rows, 5, 2).unwrap();
        for (got, want) in pca.axes.iter().zip(axes) {
            assert!(got.iter().zip(want).all(|(g, w)| (g - w).abs() < 1e-5), "{got:?}");
        }
        assert!((pca.shares[0] - 0.9).abs() < 1e-6 && (pca.shares[1] - 0.1).abs() < 1e-6, "{:?}", pca.shares);
        let places = pca.project(&rows);
        assert!((places[0][0] - 3.0).abs() < 1e-5 && places[0][1].abs() < 1e-5, "{:?}", places[0]);
        assert!((places[10][1] - 1.0).abs() < 1e-5, "{:?}", places[10]);
    }

    #[test]
    fn shares_of_all_axes_are_one_and_fall() {
        let random = |i: u32| crate::engine::training::pcg4d([i, 1, 2, 3])[0] as f32 / 4e9;
        let rows: Vec<f32> = (0..12 * 4).map(|i| random(i) * (1 + i % 4) as f32).collect();
        let pca = Pca::fit(&rows, 4, 4).unwrap();
        assert!((pca.shares.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{:?}", pca.shares);
        assert!(pca.shares.windows(2).all(|w| w[0] >= w[1]), "{:?}", pca.shares);
        for (i, a) in pca.axes.iter().enumerate() {
            for (j, b) in pca.axes.iter().enumerate() {
                assert!((dot(a, b) - f64::from(u8::from(i == j))).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn what_has_no_axes_is_refused() {
        assert_eq!(Pca::fit(&[1.0, 2.0], 2, 2), None, "one row");
        assert_eq!(Pca::fit(&[1.0, 2.0, 1.0, 2.0], 2, 2), None, "rows all the same");
        assert_eq!(Pca::fit(&[1.0, 2.0, 3.0], 2, 2), None, "ragged");
        // Two rows differ in one direction alone.
        assert_eq!(Pca::fit(&[1.0, 2.0, 3.0, 2.0], 2, 2).unwrap().shares, [1.0]);
    }
}
