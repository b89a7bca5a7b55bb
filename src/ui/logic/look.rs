//! One look worked out: query times key, over the root of their length, and the softmax over the row.

/// The queries and keys of one head, (2, S, D), row-major.
#[derive(Debug, Clone, Copy)]
pub struct HeadVectors<'a> {
    values: &'a [f32],
    tokens: usize,
    length: usize,
}

/// One looked-at piece.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub dot: f64,
    /// dot/√D
    pub scaled: f64,
    /// exp(scaled) over the row's sum: the attention.
    pub share: f64,
}

/// One of the D products of a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Product {
    pub dimension: usize,
    pub query: f32,
    pub key: f32,
    pub product: f64,
}

impl<'a> HeadVectors<'a> {
    /// None when the shape and the values do not agree.
    pub fn new(values: &'a [f32], shape: &[usize]) -> Option<Self> {
        match *shape {
            [2, tokens, length] if length > 0 && values.len() == 2 * tokens * length => {
                Some(Self { values, tokens, length })
            }
            _ => None,
        }
    }

    /// D
    pub fn length(&self) -> usize {
        self.length
    }

    fn vector(&self, which: usize, token: usize) -> &'a [f32] {
        let from = (which * self.tokens + token) * self.length;
        self.values.get(from..from + self.length).unwrap_or(&[])
    }

    /// The D products of a piece's query and another's key, largest size first.
    pub fn products(&self, from: usize, to: usize) -> Vec<Product> {
        let pairs = self.vector(0, from).iter().zip(self.vector(1, to)).enumerate();
        let product = |(dimension, (&query, &key)): (usize, (&f32, &f32))| Product {
            dimension,
            query,
            key,
            product: f64::from(query) * f64::from(key),
        };
        let mut all: Vec<Product> = pairs.map(product).collect();
        all.sort_by(|a, b| b.product.abs().total_cmp(&a.product.abs()));
        all
    }

    /// What a piece gives each piece, (S,).
    pub fn row(&self, from: usize) -> Vec<Score> {
        let root = (self.length as f64).sqrt();
        let dots = (0..self.tokens).map(|to| self.products(from, to).iter().map(|p| p.product).sum::<f64>());
        let mut row: Vec<Score> = dots.map(|dot| Score { dot, scaled: dot / root, share: 0.0 }).collect();
        let most = row.iter().map(|s| s.scaled).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|s| (s.scaled - most).exp()).sum();
        row.iter_mut().for_each(|s| s.share = (s.scaled - most).exp() / sum);
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_softmax_of_scaled_products() {
        // Two pieces, D = 4: queries (1,0,0,0), (0,2,0,0); keys (2,1,0,0), (0,3,0,0).
        let values = [1., 0., 0., 0., 0., 2., 0., 0., 2., 1., 0., 0., 0., 3., 0., 0.];
        let head = HeadVectors::new(&values, &[2, 2, 4]).expect("shapes agree");
        let row = head.row(1);
        assert_eq!([row[0].dot, row[1].dot, row[0].scaled, row[1].scaled], [2.0, 6.0, 1.0, 3.0]);
        assert!((row[1].share - 1.0 / (1.0 + (-2.0f64).exp())).abs() < 1e-12);
        assert_eq!(head.products(1, 1)[0], Product { dimension: 1, query: 2.0, key: 3.0, product: 6.0 });
        assert!(HeadVectors::new(&values, &[2, 3, 4]).is_none());
    }
}
