//! The words of the lesson on pre-training from nothing.

use crate::protocol::pretraining::{PretrainFailure, TextReport};
use crate::ui::logic::number::{count, grouped};

pub const KICKER: (&str, &str) = ("Lesson 10 · the article: ", "converges more slowly");
pub const TITLE: &str = "Can you watch a BERT learn to read?";
pub const LEDE: &str = "Here is a very small BERT of two layers. It begins with random numbers and knows nothing. It reads your text over and over, with blanks and next sentences as its only exercise. Beside it learns a model of the same shape that reads from left to right and has to say every next piece. BERT is asked for 15 % of the pieces only.";
pub const TEXT: &str = "The text to learn from";
pub const TEXT_NOTE: &str = "About 40 to 200 short sentences do best. Empty lines part stories.";
pub const TRY_OPENING: &str = "the built-in text";
pub const FIGURE: &str = "Two models on the same text";
pub const START: &str = "Start";
pub const PAUSE: &str = "Pause";
pub const GO_ON: &str = "Go on";
pub const ANEW: &str = "Start anew";
pub const SEED: &str = "Seed";
pub const PROGRESS: &str = "Progress";
pub const ON_CPU: &str = "Both train on your processor, in WebAssembly; the weights of BERT-Base are not used.";
pub const NOT_READY: &str = "The vocabulary is still on its way.";
pub const LOSS: &str = "Loss, mean of 10 steps";
pub const HELD_OUT: &str = "Loss on sentences held out";
pub const NEXT: &str = "Next sentence, BERT's loss";
pub const READ: &str = "texts read";
pub const BERT: &str = "BERT: hidden pieces, 15 %";
pub const LEFT: &str = "left to right: every next piece";
pub const NEXT_MEAN: &str = "mean of 50 steps";
pub const COUNTED: &str = "What counted";
pub const WHAT_LOSS: &str = "Loss: minus the natural logarithm of the share given to the true piece, on average. Random numbers give each piece the same share. A “text” is a pair of sentences.";
pub const NO_HELD_OUT: &str = "With fewer than 16 sentences none is held out.";
pub const BLANKS: &str = "Its blanks, as it learns";
pub const BLANKS_NOTE: &str =
    "The small BERT's first guess and the share that it gives it; in bold where it is the hidden word.";
pub const BLANK_HELD: &str = "(this pair was never trained on)";
pub const NO_BLANKS: &str = "The guesses come with the run.";
pub const NUMBERS: &str = "Why real pre-training took days, in numbers";
pub const NUMBERS_HEAD: [&str; 3] = ["", "here", "BERT-Base (its authors)"];
pub const NUMBERS_ROWS: [&str; 7] =
    ["text", "numbers to train", "pieces a step", "steps", "pieces read in all", "pieces a second", "time"];
pub const PAPER: [&str; 7] = [
    "3.3 billion words",
    "110 million",
    "256 × 512 = 131,072",
    "1,000,000",
    "131 billion",
    "379,000 (worked out)",
    "4 days on 4 Cloud TPUs, 16 chips",
];
pub const NUMBERS_WAIT: &str = "Start a run: this device's own speed stands here then.";
pub const NUMBERS_NOTE: &str = "The estimate counts multiplications in the layers, and takes this device to be as quick at large matrices as at small ones. The authors read rows of 128 pieces for nine tenths of the steps, so their count of pieces is a most.";
pub const LOOK: &str = "After 1,600 texts the left-to-right loss is far below BERT's, which was asked for a seventh as much. Then watch the sentences held out: there the left-to-right loss soon rises again, for it learns by heart; BERT's falls for longer and ends lower.";
pub const ARTICLE: &str = "BERT's loss counts only the masked 15 % and ignores the rest. So the model converges more slowly than left-to-right ones. What it gains by seeing both sides makes up for it.";
pub const MISLEADS: &str = "The two losses answer different questions: a hidden piece from both sides, the next piece from the left. Compare how fast they fall, not how low. The text is tiny: both learn it by heart, which tells nothing of language. BERT's gain shows in real tasks, not in this curve.";
pub const GUESS: &str = "Which of the two losses falls faster, text for text?";
pub const GUESS_OPTIONS: [&str; 2] = ["BERT's", "left to right's"];

