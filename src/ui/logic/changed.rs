//! What a training changed, made ready to be drawn.

use super::pca::{self, Map};
use crate::protocol::lab::{ClassMap, Delta};

/// Shares of base norms, by layer and target, in the order of `columns`; None where nothing was trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    pub columns: Vec<String>,
    /// From the first layer on.
    pub rows: Vec<Vec<Option<f64>>>,
}

impl Grid {
    pub fn largest(&self) -> f64 {
        self.rows.iter().flatten().flatten().fold(0.0, |most: f64, &v| most.max(v))
    }
}

/// `names` of the six Linears, in their order.
pub fn deltas(all: &[Delta], names: [&str; 6]) -> Grid {
    let layers = all.iter().map(|d| d.layer + 1).max().unwrap_or(0);
    let mut rows = vec![vec![None; names.len()]; layers];
    for d in all.iter().filter(|d| d.base > 0.0) {
        rows[d.layer][d.target as usize] = Some(d.change / d.base);
    }
    Grid { columns: names.map(str::to_owned).into(), rows }
}

pub fn heads(all: &[Vec<f32>]) -> Grid {
    let columns = (1..=all.first().map_or(0, Vec::len)).map(|h| h.to_string()).collect();
    Grid { columns, rows: all.iter().map(|row| row.iter().map(|&v| Some(f64::from(v))).collect()).collect() }
}

/// One side of the map: where the examples lie, and how many have their nearest other example among their own class.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    pub map: Map,
    /// Counted by distance in all dimensions, not on the map.
    pub near_own: usize,
}

/// Before and after.
pub fn sides(map: &ClassMap) -> Option<[Side; 2]> {
    let n = map.examples.len();
    let side = |gram: &Vec<f32>| {
        let gram: Vec<f64> = gram.iter().map(|&v| f64::from(v)).collect();
        Some(Side { map: pca::map(&gram, n)?, near_own: near_own(&gram, &map.examples) })
    };
    let [before, after] = &map.grams;
    Some([side(before)?, side(after)?])
}

fn near_own(gram: &[f64], examples: &[(usize, usize)]) -> usize {
    let n = examples.len();
    let distance = |i: usize, j: usize| gram[i * n + i] + gram[j * n + j] - 2.0 * gram[i * n + j];
    let nearest = |i: usize| {
        let others = (0..n).filter(move |&j| j != i);
        others.min_by(|&a, &b| distance(i, a).total_cmp(&distance(i, b)))
    };
    (0..n).filter(|&i| nearest(i).is_some_and(|j| examples[j].1 == examples[i].1)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::adapter::Target;

    #[test]
    fn shares_stand_by_layer_and_linear() {
        let one = |layer, target, change| Delta { layer, target, change, base: 4.0 };
        let grid = deltas(&[one(2, Target::Query, 1.0), one(2, Target::Output, 2.0)], ["q", "k", "v", "o", "i", "f"]);
        assert_eq!(grid.rows.len(), 3);
        assert_eq!(grid.rows[2], [Some(0.25), None, None, None, None, Some(0.5)]);
        assert!(grid.rows[0].iter().all(Option::is_none));
        assert_eq!(grid.largest(), 0.5);
    }

    #[test]
    fn neighbours_of_the_same_class_are_counted_in_all_dimensions() {
        // 0 and 1 lie together, 5 and 6 lie together; then they lie crosswise.
        let gram = |at: [f32; 4]| at.iter().flat_map(|a| at.map(|b| a * b)).collect::<Vec<f32>>();
        let examples = vec![(1, 0), (2, 0), (3, 1), (4, 1)];
        let map = ClassMap { examples, grams: [gram([0.0, 5.0, 0.5, 5.5]), gram([0.0, 1.0, 5.0, 6.0])] };
        let [before, after] = sides(&map).expect("four examples");
        assert_eq!((before.near_own, after.near_own), (0, 4));
        assert!((after.map.shares[0] - 1.0).abs() < 1e-6, "they lie on a line: {:?}", after.map.shares);
    }
}
