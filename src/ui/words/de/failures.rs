//! What went wrong, and what to do about it.

use crate::model::adapter::AdapterError;
use crate::protocol::{EngineChange, Failure, LoadNote};
use crate::ui::logic::number::{bytes, count, grouped};

/// One or two sentences: what happened, then what the visitor can do.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::EmptyText => "Noch gibt es nichts zu lesen. Einen Satz tippen oder eines der Beispiele nehmen.".into(),
        Failure::NoSecondText => {
            "Ein Paar braucht zwei Texte. Den zweiten tippen, einen Satz ziehen oder eines der Beispiele nehmen.".into()
        }
        Failure::TextTooLarge { bytes: size, limit } => format!(
            "Dieser Text hat {}; die Seite liest höchstens {}. Bitte kürzen: BERT selbst liest nicht mehr als 512 Wortstücke.",
            bytes(*size as u64),
            bytes(*limit as u64)
        ),
        Failure::NoBlank { sentence: 0 } => {
            "Kein Wort ist verborgen. Unten ein Wort anklicken oder [MASK] tippen, wo eines fehlen soll.".into()
        }
        Failure::NoBlank { .. } => {
            "Im zweiten Satz ist kein Wort verborgen. Eines seiner Wörter anklicken oder [MASK] tippen.".into()
        }
        Failure::TooManyBlanks { blanks, limit } => format!(
            "{} Wörter sind verborgen; die Seite füllt höchstens {limit} auf einmal. Einige anklicken, um sie zurückzuholen.",
            grouped(*blanks as u64)
        ),
        Failure::BlankCutOff { .. } => {
            "Ein verborgenes Wort liegt hinter den 512 Wortstücken, die BERT liest. Den Text davor kürzen.".into()
        }
        Failure::TooManySentences { sentences, limit } => {
            format!("{sentences} Sätze auf einmal, höchstens {limit} passen hinein. Bitte einige entfernen.")
        }
        Failure::TooLongForAttention { tokens, limit } => format!(
            "Dieser Text hat {}; die Aufmerksamkeit wird für höchstens {limit} gezeichnet. Bitte kürzen: Jedes Wortstück bildet mit jedem anderen ein Paar, in 144 Köpfen.",
            count(*tokens, "Wortstück", "Wortstücke")
        ),
        Failure::TooLongToProbe { tokens, limit } => format!(
            "Dieser Text hat {}; diese Lektion nimmt höchstens {limit}. Bitte kürzen: Nach jedem Wort wird einzeln gefragt.",
            count(*tokens, "Wortstück", "Wortstücke")
        ),
        Failure::TooManyTexts { texts, limit } => {
            format!(
                "{} Texte in einer Frage, höchstens {limit} passen hinein. Bitte weniger schicken.",
                grouped(*texts as u64)
            )
        }
        Failure::TooManyNumbers { numbers, limit } => format!(
            "Diese Merkmale sind {} Zahlen; die Seite berechnet höchstens {}. Weniger Zeilen nehmen, nur eine Schicht oder nur einen Vektor je Zeile.",
            grouped(*numbers as u64),
            grouped(*limit as u64)
        ),
        Failure::NoAdapter { name } => {
            format!(
                "Diese Seite hat keinen Adapter namens „{name}“. Neu laden; bleibt es dabei, ist die Kopie auf dem Server fehlerhaft."
            )
        }
        Failure::Adapter { name, reason: AdapterError::WrongBase { made_for, here } } => {
            super::own::bound(name, made_for, here)
        }
        Failure::NoHead { head } => super::own::no_head(*head).into(),
        Failure::Own(failure) => super::own::failure(failure),
        Failure::Pretrain(failure) => super::pretraining::failure(failure),
        Failure::Adapter { name, reason } => {
            format!(
                "Der Adapter „{name}“ wurde abgelehnt: {}. Die Seite neu laden; bleibt es dabei, ist die Kopie auf dem Server fehlerhaft.",
                refused(reason)
            )
        }
        Failure::NoQuestion => "Noch gibt es keine Frage. Eine tippen oder eines der Beispiele nehmen.".into(),
        Failure::LongQuestion { pieces, limit } => format!(
            "Diese Frage hat {}; höchstens {limit} lassen Platz für den Text daneben. Bitte mit weniger Wörtern fragen.",
            count(*pieces, "Wortstück", "Wortstücke")
        ),
        Failure::NotLoaded => "Das Modell ist noch nicht da. Die Antwort kommt, sobald es so weit ist.".into(),
        Failure::Cancelled => {
            "Das Laden wurde angehalten. Was schon da ist, bleibt: „Nochmal“ macht dort weiter.".into()
        }
        Failure::Download { file, status: 0, reason } => {
            format!(
                "„{file}“ kam nicht an ({reason}). Die Verbindung prüfen, dann „Nochmal“: Was schon da ist, bleibt."
            )
        }
        Failure::Download { file, status: 404, .. } => {
            format!(
                "„{file}“ liegt nicht auf diesem Server (404). Wer diese Seite eingerichtet hat, muss die Dateien des Modells danebenlegen."
            )
        }
        Failure::Download { file, status, reason } => {
            format!(
                "Der Server antwortete mit {status} auf die Anfrage nach „{file}“ ({reason}). „Nochmal“ fragt erneut; was schon da ist, bleibt."
            )
        }
        Failure::Corrupt { file } => format!(
            "„{file}“ kam zweimal beschädigt an: Die SHA-256-Prüfsumme ist nicht die aus dem Manifest. „Nochmal“ holt die Datei neu; bleibt es dabei, ist sie auf dem Server fehlerhaft."
        ),
        Failure::Manifest { reason } => {
            format!(
                "Die Liste der Modelldateien ist nicht lesbar: {reason}. Die Seite neu laden; bleibt es dabei, ist die Kopie auf dem Server fehlerhaft."
            )
        }
        Failure::Vocabulary { reason } => {
            format!(
                "Das Vokabular ist nicht lesbar: {reason}. Die Seite neu laden; bleibt es dabei, ist die Kopie auf dem Server fehlerhaft."
            )
        }
        Failure::Gpu { reason } => {
            format!(
                "Die GPU hat abgelehnt: {reason}. Im Feld der Engine „CPU“ wählen: langsamer, aber mit denselben Zahlen."
            )
        }
        Failure::Engine { reason } => {
            format!(
                "Die Engine konnte nicht antworten: {reason}. Noch einmal versuchen; bleibt es dabei, in ihrem Feld die andere Engine wählen."
            )
        }
        Failure::Lab(failure) => super::fine_tune::failure(failure),
        Failure::Worker { reason } => {
            format!(
                "Die Engine wurde beendet: {}. „Neu starten“ startet sie wieder; der getippte Text bleibt.",
                first_line(reason)
            )
        }
    }
}

