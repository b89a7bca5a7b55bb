//! The words of the lab's settings.

use super::super::comma;
use crate::train::room::{Limit, Room};
use crate::train::settings::SettingError;
use crate::ui::logic::number::{bytes, count, grouped, milliseconds};

pub const TITLE: &str = "2 · Trainieren";
pub const DEPTH: &str = "Was trainiert wird";
pub const DEPTHS: [&str; 3] = ["Adapter (LoRA)", "Nur der Kopf", "Alle Gewichte"];
pub const DEPTH_NOTES: [&str; 3] = [
    "Low-Rank-Matrizen neben den eigenen von BERT, in jeder Schicht: Worauf BERT achtet, kann sich ändern.",
    "Ein Klassifikator auf BERTs [CLS], wie es ist: schnell und oft schlechter.",
    "Jede Einbettung, jede Matrix, jeder Bias und jede LayerNorm bewegt sich, wie bei BERTs eigenem Feintuning; heraus kommt ein ganzes Modell.",
];
pub const RATE: &str = "learning_rate";
pub const BATCH: &str = "train_batch_size";
pub const EPOCHS: &str = "num_train_epochs";
pub const LENGTH: &str = "max_seq_length";
pub const MORE: &str = "Weitere Einstellungen";
pub const WARMUP: &str = "warmup_proportion";
pub const SAVE: &str = "save_checkpoints_steps";
pub const EVAL_EVERY: &str = "eval_every_steps";
pub const EVAL_BATCH: &str = "eval_batch_size";
pub const SEED: &str = "Seed";
pub const RANK: &str = "Rang";
pub const ALPHA: &str = "Alpha";
pub const FIRST_LAYER: &str = "erste Schicht";
pub const TARGETS: &str = "Linears";
pub const DROPOUT: &str = "Dropout";
pub const DECAY: &str = "weight_decay";
pub const GRAD_NORM: &str = "max_grad_norm";
pub const MICRO: &str = "micro_batch_tokens";
pub const DEFAULTS: &str = "Zurück zu den Vorgaben";
pub const NAME: &str = "Name des Modells";
pub const NAME_DEFAULT: &str = "Mein Modell";
pub const PIN: &str = "Ein Satz zum Beobachten";
pub const PIN_B: &str = "und was darauf folgt";
pub const PIN_QUESTION: &str = "Eine Frage zum Beobachten";
pub const PIN_TEXT: &str = "und ein Text, der sie vielleicht beantwortet";
pub const ESTIMATE: &str = "Wie lange dauert es?";
pub const ESTIMATING: &str = "Misst zwei Schritte …";
pub const START: &str = "Training starten";
pub const WAITING: &str = "Das Modell ist noch nicht da: Das Training kann beginnen, sobald es so weit ist.";
pub const NEEDS_DATA: &str = "Zuerst eine Datei auswählen.";

/// What is meant by each setting, for those who hover or hear.
pub fn hint(name: &str) -> &'static str {
    match name {
        RATE => {
            "Wie weit ein Schritt geht, nach dem Warm-up. Zu hoch, und der Verlust springt; zu niedrig, und er fällt kaum"
        }
        BATCH => "Beispiele eines Schritts",
        EPOCHS => "Wie oft jedes Beispiel gesehen wird",
        LENGTH => {
            "Wortstücke, die von einem Beispiel gelesen werden; längere werden gekürzt. Halbe Länge ist etwa halbe Zeit"
        }
        WARMUP => "Anteil der Schritte, in denen die Lernrate auf ihre volle Höhe steigt",
        SAVE => "Schritte zwischen zwei Checkpoints",
        EVAL_EVERY => "Schritte zwischen zwei Blicken auf die Validierungszeilen",
        EVAL_BATCH => "Beispiele eines Vorwärtsdurchgangs beim Validieren",
        SEED => "Für Aufteilung, Reihenfolge, erste Werte und Dropout: derselbe Seed, derselbe Lauf",
        RANK => "Spalten der Low-Rank-Matrizen: Mehr können mehr lernen und mehr vergessen",
        ALPHA => "Die Antwort des Adapters wird mit Alpha / Rang skaliert",
        FIRST_LAYER => "Schichten darunter bleiben eingefroren: schneller und mit weniger Speicher",
        DROPOUT => "Anteil der Werte, die in trainierten Schichten ausgelassen werden",
        DECAY => "Zug der trainierten Matrizen zur 0 hin",
        GRAD_NORM => "Längere Gradienten werden auf diese Länge gekürzt",
        MICRO => "Wortstücke eines Vorwärts- und Rückwärtsdurchgangs. Senken, wenn der Speicher knapp ist",
        _ => "",
    }
}

