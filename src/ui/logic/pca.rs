//! Principal components of a few vectors, from their dot products alone.
//!
//! With few points of many dimensions the components lie in the points' own span: the eigenvectors of the
//! centred Gram matrix (n, n) give every point's coordinates, and its eigenvalues the true shares of the variance.

/// Where the points lie on the first two components.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// (n, 2), the mean at the origin, in the units of the vectors.
    pub points: Vec<[f64; 2]>,
    /// Of the whole variance, by the first and the second component; 0 where there is none.
    pub shares: [f64; 2],
}

/// `gram` is (n, n) of dot products, row-major; None when it is not square or there are fewer than two points.
pub fn map(gram: &[f64], n: usize) -> Option<Map> {
    if n < 2 || gram.len() != n * n {
        return None;
    }
    let (values, vectors) = eigen(&centred(gram, n), n);
    let total: f64 = values.iter().map(|v| v.max(0.0)).sum();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let mut points = vec![[0.0; 2]; n];
    let mut shares = [0.0; 2];
    for (axis, &k) in order.iter().take(2).enumerate() {
        let value = values[k].max(0.0);
        shares[axis] = if total > 0.0 { value / total } else { 0.0 };
        // An eigenvector's sign is arbitrary: the first point that is off the origin lies to the right, or above.
        let column = |i: usize| vectors[i * n + k];
        let first = (0..n).map(column).find(|c| c.abs() > 1e-9).unwrap_or(1.0);
        (0..n).for_each(|i| points[i][axis] = column(i) * value.sqrt() * first.signum());
    }
    Some(Map { points, shares })
}

/// Dot products of the vectors less their mean.
fn centred(gram: &[f64], n: usize) -> Vec<f64> {
    let means: Vec<f64> = gram.chunks_exact(n).map(|row| row.iter().sum::<f64>() / n as f64).collect();
    let mean = means.iter().sum::<f64>() / n as f64;
    (0..n * n).map(|k| gram[k] - means[k / n] - means[k % n] + mean).collect()
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations.
fn eigen(matrix: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    const SWEEPS: usize = 60;
    let mut a = matrix.to_vec();
    let mut v = vec![0.0; n * n];
    (0..n).for_each(|i| v[i * n + i] = 1.0);
    let scale: f64 = a.iter().map(|x| x * x).sum::<f64>().sqrt();
    for _ in 0..SWEEPS {
        let off: f64 = (0..n * n).filter(|k| k / n != k % n).map(|k| a[k] * a[k]).sum::<f64>().sqrt();
        if off <= 1e-13 * scale {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut v, n, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), v)
}

/// The rotation in the plane of p and q that makes their element 0.
fn rotate(a: &mut [f64], v: &mut [f64], n: usize, p: usize, q: usize) {
    let apq = a[p * n + q];
    if apq == 0.0 {
        return;
    }
    let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
    let t = if theta == 0.0 { 1.0 } else { theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt()) };
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..n {
        let (x, y) = (a[k * n + p], a[k * n + q]);
        (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y);
    }
    for k in 0..n {
        let (x, y) = (a[p * n + k], a[q * n + k]);
        (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y);
        let (x, y) = (v[k * n + p], v[k * n + q]);
        (v[k * n + p], v[k * n + q]) = (c * x - s * y, s * x + c * y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gram(vectors: &[&[f64]]) -> Vec<f64> {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum();
        vectors.iter().flat_map(|a| vectors.iter().map(move |b| dot(a, b))).collect()
    }

    fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
        (a[0] - b[0]).hypot(a[1] - b[1])
    }

    #[test]
    fn points_of_a_plane_keep_their_distances() {
        // In the plane of (1, 1, 0) and (0, 0, 1), away from the origin.
        let vectors: [&[f64]; 4] = [&[5.0, 5.0, 1.0], &[7.0, 7.0, 1.0], &[5.0, 5.0, 2.0], &[1.0, 1.0, 4.0]];
        let map = map(&gram(&vectors), 4).expect("four points");
        assert!((map.shares[0] + map.shares[1] - 1.0).abs() < 1e-9 && map.shares[0] > map.shares[1]);
        for i in 0..4 {
            for j in 0..4 {
                let true_one = vectors[i].iter().zip(vectors[j]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
                assert!((distance(map.points[i], map.points[j]) - true_one).abs() < 1e-9);
            }
        }
    }

    const SHARES: [f64; 2] = [0.626959334, 0.346738736];

    /// numpy: np.linalg.svd(x - x.mean(0)), shares s²/Σs².
    #[test]
    fn shares_are_numpys() {
        let vectors: [&[f64]; 4] =
            [&[1.0, 2.0, 3.0, 4.0], &[2.0, 0.0, 1.0, 5.0], &[0.0, 1.0, 7.0, 2.0], &[4.0, 4.0, 1.0, 1.0]];
        let map = map(&gram(&vectors), 4).expect("four points");
        assert!((map.shares[0] - SHARES[0]).abs() < 1e-6, "{:?}", map.shares);
        assert!((map.shares[1] - SHARES[1]).abs() < 1e-6, "{:?}", map.shares);
    }

    #[test]
    fn one_point_and_equal_points_have_no_directions() {
        assert_eq!(map(&[1.0], 1), None);
        assert_eq!(map(&[1.0; 3], 2), None);
        let equal = map(&[2.0; 9], 3).expect("three points");
        assert!(equal.points.iter().flatten().all(|x| x.abs() < 1e-6) && equal.shares == [0.0; 2]);
    }
}
