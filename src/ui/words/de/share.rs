//! The words around figures: what is taken along, what is pinned, undo.

use crate::ui::logic::number::count;

/// Of the row below a figure.
pub fn row(figure: &str) -> String {
    format!("Kopieren, speichern oder anheften: {figure}")
}

pub const COPY: &str = "Text kopieren";
pub const COPIED: &str = "Kopiert";
pub const NOT_COPIED: &str = "Der Browser hat dieser Seite das Kopieren nicht erlaubt";
pub const CSV: &str = "Tabelle (CSV)";
pub const SVG: &str = "Bild (SVG)";
pub const PNG: &str = "PNG";
pub const PIN: &str = "Anheften";
pub const PIN_TITLE: &str = "Dieses Ergebnis so festhalten, wie es jetzt ist, um es mit dem nächsten zu vergleichen";
pub const PINNED: &str = "Angeheftet";
pub const SAVED: &str = "Gespeichert";
pub const NOT_SAVED: &str = "Der Browser konnte das nicht als Bild zeichnen";
pub const UNDER_WAY: &str = "Die Antwort zu diesem Text ist noch unterwegs";

/// Heads of the columns that end each row of a CSV.
pub const COLUMNS: [&str; 3] = ["text", "model", "values"];
/// Where values are from.
pub const LIVE: &str = "In diesem Lauf berechnet";
pub const RECORDED: &str = "Zuvor mit dieser Engine aufgezeichnet";

/// A model's name, how its weights are kept, and what it runs on.
pub fn model(title: &str, scheme: &str, gpu: bool) -> String {
    format!("{title}, {scheme}, {}", if gpu { "GPU" } else { "CPU" })
}

// Pins.
/// After their number; left out where there is no room.
pub const PINNED_CHIP: &str = " angeheftet";
pub const PINS: &str = "Angeheftete Ergebnisse";
pub const PINS_NOTE: &str = "Sie bleiben, bis diese Seite geschlossen wird. Ein Link öffnet die Lektion, wie sie war; unter derselben Abbildung steht, was sich seither geändert hat.";
pub const BESIDE: &str = "Danebenlegen";
pub const NOT_BESIDE: &str = "Weglegen";
pub const RELEASE: &str = "Lösen";
pub const RELEASE_ALL: &str = "Alle lösen";
pub fn release(name: &str) -> String {
    format!("Lösen: {name}")
}
pub fn set_beside(name: &str) -> String {
    format!("Danebenlegen: {name}")
}
/// The heading of a pin that stands above the lesson.
pub fn as_it_was(name: &str) -> String {
    format!("Angeheftet: {name}")
}
pub const OPEN_AS_WAS: &str = "Öffnen, wie es war";

// What changed since a pin.
pub const AGAINST: &str = "Gegenüber dem angehefteten Ergebnis";
pub const NOTHING_YET: &str = "Seit dem Anheften hat sich nichts geändert. Sobald Text oder Einstellungen sich ändern, stehen hier alt und neu nebeneinander.";
pub const HEAD: [&str; 4] = ["Was", "Angeheftet", "Jetzt", "Differenz"];
pub const TEXT: &str = "Text";
pub const MODEL: &str = "Modell";
pub const VALUES: &str = "Werte";
/// In place of a cell that there is not.
pub const NONE: &str = "–";

/// Cells that did not change, and changes beyond those listed.
pub fn rest(equal: usize, more: usize) -> String {
    let equal = match equal {
        0 => String::new(),
        n => format!("{} gleich geblieben.", count(n, "Wert ist", "Werte sind")),
    };
    let more = match more {
        0 => String::new(),
        n => format!("{} nicht aufgeführt.", count(n, "weitere Änderung ist", "weitere Änderungen sind")),
    };
    [equal, more].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A difference with its unit: two shares differ by percentage points.
pub fn difference(value: &str, unit: &str) -> String {
    match unit {
        "" => value.to_owned(),
        "%" => format!("{value} Punkte"),
        unit => format!("{value} {unit}"),
    }
}

/// A setting, by its key in the link.
pub fn setting(key: &str) -> &'static str {
    match key {
        "ask" => "Abgefragte Wörter",
        "word" => "Geänderte Wörter",
        "head" => "Schicht und Kopf",
        "piece" => "Gewähltes Wortstück",
        "view" => "Ansicht",
        "specials" => "[CLS] und [SEP]",
        "draw" => "Gezogenes Paar",
        "order" => "Reihenfolge",
        "segments" => "Segmente",
        "quiz" => "Quiz",
        "about" => "Wort",
        "layer" => "Schicht",
        "between" => "Verglichene Sätze",
        "rates" => "Raten",
        "seed" => "Seed",
        "change" => "Änderung der Eingabe",
        "form" => "Form der Abbildung",
        _ => "Einstellung",
    }
}

// Undo.
pub const UNDO: &str = "Rückgängig";
pub const REDO: &str = "Wiederholen";
