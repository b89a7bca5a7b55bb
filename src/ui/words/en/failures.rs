//! What went wrong, and what to do about it.

use crate::model::adapter::AdapterError;
use crate::protocol::{EngineChange, Failure, LoadNote};
use crate::ui::logic::number::{bytes, count, grouped};

/// One or two sentences: what happened, then what the visitor can do.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::EmptyText => "There is nothing to read yet. Type a sentence, or take one of the tries.".into(),
        Failure::NoSecondText => {
            "A pair needs two texts. Type the second one, draw a sentence, or take one of the tries.".into()
        }
        Failure::TextTooLarge { bytes: size, limit } => format!(
            "This text is {}; the page reads at most {}. Shorten it: BERT itself reads no more than 512 pieces.",
            bytes(*size as u64),
            bytes(*limit as u64)
        ),
        Failure::NoBlank { sentence: 0 } => {
            "No word is hidden. Click a word below, or type [MASK] where one is missing.".into()
        }
        Failure::NoBlank { .. } => {
            "No word is hidden in the second sentence. Click one of its words, or type [MASK].".into()
        }
        Failure::TooManyBlanks { blanks, limit } => format!(
            "{} words are hidden; the page fills at most {limit} at once. Click some of them to bring them back.",
            grouped(*blanks as u64)
        ),
        Failure::BlankCutOff { .. } => {
            "A hidden word lies beyond the 512 pieces that BERT reads. Shorten the text before it.".into()
        }
        Failure::TooManySentences { sentences, limit } => {
            format!("{sentences} sentences at once, at most {limit} fit. Remove some.")
        }
        Failure::TooLongForAttention { tokens, limit } => format!(
            "This text has {}; attention is drawn for at most {limit}. Shorten it: every piece is paired with every other in 144 heads.",
            count(*tokens, "piece", "pieces")
        ),
        Failure::TooLongToProbe { tokens, limit } => format!(
            "This text has {}; this lesson takes at most {limit}. Shorten it: each word is asked about in turn.",
            count(*tokens, "piece", "pieces")
        ),
        Failure::TooManyTexts { texts, limit } => {
            format!("{} texts in one question, at most {limit} fit. Send fewer.", grouped(*texts as u64))
        }
        Failure::TooManyNumbers { numbers, limit } => format!(
            "These features are {} numbers; the page makes at most {}. Take fewer lines, one layer, or one vector a line.",
            grouped(*numbers as u64),
            grouped(*limit as u64)
        ),
        Failure::NoAdapter { name } => {
            format!("This page has no adapter named “{name}”. Reload it; if it stays so, the server's copy is wrong.")
        }
        Failure::Adapter { name, reason: AdapterError::WrongBase { made_for, here } } => {
            super::own::bound(name, made_for, here)
        }
        Failure::NoHead { head } => super::own::no_head(*head).into(),
        Failure::Own(failure) => super::own::failure(failure),
        Failure::Pretrain(failure) => super::pretraining::failure(failure),
        Failure::Adapter { name, reason } => {
            format!(
                "The adapter “{name}” was refused: {reason}. Reload the page; if it stays so, the server's copy is wrong."
            )
        }
        Failure::NoQuestion => "There is no question yet. Type one, or take one of the tries.".into(),
        Failure::LongQuestion { pieces, limit } => format!(
            "This question has {}; at most {limit} leave room for the text beside it. Ask in fewer words.",
            count(*pieces, "piece", "pieces")
        ),
        Failure::NotLoaded => "The model is not in yet. The answer comes as soon as it is.".into(),
        Failure::Cancelled => "Loading was stopped. What had arrived is kept: “Retry” goes on from there.".into(),
        Failure::Download { file, status: 0, reason } => {
            format!("“{file}” did not arrive ({reason}). Check the connection, then “Retry”: what has arrived is kept.")
        }
        Failure::Download { file, status: 404, .. } => {
            format!(
                "“{file}” is not on this server (404). Whoever set up this page must put the model's files beside it."
            )
        }
        Failure::Download { file, status, reason } => {
            format!(
                "The server answered {status} for “{file}” ({reason}). “Retry” asks again; what has arrived is kept."
            )
        }
        Failure::Corrupt { file } => format!(
            "“{file}” arrived damaged twice: its sha-256 is not the manifest's. “Retry” fetches it anew; if it stays so, the file on the server is wrong."
        ),
        Failure::Manifest { reason } => {
            format!(
                "The list of the model's files cannot be read: {reason}. Reload the page; if it stays so, the server's copy is wrong."
            )
        }
        Failure::Vocabulary { reason } => {
            format!(
                "The vocabulary cannot be read: {reason}. Reload the page; if it stays so, the server's copy is wrong."
            )
        }
        Failure::Gpu { reason } => {
            format!("The GPU refused: {reason}. Choose “CPU” in the engine panel: slower, the same numbers.")
        }
        Failure::Engine { reason } => {
            format!(
                "The engine could not answer: {reason}. Try again; if it stays so, choose the other engine in its panel."
            )
        }
        Failure::Lab(failure) => super::fine_tune::failure(failure),
        Failure::Worker { reason } => {
            format!("The engine stopped: {}. “Restart” starts it again; what you typed stays.", first_line(reason))
        }
    }
}

pub fn load_note(note: &LoadNote) -> String {
    match note {
        LoadNote::NotCached { reason } => {
            format!(
                "This browser keeps no copy of the model for this page ({reason}), so the next visit downloads it again."
            )
        }
        LoadNote::PartRefetched { file } => {
            format!("“{file}” had arrived damaged and was fetched again. It is right now.")
        }
        LoadNote::NoGpu { reason } => {
            let reason = reason.trim_start_matches("no usable GPU: ");
            format!("Running on the CPU: {reason}. The numbers are the same, they take longer.")
        }
    }
}

pub fn engine_change(change: &EngineChange) -> String {
    match change {
        EngineChange::RebuiltAfterLoss { reason } => {
            format!(
                "The GPU was lost ({reason}) and has been set up again from the bytes in memory. Nothing was downloaded, your text is untouched."
            )
        }
        EngineChange::CpuAfterLoss { reason } => {
            format!(
                "The GPU was lost ({reason}) and did not come back. The CPU has taken over: slower, the same numbers."
            )
        }
    }
}

/// The telling line: a panic's first line only says where.
fn first_line(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("panicked at"));
    let line = lines.next().unwrap_or("it gave no reason").trim_end_matches('.');
    line.chars().take(200).collect()
}
