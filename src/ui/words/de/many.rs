//! The words of the Sentiment lesson's table of many reviews.

use super::comma;
use crate::text::table::{Bad, Reason};
use crate::ui::logic::many::{By, MAX_ROWS};
use crate::ui::logic::number::{bytes, count, grouped};

pub const TITLE: &str = "Viele auf einmal";
pub const LEDE: &str = "Derselbe Adapter für eine ganze Datei: eine TSV-, CSV- oder TXT-Datei hier ablegen, eine auswählen oder Rezensionen einfügen, eine je Zeile. Nichts davon verlässt dieses Gerät.";
pub const PASTE: &str = "Rezensionen zum Einordnen";
pub const PLACEHOLDER: &str = "Rezensionen einfügen, eine je Zeile, oder eine Datei ablegen";
pub const CHOOSE: &str = "Datei auswählen";
pub const SAMPLE: &str = "unsere 40 Rezensionen";
pub const BROKEN: &str = "eine kaputte Datei";
pub const CLEAR: &str = "Leeren";
pub const READING: &str = "Liest …";
pub const TEXT_IN: &str = "Rezensionen in";
pub const LABEL_IN: &str = "Labels in";
pub const NO_LABELS: &str = "keiner Spalte";
pub const HEADER: &str = "Die erste Zeile enthält Namen";
pub const PREVIEW: &str = "Die ersten Zeilen der Datei";
pub const NOTHING: &str =
    "Keine Zeile davon lässt sich als Text lesen. Eine andere Spalte wählen oder eine andere Datei: TSV, CSV oder TXT.";
pub const UNREADABLE: &str =
    "Der Browser konnte diese Datei nicht lesen: Sie wurde verschoben oder geändert. Bitte neu auswählen.";
pub const WAITING: &str = "Das Modell ist noch nicht da: Die Datei lässt sich inzwischen schon durchsehen.";
pub const CANCEL: &str = "Abbrechen";
pub const RESUME: &str = "Weiter";
pub const AGAIN: &str = "Von vorn";
pub const RESULTS: &str = "Wahrscheinlichkeiten";
pub const CSV: &str = "CSV, mit Zeilennummern und Texten";
pub const TSV: &str = "test_results.tsv";
pub const TSV_TITLE: &str = "Wie die test_results.tsv des Artikels: je Text eine Zeile, die Wahrscheinlichkeit jedes Labels der Reihe nach, kein Kopf";
pub const NO_ANSWER: &str = "nichts zu lesen";
pub const PREVIOUS: &str = "← Zurück";
pub const NEXT: &str = "Weiter →";
pub const PICK: &str = "Diese Rezension oben ins Feld setzen";
pub const TABLE: &str = "Rezensionen und was dazu gesagt wurde";
pub const REVIEW: &str = "Rezension";
pub const GIVEN: &str = "gegeben";
pub const SAID: &str = "BERT sagt";
pub const IN_FILE: &str = "In der Datei";
pub const ROWS: &str = "Zeilen";
pub const SHARE: &str = "Wahrscheinlichkeit";
pub const HINT: &str = "Ein Klick auf eine Rezension setzt sie oben ins Feld und zeigt, warum.";
pub const JUDGED: &str = "Gegen die Labels der Datei selbst";

/// `Classify 38 reviews`
pub fn classify(rows: usize) -> String {
    format!("{} einordnen", count(rows, "Rezension", "Rezensionen"))
}

/// Of a file that was read.
pub fn summary(rows: usize, bad: usize, size: u64) -> String {
    let told = match bad {
        0 => "alle lesbar".to_owned(),
        1 => "1 ist nicht lesbar und wird ausgelassen".to_owned(),
        n => format!("{} sind nicht lesbar und werden ausgelassen", grouped(n as u64)),
    };
    format!("{}, {told} ({})", count(rows + bad, "Zeile", "Zeilen"), bytes(size))
}

pub fn full(line: usize) -> String {
    format!(
        "Die Seite nimmt {} Zeilen auf einmal: Ab Zeile {} wurde nichts mehr gelesen. Die Datei in Teile zerlegen.",
        grouped(MAX_ROWS as u64),
        grouped(line as u64)
    )
}

pub fn bad_heading(bad: usize) -> String {
    format!("{} ausgelassen, nach Zeilennummer", count(bad, "Zeile", "Zeilen"))
}

pub fn bad_more(more: usize) -> String {
    format!("… und {}.", count(more, "weitere", "weitere"))
}

