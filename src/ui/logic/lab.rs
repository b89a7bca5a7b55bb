//! What the fine-tuning lesson works out of what the worker tells.

use super::axis::{Point, running_mean};
use crate::protocol::lab::{TrainPoint, ValidationPoint};

/// What was first and what is now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Before<T> {
    pub first: Option<T>,
    pub now: Option<T>,
}

impl<T: Clone> Before<T> {
    /// Takes a newer one; when it is about something else than the first, it is the first.
    pub fn add(&mut self, newer: T, same: impl Fn(&T) -> bool) {
        if !self.first.as_ref().is_some_and(same) {
            self.first = Some(newer.clone());
        }
        self.now = Some(newer);
    }
}

/// A point's step.
pub trait Stepped {
    fn step(&self) -> usize;
}

impl Stepped for TrainPoint {
    fn step(&self) -> usize {
        self.step
    }
}

impl Stepped for ValidationPoint {
    fn step(&self) -> usize {
        self.step
    }
}

/// Adds newer points; those of a resumed run take the place of what lay beyond where it went on.
pub fn add_points<T: Stepped>(all: &mut Vec<T>, from_start: bool, newer: Vec<T>) {
    if from_start {
        *all = newer;
        return;
    }
    if let Some(first) = newer.first() {
        all.retain(|p| p.step() < first.step());
    }
    all.extend(newer);
}

/// Steps over which the strong line is a mean: about one in twenty of those drawn.
pub fn mean_window(steps: usize) -> usize {
    (steps / 20).clamp(5, 200)
}

/// A line of values by step, and its running mean.
pub fn with_mean(points: &[TrainPoint], window: usize, value: impl Fn(&TrainPoint) -> f64) -> [Vec<Point>; 2] {
    let raw: Vec<Point> = points.iter().map(|p| (p.step as f64, value(p))).collect();
    let mean = running_mean(&raw, window);
    [raw, mean]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(step: usize) -> TrainPoint {
        TrainPoint { step, ..TrainPoint::default() }
    }

    #[test]
    fn a_resumed_run_goes_on_where_it_was_kept() {
        let mut all: Vec<TrainPoint> = (1..=10).map(point).collect();
        add_points(&mut all, false, vec![point(9), point(10), point(11)]);
        let steps: Vec<usize> = all.iter().map(|p| p.step).collect();
        assert_eq!(steps, (1..=11).collect::<Vec<_>>());
        add_points(&mut all, false, Vec::new());
        assert_eq!(all.len(), 11);
        add_points(&mut all, true, vec![point(1)]);
        assert_eq!(all.len(), 1);
    }

    #[test]
    fn another_sentence_begins_anew() {
        let mut before = Before::default();
        before.add((1, "a"), |p| p.1 == "a");
        before.add((2, "a"), |p| p.1 == "a");
        assert_eq!((before.first, before.now), (Some((1, "a")), Some((2, "a"))));
        before.add((3, "b"), |p| p.1 == "b");
        assert_eq!(before.first, Some((3, "b")));
    }
}
