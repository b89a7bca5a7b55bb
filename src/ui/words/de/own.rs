//! The words of the lesson on a model of the visitor's own.

use crate::model::checkpoint::CheckpointError;
use crate::model::manifest::{Absent, Scheme};
use crate::protocol::own::OwnFailure;
use crate::text::vocabulary::{SaidBy, VocabularyError};
use crate::ui::logic::model::base_name;
use crate::ui::logic::number::{bytes, grouped};
use crate::ui::logic::own::Runs;

pub const KICKER: (&str, &str) =
    ("Lektion 16 · im Artikel: ", "vortrainierte Repräsentationen, dann an die Aufgabe angepasst");
pub const TITLE: &str = "Alle Lektionen mit einem eigenen BERT";
pub const LEDE: &str = "Seither wurden Hunderte BERTs trainiert: für andere Sprachen, für Recht, für Medizin, größere und kleinere. Die Dateien eines davon hier ablegen. Die Seite sagt, was es braucht, bevor sie die Gewichte liest, rundet sie, wie sie ihre eigenen gerundet hat, und lässt jede Lektion darauf laufen. Nichts wird irgendwohin gesendet.";
pub const FILES: &str = "Die Dateien";
pub const DROP: &str = "model.safetensors, config.json und vocab.txt (oder tokenizer.json) eines BERT von Hugging Face hier gemeinsam ablegen. tokenizer_config.json hilft: Sie sagt, ob Großbuchstaben zählen.";
pub const CHOOSE: &str = "Dateien auswählen";
pub const LOOKING: &str = "Liest, was die Dateien von sich sagen …";
pub const FACTS: &str = "Was es ist";
pub const NAME: &str = "Name";
pub const SHAPE: &str = "Form";
pub const PARAMETERS: &str = "Gewichte";
pub const FILE: &str = "Datei";
pub const READS: &str = "Buchstaben";
pub const HEADS: &str = "Köpfe";
pub const TAKES: &str = "Was es braucht";
pub const TAKES_HEAD: [&str; 4] = ["Gewichte", "gespeichert", "auf einer GPU", "auf der CPU, in 32 Bit"];
pub const TAKES_NOTE: &str = "Geschätzt aus config.json und dem Kopf der Datei; Antworten brauchen etwas mehr. Weniger Bits heißt weniger Speicher und Antworten, die etwas weiter von denen des Modells selbst abliegen.";
pub const BITS: &str = "Runden auf";
pub const SCHEMES: [(Scheme, &str); 2] = [(Scheme::Q4, "4 Bit"), (Scheme::Q8, "8 Bit")];
pub const CASE: &str = "Buchstaben";
pub const CASES: [&str; 2] = ["klein", "unverändert"];
pub const USE: &str = "Dieses Modell verwenden";
pub const CANCEL: &str = "Abbrechen";
pub const MAKING: &str = "Rundet die Gewichte";
pub const IN_USE: &str = "In Gebrauch";
pub const BACK: &str = "Zurück zu BERT-Base";
pub const KEEP: &str = "In diesem Browser speichern";
pub const FORGET: &str = "Gespeichertes vergessen";
pub const NOT_KEPT: &str =
    "Es ist nur im Speicher dieses Tabs: Wird der Tab geschlossen oder neu geladen, ist es vergessen.";
pub const KEPT: &str = "Es bleibt in diesem Browser, bis man es vergessen lässt.";
pub const KEPT_OTHER: &str = "In diesem Browser ist ein Modell gespeichert:";
pub const USE_KEPT: &str = "Verwenden";
pub const NONE: &str = "Die Seite läuft auf ihrem eigenen BERT-Base.";
pub const RUNS: &str = "Was damit läuft";
pub const RUNS_HEAD: [&str; 2] = ["Lektion", "mit diesem Modell"];
pub const GONE: &str = "Das eigene Modell war im Speicher von etwas, das beendet ist, und nicht gespeichert. Die Seite läuft wieder auf ihrem eigenen BERT-Base; die Dateien bitte erneut ablegen.";
pub const LOOK: &str = "Ein Modell einer anderen Sprache in „Lücken füllen“ ausprobieren, ein cased-Modell in „Tokens“, einen entfernten Verwandten in „Aufmerksamkeit“: Sehen dieselben Köpfe auf das Wort davor?";
pub const ARTICLE: &str = "BERT gab es in zwei Größen, Base und Large, cased und uncased. Es lernt aus bloßem Text, also kann jeder eines trainieren, der Text hat: für eine Sprache, ein Gewerbe, ein Jahrhundert.";
pub const MISLEADS: &str = "Texte, Beispiele und Anmerkungen der Lektionen wurden für das englische BERT-Base gewählt. Bei einem anderen Modell stimmen die Zahlen, die Anmerkungen nicht unbedingt. Und gerundete Gewichte antworten etwas anders als die der Datei: Die Lektion „Innenleben“ zeigt, wie sie gespeichert sind.";
/// Above every lesson.
pub const STRIP: &str = "Diese Seite läuft auf dem eigenen Modell ";
pub const DEFAULT_TITLE: &str = "Eigenes BERT";

