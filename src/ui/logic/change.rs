//! "The input": the one thing that is changed in it, in words of the address and as the worker takes it.

use crate::protocol::probe::{Intervention, LeftOut, ProbeKind, ProbeRow, RowsTask};
use crate::protocol::{Piece, TextPair};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change {
    #[default]
    Nothing,
    /// The word row of one piece counts as 0.
    NoWord(usize),
    /// Position rows of all pieces.
    NoPositions,
    NoSegments,
    /// Two pieces trade their positions; the words stay where they are.
    Trade(usize, usize),
    /// One piece gets the other segment.
    Flip(usize),
    /// All do.
    FlipAll,
}

impl Change {
    pub fn to_text(self) -> String {
        match self {
            Self::Nothing => "nothing".into(),
            Self::NoWord(i) => format!("no-word.{i}"),
            Self::NoPositions => "no-positions".into(),
            Self::NoSegments => "no-segments".into(),
            Self::Trade(i, j) => format!("trade.{i}.{j}"),
            Self::Flip(i) => format!("flip.{i}"),
            Self::FlipAll => "flip".into(),
        }
    }

    /// Nothing, where the text is none of them.
    pub fn from_text(text: &str) -> Self {
        let mut parts = text.split('.');
        let name = parts.next().unwrap_or_default();
        let numbers: Vec<usize> = parts.filter_map(|n| n.parse().ok()).collect();
        match (name, &numbers[..]) {
            ("no-word", &[i]) => Self::NoWord(i),
            ("no-positions", []) => Self::NoPositions,
            ("no-segments", []) => Self::NoSegments,
            ("trade", &[i, j]) => Self::Trade(i, j),
            ("flip", &[i]) => Self::Flip(i),
            ("flip", []) => Self::FlipAll,
            _ => Self::Nothing,
        }
    }

    /// Nothing, where it names a piece that the text does not have.
    pub fn within(self, pieces: usize) -> Self {
        match self {
            Self::NoWord(i) | Self::Flip(i) if i >= pieces => Self::Nothing,
            Self::Trade(i, j) if i >= pieces || j >= pieces || i == j => Self::Nothing,
            other => other,
        }
    }

    fn row(self, n: usize) -> ProbeRow {
        let mut left_out = Vec::new();
        let mut positions = Vec::new();
        let mut flipped = Vec::new();
        let all = |l| vec![l; n];
        match self {
            Self::Nothing => {}
            Self::NoWord(i) => {
                left_out = all(LeftOut::default());
                left_out[i].word = true;
            }
            Self::NoPositions => left_out = all(LeftOut { position: true, ..LeftOut::default() }),
            Self::NoSegments => left_out = all(LeftOut { segment: true, ..LeftOut::default() }),
            Self::Trade(i, j) => {
                positions = (0..n as u32).collect();
                positions.swap(i, j);
            }
            Self::Flip(i) => flipped.push(i),
            Self::FlipAll => flipped = (0..n).collect(),
        }
        ProbeRow {
            masked: Vec::new(),
            flipped,
            intervention: Intervention { left_out, positions, ..Default::default() },
        }
    }

    /// Whether a piece's embedding is another by it.
    pub fn touches(self, piece: usize) -> bool {
        match self {
            Self::Nothing => false,
            Self::NoWord(i) | Self::Flip(i) => piece == i,
            Self::Trade(i, j) => piece == i || piece == j,
            Self::NoPositions | Self::NoSegments | Self::FlipAll => true,
        }
    }

    /// The text as it is, and changed if anything is.
    pub fn question(self, text: &TextPair, pieces: &[Piece], top_k: usize) -> RowsTask {
        let n = pieces.len();
        let changed = (self != Self::Nothing).then(|| self.row(n));
        RowsTask {
            purpose: ProbeKind::Input,
            text: text.clone(),
            rows: std::iter::once(ProbeRow::default()).chain(changed).collect(),
            top_k,
            embedding: true,
            ..RowsTask::default()
        }
    }
}

/// The text as typed, then without one piece's own row, without positions, without segments.
pub fn without_parts(piece: usize, pieces: usize) -> Vec<ProbeRow> {
    let all = [Change::Nothing, Change::NoWord(piece).within(pieces), Change::NoPositions, Change::NoSegments];
    all.map(|c| c.row(pieces)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Change; 7] = [
        Change::Nothing,
        Change::NoWord(3),
        Change::NoPositions,
        Change::NoSegments,
        Change::Trade(1, 5),
        Change::Flip(2),
        Change::FlipAll,
    ];

    #[test]
    fn text_and_back() {
        for change in ALL {
            assert_eq!(Change::from_text(&change.to_text()), change);
        }
        for broken in ["", "no-word", "no-word.x", "trade.1", "flip.1.2", "no-positions.1"] {
            assert_eq!(Change::from_text(broken), Change::Nothing, "{broken}");
        }
    }

    #[test]
    fn a_change_fits_the_text() {
        for change in ALL {
            assert_eq!(change.within(6), change);
            let row = change.row(6);
            let whole = |n: usize| n == 0 || n == 6;
            assert!(whole(row.intervention.positions.len()) && whole(row.intervention.left_out.len()));
            assert_eq!(row == ProbeRow::default(), change == Change::Nothing);
        }
        assert_eq!(Change::Trade(1, 5).within(5), Change::Nothing);
        assert_eq!(Change::Trade(1, 5).row(6).intervention.positions, [0, 5, 2, 3, 4, 1]);
        assert!(Change::Trade(1, 5).touches(5) && !Change::Trade(1, 5).touches(2));
    }
}