/// `72 steps of 16 examples · 3 times 380 examples`
pub fn steps(steps: usize, batch: usize) -> String {
    format!("{} zu je {}", count(steps, "Schritt", "Schritte"), count(batch, "Beispiel", "Beispielen"))
}

/// What was measured, in a sentence.
pub fn estimate(step_ms: f64, total: &str, steps: usize, memory: u64, values: usize) -> String {
    format!(
        "Etwa {total} für {}, je {}, wie eben an zweien gemessen, Validierung eingeschlossen. {} trainiert; das braucht etwa {} Speicher zusätzlich zum Modell.",
        count(steps, "Schritt", "Schritte"),
        milliseconds(step_ms),
        count(values, "Wert wird", "Werte werden"),
        bytes(memory)
    )
}

/// What all weights take, and what stops them.
pub fn room(room: &Room) -> String {
    let takes = format!(
        "Alle {} Gewichte, mit je einem Gradienten und zwei gleitenden Mitteln (AdamWs Momenten), brauchen etwa {} Speicher zusätzlich zum Modell und bis zu {} mehr, während ein Checkpoint geschrieben wird.",
        grouped(room.values),
        bytes(room.bytes),
        bytes(room.kept_bytes)
    );
    let Some(Limit { name, needed_bytes, available_bytes }) = &room.limit else { return takes };
    let name = if name == "WebAssembly memory" { "der WebAssembly-Speicher" } else { name.as_str() };
    format!(
        "{takes} Hier passen sie nicht hinein: Gebraucht werden {}, {name} erlaubt {}. Einen Adapter trainieren oder nur den Kopf.",
        bytes(*needed_bytes),
        bytes(*available_bytes)
    )
}

/// What to lower, when it is long.
pub const TOO_LONG: &str = "Damit es schneller geht: zuerst max_seq_length senken, dann num_train_epochs; mit einer höheren ersten Schicht werden weniger Schichten trainiert.";
pub const ENGINE_CPU: &str =
    "Das läuft auf der CPU, wo BERT-Base Sekunden je Schritt braucht. „Nur der Kopf“ ist viel schneller.";

/// `40 s`, `12 min`, `2 h 10 min`
pub fn duration(ms: f64) -> String {
    let s = (ms / 1e3).max(0.0);
    if s < 90.0 {
        format!("{s:.0} s")
    } else if s < 5400.0 {
        format!("{:.0} min", s / 60.0)
    } else {
        let minutes = (s / 60.0).round() as u64;
        format!("{} h {:02} min", grouped(minutes / 60), minutes % 60)
    }
}

pub fn refused(e: &SettingError) -> String {
    match e {
        SettingError::Range { name, low, high, .. } => {
            let name = match name.as_str() {
                "rank" => RANK,
                "alpha" => ALPHA,
                "dropout" => DROPOUT,
                "first_layer" => FIRST_LAYER,
                other => other,
            };
            format!("{name}: {} bis {} wählen.", comma(low.to_string()), comma(high.to_string()))
        }
        SettingError::NoTargets => "Mindestens eine Linear wählen oder nur den Kopf trainieren.".into(),
        SettingError::TooManySteps { .. } => {
            "Das sind zu viele Schritte. num_train_epochs senken oder train_batch_size erhöhen.".into()
        }
        SettingError::NoExamples { .. } => {
            "Kein Beispiel bleibt zum Trainieren übrig. Die Anteile von Validierung und Test senken oder Zeilen hinzufügen."
                .into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!([0.0, 40_000.0, 720_000.0, 7_800_000.0].map(duration), ["0 s", "40 s", "12 min", "2 h 10 min"]);
    }

    #[test]
    fn every_setting_has_a_hint() {
        for name in [
            RATE,
            BATCH,
            EPOCHS,
            LENGTH,
            WARMUP,
            SAVE,
            EVAL_EVERY,
            EVAL_BATCH,
            SEED,
            RANK,
            ALPHA,
            FIRST_LAYER,
            DROPOUT,
            DECAY,
            GRAD_NORM,
            MICRO,
        ] {
            assert!(!hint(name).is_empty(), "{name}");
        }
        assert_eq!(hint("nothing"), "");
    }
}
