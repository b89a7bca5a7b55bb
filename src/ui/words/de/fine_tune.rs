//! The words of the Fine-tune lesson.

pub mod changed;
pub mod data;
pub mod kept;
pub mod learning;
pub mod settings;

use crate::protocol::lab::{LabFailure, Part};
use crate::ui::logic::model::with_names;
use crate::ui::logic::number::grouped;

pub const KICKER: (&str, &str) = ("Lektion 13 · im Artikel: ", "BERT für eine bestimmte Aufgabe feintunen");
pub const TITLE: &str = "BERT eigene Labels beibringen, hier.";
pub const LEDE: &str = "Eine Datei mit Texten und Labels ablegen. BERTs Gewichte bleiben, wie sie sind; ein kleiner Adapter daneben lernt die Labels, Schritt für Schritt, auf diesem Gerät. Bei einem kleinen Modell lassen sich stattdessen alle Gewichte trainieren. Die Datei verlässt das Gerät nie.";

pub const LOOK: &str = "Vor dem Start einen eigenen Satz anheften und zusehen, wie sich seine Antwort ändert, während das Modell lernt. Der Verlust fällt in Stufen, nicht in einer Linie: Jeder Schritt sieht andere Beispiele.";
pub const ARTICLE: &str = "Der Artikel mietet eine Maschine in der Cloud, macht aus Yelps Rezensionen train.tsv, dev.tsv und test.tsv und trainiert alle 110 Millionen Gewichte stundenlang. Hier wird ein Low-Rank-Adapter mit etwa einem Hundertstel so vieler Werte trainiert, in denselben Schritten mit denselben Namen.";
pub const MISLEADS: &str = "Eine Genauigkeit auf den Validierungsdaten ist an wenigen Zeilen gemessen: Bei 30 Zeilen macht eine mehr als 3 % aus. Und eine Genauigkeit sagt nichts über Texte anderer Art als die in der Datei.";
pub const MISLEADS_LEAK: &str = "Ein Text, der im Training und in der Validierung steht, lässt die Validierung besser aussehen, als sie ist. Die Seite zählt solche Lecks und überlässt die Entscheidung Ihnen.";

// ---------------------------------------------------------------------------------- the path

pub const PATH: &str = "Der Weg des Artikels";
pub const DONE: &str = "erledigt";
pub const NOW: &str = "jetzt";
pub const STAGES: [&str; 4] = ["Daten vorbereiten", "Trainieren", "Auswerten", "Vorhersagen"];
pub const ANCHORS: [&str; 4] = ["lab-data", "lab-train", "lab-evaluate", "lab-kept"];
pub const THE_ARTICLE: &str = "Im Artikel:";
/// Of questions, which the article tells of but does not train.
pub const GOOGLES_CODE: &str = "Googles Code:";
pub const HERE: &str = "Hier:";
pub const HAPPENS: [&str; 4] = [
    "Die Datei wird gelesen, wo sie liegt, und mit einem Seed aufgeteilt; jede Zeile, die nicht lesbar ist, wird genannt.",
    "Dieselbe Schleife mit denselben Einstellungen, auf Ihrer GPU oder CPU. Die Seite lässt sich schließen und das Training später fortsetzen.",
    "Validiert wird alle paar Schritte; die Konfusionsmatrix öffnet ihre Zeilen.",
    "Die Testzeilen mit dem besten Checkpoint, als test_results.tsv; jeder getippte Text, live.",
];

pub fn part(part: Part) -> &'static str {
    match part {
        Part::Train => "Training",
        Part::Validation => "Validierung",
        Part::Test => "Test",
    }
}

// ----------------------------------------------------------------------------- what went wrong

/// What happened, then what the visitor can do.
pub fn failure(failure: &LabFailure) -> String {
    match failure {
        LabFailure::Unreadable { file } => {
            format!(
                "Der Browser konnte „{file}“ nicht lesen: Die Datei wurde verschoben oder geändert. Bitte neu auswählen."
            )
        }
        LabFailure::Data(e) => data::refused(e),
        LabFailure::Setting(e) => settings::refused(e),
        LabFailure::NoData => {
            "Es gibt nichts, womit sich trainieren ließe. Zuerst eine Datei mit Labels auswählen.".into()
        }
        LabFailure::OtherFile { first, other } => {
            format!(
                "„{first}“ und „{other}“ passen nicht zusammen: Die eine enthält Textpaare, die andere einzelne Texte."
            )
        }
        LabFailure::Import { reason } => {
            let reason = with_names(reason);
            format!(
                "Das ist kein Adapter für diese Seite: {reason}. Einen hier gemachten auswählen oder die beiden Dateien eines PEFT-Ordners, der auf der Basis dieser Seite entstand."
            )
        }
        LabFailure::Gone => {
            "Das ist in diesem Browser nicht mehr gespeichert. Die Liste unten zeigt den jetzigen Stand.".into()
        }
        LabFailure::Kept { reason } => format!(
            "Mehr speichert der Browser für diese Seite nicht ({reason}). Unten ein Modell löschen oder exportieren, was gebraucht wird: Es bleibt nutzbar, bis die Seite geschlossen wird."
        ),
        LabFailure::Running => "Ein Lauf ist im Gange. Ihn zuerst pausieren oder anhalten.".into(),
        LabFailure::NoRoom(room) => settings::room(room),
    }
}

/// `1,204 rows`
pub fn rows(n: usize) -> String {
    format!("{} {}", grouped(n as u64), if n == 1 { "Zeile" } else { "Zeilen" })
}
