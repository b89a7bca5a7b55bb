//! The words of the Sentiment lesson.

use crate::ui::logic::number::{bytes, count, grouped, percent, points, signed};
use crate::ui::logic::verdict::{SURE, Verdict};

pub const KICKER: (&str, &str) = ("Lesson 11 · the article: ", "positive or negative reviews");
pub const TITLE: &str = "“Bad” is bad. “Not bad at all” is not.";
pub const LEDE: &str = "One small adapter beside BERT's weights, trained by us, reads a review as negative or positive. Paste one, see what it says and why, then click words away until it changes its mind.";
pub const BOX: &str = "Review";
pub const FIGURE: &str = "What BERT says of the review";
pub const LABELS: [&str; 2] = ["negative", "positive"];
pub const TRY_OPENING: &str = "not bad at all";
pub const TRY_PRAISE: &str = "far from perfect";
pub const TRY_IRONY: &str = "irony";
pub const TRY_MIXED: &str = "mixed";
pub const TRY_LONG: &str = "a long one";

pub const LOOK_LINK: &str = "Leave it out →";
pub const ARTICLE: &str = "The article's tutorial fine-tunes all of BERT on Yelp reviews, rated negative or positive. Here BERT's weights stay as they are: the adapter is a small file beside them, and it answers from what BERT makes of [CLS].";
pub const MISLEADS: &str = "Leaving a word out makes another text, often one that nobody would write. What moves is the answer to that text; two words that say the same can each look as if they did not matter.";
pub const MISLEADS_LINK: &str = "Try irony →";

pub fn look(word: &str, with: &str, without: &str) -> String {
    format!(
        "Leave out “{word}” and positive falls from {with} to {without} (recorded). No word carries a fixed sign: BERT reads each with all the others."
    )
}

pub fn misleads_irony(text: &str, positive: &str) -> String {
    format!(
        "The adapter knows reviews in English. It takes “{text}” for praise, at {positive} (recorded), and gives a label even to a text that judges nothing."
    )
}

pub const OURS: &str = "Back to ours";

/// A visitor's model reads in place of ours.
pub fn their_model(name: &str, labels: &[String]) -> String {
    let same = labels.iter().zip(LABELS).all(|(a, b)| a.eq_ignore_ascii_case(b));
    let meant = match labels {
        [first, second] if !same => {
            format!(" Where this page says negative it means “{first}”, and “{second}” by positive.")
        }
        _ => String::new(),
    };
    format!(
        "“{name}”, your own model, reads here in place of ours. Its probabilities are as it learnt them, not calibrated.{meant}"
    )
}

// ------------------------------------------------------------------------------------ the answer

pub fn label(index: usize) -> &'static str {
    LABELS.get(index).copied().unwrap_or("?")
}

