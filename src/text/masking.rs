//! The masked-word recipe for judging: rows packed across documents, 15 % of the pieces chosen, of
//! these 80 % hidden, 10 % replaced by a random piece, 10 % left as they are.
//!
//! Random numbers are counted, not drawn: each is a function of (seed, row, position, use), so that
//! masks do not depend on the order of work and can be made anew anywhere.

use serde::{Deserialize, Serialize};

/// Ids of the pieces that the recipe treats apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecialIds {
    pub cls: u32,
    pub sep: u32,
    pub mask: u32,
    /// Replacements are drawn from `first_word..vocab_size`.
    pub first_word: u32,
    pub vocab_size: u32,
}

/// How pieces are chosen and what becomes of them, in whole percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Of all pieces but [CLS] and [SEP], this share is chosen.
    pub chosen: u8,
    /// Of the chosen, this share becomes [MASK] …
    pub hidden: u8,
    /// … this share a random piece, and the rest stays as it is.
    pub random: u8,
    /// All pieces of a word are chosen together.
    pub whole_words: bool,
}

impl Recipe {
    /// As BERT-Base was trained.
    pub const BERT: Self = Self { chosen: 15, hidden: 80, random: 10, whole_words: false };
}

/// What became of a chosen piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    Hidden,
    Replaced,
    Kept,
}

/// BERT's vocabularies keep unused and reserved pieces, then single characters, below this id.
pub const FIRST_WORD_ID: u32 = 1000;

/// One row with chosen pieces hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedRow {
    /// (S,)
    pub input_ids: Vec<u32>,
    /// Position and true id of each chosen piece, in order.
    pub labels: Vec<(usize, u32)>,
}

/// Cuts documents, laid end to end with [SEP] after each, into rows of `tokens` pieces that begin
/// with [CLS] and end with [SEP]. What does not fill a row at the end is left out.
pub fn pack_rows(documents: impl IntoIterator<Item = Vec<u32>>, ids: SpecialIds, tokens: usize) -> Vec<Vec<u32>> {
    let inner = tokens.saturating_sub(2).max(1);
    let (mut rows, mut buffer) = (Vec::new(), Vec::new());
    for document in documents {
        buffer.extend(document);
        buffer.push(ids.sep);
        let whole = buffer.len() / inner * inner;
        for chunk in buffer[..whole].chunks(inner) {
            let mut row = Vec::with_capacity(inner + 2);
            row.push(ids.cls);
            row.extend(chunk);
            row.push(ids.sep);
            rows.push(row);
        }
        buffer.drain(..whole);
    }
    rows
}

/// Documents parted by empty lines; lines of one document are joined by the tokenizer's whitespace.
pub fn documents(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|d| !d.is_empty())
}

/// Chooses and hides pieces of row `row` under `seed`, as BERT's training does.
pub fn mask_row(row_ids: &[u32], row: usize, seed: u64, ids: SpecialIds) -> MaskedRow {
    mask_row_by(Recipe::BERT, row_ids, &[], row, seed, ids).0
}

/// As [`mask_row`] by any recipe; with what became of each chosen piece. `leaders[i]` is the first piece of the word
/// that piece i belongs to (itself where there is none), read when whole words are chosen. Each piece of a chosen
/// word meets its own fate, as in BERT's later whole-word models.
pub fn mask_row_by(
    recipe: Recipe,
    row_ids: &[u32],
    leaders: &[usize],
    row: usize,
    seed: u64,
    ids: SpecialIds,
) -> (MaskedRow, Vec<Fate>) {
    let share = |percent: u8| f64::from(percent) / 100.0;
    let hidden = share(recipe.hidden);
    let replaced = share(recipe.hidden.saturating_add(recipe.random));
    let mut out = MaskedRow { input_ids: row_ids.to_vec(), labels: Vec::new() };
    let mut fates = Vec::new();
    for (position, &id) in row_ids.iter().enumerate() {
        let leader = if recipe.whole_words { leaders.get(position).copied().unwrap_or(position) } else { position };
        let draw = |position: usize, purpose: u64| uniform(seed, row as u64, position as u64, purpose);
        if id == ids.cls || id == ids.sep || draw(leader, 0) >= share(recipe.chosen) {
            continue;
        }
        out.labels.push((position, id));
        let fate = draw(position, 1);
        fates.push(if fate < hidden {
            out.input_ids[position] = ids.mask;
            Fate::Hidden
        } else if fate < replaced {
            let first = ids.first_word.min(ids.vocab_size - 1);
            out.input_ids[position] = first + (draw(position, 2) * f64::from(ids.vocab_size - first)) as u32;
            Fate::Replaced
        } else {
            Fate::Kept
        });
    }
    (out, fates)
}

