//! Arithmetic on attention: what a head looks at, and which heads do a plain thing.

/// One text's attention, (L, N, S, S), row-major.
#[derive(Debug, Clone, Copy)]
pub struct Heads<'a> {
    pub values: &'a [f32],
    pub layers: usize,
    pub heads: usize,
    pub tokens: usize,
}

/// A plain habit that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    Next,
    Previous,
    Itself,
    /// The separators.
    Separator,
    /// Other pieces with the same text.
    Same,
    /// [CLS]
    Opening,
    /// Full stops, commas and the like.
    Punctuation,
}

impl Habit {
    pub const ALL: [Self; 7] =
        [Self::Next, Self::Previous, Self::Same, Self::Separator, Self::Opening, Self::Punctuation, Self::Itself];
}

/// The head that has a habit most, and its mean share over the pieces that could have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub habit: Habit,
    pub layer: usize,
    pub head: usize,
    pub share: f32,
}

impl<'a> Heads<'a> {
    /// None when the shape and the values do not agree.
    pub fn new(values: &'a [f32], shape: &[usize]) -> Option<Self> {
        match *shape {
            [layers, heads, s, t] if s == t && values.len() == layers * heads * s * s => {
                Some(Self { values, layers, heads, tokens: s })
            }
            _ => None,
        }
    }

    /// (S, S) of one head.
    pub fn head(&self, layer: usize, head: usize) -> &'a [f32] {
        let size = self.tokens * self.tokens;
        let start = (layer * self.heads + head) * size;
        self.values.get(start..start + size).unwrap_or(&[])
    }

    /// What one piece takes from each, (S,).
    pub fn row(&self, layer: usize, head: usize, looking: usize) -> &'a [f32] {
        let start = looking * self.tokens;
        self.head(layer, head).get(start..start + self.tokens).unwrap_or(&[])
    }

    /// Mean over the looking pieces of what each piece is given, (S,).
    pub fn received(&self, layer: usize, head: usize) -> Vec<f32> {
        let mut sums = vec![0.0; self.tokens];
        for row in self.head(layer, head).chunks_exact(self.tokens.max(1)) {
            sums.iter_mut().zip(row).for_each(|(sum, p)| *sum += p);
        }
        sums.iter_mut().for_each(|s| *s /= self.tokens.max(1) as f32);
        sums
    }

    /// For looking pieces of group i, the mean share given to group j. `groups[k]` is piece k's;
    /// rows of a group without pieces are None.
    pub fn blocks(&self, layer: usize, head: usize, groups: &[usize], of: usize) -> Vec<Option<Vec<f32>>> {
        let mut sums = vec![vec![0.0; of]; of];
        let mut counts = vec![0usize; of];
        for (looking, &from) in groups.iter().enumerate().take(self.tokens) {
            counts[from] += 1;
            for (p, &to) in self.row(layer, head, looking).iter().zip(groups) {
                sums[from][to] += p;
            }
        }
        let mean = |(row, &n): (Vec<f32>, &usize)| (n > 0).then(|| row.iter().map(|s| s / n as f32).collect());
        sums.into_iter().zip(&counts).map(mean).collect()
    }

    /// The strongest head of each habit; habits this text gives no occasion for are left out.
    pub fn habits(&self, pieces: &[&str]) -> Vec<Found> {
        Habit::ALL.into_iter().filter_map(|habit| self.strongest(habit, pieces)).collect()
    }

    fn strongest(&self, habit: Habit, pieces: &[&str]) -> Option<Found> {
        let targets = targets(habit, pieces.get(..self.tokens)?);
        if targets.is_empty() {
            return None;
        }
        let mut best: Option<Found> = None;
        for layer in 0..self.layers {
            for head in 0..self.heads {
                let sum: f32 =
                    targets.iter().map(|(i, to)| to.iter().map(|&j| self.row(layer, head, *i)[j]).sum::<f32>()).sum();
                let share = sum / targets.len() as f32;
                if best.is_none_or(|b| share > b.share) {
                    best = Some(Found { habit, layer, head, share });
                }
            }
        }
        best
    }
}

