//! Rows of many windows, in batches of like lengths.

use super::{Batch, Row};
use std::ops::Range;

/// Rows, longest first, so that those of a batch are alike; of each what it is a window of.
#[derive(Debug, Clone)]
pub struct SortedRows<T> {
    rows: Vec<Row>,
    of: Vec<T>,
}

impl<T> Default for SortedRows<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), of: Vec::new() }
    }
}

impl<T> SortedRows<T> {
    pub fn new(mut rows: Vec<(Row, T)>) -> Self {
        rows.sort_by_key(|(row, _)| std::cmp::Reverse(row.input_ids.len()));
        let (rows, of) = rows.into_iter().unzip();
        Self { rows, of }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows from `start` on with at most `tokens` pieces together, one row at least while there is one.
    pub fn next(&self, start: usize, tokens: usize) -> Range<usize> {
        let mut held = 0;
        let fits = |row: &&Row| {
            held += row.input_ids.len();
            held <= tokens
        };
        let rows = self.rows[start..].iter().take_while(fits).count();
        start..(start + rows.max(1)).min(self.rows.len())
    }

    /// All rows in such ranges.
    pub fn batches(&self, tokens: usize) -> Vec<Range<usize>> {
        let step = |r: &Range<usize>| (r.end < self.rows.len()).then(|| self.next(r.end, tokens));
        let first = (!self.rows.is_empty()).then(|| self.next(0, tokens));
        std::iter::successors(first, step).collect()
    }

    /// Pieces of a range's rows.
    pub fn tokens(&self, range: Range<usize>) -> usize {
        self.rows[range].iter().map(|r| r.input_ids.len()).sum()
    }

    pub fn batch(&self, range: Range<usize>) -> Batch {
        Batch { rows: self.rows[range].to_vec() }
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What a range's rows are windows of.
    pub fn of(&self, range: Range<usize>) -> &[T] {
        &self.of[range]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(lengths: &[usize]) -> SortedRows<usize> {
        let row = |n: usize| Row { input_ids: vec![0; n], token_type_ids: vec![0; n] };
        SortedRows::new(lengths.iter().enumerate().map(|(i, &n)| (row(n), i)).collect())
    }

    #[test]
    fn batches_hold_what_fits_and_at_least_one_row() {
        assert_eq!(sorted(&[50, 200, 256, 2, 100, 60]).batches(300), [0..1, 1..3, 3..6]);
        assert_eq!(sorted(&[50, 200, 256, 2, 100, 60]).of(0..3), [2, 1, 4]);
        assert_eq!(sorted(&[]).batches(300), Vec::<Range<usize>>::new());
        assert_eq!(sorted(&[10; 7]).batches(30), [0..3, 3..6, 6..7]);
        assert_eq!(sorted(&[10; 3]).tokens(1..3), 20);
    }
}
