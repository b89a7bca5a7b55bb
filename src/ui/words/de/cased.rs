//! The words about the page's second model.

use crate::ui::logic::model::Model;
use crate::ui::logic::number::{bytes, count, grouped};

pub const BACK: &str = "Zurück zu uncased";
pub const STRIP: &str = "Diese Seite läuft mit ";
pub const STRIP_MORE: &str = ": Großbuchstaben und Akzente zählen. ";
pub const LOAD_FIRST: &str =
    "BERT-Base, cased, wird einmal geholt. Es bleibt auf diesem Gerät; der Text verlässt es nie.";
pub const NOT_HERE: &str = "BERT-Base, cased, liegt nicht auf diesem Server: Wer die Seite eingerichtet hat, hat seine Dateien weggelassen. Die Seite macht mit dem Modell uncased weiter.";
pub const OF_UNCASED: &str = "Die aufgezeichneten Zahlen hier sind von BERT-Base, uncased.";

pub const SECOND: &str = "Ein zweites Modell der Seite";
pub const SECOND_TEXT: &str = "Google hat BERT-Base zweimal trainiert: auf kleingeschriebenem Text, damit öffnet diese Seite, und auf Text, wie er dasteht, mit Großbuchstaben und Akzenten. Das Modell cased hat ein eigenes Vokabular und eigene Gewichte. Es wird nur auf Wunsch geladen und bleibt dann auf dem Gerät wie das erste.";
pub const IN_USE: &str = "Die Seite läuft mit ihrem eigenen BERT-Base, cased.";

pub const BESIDE: &str = "Zwei Modelle, zwei Vokabulare";
pub const BESIDE_TEXT: &str = "Googles BERT-Base, uncased, liest kleingeschriebenen Text, cased liest ihn, wie er dasteht. Derselbe Text, von beiden zerlegt:";
pub const TRY: &str = "Großbuchstaben, auf die es ankommt";
pub const VOCABULARY_NOT_HERE: &str = "Das Vokabular cased liegt nicht auf diesem Server: Wer die Seite eingerichtet hat, hat das Modell cased weggelassen.";

pub const MATTERS: &str = "Kommt es auf einen Großbuchstaben an?";
pub const MATTERS_TEXT: &str = "Für das Modell uncased sind „Apple“ und „apple“ ein Wort: zwei Sätze, eine Antwort. Das Modell cased liest hier eine Firma und dort eine Frucht.";
pub const ASK_UNCASED: &str = "Beide das Modell uncased fragen →";

pub fn load(size: u64) -> String {
    format!("BERT-Base, cased, laden ({})", bytes(size))
}

pub fn save_data(size: u64) -> String {
    format!(
        "Der Browser soll Daten sparen, darum wurde noch nichts geladen. Dieser Link verlangt BERT-Base, cased: {}, einmal; es bleibt auf diesem Gerät und der Text auch.",
        bytes(size)
    )
}

pub fn ask_cased(size: u64) -> String {
    format!("Beide das Modell cased fragen (einmal {}) →", bytes(size))
}

/// Of the model whose vocabulary is fetched.
pub fn compare(model: Model, size: u64) -> String {
    let which = if model == Model::Base { "uncased" } else { "cased" };
    format!("Auch vom Vokabular {which} zerlegen lassen ({})", bytes(size))
}

/// A sentence about BERT-Base's first vocabulary, with the number of pieces of the one in use in its place.
pub fn of_vocabulary(text: &str, pieces: usize) -> String {
    text.replace("30.522", &grouped(pieces as u64))
}

/// How the two cuts differ, in a sentence.
pub fn told(uncased: usize, cased: usize, same: usize) -> String {
    format!(
        "Das Vokabular uncased ergibt {}, cased {}; in beiden gleich: {}.",
        count(uncased, "Wortstück", "Wortstücke"),
        count(cased, "Wortstück", "Wortstücke"),
        grouped(same as u64)
    )
}
