//! What must hold of the words in every language.

use super::keys::*;
use super::{de, en, shell};
use crate::protocol::Failure;
use crate::ui::logic::compare::plain;
use crate::ui::logic::language::Language;
use crate::ui::logic::number::{grouped, milliseconds, percent, signed};
use std::collections::BTreeSet;
use std::path::Path;

type Entry = (&'static str, Vec<&'static str>, Vec<&'static str>);

/// All constants: path, English, German.
fn all() -> Vec<Entry> {
    let of: &[fn() -> Vec<Entry>] = &[
        answers::all,
        cased::all,
        context::all,
        failures::all,
        features::all,
        fine_tune::all,
        fine_tune::changed::all,
        fine_tune::data::all,
        fine_tune::kept::all,
        fine_tune::learning::all,
        fine_tune::settings::all,
        guess::all,
        heads::all,
        lessons::all,
        lessons::attention::all,
        lessons::blank::all,
        lessons::changes::all,
        lessons::tokens::all,
        many::all,
        masking::all,
        next_sentence::all,
        own::all,
        pretraining::all,
        probe::all,
        probe::directions::all,
        probe::input::all,
        probe::inside::all,
        quality::all,
        sentiment::all,
        share::all,
        shell::all,
        stored::all,
        why::all,
    ];
    of.iter().flat_map(|all| all()).collect()
}

/// Rightly alike in both languages: names, samples in English, what is read by programs. A number is a place in a list.
const ALIKE: &[&str] = &[
    "answers::SPANS_HEAD[4]",
    "answers::TEXT",
    "context::TRY_BANK",
    "features::HEAD",
    "features::VECTORS_OF[0]",
    "fine_tune::ANCHORS",
    "fine_tune::changed::SIDE_IDS",
    "fine_tune::data::LABELS",
    "fine_tune::data::PASTED",
    "fine_tune::kept::EVAL",
    "fine_tune::kept::RESULTS",
    "fine_tune::learning::ANSWER_MEASURES[3]",
    "fine_tune::learning::PAUSE",
    "fine_tune::settings::BATCH",
    "fine_tune::settings::DECAY",
    "fine_tune::settings::DEPTHS[0]",
    "fine_tune::settings::EPOCHS",
    "fine_tune::settings::EVAL_BATCH",
    "fine_tune::settings::EVAL_EVERY",
    "fine_tune::settings::GRAD_NORM",
    "fine_tune::settings::LENGTH",
    "fine_tune::settings::MICRO",
    "fine_tune::settings::RATE",
    "fine_tune::settings::SAVE",
    "fine_tune::settings::TARGETS",
    "fine_tune::settings::WARMUP",
    "heads::NO_WORD",
    "lessons::attention::MATRIX",
    "lessons::attention::SPECIAL_GROUP",
    "lessons::attention::STREET_TRY",
    "lessons::blank::TRY_SHOES",
    "lessons::tokens::TRIES[1]",
    "lessons::tokens::TRIES[2]",
    "lessons::tokens::TRIES[4]",
    "lessons::tokens::TRIES[6]",
    "lessons::tokens::TRIES[8]",
    "many::TSV",
    "masking::TRY_NAMES[1]",
    "next_sentence::LABELS",
    "next_sentence::SCORE_HEAD[3]",
    "own::NAME",
    "probe::directions::FLOWS[0]",
    "probe::input::POSITION",
    "probe::input::TRADE_NONE",
    "probe::inside::PARTS[2]",
    "probe::inside::SIZES_HEAD",
    "sentiment::TRY_OPENING",
    "sentiment::TRY_PRAISE",
    "share::COLUMNS",
    "share::NONE",
    "share::PNG",
    "share::TEXT",
    "shell::ARTICLE_PLACE",
    "shell::ARTICLE_TITLE",
    "shell::ARTICLE_URL",
    "shell::ENGINES",
    "shell::LINK",
    "shell::PROOF_CPU_HEAD[2]",
    "shell::THEMES[0]",
    "shell::THEMES[2]",
    "shell::THEMES[4]",
    "stored::MATRIX",
    "stored::WORDS_ROWS[0]",
    "why::ADAPTERS[0]",
    "why::ADAPTERS[3]",
    "why::ADAPTERS[6]",
    "why::BASE",
];

/// What is wrong with the entries: texts that one language lacks, or that nobody translated.
fn faults(entries: &[Entry], alike: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut found = BTreeSet::new();
    for (path, en, de) in entries {
        let name = path.split_once("keys::").map_or(*path, |(_, name)| name);
        if en.len() != de.len() {
            faults.push(format!("{name}: {} texts in English, {} in German", en.len(), de.len()));
        }
        for (i, (en, de)) in en.iter().zip(de).enumerate() {
            let place = format!("{name}[{i}]");
            if en.trim().is_empty() != de.trim().is_empty() {
                faults.push(format!("{place}: one language has no text"));
            }
            if en == de && !en.trim().is_empty() {
                match alike.iter().find(|a| **a == name || **a == place) {
                    Some(known) => drop(found.insert(*known)),
                    None => faults.push(format!("{place}: “{en}” in both")),
                }
            }
        }
    }
    faults.extend(alike.iter().filter(|a| !found.contains(*a)).map(|a| format!("{a} is not alike any more")));
    faults
}

#[test]
fn every_text_is_written_in_both_languages() {
    assert_eq!(faults(&all(), ALIKE), [""; 0]);
}

#[test]
fn what_nobody_translated_is_seen() {
    let entry = |en, de| ("keys::shell::CLOSE", vec![en, "b"], vec![de, "c"]);
    assert!(faults(&[entry("Close", "Schließen")], &[]).is_empty());
    assert_eq!(faults(&[entry("Close", "Close")], &[]).len(), 1);
    assert_eq!(faults(&[entry("Close", "")], &[]).len(), 1);
    assert!(faults(&[entry("Close", "Close")], &["shell::CLOSE"]).is_empty());
    assert!(faults(&[entry("Close", "Close")], &["shell::CLOSE[0]"]).is_empty());
    assert_eq!(faults(&[entry("Close", "Schließen")], &["shell::CLOSE"]).len(), 1);
}

/// Lines of all Rust files of a folder of `words/` that begin so.
fn lines(folder: &str, begin: &str) -> usize {
    fn of(folder: &Path, begin: &str) -> usize {
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                count += of(&path, begin);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                count += text.lines().filter(|l| l.trim_start().starts_with(begin)).count();
            }
        }
        count
    }
    of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui/words").join(folder), begin)
}

