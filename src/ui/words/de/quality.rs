//! The words of "How good is it?", which every task's lesson has.

use crate::ui::logic::number::{count, grouped, percent};

pub const TITLE: &str = "Wie gut ist es?";
pub const SETS: &str = "Beurteilt an";
pub const NOT_YET: &str = "Noch nicht beurteilt: Die Zahlen zu den zurückgehaltenen Daten kommen mit der nächsten Aufzeichnung. Eine Stichprobe lässt sich hier beurteilen.";
pub const CONFUSION: &str = "Was zu jedem wahren Label gesagt wurde";
pub const TRULY: &str = "in Wahrheit";
pub const CALIBRATION: &str = "Hält eine Wahrscheinlichkeit, was sie sagt?";
pub const CALIBRATION_LABEL: &str = "Kurve des Anteils, der richtig war, über der genannten Wahrscheinlichkeit; die Tabelle daneben enthält dieselben Zahlen";
pub const CALIBRATION_HEAD: [&str; 4] = ["gesagt", "Antworten", "im Mittel", "waren richtig"];

pub fn said(label: &str) -> String {
    format!("gesagt: {label}")
}

/// What a cell of the confusion matrix holds, read aloud: first what is seen there.
pub fn cell(truly: &str, said: &str, n: &str, share: &str) -> String {
    format!("{n} {share}: in Wahrheit {truly}, gesagt {said}. Anzeigen")
}

pub fn bin(low: f32, high: f32) -> String {
    format!("{:.0} bis {:.0} %", low * 100.0, high * 100.0)
}

/// The figures of one set.
pub fn set(name: &str, n: u64, accuracy: f32, low: f32, high: f32, ece: f32) -> String {
    format!(
        "{} von {} Antworten zu {name} waren richtig (95-%-Intervall {} bis {}). Im Mittel lag eine Wahrscheinlichkeit {} neben dem Anteil, der richtig war.",
        percent(accuracy),
        grouped(n),
        percent(low),
        percent(high),
        percent(ece)
    )
}

pub fn judge(rows: usize) -> String {
    format!("{} hier beurteilen", count(rows, "Text", "Texte"))
}

pub const JUDGE_ABOUT: &str =
    "Eine Stichprobe der zurückgehaltenen Texte, jetzt von der Engine auf diesem Gerät gelesen.";
pub const JUDGE_STOP: &str = "Anhalten";

pub fn judged(right: usize, done: usize, of: usize) -> String {
    let share = if done == 0 { 0.0 } else { right as f32 / done as f32 };
    format!(
        "Bisher {} von {} richtig: {}. Insgesamt {}.",
        grouped(right as u64),
        grouped(done as u64),
        percent(share),
        count(of, "Text", "Texte")
    )
}

pub fn judged_all(right: usize, of: usize) -> String {
    let share = if of == 0 { 0.0 } else { right as f32 / of as f32 };
    format!("Eben hier {} von {} richtig: {}.", grouped(right as u64), count(of, "Text", "Texten"), percent(share))
}

pub fn misread(rows: usize) -> String {
    if rows == 0 {
        "Keiner wurde falsch gelesen.".into()
    } else {
        format!("{} falsch gelesen; ein Klick auf einen liest ihn oben.", count(rows, "wurde", "wurden"))
    }
}

pub const MISREAD_HEAD: [&str; 4] = ["Text", "wahr", "gesagt", "mit"];
