//! The words of a run as it goes, and of what it came to.

use super::super::comma;
use super::settings::duration;
use crate::protocol::lab::{Diagnosis, Note, Phase, RunState};
use crate::ui::logic::number::{count, grouped, percent, points};

pub const TITLE: &str = "Beim Lernen zusehen";
pub const STEPS: &str = "Schritt";
pub const LOSS: &str = "Verlust";
pub const ACCURACY: &str = "Genauigkeit";
pub const RATE: &str = "Lernrate";
pub const NORM: &str = "Gradientennorm";
pub const MORE: &str = "Lernrate und Gradienten";
pub const EACH_STEP: &str = "Training, jeder Schritt";
pub const VALIDATION: &str = "Validierung";
pub const BEST: &str = "bester";
pub const PAUSE: &str = "Pause";
pub const GO_ON: &str = "Weiter";
pub const STOP: &str = "Beenden und behalten";
pub const TAKE_BEST: &str = "Zurück zum besten";
pub const TAKE_BEST_TITLE: &str = "Beendet den Lauf mit den Gewichten der bisher besten Validierung";
pub const PINNED: &str = "Der eigene Satz";
pub const PINNED_QUESTION: &str = "Die eigene Frage";
pub const PINNED_NOTE: &str = "beim Lernen immer neu gefragt";
pub const INTERRUPTED: &str = "die Engine wurde beendet. Unten ab dem letzten Checkpoint fortsetzen";
pub const BEFORE: &str = "vorher";
pub const AFTER: &str = "jetzt";

pub fn train_mean(window: usize) -> String {
    format!("Training, Mittel aus {window} Schritten")
}

/// `Step 48 of 120 · epoch 1.3 · 85 examples a second · 40 s left`
pub fn progress(r: &RunState) -> String {
    let epoch = comma(format!("{:.1}", r.epoch));
    let mut text = format!("Schritt {} von {} · Epoche {epoch}", grouped(r.step as u64), grouped(r.steps as u64));
    if r.examples_per_s > 0.0 {
        let rate = if r.examples_per_s < 10.0 {
            comma(format!("{:.1}", r.examples_per_s))
        } else {
            grouped(r.examples_per_s.round() as u64)
        };
        text += &format!(" · {rate} Beispiele je Sekunde");
    }
    if r.left_ms > 0.0 && r.step < r.steps {
        text += &format!(" · noch {}", duration(r.left_ms));
    }
    text
}

pub fn phase(r: &RunState) -> String {
    match r.phase {
        Phase::Starting => "Start: die Antworten vor dem Training …".into(),
        Phase::Training => String::new(),
        Phase::Evaluating => "Validiert …".into(),
        Phase::Paused => "Pausiert. Nichts geht verloren: Ein Checkpoint ist gespeichert.".into(),
        Phase::Done => {
            let step = r.kept_step.unwrap_or(r.step);
            let best = if r.best.is_some_and(|b| b.step == step) { ", den besten bei der Validierung" } else { "" };
            format!(
                "Fertig. „{}“ ist gespeichert, mit den Gewichten von Schritt {}{best}.",
                r.name,
                grouped(step as u64)
            )
        }
        Phase::Failed => {
            format!("Der Lauf endete: {}.", r.failure.as_deref().unwrap_or("ein Grund wurde nicht genannt"))
        }
    }
}

pub fn resumed(step: usize) -> String {
    format!("Fortgesetzt ab Schritt {}.", grouped(step as u64))
}

/// A diagnosis or an incident, and what to do.
pub fn note(note: &Note, labels: &[String]) -> String {
    match note {
        Note::Diagnosis(d) => diagnosis(d, labels),
        Note::HalvedMicroBatch { tokens } => format!(
            "Der Speicher wurde knapp: micro_batch_tokens wurde auf {} halbiert. Die Schritte sind dieselben, nur langsamer.",
            grouped(*tokens as u64)
        ),
        Note::NotKept { reason } => {
            format!("Der Browser speichert keinen Checkpoint ({reason}): Der Lauf geht weiter, ginge beim Neuladen aber verloren.")
        }
        Note::OldestGone { step } => format!(
            "Der Speicherplatz ist voll: Der Checkpoint von Schritt {} wurde gelöscht, um Platz zu schaffen. Der beste bleibt.",
            grouped(*step as u64)
        ),
        Note::OtherEngine => {
            "Dieser Lauf begann auf einer anderen Engine oder Programmversion: Verluste stimmen auf etwa ein Tausendstel überein, nicht bis aufs letzte Bit."
                .into()
        }
        Note::GpuLost => "Die GPU ging verloren und kam wieder: Der Lauf ging ab seinem letzten Checkpoint weiter.".into(),
    }
}

