//! Words of several pieces in a gap of one: asked piece by piece.
//!
//! The gap is widened to k gaps. The first piece is asked for in the first of them, the second once the first
//! stands, and so on: the product of the k probabilities is the word's, by the chain rule from left to right.

use crate::engine::{BlankAnswer, BlankAt, Candidate, MAX_BLANKS, Row};

/// Where the answers to a word in a gap belong: blank and asked word, by number, and the pieces.
struct Chain {
    blank: usize,
    asked: usize,
    pieces: usize,
}

#[derive(Default)]
pub struct Chains {
    list: Vec<Chain>,
    /// Rows and blanks, one for each piece of each chain.
    rows: Vec<Row>,
    at: Vec<(usize, u32)>,
}

impl Chains {
    /// Asks for a word's pieces at `position` of a row. A word that would make the row too long, or the call too
    /// large beside `others` blanks, is left out.
    pub fn add(
        &mut self,
        (blank, asked): (usize, usize),
        (row, position): (&Row, usize),
        ids: &[u32],
        (mask, max_tokens, others): (u32, usize, usize),
    ) {
        let fits = row.input_ids.len() + ids.len() - 1 <= max_tokens;
        if !fits || others + self.at.len() + ids.len() > MAX_BLANKS {
            return;
        }
        for (j, &id) in ids.iter().enumerate() {
            let filled = ids[..j].iter().copied().chain(std::iter::repeat_n(mask, ids.len() - j));
            let mut wide = row.clone();
            wide.input_ids.splice(position..=position, filled);
            let segment = row.token_type_ids[position];
            wide.token_type_ids.splice(position..=position, std::iter::repeat_n(segment, ids.len()));
            self.rows.push(wide);
            self.at.push((position + j, id));
        }
        self.list.push(Chain { blank, asked, pieces: ids.len() });
    }

    /// The rows, to be laid after `first` others, and their blanks.
    pub fn take_rows(&mut self, first: usize) -> (Vec<Row>, Vec<BlankAt>) {
        let at = self.at.iter().enumerate();
        let blanks = at.map(|(i, &(position, id))| BlankAt { row: first + i, position, asked: vec![id] }).collect();
        (std::mem::take(&mut self.rows), blanks)
    }

    /// The answers to those blanks, sorted: each piece's candidate by (blank, asked word).
    pub fn sorted(&self, answers: Vec<BlankAnswer>) -> impl Fn(usize, usize) -> Vec<Candidate> {
        let mut answers = answers.into_iter();
        let mut found = Vec::with_capacity(self.list.len());
        for chain in &self.list {
            let pieces = answers.by_ref().take(chain.pieces).filter_map(|a| a.asked.first().copied()).collect();
            found.push(((chain.blank, chain.asked), pieces));
        }
        move |blank, asked| {
            let of =
                |(key, pieces): &((usize, usize), Vec<Candidate>)| (*key == (blank, asked)).then(|| pieces.clone());
            found.iter().find_map(of).unwrap_or_default()
        }
    }
}