/// A number in 0..1 for a use of a position of a row: SplitMix64's finisher over the mixed counters.
fn uniform(seed: u64, row: u64, position: u64, purpose: u64) -> f64 {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    let counter = (row << 24 | position << 4 | purpose).wrapping_mul(GOLDEN);
    let mut z = finish(seed.wrapping_add(GOLDEN)) ^ counter;
    z = finish(z.wrapping_add(GOLDEN));
    (z >> 11) as f64 / (1u64 << 53) as f64
}

fn finish(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: SpecialIds = SpecialIds { cls: 101, sep: 102, mask: 103, first_word: 1000, vocab_size: 30522 };

    #[test]
    fn rows_are_whole_and_parted_by_sep() {
        let rows = pack_rows([vec![1, 2, 3], vec![4, 5, 6, 7], vec![8]], IDS, 6);
        assert_eq!(rows, [[101, 1, 2, 3, 102, 102], [101, 4, 5, 6, 7, 102]]);
        assert_eq!(documents("a\nb\n\n\n\nc\n").collect::<Vec<_>>(), ["a\nb", "c"]);
    }

    #[test]
    fn shares_are_as_said_and_specials_are_spared() {
        let row: Vec<u32> = (0..128).map(|i| if i % 64 == 0 { 101 } else { 2000 + i }).collect();
        let (mut chosen, mut hidden, mut kept) = (0, 0, 0);
        for r in 0..2000 {
            let masked = mask_row(&row, r, 9, IDS);
            assert_eq!(masked, mask_row(&row, r, 9, IDS));
            for &(at, id) in &masked.labels {
                assert!(id == row[at] && id != 101);
                chosen += 1;
                hidden += usize::from(masked.input_ids[at] == 103);
                kept += usize::from(masked.input_ids[at] == id);
                assert!(masked.input_ids[at] == 103 || masked.input_ids[at] >= 1000);
            }
        }
        let share = |n: usize, of: usize| n as f64 / of as f64;
        assert!((share(chosen, 2000 * 126) - 0.15).abs() < 0.004, "{chosen}");
        assert!((share(hidden, chosen) - 0.8).abs() < 0.01 && (share(kept, chosen) - 0.1).abs() < 0.01);
        assert_ne!(mask_row(&row, 0, 9, IDS), mask_row(&row, 0, 10, IDS));
    }

    #[test]
    fn rates_are_the_recipes_and_more_chosen_holds_what_fewer_chose() {
        let row: Vec<u32> = (0..128).map(|i| if i % 64 == 0 { 101 } else { 2000 + i }).collect();
        let by = |recipe| mask_row_by(recipe, &row, &[], 0, 3, IDS);
        let at = |chosen| by(Recipe { chosen, ..Recipe::BERT }).0.labels;
        let (few, many) = (at(15), at(40));
        assert!(few.len() < many.len() && few.iter().all(|l| many.contains(l)));
        assert_eq!((at(0).len(), at(100).len()), (0, 126));
        let (_, fates) = by(Recipe { chosen: 100, hidden: 0, random: 100, whole_words: false });
        assert!(fates.iter().all(|f| *f == Fate::Replaced));
        let (kept, fates) = by(Recipe { chosen: 100, hidden: 0, random: 0, whole_words: false });
        assert!(kept.input_ids == row && fates.iter().all(|f| *f == Fate::Kept));
    }

    #[test]
    fn whole_words_are_chosen_together() {
        let row: Vec<u32> = (0..120).map(|i| 2000 + i).collect();
        let leaders: Vec<usize> = (0..120).map(|i| i / 3 * 3).collect();
        let recipe = Recipe { whole_words: true, ..Recipe::BERT };
        let whole = |recipe| {
            let (masked, _) = mask_row_by(recipe, &row, &leaders, 0, 5, IDS);
            let chosen: Vec<usize> = masked.labels.iter().map(|l| l.0 / 3).collect();
            !chosen.is_empty() && chosen.chunks(3).all(|c| c.len() == 3 && c.iter().all(|w| *w == c[0]))
        };
        assert!(whole(recipe));
        assert!(!whole(Recipe::BERT));
    }
}
