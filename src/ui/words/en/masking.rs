//! The words of the lesson on masking.

use crate::protocol::masking::Fate;
use crate::ui::logic::masking::Score;
use crate::ui::logic::number::count;

pub const KICKER: (&str, &str) =
    ("Lesson 8 · the article: ", "15 % of the words in each sequence are replaced with a [MASK] token");
pub const TITLE: &str = "How do you train on text without labels?";
pub const LEDE: &str = "Hide a few pieces of a text and ask for them back: the text is its own answer. Most of the chosen pieces become [MASK]; some become a random piece, some stay, so that BERT has to think about every piece it reads.";
pub const TEXT: &str = "Paragraph";
pub const FIGURE: &str = "What BERT is given, and asked";
pub const CHOSEN: &str = "Chosen";
pub const HIDDEN: &str = "of these [MASK]";
pub const RANDOM: &str = "a random piece";
pub const SEED: &str = "Draw number";
pub const AGAIN: &str = "Draw again";
pub const WHOLE: &str = "Whole words";
pub const RECIPE: &str = "BERT's recipe";
pub const CONTROLS: &str = "How pieces are hidden";
pub const GUESS: &str = "Guess first";
pub const REVEAL: &str = "Show BERT's guesses";
pub const GUESSING: &str =
    "The paragraph is put away. Fill the gaps, then see BERT's guesses. Gaps are pieces: one may be part of a word.";
pub const NONE: &str = "No piece was chosen: nothing to learn here. Draw again, or choose more.";
pub const PIECES: &str = "The pieces as BERT reads them";
pub const TABLE: &str = "Every chosen piece";
pub const HEAD: [&str; 6] = ["piece", "BERT reads", "BERT's first guess", "gives the true piece", "rank", "loss"];
pub const LOSS_NOTE: &str = "Loss of a piece: minus the natural logarithm of the share that BERT gives the piece that stood there; 0 is certain and right. Every other piece adds nothing, however well BERT read it.";
pub const RATES: &str = "What if more or fewer were chosen?";
pub const RATES_NOTE: &str = "More chosen: more to learn from each text, but fewer words left to read, so each gets harder. Fewer: easier guesses, but most of the reading teaches nothing. Only this text, and a BERT trained at 15 %: not what training at another rate would give.";
pub const TRY_RATES: &str = "Try 5 %, 15 % and 40 %";
pub const TRYING: &str = "Trying…";
pub const RATES_HEAD: [&str; 4] = ["chosen", "pieces in 4 draws", "mean loss", "first guess right"];
pub const TRY_OPENING: &str = "the opening";
pub const TRY_NAMES: (&str, &str) = (
    "long words",
    "Photosynthesis transforms sunlight, carbon dioxide and water into carbohydrates. Chlorophyll, a greenish pigment, absorbs the sunlight; oxygen is released as a by-product.",
);
pub const LOOK: &str = "At a kept piece BERT reads the answer and is nearly sure of it. At a random piece it reads a wrong word and is to name the true one. Nothing tells it which piece is which: any word that it reads may be wrong.";
pub const LOOK_WHOLE: &str = "With “Whole words”, all pieces of a cut word go together. Else BERT often gets the end of a word from its beginning, which is no test of the sentence. Google published whole-word models in 2019.";
pub const LOOK_WHOLE_LINK: &str = "Try it on long words →";
pub const ARTICLE: &str = "15 % of the words are chosen. 80 % of these become [MASK], 10 % a random word, 10 % stay. The loss counts only the chosen ones, so the model converges more slowly than one that learns from every word; its sense of context makes up for it.";
pub const MISLEADS: &str = "“Words” here are pieces. And each piece is chosen by chance on its own, as the seed says: a short text may lose one piece in ten or one in four. Google's code drew a fixed number from each text.";

pub fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Hidden => "hidden",
        Fate::Replaced => "random",
        Fate::Kept => "kept",
    }
}

/// `20 %`
pub fn percent(value: u8) -> String {
    format!("{value} %")
}

pub fn kept(value: u8) -> String {
    format!("and {value} % stay as they are")
}

pub fn counts(pieces: usize, chosen: usize, by: [usize; 3]) -> String {
    format!(
        "Of {} {} chosen: {} hidden, {} replaced by a random piece, {} kept.",
        count(pieces, "piece", "pieces"),
        if chosen == 1 { "1 is".into() } else { format!("{chosen} are") },
        by[0],
        by[1],
        by[2]
    )
}

pub fn total(loss: &str, chosen: usize, others: usize) -> String {
    format!(
        "Loss of this text, as in training: {loss}, the mean over {}. The other {others} count nothing.",
        count(chosen, "chosen piece", "chosen pieces")
    )
}

pub fn gap(number: usize) -> String {
    format!("Gap {number}")
}

pub fn score(score: Score, guessed: bool) -> String {
    let Score { yours, berts, of } = score;
    let berts = format!("BERT {berts} of {of}");
    if guessed { format!("You {yours} of {of} · {berts}") } else { berts }
}

pub fn cut(total: usize, limit: usize) -> String {
    format!("This text has {total} pieces; the lesson reads the first {limit}.")
}

pub fn chip(fate: Fate, truth: &str, reads: &str) -> String {
    match fate {
        Fate::Hidden => format!("hidden: {truth}"),
        Fate::Replaced => format!("random: {reads} in place of {truth}"),
        Fate::Kept => format!("kept: {truth}"),
    }
}

/// One chosen piece, read aloud.
pub fn piece(truth: &str, fate: &str, guess: &str, share: &str, loss: &str) -> String {
    format!("“{truth}” ({fate}): BERT's first guess is “{guess}”; it gives “{truth}” {share}, a loss of {loss}.")
}
