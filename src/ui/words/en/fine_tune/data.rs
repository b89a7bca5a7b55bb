//! The words of the lab's data.

use super::{part, rows};
use crate::protocol::lab::{Copies, Lengths, Part};
use crate::train::data::DataError;
use crate::ui::logic::number::{bytes, count, grouped};

pub const TITLE: &str = "1 · Prepare data";
pub const PASTE: &str = "Labelled rows to train on";
pub const PLACEHOLDER: &str = "Drop a TSV, CSV or JSONL with labels, or with the columns context, question and answer, or train.tsv, dev.tsv and test.tsv together. Or paste rows: label, tab, text";
pub const CHOOSE: &str = "Choose files";
pub const CLEAR: &str = "Clear";
pub const PASTED: &str = "pasted.tsv";
pub const SAMPLES: [&str; 4] = [
    "reviews, two labels, in the article's format",
    "support requests, three labels",
    "pairs: does it answer?",
    "questions on house rules: where is the answer?",
];
pub const WAITING: &str = "The vocabulary is on its way; the file is read as soon as it is in.";
pub const CANCEL: &str = "Cancel";
pub const PREVIEW: &str = "The file's first rows";
pub const TEXT_IN: &str = "Texts are in";
pub const SECOND_IN: &str = "second texts in";
pub const LABEL_IN: &str = "labels in";
pub const QUESTION_IN: &str = "questions in";
pub const ANSWER_IN: &str = "answers in";
pub const ANSWERS: &str = "Answers stand in the texts";
pub const QUESTIONS: &str = "Questions";
pub const CUT_IN_WINDOWS: &str = "Longer ones are read in overlapping windows.";
pub const NONE: &str = "no column";
pub const HEADER: &str = "The first row has names";

pub const LABELS: &str = "Labels";
pub const LABEL: &str = "label";
pub const IN_FILE: &str = "in the file";
pub const ALL: &str = "in all";
pub const RENAME: &str = "Name of the label";
pub const SPLIT: &str = "Split";
pub const SEED: &str = "seed";
pub const VALIDATION: &str = "validation, %";
pub const TEST: &str = "test, %";
pub const SPLIT_NOTE: &str =
    "Stratified: each label has the same share in every part. The same seed always makes the same split.";
pub const SPLIT_BY_TEXT: &str =
    "All questions on one text are in the same part. The same seed always makes the same split.";
pub const SPLIT_FIXED: &str = "The parts are those of your files.";
pub const STRETCH: &str = "pieces";
pub const EXAMPLES: &str = "examples";

pub const FEATURES: &str = "An example as the article prints it";
pub const PREVIOUS: &str = "← Previous";
pub const NEXT: &str = "Next →";
pub const TRIO: &str = "Download as train.tsv, dev.tsv, test.tsv";
pub const TRIO_TITLE: &str = "In the article's four columns: id, label, a letter, text";
/// Lengths beyond are not told apart.
const LONGEST: usize = 512;
pub const PART: &str = "Part";

/// `Reading: 12 of 100 MB · 40,211 rows`
pub fn gathering(read: u64, total: u64, found: usize) -> String {
    format!("Reading: {} of {} · {}", bytes(read), bytes(total), rows(found))
}

/// `train.tsv · 120 rows, all can be read (9 kB)`
pub fn file(name: &str, role: &str, found: usize, bad: usize, size: u64) -> String {
    let told = match bad {
        0 => "all can be read".to_owned(),
        n => format!("{} cannot be read and will be left out", grouped(n as u64)),
    };
    let role = if role.is_empty() { String::new() } else { format!(" · read as {role}") };
    format!("{name}{role} · {}, {told} ({})", rows(found + bad), bytes(size))
}

pub fn full(line: usize) -> String {
    format!(
        "From line {} on nothing was taken: the page keeps about 128 MB of texts. What was read can be trained upon.",
        grouped(line as u64)
    )
}

