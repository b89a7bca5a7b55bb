//! Heads that link a pronoun to the words it stands for, found by measuring on one text.

use super::directions::WordAt;
use super::heads::Heads;

/// Third person only: what they stand for can be in the text.
const PRONOUNS: [&str; 16] = [
    "he",
    "she",
    "it",
    "they",
    "him",
    "her",
    "them",
    "his",
    "hers",
    "its",
    "their",
    "theirs",
    "himself",
    "herself",
    "itself",
    "themselves",
];
/// A word after one of these is taken for a noun.
const BEFORE_A_NOUN: [&str; 7] = ["the", "a", "an", "my", "our", "your", "this"];

/// Numbers of two words, the pronoun and what it stands for, as far as they can be guessed without grammar: the first
/// pronoun, and the first word after an article before it.
pub fn guess(words: &[WordAt]) -> Option<(usize, usize)> {
    let lower: Vec<String> = words.iter().map(|w| w.typed.to_lowercase()).collect();
    let is_any = |list: &[&str], i: usize| list.contains(&lower[i].as_str());
    (0..words.len()).filter(|&i| is_any(&PRONOUNS, i)).find_map(|pronoun| {
        let noun = (1..pronoun).find(|&i| is_any(&BEFORE_A_NOUN, i - 1))?;
        Some((pronoun, noun))
    })
}

/// One head, measured on one pair of words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    pub layer: usize,
    pub head: usize,
    /// Of the pronoun's attention, the share that goes to the noun; a mean over the pronoun's pieces.
    pub share: f32,
    /// The same of all other pieces that are neither.
    pub others: f32,
    /// Whether the pronoun takes more from the noun than from any one other piece.
    pub strongest: bool,
}

/// All heads, the largest share first. `from` and `to`: the pieces of pronoun and noun.
pub fn links(heads: &Heads<'_>, from: &[usize], to: &[usize]) -> Vec<Link> {
    let all = (0..heads.layers).flat_map(|layer| (0..heads.heads).map(move |head| (layer, head)));
    let rest: Vec<usize> = (0..heads.tokens).filter(|i| !from.contains(i) && !to.contains(i)).collect();
    let mean = |layer, head, of: &[usize]| {
        let given = |&i: &usize| to.iter().filter_map(|&j| heads.row(layer, head, i).get(j)).sum::<f32>();
        of.iter().map(given).sum::<f32>() / of.len().max(1) as f32
    };
    let mut found: Vec<Link> = all
        .map(|(layer, head)| {
            let share = mean(layer, head, from);
            // Pieces of the pronoun itself count as others here: a head may rest where it stands.
            let to_one = |j: usize| {
                let given = |&i: &usize| heads.row(layer, head, i).get(j).copied().unwrap_or_default();
                from.iter().map(given).sum::<f32>() / from.len().max(1) as f32
            };
            let strongest = (0..heads.tokens).filter(|j| !to.contains(j)).all(|j| to_one(j) < share);
            Link { layer, head, share, others: mean(layer, head, &rest), strongest }
        })
        .collect();
    found.sort_by(|a, b| b.share.total_cmp(&a.share));
    found
}

/// The share that falls to the noun where a head looks at all pieces alike.
pub fn chance(to: &[usize], tokens: usize) -> f32 {
    to.len() as f32 / tokens.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<WordAt> {
        let word = |(i, w): (usize, &str)| WordAt { typed: w.into(), pieces: vec![i + 1], open: false };
        text.split(' ').enumerate().map(word).collect()
    }

    #[test]
    fn guesses_the_first_pronoun_and_the_first_noun_before_it() {
        assert_eq!(guess(&words("When the children came home , they were hungry .")), Some((6, 2)));
        assert_eq!(guess(&words("It rained on the house and it was wet")), Some((6, 4)));
        assert_eq!(guess(&words("I arrived at the bank")), None);
        assert_eq!(guess(&[]), None);
    }

    #[test]
    fn the_head_that_links_comes_first() {
        // Two heads over four pieces: the first looks everywhere alike, in the second piece 3 takes 0.7 from piece 1.
        let mut values = vec![0.25; 32];
        values[16 + 12..].copy_from_slice(&[0.1, 0.7, 0.1, 0.1]);
        values[16 + 4..16 + 8].copy_from_slice(&[0.0, 1.0, 0.0, 0.0]);
        let heads = Heads::new(&values, &[1, 2, 4, 4]);
        let found = heads.map(|h| links(&h, &[3], &[1])).unwrap_or_default();
        let best = Link { layer: 0, head: 1, share: 0.7, others: 0.25, strongest: true };
        assert_eq!(found.first(), Some(&best), "what the noun takes from itself is left out");
        assert_eq!(found.get(1).map(|l| (l.head, l.share, l.strongest)), Some((0, 0.25, false)));
        assert_eq!(chance(&[1, 2], 8), 0.25);
    }
}
