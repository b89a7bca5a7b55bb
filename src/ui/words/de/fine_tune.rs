//! The words of the Fine-tune lesson.

pub mod changed;
pub mod data;
pub mod kept;
pub mod learning;
pub mod settings;

use crate::protocol::lab::{Hyperparameters, LabFailure, Part};
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

/// The command of a stage for questions on texts, with the settings of the form.
pub fn questions_command(stage: usize, settings: Option<&Hyperparameters>, best: Option<usize>) -> String {
    let n = |f: &dyn Fn(&Hyperparameters) -> String, otherwise: &str| settings.map_or(otherwise.to_owned(), f);
    let length = n(&|s| s.max_seq_length.to_string(), "384");
    match stage {
        0 => "train-v2.0.json, dev-v2.0.json".into(),
        1 => format!(
            "python run_squad.py --do_train=True --train_file=train-v2.0.json --version_2_with_negative=True --max_seq_length={length} --train_batch_size={} --learning_rate={} --num_train_epochs={}",
            n(&|s| s.train_batch_size.to_string(), "24"),
            n(&|s| rate(s.learning_rate), "3e-5"),
            n(&|s| s.num_train_epochs.to_string(), "2"),
        ),
        2 => "python evaluate-v2.0.py dev-v2.0.json predictions.json --na-prob-file null_odds.json".into(),
        _ => format!(
            "python run_squad.py --do_predict=True --init_checkpoint=./model.ckpt-{} --null_score_diff_threshold=… --max_seq_length={length}",
            best.map_or("…".into(), |step| step.to_string())
        ),
    }
}

/// The command of a stage, with the settings of the form.
pub fn command(stage: usize, settings: Option<&Hyperparameters>, best: Option<usize>) -> String {
    let n = |f: &dyn Fn(&Hyperparameters) -> String, otherwise: &str| settings.map_or(otherwise.to_owned(), f);
    let length = n(&|s| s.max_seq_length.to_string(), "128");
    match stage {
        0 => "python prepare_data.py".into(),
        1 => format!(
            "python run_classifier.py --do_train=true --max_seq_length={length} --train_batch_size={} --learning_rate={} --num_train_epochs={} --save_checkpoints_steps={}",
            n(&|s| s.train_batch_size.to_string(), "32"),
            n(&|s| rate(s.learning_rate), "2e-5"),
            n(&|s| s.num_train_epochs.to_string(), "3"),
            n(&|s| s.save_checkpoints_steps.to_string(), "1000"),
        ),
        2 => format!("python run_classifier.py --do_eval=true --max_seq_length={length}"),
        _ => format!(
            "python run_classifier.py --do_predict=true --init_checkpoint=./model.ckpt-{} --max_seq_length={length}",
            best.map_or("…".into(), |step| step.to_string())
        ),
    }
}

/// `3e-4`, as it is typed in commands.
pub fn rate(value: f32) -> String {
    format!("{value:e}")
}

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