pub fn shape(layers: usize, hidden: usize, heads: usize, pieces: usize) -> String {
    format!("{layers} Schichten, {hidden} breit, je {heads} Köpfe, {} Wortstücke", grouped(pieces as u64))
}

pub fn file(name: &str, size: u64, types: &[String]) -> String {
    format!("{name}, {} in {}", bytes(size), types.join(" und "))
}

pub fn reads(lower_case: bool, said_by: SaidBy) -> String {
    let how = if lower_case { "uncased: kleingeschrieben, Akzente entfernt" } else { "cased: unverändert" };
    let who = match said_by {
        SaidBy::TokenizerConfig => "laut tokenizer_config.json",
        SaidBy::TokenizerJson => "laut tokenizer.json",
        SaidBy::Config => "laut config.json",
        SaidBy::Vocabulary if lower_case => "keine Datei sagt es; das Vokabular hat keine Großbuchstaben",
        SaidBy::Vocabulary => "keine Datei sagt es; das Vokabular hat Großbuchstaben",
    };
    format!("{how} ({who})")
}

pub fn heads(absent: &[Absent], next_sentence: bool) -> String {
    let has = |head| if absent.contains(&head) { "fehlt" } else { "da" };
    let next = if next_sentence { "da" } else { "fehlt" };
    format!("maskierte Wörter: {}, Pooler: {}, nächster Satz: {next}", has(Absent::MaskedWords), has(Absent::Pooler))
}

pub fn no_gpu(reason: &str) -> String {
    format!("Es läuft nur auf der CPU: {reason}.")
}

pub fn done(done: u64, total: u64) -> String {
    format!("{} von {} Gewichten", grouped(done), grouped(total))
}

pub fn in_use(title: &str, size: u64) -> String {
    format!("„{title}“, {}.", bytes(size))
}

/// What a lesson does on the model.
pub fn runs(runs: Runs) -> &'static str {
    match runs {
        Runs::Whole => "läuft",
        Runs::OwnHead => "läuft, mit dem modelleigenen Kopf für den nächsten Satz",
        Runs::NoWords => "nein: die Datei hat keinen Kopf für maskierte Wörter",
        Runs::WithoutWords => "läuft, bis auf die Wörter, die der Kopf für maskierte Wörter lesen würde",
        Runs::Bound => {
            "nein: ihr Adapter wurde auf BERT-Base, uncased, trainiert und passt zu keinem anderen. Ein eigener entsteht im Feintuning"
        }
        Runs::NoPooler => "läuft, bis auf gepoolte Vektoren: die Datei hat keinen Pooler",
    }
}

pub fn no_head(head: Absent) -> &'static str {
    match head {
        Absent::MaskedWords => {
            "Dieses Modell kam ohne Kopf für maskierte Wörter, also kann es keine Wörter nennen. Einen Checkpoint für maskierte Wörter nehmen oder zurück zu BERT-Base."
        }
        Absent::Pooler => {
            "Dieses Modell kam ohne Pooler, also hat es keinen gepoolten Vektor. [CLS] oder das Mittel nehmen oder zurück zu BERT-Base."
        }
    }
}

/// An adapter that belongs to another base.
pub fn bound(name: &str, made_for: &str, here: &str) -> String {
    let other = base_name(made_for).map(|n| format!(", {n},")).unwrap_or_default();
    let this = base_name(here).unwrap_or("diesem Modell");
    format!(
        "Der Adapter „{name}“ wurde auf einer anderen Basis{other} trainiert und passt nicht zu {this}. Auf diesem Modell einen eigenen trainieren oder das Modell nehmen, zu dem er gehört."
    )
}