fn is_special(piece: &str) -> bool {
    matches!(piece, "[CLS]" | "[SEP]" | "[PAD]")
}

fn is_punctuation(piece: &str) -> bool {
    !piece.is_empty() && piece.chars().all(|c| c.is_ascii_punctuation())
}

/// For each piece that can have the habit, the pieces it would look at. Specials do not look.
fn targets(habit: Habit, pieces: &[&str]) -> Vec<(usize, Vec<usize>)> {
    let n = pieces.len();
    let looking = (0..n).filter(|&i| !is_special(pieces[i]));
    let aims = |i: usize| -> Vec<usize> {
        match habit {
            Habit::Next => (i + 1..n).take(1).collect(),
            Habit::Previous => i.checked_sub(1).into_iter().collect(),
            Habit::Itself => vec![i],
            Habit::Separator => (0..n).filter(|&j| pieces[j] == "[SEP]").collect(),
            Habit::Opening => (0..n).filter(|&j| pieces[j] == "[CLS]").collect(),
            Habit::Punctuation => (0..n).filter(|&j| j != i && is_punctuation(pieces[j])).collect(),
            Habit::Same => (0..n).filter(|&j| j != i && pieces[j] == pieces[i]).collect(),
        }
    };
    looking.map(|i| (i, aims(i))).filter(|(_, to)| !to.is_empty()).collect()
}

/// Indices and values, largest first; ties keep the order of the text.
pub fn ranked(values: &[f32]) -> Vec<(usize, f32)> {
    let mut list: Vec<(usize, f32)> = values.iter().copied().enumerate().collect();
    list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: [&str; 5] = ["[CLS]", "the", "dog", "the", "[SEP]"];

    /// Two heads over five pieces: the first looks at the next piece, the second everywhere alike.
    fn two_heads() -> Vec<f32> {
        let mut v = vec![0.0; 2 * 25];
        for i in 0..5 {
            v[i * 5 + (i + 1).min(4)] = 1.0;
            (0..5).for_each(|j| v[25 + i * 5 + j] = 0.2);
        }
        v
    }

    #[test]
    fn finds_the_head_that_looks_ahead() {
        let values = two_heads();
        let heads = Heads::new(&values, &[1, 2, 5, 5]).expect("shapes agree");
        let found = heads.habits(&PIECES);
        let next = found.iter().find(|f| f.habit == Habit::Next).expect("next");
        assert_eq!((next.layer, next.head, next.share), (0, 0, 1.0));
        let same = found.iter().find(|f| f.habit == Habit::Same).expect("the … the");
        assert_eq!(same.head, 1);
        assert!((same.share - 0.2).abs() < 1e-6);
    }

    #[test]
    fn received_and_blocks_sum_to_one() {
        let values = two_heads();
        let heads = Heads::new(&values, &[1, 2, 5, 5]).expect("shapes agree");
        assert!((heads.received(0, 1).iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let blocks = heads.blocks(0, 1, &[0, 0, 0, 1, 1], 3);
        let a = blocks[0].as_ref().expect("A has pieces");
        assert!((a[0] - 0.6).abs() < 1e-6 && (a[1] - 0.4).abs() < 1e-6 && a[2] == 0.0);
        assert_eq!(blocks[2], None);
    }

    #[test]
    fn refuses_values_that_do_not_fit_the_shape() {
        assert!(Heads::new(&[0.0; 24], &[1, 1, 5, 5]).is_none());
        assert!(Heads::new(&[0.0; 25], &[1, 1, 5]).is_none());
    }

    #[test]
    fn ranks_with_ties_in_order() {
        assert_eq!(ranked(&[0.1, 0.5, 0.1]), [(1, 0.5), (0, 0.1), (2, 0.1)]);
    }
}
