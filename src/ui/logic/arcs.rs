//! Where pieces and arcs lie: along a line where they fit, down a column where they do not.

/// Advance of the figure's 14 px monospace, in px.
const CHAR: f64 = 8.43;
const PAD: f64 = 16.0;
const GAP: f64 = 6.0;
const PIECE_HEIGHT: f64 = 28.0;
/// Room above the pieces for arcs.
const SKY: f64 = 172.0;
const ROW: f64 = 32.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    pub places: Vec<Place>,
    pub width: f64,
    pub height: f64,
    /// Pieces stand below each other.
    pub down: bool,
}

/// An arc's path, and where its value is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Arc {
    pub path: String,
    pub x: f64,
    pub y: f64,
}

impl Layout {
    /// Lays out pieces in a figure `room` px wide.
    pub fn new<'a>(pieces: impl Iterator<Item = &'a str>, room: f64) -> Self {
        let widths: Vec<f64> = pieces.map(|p| p.chars().count() as f64 * CHAR + PAD).collect();
        let line = widths.iter().sum::<f64>() + GAP * widths.len().saturating_sub(1) as f64;
        if line <= room { Self::across(&widths, line, room) } else { Self::column(&widths, room) }
    }

    fn across(widths: &[f64], line: f64, room: f64) -> Self {
        // A short line is enlarged a little rather than lost in the card.
        let width = line.max(room * 0.8);
        let mut x = (width - line) / 2.0;
        let place = |&w: &f64| {
            let here = Place { x, y: SKY, width: w, height: PIECE_HEIGHT };
            x += w + GAP;
            here
        };
        Self { places: widths.iter().map(place).collect(), width, height: SKY + PIECE_HEIGHT + 2.0, down: false }
    }

    fn column(widths: &[f64], room: f64) -> Self {
        let widest = widths.iter().copied().fold(0.0, f64::max).min(room * 0.6);
        let place = |(i, w): (usize, &f64)| {
            let w = w.min(widest);
            Place { x: widest - w + 1.0, y: i as f64 * ROW + 2.0, width: w, height: PIECE_HEIGHT }
        };
        let places: Vec<Place> = widths.iter().enumerate().map(place).collect();
        Self { height: places.len() as f64 * ROW + 4.0, places, width: room, down: true }
    }

    /// The arc between two pieces.
    pub fn arc(&self, from: usize, to: usize) -> Option<Arc> {
        let (a, b) = (self.places.get(from)?, self.places.get(to)?);
        if self.down {
            let x = a.x + a.width + 4.0;
            let (from, to) = (a.y + a.height / 2.0, b.y + b.height / 2.0);
            // Room for the value to the right of the bend.
            let bulge = ((from - to).abs() * 0.45 + 20.0).min((self.width - x - 70.0).max(24.0) / 0.75);
            let path = format!("M{x:.1} {from:.1} C{0:.1} {from:.1} {0:.1} {to:.1} {x:.1} {to:.1}", x + bulge);
            return Some(Arc { path, x: x + bulge * 0.75 + 8.0, y: (from + to) / 2.0 + 4.0 });
        }
        let y = a.y - 4.0;
        let (from, to) = (a.x + a.width / 2.0, b.x + b.width / 2.0);
        let rise = ((from - to).abs() * 0.62 + 24.0).min((SKY - 34.0) / 0.75);
        let path = format!("M{from:.1} {y:.1} C{from:.1} {0:.1} {to:.1} {0:.1} {to:.1} {y:.1}", y - rise);
        Some(Arc { path, x: (from + to) / 2.0, y: y - rise * 0.75 - 12.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_across_where_it_fits_and_down_where_not() {
        let pieces = ["[CLS]", "bank", "river", "[SEP]"];
        let wide = Layout::new(pieces.into_iter(), 640.0);
        assert!(!wide.down && wide.places.last().is_some_and(|p| p.x + p.width <= wide.width));
        let narrow = Layout::new(pieces.into_iter(), 150.0);
        assert!(narrow.down && narrow.width == 150.0);
    }

    #[test]
    fn nothing_leaves_the_figure() {
        for (n, room) in [(1, 300.0), (12, 760.0), (60, 320.0), (128, 640.0)] {
            let layout = Layout::new(std::iter::repeat_n("##word", n), room);
            for place in &layout.places {
                assert!(place.x >= 0.0 && place.x + place.width <= layout.width + 1.0);
                assert!(place.y + place.height <= layout.height);
            }
            let arc = layout.arc(0, n - 1).expect("both are there");
            assert!(arc.y > 0.0 && arc.y < layout.height && arc.x < layout.width, "{n} {room} {arc:?}");
            assert_eq!(layout.arc(0, n), None);
        }
    }
}