/// What a text has to learn from.
pub fn report(r: &TextReport) -> String {
    let [trained, held] = r.sentences;
    let mut text = format!(
        "{} to learn from, {held} held out · {} · {} different ones · {} numbers to train.",
        count(trained, "sentence", "sentences"),
        count(r.pieces, "piece", "pieces"),
        grouped(r.vocab_size as u64 - 5),
        grouped(r.parameters as u64)
    );
    if r.left_out > 0 {
        text += &format!(" The text is too long for a minute: the last {} left out.", were(r.left_out));
    }
    if r.cut > 0 {
        text += &format!(" {} cut after 30 pieces.", were(r.cut));
    }
    text
}

fn were(n: usize) -> String {
    format!("{} {}", count(n, "sentence", "sentences"), if n == 1 { "was" } else { "were" })
}

pub fn failure(f: &PretrainFailure) -> String {
    match f {
        PretrainFailure::TooShort { sentences, least } => format!(
            "This text has {}; at least {least} are needed to make pairs of. Add some, or take the built-in text.",
            count(*sentences, "sentence", "sentences")
        ),
    }
}

/// `Step 48 of 600 · 768 texts read · 210 texts a second · …`
pub fn progress(step: u64, steps: u64, texts: u64, texts_per_s: f64) -> String {
    let mut text = format!("Step {} of {} · {} texts read", grouped(step), grouped(steps), grouped(texts));
    if texts_per_s > 0.0 {
        text += &format!(" · BERT reads {texts_per_s:.0} texts a second");
    }
    text
}

pub fn done(texts: u64) -> String {
    format!("Done: each model has read {} texts.", grouped(texts))
}

pub const PAUSED: &str = "Paused. Nothing is lost while this tab is open.";

pub fn failed(reason: &str) -> String {
    format!("The run has ended: {reason}. Start anew.")
}

pub const INTERRUPTED: &str = "the engine stopped";
pub const OTHER_TEXT: &str = "The curves are of the text and seed with which the run began.";

pub fn now(bert: &str, left: &str) -> String {
    format!("BERT {bert}, left to right {left}")
}

pub fn next_now(loss: &str, right: &str) -> String {
    format!("{loss}, {right} right")
}

pub fn counted(bert: u64, left: u64) -> String {
    format!(
        "BERT's losses counted {} pieces so far, the other's {} in the same texts. [CLS] and [SEP] are asked of neither.",
        grouped(bert),
        grouped(left)
    )
}

pub fn told(texts: u64, bert: &str, left: &str) -> String {
    format!("After {} texts BERT's loss is {bert}, left to right's {left}.", grouped(texts))
}

/// The three numbers: years at this speed, how much more arithmetic BERT-Base needs, years with it.
pub fn years(rate: &str, small: &str, times: u64, large: &str) -> String {
    format!(
        "At {rate} pieces a second, as measured here, even this small network would read BERT's 131 billion pieces in {small}. BERT-Base does about {} times the arithmetic for each piece: {large} on this device (estimate).",
        grouped(times)
    )
}

pub fn time(seconds: f64) -> String {
    const YEAR: f64 = 365.25 * 86_400.0;
    match seconds {
        s if s < 90.0 => format!("{s:.0} seconds"),
        s if s < 5400.0 => format!("{:.0} minutes", s / 60.0),
        s if s < 2.0 * 86_400.0 => format!("{:.0} hours", s / 3600.0),
        s if s < 2.0 * YEAR => format!("{:.0} days", s / 86_400.0),
        s if s < 20.0 * YEAR => format!("{:.1} years", s / YEAR),
        s => format!("{} years", grouped((s / YEAR).round() as u64)),
    }
}

/// As many digits as a measured speed deserves: `5,300`, `131 million`.
pub fn about(value: f64) -> String {
    match value {
        v if v < 1000.0 => format!("{v:.0}"),
        v if v < 1e6 => grouped((v / 100.0).round() as u64 * 100),
        v => format!("{:.1} million", v / 1e6),
    }
}

pub fn words_of(pieces: u64) -> String {
    count(pieces as usize, "piece", "pieces")
}

pub fn blank_number(number: usize) -> String {
    format!("blank {number}")
}

/// A cell of the blanks' table, read aloud.
pub fn guess_told(guess: &str, share: &str, truth: &str, its: &str) -> String {
    format!("first guess “{guess}” {share}; “{truth}” gets {its}")
}