pub fn failure(failure: &OwnFailure) -> String {
    match failure {
        OwnFailure::NoWeights { bin: true } => "Diese Gewichte liegen im Format von PyTorch oder TensorFlow vor, das Programme enthalten kann. Die model.safetensors daneben nehmen oder die Gewichte zuerst umwandeln.".into(),
        OwnFailure::NoWeights { bin: false } => "Unter diesen Dateien ist keine model.safetensors. Sie zusammen mit config.json und vocab.txt ablegen.".into(),
        OwnFailure::Shards => "Diese Gewichte sind auf mehrere Dateien verteilt. Die Seite liest eine einzige model.safetensors: das Modell neu als eine Datei speichern.".into(),
        OwnFailure::NoFile { file } => format!("„{file}“ fehlt. Die Datei zusammen mit model.safetensors ablegen."),
        OwnFailure::Unreadable { file } => format!("„{file}“ ist nicht lesbar: verschoben oder geändert. Die Dateien erneut auswählen."),
        OwnFailure::FileTooLarge { file, bytes: size, limit } => format!(
            "„{file}“ hat {}; im Browser lesbar sind höchstens {}. Ein kleineres Modell nehmen.",
            bytes(*size),
            bytes(*limit)
        ),
        OwnFailure::Memory { bytes: size, limit } => format!(
            "Dieses Modell braucht {} im Speicher; WebAssembly lässt ihm {}. Ein kleineres Modell nehmen oder einen Browser mit GPU.",
            bytes(*size),
            bytes(*limit)
        ),
        OwnFailure::Checkpoint(e @ (CheckpointError::Architecture { .. } | CheckpointError::Setting { .. })) => {
            format!("Das ist eine andere Art von Modell: {}. Ein gewöhnliches BERT nehmen.", checkpoint(e))
        }
        OwnFailure::Checkpoint(e @ CheckpointError::Missing { .. }) => {
            format!("Die Gewichte ergeben kein BERT: {}. Prüfen, ob Modell und config.json zusammengehören.", checkpoint(e))
        }
        OwnFailure::Checkpoint(e) => format!("Die Dateien wurden abgelehnt: {}. Sie neu herunterladen oder ein anderes Modell nehmen.", checkpoint(e)),
        OwnFailure::Vocabulary(e @ (VocabularyError::Model { .. } | VocabularyError::Chinese)) => {
            format!("Die Seite kann Text nicht so lesen, wie dieses Modell es tut: {}. Ein anderes Modell nehmen.", vocabulary(e))
        }
        OwnFailure::Vocabulary(e) => format!("Das Vokabular wurde abgelehnt: {}. Prüfen, ob es zu diesem Modell gehört.", vocabulary(e)),
        OwnFailure::Gone => "Die Dateien sind nicht mehr zur Hand. Sie erneut ablegen.".into(),
        OwnFailure::NotKept { reason } => {
            format!("Mehr speichert dieser Browser nicht ({reason}). Das Modell bleibt in diesem Tab, bis er geschlossen wird.")
        }
    }
}

fn checkpoint(e: &CheckpointError) -> String {
    match e {
        CheckpointError::Config(reason) => format!("config.json ist nicht lesbar: {reason}"),
        CheckpointError::Architecture { found } => {
            format!("config.json beschreibt ein Modell vom Typ {found}, diese Seite liest bert")
        }
        CheckpointError::Setting { key, found, readable } => {
            format!("in config.json ist {key} {found}, diese Seite liest {readable}")
        }
        CheckpointError::Size { key, found, least, most } => {
            format!("in config.json ist {key} {found}, möglich sind {least} bis {most}")
        }
        CheckpointError::NotSafetensors(reason) => format!("keine safetensors-Datei: {reason}"),
        CheckpointError::Cut { said, bytes } => format!("die Datei hat {bytes} Bytes, ihr Kopf spricht von {said}"),
        CheckpointError::Missing { name } => format!("der Tensor {name} fehlt"),
        CheckpointError::Shape { name, found, expected } => {
            format!("der Tensor {name} ist {found}, erwartet wurde {expected}")
        }
        CheckpointError::Values { name, found } => {
            format!("der Tensor {name} enthält Werte vom Typ {found}; gelesen werden F32, F16 und BF16")
        }
        CheckpointError::Weight { name, reason } => format!("Tensor {name}: {reason}"),
    }
}

fn vocabulary(e: &VocabularyError) -> String {
    match e {
        VocabularyError::NotText { file } => format!("{file} ist kein Text in UTF-8"),
        VocabularyError::Json { file, reason } => format!("{file} ist nicht lesbar: {reason}"),
        VocabularyError::Model { found } => {
            format!("der Tokenizer ist {found}; der von BERT ist WordPiece mit „##“ vor dem, was weitergeht")
        }
        VocabularyError::Chinese => {
            "der Tokenizer lässt chinesische Zeichen zusammen, was diese Seite nicht tut".into()
        }
        VocabularyError::Gap { id } => format!("kein Wortstück hat die ID {id}"),
        VocabularyError::Size { pieces, rows } => {
            format!("das Vokabular hat {pieces} Wortstücke, die Tabelle des Modells {rows} Zeilen")
        }
    }
}