pub fn load_note(note: &LoadNote) -> String {
    match note {
        LoadNote::NotCached { reason } => {
            format!(
                "Dieser Browser behält für diese Seite keine Kopie des Modells ({reason}); beim nächsten Besuch wird es neu geladen."
            )
        }
        LoadNote::PartRefetched { file } => {
            format!("„{file}“ war beschädigt angekommen und wurde neu geholt. Jetzt stimmt die Datei.")
        }
        LoadNote::NoGpu { reason } => {
            let reason = gpu_reason(reason.trim_start_matches("no usable GPU: "));
            format!("Läuft auf der CPU: {reason}. Die Zahlen sind dieselben, sie brauchen nur länger.")
        }
    }
}

/// What `engine::gpu` says of adapters; another's words stay as they are.
fn gpu_reason(reason: &str) -> String {
    if reason == "this browser offers WebGPU no graphics adapter" {
        return "dieser Browser bietet WebGPU keinen Grafikadapter".into();
    }
    let name = reason
        .strip_prefix("the adapter (")
        .and_then(|r| r.strip_suffix(") is a software one, slower than the CPU engine"));
    match name {
        Some(name) => format!("der Adapter ({name}) rechnet in Software, langsamer als die CPU-Engine"),
        None => reason.to_owned(),
    }
}

pub fn engine_change(change: &EngineChange) -> String {
    match change {
        EngineChange::RebuiltAfterLoss { reason } => {
            format!(
                "Die GPU ging verloren ({reason}) und wurde aus den Bytes im Speicher neu eingerichtet. Nichts wurde heruntergeladen, der Text ist unberührt."
            )
        }
        EngineChange::CpuAfterLoss { reason } => {
            format!(
                "Die GPU ging verloren ({reason}) und kam nicht wieder. Die CPU hat übernommen: langsamer, aber mit denselben Zahlen."
            )
        }
    }
}

fn refused(reason: &AdapterError) -> String {
    match reason {
        AdapterError::TooLarge { bytes, limit } => {
            format!("Die Datei hat {bytes} Bytes, ein Adapter höchstens {limit}")
        }
        AdapterError::NotSafetensors(reason) => format!("Das ist keine safetensors-Datei: {reason}"),
        AdapterError::Version { format, version } => {
            use crate::model::adapter::{FORMAT, VERSION};
            format!("Die Datei ist {format} in Version {version}, diese Seite liest {FORMAT} in Version {VERSION}")
        }
        AdapterError::Metadata { key, value } => format!("{key} fehlt oder ist nicht lesbar: {value}"),
        AdapterError::WrongBase { made_for, here } => {
            format!("Er wurde für die Basis {made_for} gemacht, die Seite hat {here}")
        }
        AdapterError::Rank { rank, limit } => {
            format!("Rang {rank} liegt nicht zwischen 0 und {limit} oder ist nicht der seiner Matrizen")
        }
        AdapterError::Labels { reason } => format!("Labels: {reason}"),
        AdapterError::Tensor { name, found, expected } => {
            format!("Der Tensor {name} ist {found}, erwartet wurde {expected}")
        }
        AdapterError::Missing { name } => format!("Der Tensor {name} fehlt"),
        AdapterError::Unknown { name } => format!("Der Tensor {name} gehört nicht zum Format"),
        AdapterError::NotFinite { name } => format!("Der Tensor {name} enthält einen Wert, der keine Zahl ist"),
    }
}

/// The telling line: a panic's first line only says where.
fn first_line(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("panicked at"));
    let line = lines.next().unwrap_or("sie nannte keinen Grund").trim_end_matches('.');
    line.chars().take(200).collect()
}