/// Heading of the card: the verdict.
pub fn verdict(verdict: Verdict, likelier: usize, probability: f32) -> String {
    match verdict {
        Verdict::Says(l) => format!("{}, with {}", capital(label(l)), percent(probability)),
        Verdict::Unsure => format!("Unsure: {} with {}", label(likelier), percent(probability)),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
}

pub const READING: &str = "Reading the review";
pub const NOT_READ: &str = "Not read";

pub fn band() -> String {
    let sure = f64::from(SURE) * 100.0;
    format!("unsure: neither reaches {sure:.0} %")
}

/// Why there is a band.
pub fn band_rule() -> String {
    let sure = f64::from(SURE) * 100.0;
    format!(
        "Below {sure:.0} % more than one such answer in four is wrong, so none is called a verdict. Probabilities are calibrated on texts kept for that."
    )
}

pub const WINDOWS_DISAGREE: &str = "Mixed: parts of this text, read alone, are surely negative and others surely positive. The answer weighs them all.";
pub const SENTENCES_DISAGREE: &str =
    "Mixed: some sentences, read alone, are surely negative and others surely positive. See them one by one below.";

/// The bar in words.
pub fn said(negative: f32, positive: f32, pieces: usize, windows: usize) -> String {
    let read = match windows {
        1 => format!("read at once, {}", count(pieces, "piece", "pieces")),
        n => format!("read as {n} windows, {} in all", count(pieces, "piece", "pieces")),
    };
    format!("BERT says negative with {} and positive with {} ({read}).", percent(negative), percent(positive))
}

pub const AFTER: &str = "with your changes";
pub const BEFORE: &str = "as typed";
pub const NOTHING_LEFT: &str = "Nothing is left to read. Click a word to bring it back, or press Esc for all.";

/// What the visitor's changes did: probabilities of "positive".
pub fn moved(before: f32, after: f32) -> String {
    let by = points(after - before);
    let where_to = if after >= before { "toward positive" } else { "toward negative" };
    format!("positive: {} → {}, {by} points {where_to}", percent(before), percent(after))
}

// ------------------------------------------------------------------------------------- the words

pub const HINT: &str =
    "Click a word to leave it out, again to bring it back. Hover to see its pull. Esc brings all back.";

pub fn legend(index: usize) -> String {
    format!("pulls to {}", label(index))
}

pub const LEGEND_STEPS: &str = "Tints from a pull of 0.1, 0.5, 1 and 2";
pub const PULL_IS: &str = "The pull of a word: the log-odds of “positive”, less the same with the word left out. + speaks for positive, − for negative; 1.1 is three to one, 2.2 nine to one.";
pub const NO_PULL: &str = "Words are not weighed yet.";

/// A word's name for those who hear it.
pub fn word_name(word: &str, by: Option<&str>, pull: Option<f32>) -> String {
    let pull = pull.map_or(String::new(), |p| format!(", pull {}", signed(p)));
    match by {
        None => format!("{word}{pull}"),
        Some("") => format!("{word}, left out"),
        // Begins as it is written there.
        Some(by) => format!("{word} {by}, replaced"),
    }
}

/// A word's pull, as the read-out says it.
pub fn pull(word: &str, pull: f32, without: f32) -> String {
    let to = label(usize::from(pull >= 0.0));
    format!("“{word}” pulls {} to {to}: without it, positive has {}.", signed(pull), percent(without))
}

// Two ways to ask why.
pub const WAYS: &str = "What tints the words";
pub const WAY_NAMES: [&str; 2] = ["leave one out", "gradient × input"];
pub const LEFT_OUT_IS: &str = "Each word is left out in turn and the rest is read again.";
pub const SLOPE_IS: &str = "The gradient tells which way the log-odds of “positive” would move if a word's vector moved a little. Times the vector itself, it estimates what would be lost if that vector were zero: one reading there and one back, for all words at once.";
pub const SLOPING: &str = "Computing the gradients";
pub const WHY_APART: &str = "Neither is the truth. Gradient × input follows a straight line from the answer as it is; BERT is not straight, least of all around “not” or where the answer is already sure, and its sums do not add up to the answer. Leaving out makes the whole step, to a text that nobody wrote.";

/// How many of the words that either way tints pull the same way by both.
pub fn agree(same: usize, strong: usize) -> String {
    match strong {
        0 => "No word pulls by 0.1 or more, by either way.".into(),
        _ => format!(
            "Of {} that pull by 0.1 or more by either way, {same} pull the same way by both.",
            count(strong, "word", "words")
        ),
    }
}

/// The word on which both ways differ most in sign.
pub fn apart(word: &str, left_out: f32, slope: f32) -> String {
    format!(
        "They disagree most about “{word}”: left out, its pull is {}; gradient × input gives {}.",
        signed(left_out),
        signed(slope)
    )
}

/// What belongs to no word.
pub fn rest(sum: f32) -> String {
    format!("Punctuation, [CLS] and [SEP] have {} together by gradient × input.", signed(sum))
}

/// A word's gradient × input, as the read-out says it.
pub fn slope(word: &str, slope: f32) -> String {
    format!("“{word}”: gradient × input {}, to {}.", signed(slope), label(usize::from(slope >= 0.0)))
}

pub fn replace(word: &str) -> String {
    format!("Instead of “{word}”")
}

pub const REPLACE: &str = "Put in";
pub const BRING_BACK: &str = "Bring it back";
pub const BRING_ALL_BACK: &str = "Bring all back";

pub fn changed_count(left_out: usize, replaced: usize) -> String {
    let mut parts = Vec::new();
    if left_out > 0 {
        parts.push(format!("{} left out", count(left_out, "word", "words")));
    }
    if replaced > 0 {
        parts.push(format!("{} replaced", count(replaced, "word", "words")));
    }
    parts.join(", ")
}

pub fn drawn(words: usize, of: usize) -> String {
    format!("The first {} of {} are drawn; all of them are read.", grouped(words as u64), count(of, "word", "words"))
}

pub const WEIGH: &str = "Weigh each word";
pub const WEIGHING: &str = "Weighing the words";
pub const STOP: &str = "Stop";
pub const READ_IT: &str = "Read it";
pub const STOPPED: &str = "Reading was stopped.";
pub const AGAIN: &str = "Ask again";

/// What weighing costs.
pub fn weigh_cost(words: usize, windows: usize) -> String {
    let reads = words * windows.max(1);
    format!(
        "{} means reading the text {} more: once without each.",
        count(words, "word", "words"),
        count(reads, "time", "times")
    )
}

pub fn too_many_to_weigh(words: usize, limit: usize) -> String {
    format!(
        "{} are too many to weigh one by one (at most {limit}). See the sentences and the windows below.",
        count(words, "word", "words")
    )
}

pub fn progress(what: &str, done: usize, of: usize) -> String {
    format!("{what}: {} of {}", grouped(done as u64), grouped(of as u64))
}

pub fn adapter(received: u64, total: u64) -> String {
    format!("Getting the adapter of this lesson, once: {} of {}", bytes(received), bytes(total))
}

pub const WORDS_HEAD: [&str; 3] = ["word", "pull", "positive without it"];
pub const WORDS_CAPTION: &str = "Words by strength";

// ------------------------------------------------------------------------------------ the windows

pub fn windows_title(count: usize) -> String {
    format!("{count} windows, one answer")
}

pub const WINDOWS_LABEL: &str = "Windows of the text; pick one to see it in the text";
pub const WINDOWS_ABOUT: &str = "BERT reads at most 512 pieces at once, this lesson 256. A longer text goes as overlapping windows, and the answer is the weighted mean of their logits: each window weighs as many pieces as it adds to those before it.";
pub const WINDOWS_HEAD: [&str; 5] = ["window", "from", "weight", "positive", "logits (negative, positive)"];
pub const WINDOWS_MEAN: &str = "weighted mean";
pub const WINDOWS_PICK: &str = "Hover or pick a window; Esc releases it.";

pub fn window_name(number: usize, of: usize, positive: f32) -> String {
    format!("Window {number} of {of}, positive {}", percent(positive))
}

pub fn window(number: usize, of: usize, positive: f32, share: f32, excerpt: &str) -> String {
    format!(
        "Window {number} of {of}, {} of the weight, says positive with {}: {excerpt}",
        percent(share),
        percent(positive)
    )
}

// ---------------------------------------------------------------------------------- the sentences

pub const SENTENCES_TITLE: &str = "Sentence by sentence";
pub const SENTENCES_ABOUT: &str =
    "Each was read alone, as if the others were not there: what they mean together can be something else.";
pub const SENTENCES_READ: &str = "Read each sentence";
pub const SENTENCES_READING: &str = "Reading the sentences";

pub fn sentences_cost(sentences: usize) -> String {
    format!("{} to read one by one.", count(sentences, "sentence", "sentences"))
}

pub fn sentences_first(read: usize, of: usize) -> String {
    format!("The first {} of {} were read alone.", grouped(read as u64), count(of, "sentence", "sentences"))
}

/// Which sentences pull which way.
pub fn sentences_said(negative: usize, positive: usize, unsure: usize) -> String {
    format!("Alone, {negative} would be called negative, {positive} positive, {unsure} neither.")
}

// ----------------------------------------------------------------------------------- the contrasts

pub const CONTRASTS_TITLE: &str = "A word apart";
pub const CONTRASTS_ABOUT: &str =
    "Pairs that differ in little. Bars run from negative to positive; click a text to put it in the box.";
pub const CONTRAST_FAILS: &str = "It gets this pair wrong";

pub fn contrast_fails(text: &str, label: usize) -> String {
    format!("A reader would call “{text}” {}.", LABELS[label])
}

/// The likelier label of two.
pub fn share([negative, positive]: [f32; 2]) -> String {
    let (name, p) = if positive >= negative { (LABELS[1], positive) } else { (LABELS[0], negative) };
    let unsure = if p < SURE { "unsure, " } else { "" };
    format!("{unsure}{name} {}", percent(p))
}

pub fn row_said(text: &str, positive: f32) -> String {
    format!("“{text}” positive {}", percent(positive))
}
