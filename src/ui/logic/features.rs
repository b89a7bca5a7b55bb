//! Features of pasted lines: the question, what the address holds of it, and the files.

use super::{csv, openings};
use crate::protocol::features::{Features, FeaturesTask, Layers, Vectors};

/// Lines that are read unasked; more wait for the button.
pub const UNASKED_LINES: usize = 16;

/// What the address holds of the lesson; None is its opening.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeaturesState {
    pub lines: Option<String>,
    /// None: the sum of the last four.
    pub layers: Option<Layers>,
    /// None: the mean.
    pub vectors: Option<Vectors>,
}

const VECTORS: [(Vectors, &str); 4] =
    [(Vectors::First, "cls"), (Vectors::Mean, "mean"), (Vectors::Pooled, "pooled"), (Vectors::Pieces, "pieces")];

impl FeaturesState {
    pub fn layers(&self) -> Layers {
        self.layers.unwrap_or(Layers::Sum)
    }

    pub fn vectors(&self) -> Vectors {
        self.vectors.unwrap_or(Vectors::Mean)
    }

    pub fn text(&self) -> String {
        self.lines.clone().unwrap_or_else(|| openings::FEATURES.join("\n"))
    }

    /// The question: each line that is not blank is a text.
    pub fn task(&self) -> FeaturesTask {
        let text = self.text();
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
        FeaturesTask { texts: lines.map(str::to_owned).collect(), layers: self.layers(), vectors: self.vectors() }
    }

    pub fn put(&self, put: &mut impl FnMut(&str, &str)) {
        if let Some(lines) = &self.lines {
            put("lines", lines);
        }
        match self.layers {
            None => {}
            Some(Layers::One(layer)) => put("from", &layer.to_string()),
            Some(Layers::Sum) => put("from", "sum"),
            Some(Layers::Joined) => put("from", "joined"),
        }
        if let Some(name) = self.vectors.and_then(|v| VECTORS.iter().find(|(of, _)| *of == v)) {
            put("vectors", name.1);
        }
    }

    /// Takes a key of the address; false when it is none of ours.
    pub fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "lines" => self.lines = Some(value.to_owned()),
            "from" => {
                self.layers = match value {
                    "sum" => Some(Layers::Sum),
                    "joined" => Some(Layers::Joined),
                    layer => layer.parse().ok().map(Layers::One),
                }
            }
            "vectors" => self.vectors = VECTORS.iter().find(|(_, name)| *name == value).map(|(of, _)| *of),
            _ => return false,
        }
        true
    }
}

/// Of each row of the matrix: its text, from 0, and its piece where every piece has a row.
pub fn rows(answer: &Features) -> Vec<(usize, Option<&str>)> {
    let of = |(i, text): (usize, &'_ crate::protocol::features::FeatureText)| -> Vec<(usize, Option<usize>)> {
        if text.pieces.is_empty() { vec![(i, None)] } else { (0..text.pieces.len()).map(|p| (i, Some(p))).collect() }
    };
    let all = answer.texts.iter().enumerate().flat_map(of);
    all.map(|(i, p)| (i, p.and_then(|p| answer.texts[i].pieces.get(p)).map(String::as_str))).collect()
}

/// One line a row: the text's number from 1, the text or the piece, then the numbers, each as short as tells it apart.
pub fn to_csv(task: &FeaturesTask, answer: &Features, values: &[f32]) -> String {
    let width = answer.values.shape.get(1).copied().unwrap_or(1).max(1);
    let by_piece = answer.texts.iter().any(|t| !t.pieces.is_empty());
    let head = ["text".to_owned(), if by_piece { "piece" } else { "line" }.to_owned()];
    let head: Vec<String> = head.into_iter().chain((0..width).map(|i| format!("x{i}"))).collect();
    let mut out = csv::row(head.iter().map(String::as_str));
    for ((text, piece), numbers) in rows(answer).into_iter().zip(values.chunks_exact(width)) {
        let name = piece.or(task.texts.get(text).map(String::as_str)).unwrap_or_default();
        let fields: Vec<String> =
            [(text + 1).to_string(), name.to_owned()].into_iter().chain(numbers.iter().map(f32::to_string)).collect();
        out += &csv::row(fields.iter().map(String::as_str));
    }
    out
}

/// Cosines of the first `most` rows with each other, (n, n) row-major, summed in f64; 0 where a row is all 0.
pub fn cosines(values: &[f32], width: usize, most: usize) -> Vec<f64> {
    let rows: Vec<&[f32]> = values.chunks_exact(width.max(1)).take(most).collect();
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    let lengths: Vec<f64> = rows.iter().map(|r| dot(r, r).sqrt()).collect();
    let cosine = |i: usize, j: usize| {
        let length = lengths[i] * lengths[j];
        if length > 0.0 { (dot(rows[i], rows[j]) / length).clamp(-1.0, 1.0) } else { 0.0 }
    };
    (0..rows.len()).flat_map(|i| (0..rows.len()).map(move |j| (i, j))).map(|(i, j)| cosine(i, j)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::RunStats;
    use crate::protocol::ArrayRef;
    use crate::protocol::features::FeatureText;

    #[test]
    fn blank_lines_are_no_texts() {
        let state = FeaturesState { lines: Some(" a b \r\n\n  \nc".into()), ..FeaturesState::default() };
        assert_eq!(state.task().texts, ["a b", "c"]);
    }

    #[test]
    fn files_name_their_rows() {
        let text =
            |pieces: &[&str]| FeatureText { read: 3, total: 3, pieces: pieces.iter().map(|p| p.to_string()).collect() };
        let answer = |pieces: &[&str], rows| Features {
            values: ArrayRef { index: 0, shape: vec![rows, 2] },
            texts: vec![text(pieces)],
            stats: RunStats::default(),
        };
        let task = FeaturesState { lines: Some("a, b".into()), ..FeaturesState::default() }.task();
        assert_eq!(to_csv(&task, &answer(&[], 1), &[0.1, -2.0]), "text,line,x0,x1\r\n1,\"a, b\",0.1,-2\r\n");
        let by_piece = to_csv(&task, &answer(&["[CLS]", "a"], 2), &[1.0, 0.0, 0.5, 1e-9]);
        assert_eq!(by_piece, "text,piece,x0,x1\r\n1,[CLS],1,0\r\n1,a,0.5,0.000000001\r\n");
    }

    #[test]
    fn cosines_of_known_angles() {
        let all = cosines(&[1.0, 0.0, 0.0, 2.0, -3.0, 0.0, 0.0, 0.0], 2, 4);
        assert_eq!(all[..4], [1.0, 0.0, -1.0, 0.0]);
        assert_eq!(all.len(), 16);
    }
}