#[test]
fn every_word_has_a_key() {
    for language in ["en", "de"] {
        assert_eq!(all().len(), lines(language, "pub const "), "constants of {language}");
        assert_eq!(lines("keys", "fn "), lines(language, "pub fn "), "functions of {language}");
    }
}

#[test]
fn a_key_follows_the_language_of_the_page() {
    assert_eq!((*shell::CLOSE, shell::left("12 s").as_str()), ("Close", "12 s left"));
    Language::German.set();
    assert_eq!((*shell::CLOSE, shell::left("12 s").as_str()), (de::shell::CLOSE, "noch 12 s"));
    assert_eq!(shell::CLOSE.to_string(), de::shell::CLOSE);
    Language::English.set();
}

#[test]
fn numbers_read_back_the_same_in_both_languages() {
    let written = || {
        let shares = (0..200).map(|i| percent(1e-9 * 1.12_f32.powi(i)));
        let counts = [0, 7, 999, 1000, 30_522, 1_234_567].map(grouped);
        let times = [0.01, 9.44, 132.0, 1840.0].map(milliseconds);
        shares.chain(counts).chain(times).chain([1.2, -0.351, 0.0, -8.25].map(signed)).collect::<Vec<_>>()
    };
    let english = written();
    Language::German.set();
    let german = written();
    Language::English.set();
    assert!(german.contains(&"30.522".to_owned()) && german.contains(&"9,4 ms".to_owned()));
    for (en, de) in english.into_iter().zip(german) {
        // Bounds are no numbers and stay as they are written.
        if !en.starts_with(['>', '<']) {
            assert_eq!(plain(en, false), plain(de, true));
        }
    }
}

/// Every failure says what to do, in words, and ends as a sentence does.
#[test]
fn every_failure_says_what_to_do() {
    let text = String::from("x");
    let all = [
        Failure::EmptyText,
        Failure::NoSecondText,
        Failure::TextTooLarge { bytes: 2_000_000, limit: 1 << 20 },
        Failure::NoBlank { sentence: 0 },
        Failure::NoBlank { sentence: 1 },
        Failure::TooManyBlanks { blanks: 512, limit: 16 },
        Failure::BlankCutOff { sentence: 0 },
        Failure::TooManySentences { sentences: 9, limit: 8 },
        Failure::TooLongForAttention { tokens: 200, limit: 128 },
        Failure::TooLongToProbe { tokens: 200, limit: 64 },
        Failure::TooManyNumbers { numbers: 20_000_000, limit: 1 << 24 },
        Failure::NoQuestion,
        Failure::LongQuestion { pieces: 300, limit: 253 },
        Failure::NotLoaded,
        Failure::Cancelled,
        Failure::Download { file: text.clone(), status: 0, reason: text.clone() },
        Failure::Download { file: text.clone(), status: 404, reason: text.clone() },
        Failure::Download { file: text.clone(), status: 503, reason: text.clone() },
        Failure::Corrupt { file: text.clone() },
        Failure::Manifest { reason: text.clone() },
        Failure::Vocabulary { reason: text.clone() },
        Failure::Gpu { reason: text.clone() },
        Failure::Engine { reason: text.clone() },
        Failure::Worker { reason: format!("panicked at\n{text}") },
    ];
    for (f, sentence) in all.iter().flat_map(|f| [(f, en::failures::failure(f)), (f, de::failures::failure(f))]) {
        assert!(sentence.ends_with('.') && sentence.len() > 40 && !sentence.contains('\n'), "{f:?}: {sentence}");
    }
}