pub fn bad_heading(bad: usize) -> String {
    format!("{} left out, by line", rows(bad))
}

pub fn parts(counts: [usize; 3], unlabelled_test: bool) -> String {
    let test = if unlabelled_test { " to predict" } else { " test" };
    let [train, validation, rest] = counts.map(|n| grouped(n as u64));
    format!("{train} train · {validation} validation · {rest}{test}")
}

pub fn lengths(l: &Lengths) -> String {
    let of = if l.measured < l.of { format!(" (of {} measured)", rows(l.measured)) } else { String::new() };
    let longest = if l.longest >= LONGEST { format!("{LONGEST} or more") } else { grouped(l.longest as u64) };
    format!("Length in pieces: half are at most {}, the longest has {longest}{of}", grouped(l.median as u64))
}

pub fn cut(l: &Lengths, max_seq_length: usize) -> String {
    match l.cut {
        0 => format!("None is longer than max_seq_length {max_seq_length}."),
        n => format!(
            "{} longer than max_seq_length {max_seq_length} and will be cut there.",
            count(n, "example is", "examples are")
        ),
    }
}

/// `8 to 15 pieces`
pub fn stretch(from: usize, to: usize) -> String {
    if from == to { from.to_string() } else { format!("{from} to {to}") }
}

pub fn bar(n: usize, from: usize, to: usize) -> String {
    format!("{} of {} pieces", count(n, "example", "examples"), stretch(from, to))
}

/// What there is twice, each as a sentence.
pub fn copies(c: &Copies) -> Vec<String> {
    let mut out = Vec::new();
    if c.contradictions > 0 {
        out.push(format!(
            "{} with more than one label: only one of them can be learned.",
            count(c.contradictions, "text stands there", "texts stand there")
        ));
    }
    if c.leaks > 0 {
        out.push(format!(
            "{} in train too: the answers may be remembered, not learnt.",
            count(c.leaks, "row of validation or test stands", "rows of validation or test stand")
        ));
    }
    if c.duplicates > 0 {
        out.push(format!(
            "{} a text that stood there before with the same label.",
            count(c.duplicates, "row repeats", "rows repeat")
        ));
    }
    out
}

pub const NO_COPIES: &str = "No text stands there twice.";
pub const COPIES_SHOWN: &str = "Show some";

pub fn copy(text: &str, lines: &[usize]) -> String {
    let lines: Vec<String> = lines.iter().map(|l| grouped(*l as u64)).collect();
    format!("“{text}”, lines {}", lines.join(", "))
}

/// The column heads of the labels.
pub fn counted(p: Part) -> &'static str {
    part(p)
}

/// Refused data.
pub fn refused(e: &DataError) -> String {
    match e {
        DataError::NoLabelColumn => "Which column has the labels? Choose it below.".into(),
        DataError::NoSamples => {
            "No row of this can be read. Choose another column, or another file: TSV, CSV or JSONL.".into()
        }
        DataError::OneLabel { label } => {
            format!(
                "Every row has the label “{label}”: there is nothing to tell apart. Choose another column, or add rows of another label."
            )
        }
        DataError::TooManyLabels { line, some } => {
            let some: Vec<String> = some.iter().take(3).map(|l| format!("“{l}”")).collect();
            format!(
                "More than 20 labels by line {}, such as {}. Choose another column, or join labels.",
                grouped(*line as u64),
                some.join(", ")
            )
        }
        DataError::BadName { label } if label.trim().is_empty() => "A label needs a name.".into(),
        DataError::BadName { label } => format!("“{label}” is too long a name, or two labels have it."),
        DataError::Names { .. } => "The names are not as many as the labels. Read the file again.".into(),
        DataError::Mixed => {
            "The files do not go together: one has pairs of texts or questions, the other has not.".into()
        }
        DataError::Tokenizer(reason) => format!("The tokenizer gave up: {reason}. Reload the page."),
    }
}
