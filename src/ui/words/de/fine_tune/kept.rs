//! The words of what is kept.

use crate::protocol::lab::KeptModel;
use crate::ui::logic::model::base_name;
use crate::ui::logic::number::{bytes, count, grouped, percent};

pub const TITLE: &str = "4 · Vorhersagen und behalten";
pub const LEDE: &str =
    "Modelle bleiben in diesem Browser, nur für diese Seite, bis man sie löscht. Nichts wird irgendwohin gesendet.";
pub const NONE: &str = "Noch ist kein Modell gespeichert.";
pub const RUNS: &str = "Läufe zum Fortsetzen";
pub const MODELS: &str = "Eigene Modelle";
pub const DELETE: &str = "Löschen";
pub const RENAME: &str = "Umbenennen";
pub const SAVE: &str = "Speichern";
pub const CANCEL: &str = "Abbrechen";
pub const USE: &str = "In „Stimmung“ verwenden";
pub const USE_ANSWERS: &str = "In „Text befragen“ verwenden";
pub const USED: &str = "Dort im Einsatz: zurück zu unserem";
pub const USE_TWO: &str = "Die Lektion „Stimmung“ nimmt Modelle mit zwei Labels für einzelne Texte, „Text befragen“ solche, die auf Fragen trainiert sind";
/// Of an adapter, and of a whole model.
pub const FILE: [&str; 2] = ["Adapterdatei", "Modelldatei"];
pub const FOLDER: [&str; 2] = ["PEFT-Ordner", "Hugging-Face-Ordner"];
pub const FOLDER_TITLE: [&str; 2] = [
    "adapter_config.json und adapter_model.safetensors, wie Hugging Face peft sie lädt",
    "config.json, model.safetensors, tokenizer_config.json und vocab.txt, wie Hugging Face transformers sie aus einem Ordner lädt",
];
pub const EVAL: &str = "eval_results.txt";
pub const RESULTS: &str = "test_results.tsv";
pub const RESULTS_TITLE: &str =
    "Wie im Artikel: je Testtext eine Zeile, die Wahrscheinlichkeit jedes Labels der Reihe nach";
pub const LOG: &str = "Protokoll (CSV)";
pub const IMPORT: &str = "Modell importieren";
pub const IMPORT_NOTE: &str =
    "Eine hier gemachte Adapter- oder Modelldatei, oder die beiden Dateien eines PEFT-Ordners, zusammen ausgewählt.";
pub const FILES: &str = "Dateien";
pub const NAME: &str = "Neuer Name";

/// Of a model whose base is not the one in use.
pub fn other_base(hash: &str) -> String {
    let base = base_name(hash).unwrap_or("eine andere Basis");
    format!("für {base} gemacht: mit dem jetzigen Modell nicht nutzbar")
}

/// `Resume “My model” from step 240 of 600`
pub fn resume(name: &str, step: usize, steps: usize) -> String {
    format!("„{name}“ ab Schritt {} von {} fortsetzen", grouped(step as u64), grouped(steps as u64))
}

/// What stands beside a model's name.
pub fn about(m: &KeptModel) -> String {
    let right = if m.answers { "exakt bei der Validierung" } else { "richtig bei der Validierung" };
    let accuracy = m.accuracy.map_or(String::new(), |a| format!("{} {right} · ", percent(a as f32)));
    let steps = if m.steps == 0 { String::new() } else { format!("{} · ", count(m.steps, "Schritt", "Schritte")) };
    let whole = if m.whole { " · alle Gewichte" } else { "" };
    let what = if m.answers { "Antworten auf Fragen".to_owned() } else { m.labels.join(", ") };
    format!("{what}{whole} · {accuracy}{steps}{}", bytes(m.bytes))
}
