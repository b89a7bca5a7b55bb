//! The words of the lab's data.

use super::{part, rows};
use crate::protocol::lab::{Copies, Lengths, Part};
use crate::train::data::DataError;
use crate::ui::logic::number::{bytes, count, grouped};

pub const TITLE: &str = "1 · Daten vorbereiten";
pub const PASTE: &str = "Gelabelte Zeilen zum Trainieren";
pub const PLACEHOLDER: &str = "Eine TSV-, CSV- oder JSONL-Datei mit Labels ablegen, oder mit den Spalten context, question und answer, oder train.tsv, dev.tsv und test.tsv zusammen. Oder Zeilen einfügen: Label, Tabulator, Text";
pub const CHOOSE: &str = "Dateien auswählen";
pub const CLEAR: &str = "Leeren";
pub const PASTED: &str = "pasted.tsv";
pub const SAMPLES: [&str; 4] = [
    "Rezensionen, zwei Labels, im Format des Artikels",
    "Supportanfragen, drei Labels",
    "Paare: Ist das eine Antwort?",
    "Fragen zur Hausordnung: Wo steht die Antwort?",
];
pub const WAITING: &str = "Das Vokabular ist unterwegs; die Datei wird gelesen, sobald es da ist.";
pub const CANCEL: &str = "Abbrechen";
pub const PREVIEW: &str = "Die ersten Zeilen der Datei";
pub const TEXT_IN: &str = "Texte in";
pub const SECOND_IN: &str = "zweite Texte in";
pub const LABEL_IN: &str = "Labels in";
pub const QUESTION_IN: &str = "Fragen in";
pub const ANSWER_IN: &str = "Antworten in";
pub const ANSWERS: &str = "Antworten stehen in den Texten";
pub const QUESTIONS: &str = "Fragen";
pub const CUT_IN_WINDOWS: &str = "Längere werden in überlappenden Fenstern gelesen.";
pub const NONE: &str = "keiner Spalte";
pub const HEADER: &str = "Die erste Zeile enthält Namen";

pub const LABELS: &str = "Labels";
pub const LABEL: &str = "Label";
pub const IN_FILE: &str = "in der Datei";
pub const ALL: &str = "insgesamt";
pub const RENAME: &str = "Name des Labels";
pub const SPLIT: &str = "Aufteilung";
pub const SEED: &str = "Seed";
pub const VALIDATION: &str = "Validierung, %";
pub const TEST: &str = "Test, %";
pub const SPLIT_NOTE: &str =
    "Stratifiziert: Jedes Label hat in jedem Teil denselben Anteil. Derselbe Seed teilt immer gleich auf.";
pub const SPLIT_BY_TEXT: &str = "Alle Fragen zu einem Text sind im selben Teil. Derselbe Seed teilt immer gleich auf.";
pub const SPLIT_FIXED: &str = "Die Teile sind die der eigenen Dateien.";
pub const STRETCH: &str = "Wortstücke";
pub const EXAMPLES: &str = "Beispiele";

pub const FEATURES: &str = "Ein Beispiel, wie der Artikel es ausgibt";
pub const PREVIOUS: &str = "← Zurück";
pub const NEXT: &str = "Weiter →";
pub const TRIO: &str = "Als train.tsv, dev.tsv, test.tsv herunterladen";
pub const TRIO_TITLE: &str = "In den vier Spalten des Artikels: ID, Label, ein Buchstabe, Text";
/// Lengths beyond are not told apart.
const LONGEST: usize = 512;
pub const PART: &str = "Teil";

/// `Reading: 12 of 100 MB · 40,211 rows`
pub fn gathering(read: u64, total: u64, found: usize) -> String {
    format!("Liest: {} von {} · {}", bytes(read), bytes(total), rows(found))
}

/// `train.tsv · 120 rows, all can be read (9 kB)`
pub fn file(name: &str, role: &str, found: usize, bad: usize, size: u64) -> String {
    let told = match bad {
        0 => "alle lesbar".to_owned(),
        1 => "1 ist nicht lesbar und wird ausgelassen".to_owned(),
        n => format!("{} sind nicht lesbar und werden ausgelassen", grouped(n as u64)),
    };
    let role = if role.is_empty() { String::new() } else { format!(" · gelesen als {role}") };
    format!("{name}{role} · {}, {told} ({})", rows(found + bad), bytes(size))
}

pub fn full(line: usize) -> String {
    format!(
        "Ab Zeile {} wurde nichts mehr aufgenommen: Die Seite behält etwa 128 MB an Texten. Mit dem Gelesenen lässt sich trainieren.",
        grouped(line as u64)
    )
}

