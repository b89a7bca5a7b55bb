//! "Both directions": which word is hidden, what is asked about it, and what each view lost.

use crate::protocol::probe::{Intervention, ProbeKind, ProbeRow, ProbedBlank, RowsTask, Sight};
use crate::protocol::{PieceKind, TextPair, Tokens};

/// Longest text whose words are each hidden in turn: three forwards a word.
pub const MAX_PIECES: usize = 32;
/// What stands at each row of the questions below.
pub const SIGHTS: [Sight; 4] = [Sight::Both, Sight::Left, Sight::Right, Sight::Own];
const TOP_K: usize = 5;

/// A word as typed, and its pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordAt {
    pub typed: String,
    pub pieces: Vec<usize>,
    /// [MASK] was typed: there is no word to compare with.
    pub open: bool,
}

/// Words and typed blanks, in their order; nothing that the format adds.
pub fn words(tokens: &Tokens) -> Vec<WordAt> {
    let mut all: Vec<(Option<usize>, WordAt)> = Vec::new();
    for (i, piece) in tokens.pieces.iter().enumerate() {
        let open = piece.kind == PieceKind::Mask;
        if piece.kind == PieceKind::Special || piece.word.is_none() && !open {
            continue;
        }
        match all.last_mut() {
            Some((word, at)) if piece.word.is_some() && *word == piece.word => at.pieces.push(i),
            _ => {
                let typed = piece.word.and_then(|w| tokens.words.get(w)).map(|w| w.typed.clone());
                let typed = typed.unwrap_or_else(|| piece.text.clone());
                all.push((piece.word, WordAt { typed, pieces: vec![i], open }));
            }
        }
    }
    all.into_iter().map(|(_, w)| w).collect()
}

/// The word that is hidden at first: a typed blank, else the opening's, else the longest.
pub fn first_hidden(words: &[WordAt], opening: &str) -> Option<usize> {
    let open = words.iter().position(|w| w.open);
    let named = || words.iter().position(|w| w.typed == opening);
    let longest = || (0..words.len()).max_by_key(|&i| (words[i].typed.chars().count(), usize::MAX - i));
    open.or_else(named).or_else(longest)
}

fn row(word: &WordAt, sight: Sight) -> ProbeRow {
    let masked = if word.open { Vec::new() } else { word.pieces.clone() };
    ProbeRow { masked, intervention: Intervention::sight(sight), ..ProbeRow::default() }
}

/// One word hidden, seen from all sides; left and right joined at the end.
pub fn question(text: &TextPair, word: &WordAt) -> RowsTask {
    RowsTask {
        purpose: ProbeKind::Directions,
        text: text.clone(),
        rows: SIGHTS.map(|s| row(word, s)).into(),
        top_k: TOP_K,
        joined: vec![[1, 2]],
        ..RowsTask::default()
    }
}

/// The three rows of each word that has something to compare with, in [`SIGHTS`]' order without the last.
pub fn each_word(text: &TextPair, words: &[WordAt]) -> RowsTask {
    let rows = words.iter().filter(|w| !w.open).flat_map(|w| SIGHTS[..3].iter().map(|&s| row(w, s)));
    RowsTask { purpose: ProbeKind::ByWord, text: text.clone(), rows: rows.collect(), ..RowsTask::default() }
}

/// −ln of the probability of each hidden piece, summed: in nats. None where nothing was hidden.
pub fn loss(blanks: &[ProbedBlank], word: &WordAt) -> Option<f32> {
    let of_word = blanks.iter().filter(|b| word.pieces.contains(&b.position));
    let losses: Vec<f32> = of_word.filter_map(|b| b.truth.as_ref()).map(|t| -t.candidate.probability.ln()).collect();
    (!losses.is_empty()).then(|| losses.iter().sum())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::engine::Candidate;
    use crate::protocol::{NamedCandidate, Piece, Word};

    fn tokens() -> Tokens {
        let piece = |text: &str, kind, word| Piece { id: 0, text: text.into(), segment: 0, kind, span: None, word };
        let word = |typed: &str| Word { typed: typed.into(), ..Word::default() };
        use PieceKind::*;
        Tokens {
            pieces: vec![
                piece("[CLS]", Special, None),
                piece("una", Start, Some(0)),
                piece("##ffa", Continuation, Some(0)),
                piece("pair", Start, Some(1)),
                piece("[MASK]", Mask, None),
                piece("[SEP]", Special, None),
            ],
            words: vec![word("Unaffa"), word("pair")],
            cut: None,
        }
    }

    #[test]
    fn words_are_hidden_whole() {
        let all = words(&tokens());
        let named: Vec<(&str, &[usize], bool)> = all.iter().map(|w| (&*w.typed, &*w.pieces, w.open)).collect();
        assert_eq!(named, [("Unaffa", &[1, 2][..], false), ("pair", &[3], false), ("[MASK]", &[4], true)]);
        assert_eq!(first_hidden(&all, "pair"), Some(2), "a typed blank comes first");
        assert_eq!(first_hidden(&all[..2], "pair"), Some(1));
        assert_eq!(first_hidden(&all[..2], "nowhere"), Some(0), "the longest");
        assert_eq!(first_hidden(&[], "pair"), None);
        let task = each_word(&TextPair::default(), &all);
        assert_eq!(task.rows.len(), 6);
        assert_eq!((task.rows[1].masked.clone(), task.rows[1].intervention.sight), (vec![1, 2], Sight::Left));
        assert!(question(&TextPair::default(), &all[2]).rows.iter().all(|r| r.masked.is_empty()));
    }

    #[test]
    fn a_loss_sums_the_pieces_of_its_word_alone() {
        let blank = |position, probability| ProbedBlank {
            position,
            truth: Some(NamedCandidate {
                piece: "x".into(),
                candidate: Candidate { id: 0, logit: 0.0, probability, rank: 1 },
            }),
            ..ProbedBlank::default()
        };
        let all = words(&tokens());
        let blanks = [blank(1, 0.5), blank(2, 0.25), blank(3, 0.1)];
        assert!((loss(&blanks, &all[0]).unwrap() - 8f32.ln()).abs() < 1e-6);
        assert!((loss(&blanks, &all[1]).unwrap() - 10f32.ln()).abs() < 1e-6);
        assert_eq!(loss(&blanks, &all[2]), None);
    }
}