/// `Line 12: the text is empty.`
pub fn bad(bad: &Bad) -> String {
    format!("Zeile {}: {}", grouped(bad.line as u64), reason(&bad.reason))
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::EmptyLine => "Die Zeile ist leer.".into(),
        Reason::EmptyText => "Der Text ist leer.".into(),
        Reason::TooLong { limit } => format!("länger als {}. Bitte kürzen.", bytes(*limit as u64)),
        Reason::NotText => "kein Text. Die Datei als UTF-8 speichern.".into(),
        Reason::Columns { found, expected } => {
            format!(
                "{}, {expected} erwartet. Fehlt ein Trennzeichen, oder ist eines zu viel?",
                count(*found, "Spalte", "Spalten")
            )
        }
        Reason::NotJson => {
            "kein JSON-Objekt. Jede Zeile enthält eines, zum Beispiel {\"label\": 1, \"text\": \"…\"}.".into()
        }
        Reason::OpenQuote => {
            "Ein Anführungszeichen wird hier geöffnet und nicht geschlossen. Schließen oder die inneren verdoppeln."
                .into()
        }
        Reason::NotInText { answer } => {
            format!(
                "Die Antwort „{answer}“ steht nicht Buchstabe für Buchstabe in ihrem Text. Von dort kopieren oder leer lassen, wenn es keine Antwort gibt."
            )
        }
        Reason::UnknownLabel { label } if label.is_empty() => {
            "kein Label. Eines eintragen oder die Datei ohne Labels lesen.".into()
        }
        Reason::UnknownLabel { label } => {
            format!(
                "Das Label „{label}“ ist weder 0 oder negative noch 1 oder positive. Oder die Datei ohne Labels lesen."
            )
        }
    }
}

/// `1,200 of 10,000 · 85 a second · 2 min left`
pub fn progress(done: usize, rows: usize, rows_per_s: f64, left: &str) -> String {
    let mut text = format!("{} von {}", grouped(done as u64), grouped(rows as u64));
    if rows_per_s > 0.0 {
        text += &format!(" · {} je Sekunde", rate(rows_per_s));
    }
    if !left.is_empty() {
        text += &format!(" · {left}");
    }
    text
}

/// Within one long review.
pub fn windows(done: usize, total: usize) -> String {
    format!(" · Fenster {} von {}", grouped(done as u64 + 1), grouped(total as u64))
}

fn rate(per_s: f64) -> String {
    if per_s < 10.0 { comma(format!("{per_s:.1}")) } else { grouped(per_s.round() as u64) }
}

pub fn finished(rows: usize, seconds: f64) -> String {
    format!("{} in {} s", count(rows, "Rezension", "Rezensionen"), comma(format!("{seconds:.1}")))
}

pub fn stopped(done: usize, rows: usize) -> String {
    format!("Angehalten nach {} von {}: Was fertig ist, bleibt.", grouped(done as u64), grouped(rows as u64))
}

pub fn column(index: usize, name: Option<&str>) -> String {
    match name {
        Some(name) if !name.trim().is_empty() => format!("„{}“", name.trim()),
        _ => format!("Spalte {}", index + 1),
    }
}

pub fn column_head(by: By, label: &str) -> String {
    match by {
        By::Line => "Zeile".into(),
        By::Label => SAID.into(),
        By::Probability => label.to_owned(),
        By::Pieces => "Stücke".into(),
    }
}

pub fn shown(first: usize, last: usize, rows: usize) -> String {
    format!("{} bis {} von {}", grouped(first as u64), grouped(last as u64), grouped(rows as u64))
}

pub fn histogram(label: &str, rows: usize) -> String {
    format!("Wahrscheinlichkeit von „{label}“ in {}", count(rows, "Rezension", "Rezensionen"))
}

/// `12 reviews between 95 and 100 %`
pub fn bin(rows: usize, low: usize, high: usize) -> String {
    format!("{} zwischen {low} und {high} %", count(rows, "Rezension", "Rezensionen"))
}

pub fn bin_range(low: usize, high: usize) -> String {
    format!("{low} bis {high} %")
}

/// The accuracy on a visitor's own file.
pub fn accuracy(share: &str, low: &str, high: &str, n: usize) -> String {
    format!(
        "{share} richtig von {} mit Label; mit 95 % Sicherheit zwischen {low} und {high}.",
        count(n, "Rezension", "Rezensionen")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reason tells the line, what is wrong there, and ends as a sentence does.
    #[test]
    fn every_bad_row_is_told_in_a_sentence() {
        let label = String::from("7");
        for reason in [
            Reason::EmptyLine,
            Reason::EmptyText,
            Reason::TooLong { limit: 1 << 20 },
            Reason::NotText,
            Reason::Columns { found: 1, expected: 2 },
            Reason::NotJson,
            Reason::OpenQuote,
            Reason::UnknownLabel { label },
            Reason::UnknownLabel { label: String::new() },
            Reason::NotInText { answer: "x".into() },
        ] {
            let told = bad(&Bad { line: 12, reason });
            assert!(told.starts_with("Zeile 12: ") && told.ends_with(['.', '?']), "{told}");
        }
        assert_eq!(summary(38, 2, 4100), "40 Zeilen, 2 sind nicht lesbar und werden ausgelassen (4 kB)");
        assert_eq!(progress(120, 999, 84.6, "noch 2 min"), "120 von 999 · 85 je Sekunde · noch 2 min");
        assert_eq!(progress(0, 5, 0.0, ""), "0 von 5");
    }
}
