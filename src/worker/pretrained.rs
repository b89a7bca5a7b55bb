//! From a text to what pre-training reads of it, and from a run to what the page is told.

use crate::model::whole;
use crate::protocol::pretraining::{BlankText, Look, NamedGuess, NamedLook, Phase, PretrainFailure, TextReport, Told};
use crate::protocol::{Failure, MAX_TEXT_BYTES};
use crate::text::tokenizer::{BertTokenizer, MASK};
use crate::train::pretraining::{Blank, PretrainRun, PretrainText, PretrainTextError, shape};

pub fn read(tokenizer: &BertTokenizer, text: &str) -> Result<PretrainText, Failure> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Failure::TextTooLarge { bytes: text.len(), limit: MAX_TEXT_BYTES });
    }
    PretrainText::read(tokenizer, text).map_err(|e| match e {
        PretrainTextError::TooShort { sentences, least } => {
            Failure::Pretrain(PretrainFailure::TooShort { sentences, least })
        }
        PretrainTextError::Text(e) => e.into(),
    })
}

pub fn report(text: &PretrainText) -> TextReport {
    let shapes = whole::pretraining_shapes(&shape(text.vocab_size()));
    TextReport {
        sentences: text.sentences(),
        pieces: text.count(),
        vocab_size: text.vocab_size(),
        parameters: shapes.values().map(|s| s.iter().product::<usize>()).sum(),
        left_out: text.left_out,
        cut: text.cut,
    }
}

/// What has come since so many points and looks; all of it, and the blanks, where that is none.
pub fn told(run: &PretrainRun, phase: Phase, [points, looks]: [usize; 2]) -> Told {
    let [pieces_per_s, pairs_per_s] = run.rates();
    let from_start = points == 0 && looks == 0;
    let blanks = run.blanks().iter().filter(|_| from_start).map(|b| blank_text(run.text(), b)).collect();
    Told {
        phase,
        settings: run.settings(),
        parameters: run.parameters(),
        blanks,
        from_start,
        points: run.points().iter().skip(points).copied().collect(),
        looks: run.looks().iter().skip(looks).map(|l| named(run.text(), l)).collect(),
        pieces_per_s,
        pairs_per_s,
        failure: None,
    }
}

fn named(text: &PretrainText, look: &Look) -> NamedLook {
    let blanks = look.blanks.iter().map(|guess| NamedGuess {
        top: guess.top.iter().map(|c| (text.piece(c.id).to_owned(), c.probability)).collect(),
        probability: guess.truth.probability,
        rank: guess.truth.rank,
    });
    NamedLook { step: look.step, held_out: look.held_out, blanks: blanks.collect() }
}

fn blank_text(text: &PretrainText, blank: &Blank) -> BlankText {
    let [mut first, second] = [0, 1].map(|next| text.pieces_of(blank.sentence + next));
    let after = first.split_off(blank.position.min(first.len()));
    let truth = first.pop().unwrap_or_else(|| MASK.to_owned());
    let after = after.into_iter().chain(second).collect::<Vec<_>>();
    BlankText { before: joined(&first), truth, after: joined(&after), held_out: blank.held_out }
}

/// Pieces as a reader writes them: no space before "##" and stops.
fn joined(pieces: &[String]) -> String {
    let mut out = String::new();
    for piece in pieces {
        let (rest, tied) = match piece.strip_prefix("##") {
            Some(rest) => (rest, true),
            None => (piece.as_str(), matches!(piece.as_str(), "." | "," | "!" | "?" | ";" | ":")),
        };
        if !out.is_empty() && !tied {
            out.push(' ');
        }
        out.push_str(rest);
    }
    out
}
