//! The words of what a training changed.

use crate::ui::logic::number::{count, grouped, percent};

pub const TITLE: &str = "Was es verändert hat";
pub const SHOW: &str = "Zeigen, was es verändert hat";
pub const COST: &str = "Liest den eigenen Satz und bis zu 200 Validierungsbeispiele zweimal: mit BERT, wie es war, und wie es trainiert ist.";
pub const LAYER: &str = "Schicht";
pub const LINEARS: [&str; 6] = ["Query", "Key", "Value", "Attention-Ausgabe", "Intermediate", "Ausgabe"];
pub const WEIGHTS: &str = "Die Änderung jeder Matrix, als Anteil an deren eigener Größe";
pub const WEIGHTS_NOTE: &str = "Größe ist die Frobenius-Norm: die Wurzel aus der Summe aller Quadrate. Die Änderung ist (Alpha / Rang) · B · A eines Adapters, oder die Matrix nachher minus die Matrix vorher, wo alle Gewichte trainiert wurden; die Matrix ist die von BERT, wie diese Seite sie hat. Ein Strich: nicht trainiert.";
pub const HEAD_ALONE: &str = "Nur der Kopf wurde trainiert: Keine Schicht von BERT hat sich verändert.";
pub const ATTENTION_NOTE: &str = "Für jeden Kopf der Anteil der Aufmerksamkeit eines Wortstücks, der jetzt auf anderen Stücken liegt, gemittelt über die Wortstücke. Spalten sind Köpfe.";
pub const MAP: &str = "Wo die Beispiele liegen";
pub const MAP_NOTE: &str = "Was der Klassifikator von jedem Validierungsbeispiel liest (der gepoolte Vektor von [CLS]), gezeichnet entlang der zwei Richtungen, in denen sich diese Vektoren am meisten unterscheiden. Jede Seite hat eigene Richtungen; die übrigen Unterschiede sind hier nicht zu sehen.";
pub const SIDES: [&str; 2] = ["BERT allein", "nach dem Training"];
pub const SIDE_IDS: [&str; 2] = ["cls-before", "cls-after"];
pub const MAP_HEAD: [&str; 6] = ["Zeile", "Label", "vorher →", "vorher ↑", "nachher →", "nachher ↑"];

pub fn attention(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    let more = if text.chars().count() > 60 { "…" } else { "" };
    format!("Wie viel Aufmerksamkeit sich in „{start}{more}“ verschoben hat")
}

pub fn progress(read: usize, of: usize) -> String {
    match of {
        0 => "Liest …".into(),
        _ => format!("Liest: {} von {}", grouped(read as u64), grouped(of as u64)),
    }
}

pub fn axis(number: usize, share: f64) -> String {
    format!("Komponente {number}, {} der Varianz", percent(share as f32))
}

/// Counted in all dimensions.
pub fn near(own: usize, of: usize) -> String {
    format!(
        "Bei {} von {} hat das nächste andere Beispiel dasselbe Label, nach Abstand in allen Dimensionen.",
        grouped(own as u64),
        count(of, "Beispiel", "Beispielen")
    )
}

pub fn point(line: usize, label: &str) -> String {
    format!("Zeile {line}: {label}")
}
