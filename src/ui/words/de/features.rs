//! The words of the lesson on features.

use crate::ui::logic::number::{count, grouped};

pub const KICKER: (&str, &str) =
    ("Lektion 14 · im Artikel: ", "hochwertige Sprachmerkmale aus eigenen Textdaten gewinnen");
pub const TITLE: &str = "BERTs Zahlen zum Mitnehmen";
pub const LEDE: &str = "BERT muss nicht weiter trainiert werden, um nützlich zu sein. Jeder gelesene Text wird zu einer Zeile aus Zahlen, einem Vektor, und die Vektoren ähnlicher Texte sind sich ähnlich. Suche, Gruppierung und einfache Klassifikatoren gehen davon aus. Zeilen einfügen, wählen, woraus der Vektor besteht, und die Tabelle mitnehmen.";
pub const LINES: &str = "Zeilen, jede ein eigener Text";
pub const TRY_OPENING: &str = "Starttext";
pub const VECTORS: &str = "Ein Vektor";
pub const VECTORS_OF: [&str; 4] = ["[CLS]", "Mittel der Stücke", "gepoolt", "für jedes Stück"];
pub const LAYERS: &str = "Gebildet aus";
pub const LAYERS_OF: [&str; 3] = ["einer Schicht", "den letzten vier, addiert", "den letzten vier, verkettet"];
pub const LAYER: &str = "Schicht";
pub const FIGURE: &str = "Wie ähnlich sich die Zeilen sind";
pub const FIGURE_NOTE: &str =
    "Kosinus der Vektoren der Zeilen: 1 heißt gleiche Richtung. Dunkler heißt ähnlicher, unter den gezeigten.";
pub const NO_FIGURE: &str = "Jedes Wortstück hat hier einen eigenen Vektor: Sie lassen sich als Tabelle mitnehmen.";
pub const NUMBERS: &str = "Die Zahlen";
pub const HEAD: [&str; 3] = ["text", "line", "piece"];
pub const CSV: &str = "CSV herunterladen";
pub const NPY: &str = "NumPy herunterladen";
pub const NAMES: &str = "Zeilennamen herunterladen";
pub const NPY_NOTE: &str = "In Python: numpy.load(\"features.npy\"). Die Zeilen sind die der Tabelle, in derselben Reihenfolge; die Zahlen sind 32-Bit-Gleitkommazahlen.";
pub const READ: &str = "Zeilen lesen";
pub const CANCEL: &str = "Abbrechen";
pub const LOOK: &str = "Die erste und die zweite Zeile handeln von Geld, die dritte und die vierte vom Wetter, die letzten beiden von Büchern. Bei den gemittelten Vektoren ist die nächste Zeile jeweils der Partner. Mit [CLS] wählt die Hälfte von ihnen eine andere: Niemand hat es auf Ähnlichkeit trainiert.";
pub const ARTICLE: &str = "Außer zum Feintuning lässt BERT sich auch nutzen, wie es ist, um Sprachmerkmale aus Text zu gewinnen. BERTs Autoren taten das, um Namen zu finden: alle Gewichte behalten, ein kleines Netz obendrauf. Die letzten vier Schichten verkettet ergaben 96,1 F1, ihre gewichtete Summe 95,9, die letzte Schicht allein 94,9, die Tabelle der Eingabe 91,0; Feintuning ergab 96,4 (ihre Zahlen, CoNLL-2003, Entwicklungsdaten).";
pub const MISLEADS: &str = "Alle Vektoren von BERT zeigen in ungefähr dieselbe Richtung, deshalb haben auch unähnliche Zeilen einen hohen Kosinus: Kosinuswerte miteinander vergleichen. Und BERT wurde nicht darauf trainiert, ähnlichen Sätzen ähnliche Vektoren zu geben. Modelle für die Suche sind BERTs, die genau dafür weiter trainiert wurden.";

/// `6 texts, each 768 numbers`
pub fn size(rows: usize, width: usize, by_piece: bool) -> String {
    let rows = if by_piece { count(rows, "Wortstück", "Wortstücke") } else { count(rows, "Text", "Texte") };
    format!("{rows}, je {} Zahlen", grouped(width as u64))
}

/// Said of lines longer than the model reads.
pub fn cut(lines: usize, limit: usize) -> String {
    format!("{} nach {limit} Wortstücken gekürzt.", count(lines, "Zeile wurde", "Zeilen wurden"))
}

pub fn reading(done: usize, total: usize) -> String {
    format!("{} von {} gelesen", grouped(done as u64), count(total, "Zeile", "Zeilen"))
}

pub fn waiting(lines: usize) -> String {
    format!("{} bereit zum Lesen.", count(lines, "Zeile ist", "Zeilen sind"))
}

pub fn shown(rows: usize, of: usize) -> String {
    format!("Die ersten {rows} von {}, je fünf Zahlen.", count(of, "Zeile", "Zeilen"))
}

/// The lines most alike, by number.
pub fn closest(i: usize, j: usize, cosine: &str) -> String {
    format!("Am ähnlichsten: Zeilen {i} und {j}, Kosinus {cosine}.")
}