fn diagnosis(d: &Diagnosis, labels: &[String]) -> String {
    match d {
        Diagnosis::Overfitting { best_step, best_loss, now_loss, train_loss_then, train_loss_now } => format!(
            "Es lernt die Zeilen auswendig: Seit Schritt {} stieg der Verlust bei der Validierung von {} auf {}, der im Training fiel von {} auf {}. Der beste Stand ist gespeichert; weniger Epochen oder mehr Zeilen helfen.",
            grouped(u64::from(*best_step)),
            comma(format!("{best_loss:.2}")),
            comma(format!("{now_loss:.2}")),
            comma(format!("{train_loss_then:.2}")),
            comma(format!("{train_loss_now:.2}"))
        ),
        Diagnosis::TooHighRate { first_loss, loss: now, learning_rate, .. } => format!(
            "Der Verlust ist von {} auf {} gestiegen: learning_rate {learning_rate:e} ist für diese Daten zu hoch. Mit einem Drittel davon neu starten.",
            comma(format!("{first_loss:.2}")),
            comma(format!("{now:.2}"))
        ),
        Diagnosis::OneClassCollapse { class, said_share, true_share } => format!(
            "Es sagt „{}“ zu {} der Validierungszeilen; in Wahrheit sind es {}. Vielleicht braucht es mehr Schritte oder mehr Zeilen mit den anderen Labels.",
            labels.get(*class).map_or("?", String::as_str),
            percent(*said_share),
            percent(*true_share)
        ),
    }
}

/// `93.3 % of 30 rows were right …`
pub fn judged(accuracy: f64, low: f64, high: f64, n: usize) -> String {
    format!(
        "{} von {} richtig (95-%-Intervall {} bis {})",
        percent(accuracy as f32),
        count(n, "Zeile", "Zeilen"),
        percent(low as f32),
        percent(high as f32)
    )
}

pub const EVALUATE: &str = "3 · Auswerten";
pub const NOT_YET: &str =
    "Die Validierungszeilen werden vor dem ersten Schritt, alle paar Schritte und am Ende beurteilt.";
pub const BEFORE_TRAINING: &str = "Vor dem Training";
pub const AFTER_TRAINING: &str = "Wie es jetzt ist";
pub const ON_TEST: &str = "Auf den Testzeilen";
pub const MEASURES: [&str; 4] = ["richtig", "95-%-Intervall", "Verlust", "Makro-F1"];
pub const ANSWER_MEASURES: [&str; 4] = ["exakter Treffer (EM)", "95-%-Intervall", "Verlust", "F1"];
pub const ANSWER_NOTE: &str = "EM: genau die Wörter der Antwort oder zu Recht keine. F1: wie weit die Wörter dieselben sind. Beides so, wie SQuAD es zählt, über alle Fragen.";
pub const EXACT: &str = "Exakter Treffer";
pub const NO_ANSWER: &str = "keine Antwort";
pub const ROWS: &str = "Zeilen";
pub const WRONG: &str = "Die falschen, die sichersten zuerst";
pub const NONE_WRONG: &str = "Keine ist falsch.";
pub const CLOSE: &str = "Die falschen zeigen";
pub const ROW_HEAD: [&str; 5] = ["Zeile", "wahr", "gesagt", "mit", "Text"];
pub const PICK: &str = "Diesen Text beobachten";
pub const MATRIX_HINT: &str = "Ein Klick auf eine Anzahl zeigt ihre Zeilen.";

pub fn moved(before: f64, after: f64) -> String {
    format!("{} Punkte durch das Training", points((after - before) as f32))
}

pub fn cell(truly: &str, said: &str) -> String {
    format!("In Wahrheit {truly}, gesagt {said}")
}

pub fn shown(shown: usize, of: usize) -> String {
    if shown < of { format!("{} von {}", grouped(shown as u64), super::rows(of)) } else { super::rows(of) }
}

/// The pinned sentence in words.
pub fn said(label: &str, probability: f32, step: usize) -> String {
    format!("{label} mit {} nach Schritt {}", percent(probability), grouped(step as u64))
}