pub fn bad_heading(bad: usize) -> String {
    format!("{} ausgelassen, nach Zeilennummer", rows(bad))
}

pub fn parts(counts: [usize; 3], unlabelled_test: bool) -> String {
    let test = if unlabelled_test { " zum Vorhersagen" } else { " Test" };
    let [train, validation, rest] = counts.map(|n| grouped(n as u64));
    format!("{train} Training · {validation} Validierung · {rest}{test}")
}

pub fn lengths(l: &Lengths) -> String {
    let of = if l.measured < l.of { format!(" ({} gemessen)", rows(l.measured)) } else { String::new() };
    let longest = if l.longest >= LONGEST { format!("{LONGEST} oder mehr") } else { grouped(l.longest as u64) };
    format!(
        "Länge in Wortstücken: Die Hälfte hat höchstens {}, das längste Beispiel {longest}{of}",
        grouped(l.median as u64)
    )
}

pub fn cut(l: &Lengths, max_seq_length: usize) -> String {
    match l.cut {
        0 => format!("Keines ist länger als max_seq_length {max_seq_length}."),
        1 => format!("1 Beispiel ist länger als max_seq_length {max_seq_length} und wird dort gekürzt."),
        n => format!(
            "{} Beispiele sind länger als max_seq_length {max_seq_length} und werden dort gekürzt.",
            grouped(n as u64)
        ),
    }
}

/// `8 to 15 pieces`
pub fn stretch(from: usize, to: usize) -> String {
    if from == to { from.to_string() } else { format!("{from} bis {to}") }
}

pub fn bar(n: usize, from: usize, to: usize) -> String {
    format!("{} mit {} Wortstücken", count(n, "Beispiel", "Beispiele"), stretch(from, to))
}

/// What there is twice, each as a sentence.
pub fn copies(c: &Copies) -> Vec<String> {
    let mut out = Vec::new();
    if c.contradictions > 0 {
        out.push(format!(
            "{} mit mehr als einem Label da: Nur eines davon lässt sich lernen.",
            count(c.contradictions, "Text steht", "Texte stehen")
        ));
    }
    if c.leaks > 0 {
        out.push(format!(
            "{} auch im Training: Die Antworten können auswendig gewusst sein statt gelernt.",
            count(c.leaks, "Zeile aus Validierung oder Test steht", "Zeilen aus Validierung oder Test stehen")
        ));
    }
    if c.duplicates > 0 {
        out.push(format!(
            "{} einen Text, der mit demselben Label schon da war.",
            count(c.duplicates, "Zeile wiederholt", "Zeilen wiederholen")
        ));
    }
    out
}

pub const NO_COPIES: &str = "Kein Text steht zweimal da.";
pub const COPIES_SHOWN: &str = "Einige zeigen";

pub fn copy(text: &str, lines: &[usize]) -> String {
    let lines: Vec<String> = lines.iter().map(|l| grouped(*l as u64)).collect();
    format!("„{text}“, Zeilen {}", lines.join(", "))
}

/// The column heads of the labels.
pub fn counted(p: Part) -> &'static str {
    part(p)
}

/// Refused data.
pub fn refused(e: &DataError) -> String {
    match e {
        DataError::NoLabelColumn => "Welche Spalte enthält die Labels? Unten auswählen.".into(),
        DataError::NoSamples => {
            "Keine Zeile davon ist lesbar. Eine andere Spalte wählen oder eine andere Datei: TSV, CSV oder JSONL."
                .into()
        }
        DataError::OneLabel { label } => {
            format!(
                "Jede Zeile hat das Label „{label}“: Es gibt nichts zu unterscheiden. Eine andere Spalte wählen oder Zeilen mit einem anderen Label hinzufügen."
            )
        }
        DataError::TooManyLabels { line, some } => {
            let some: Vec<String> = some.iter().take(3).map(|l| format!("„{l}“")).collect();
            format!(
                "Mehr als 20 Labels bis Zeile {}, zum Beispiel {}. Eine andere Spalte wählen oder Labels zusammenlegen.",
                grouped(*line as u64),
                some.join(", ")
            )
        }
        DataError::BadName { label } if label.trim().is_empty() => "Ein Label braucht einen Namen.".into(),
        DataError::BadName { label } => format!("„{label}“ ist als Name zu lang, oder zwei Labels heißen so."),
        DataError::Names { .. } => "Es sind nicht so viele Namen wie Labels. Die Datei noch einmal lesen.".into(),
        DataError::Mixed => {
            "Die Dateien passen nicht zusammen: Die eine enthält Textpaare oder Fragen, die andere nicht.".into()
        }
        DataError::Tokenizer(reason) => format!("Der Tokenizer hat aufgegeben: {reason}. Die Seite neu laden."),
    }
}
