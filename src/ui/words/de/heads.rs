//! Words of the attention lesson's further figures: flow, one look worked out, silenced heads, links, gradients.

use super::comma;

pub const PICK: &str = "Oben ein Wortstück wählen.";
pub const FLOW: &str = "Durch alle Schichten: Rollout";
pub const FLOW_CAVEAT: &str = "Rollout nimmt das Mittel aller Köpfe, trägt die Hälfte jedes Vektors an der Schicht vorbei und multipliziert die Schichten miteinander (Abnar und Zuidema, 2020). Es ist eine grobe Karte: Es zählt, wohin Köpfe sahen, nicht, was sie dort nahmen, und lässt alles weg, was dazwischen geschieht. Es zeigt, was hätte fließen können, nicht, warum BERT so antwortet.";

pub fn flow_of(piece: &str) -> String {
    format!(
        "Zeilen sind Schichten, Spalten die Wortstücke, die hineingingen: Dunkler heißt, dass mehr von „{piece}“ von dort kommt."
    )
}

pub fn flow_cell(layer: usize, piece: &str, share: &str) -> String {
    format!("nach Schicht {layer} {share} von „{piece}“")
}

pub fn flow_line(layer: usize, list: &str) -> String {
    format!("Nach Schicht {layer}: {list}.")
}

pub const WORKED: &str = "Ein Blick, durchgerechnet";
pub const WORK_OUT: &str = "Durchrechnen";
pub const WORKED_NOTE: &str = "Ein Kopf macht aus jedem Wortstück zwei kurze Vektoren: eine Query, was es sucht, und einen Key, was es anbietet. Ihr Produkt ist der Wert eines Blicks. Das sind die Vektoren dieses Kopfes, eben bei der Engine abgefragt.";
pub const LOOKED_AT: &str = "Angesehen wird";
pub const PRODUCTS_HEAD: [&str; 4] = ["Dimension", "Query", "Key", "Produkt"];
pub const STEP_SOFTMAX: &str =
    "3. Dasselbe für jedes Wortstück; Softmax macht aus den Werten Anteile, die zusammen 100 % ergeben.";
pub const SOFTMAX_HEAD: [&str; 4] = ["nimmt von", "Query · Key", "geteilt", "Anteil"];

pub fn step_products(from: &str, to: &str, length: usize) -> String {
    format!("1. Die Query von „{from}“ mal den Key von „{to}“, Zahl für Zahl, {length} Produkte; die größten:")
}

pub fn others(count: usize) -> String {
    format!("{count} andere")
}

pub fn step_scale(dot: f64, root: f64, scaled: f64) -> String {
    let [dot, root, scaled] = [dot, root, scaled].map(|v| comma(format!("{v:.2}").replace('-', "−")));
    format!("2. Ihre Summe ist {dot}; geteilt durch {root}, die Wurzel aus der Länge der Vektoren, {scaled}.")
}

pub fn step_share(share: &str, shown: Option<&str>) -> String {
    match shown {
        Some(shown) => {
            format!("Der Anteil ist {share}; die Abbildung oben, aus dem Softmax der Engine selbst, sagt {shown}.")
        }
        None => format!("Der Anteil ist {share}."),
    }
}

pub const KNOCK: &str = "Was geht ohne ihn verloren?";
pub const KNOCK_ACT: &str = "Das gewählte Stück verbergen und Köpfe stummschalten";
pub const KNOCKING: &str = "Schaltet stumm …";
pub const PICK_WORD: &str =
    "Oben ein Wortstück des Textes wählen, nicht [CLS] oder [SEP]: Es wird verborgen und dann erfragt.";
pub const BY_LAYER: &str = "Ohne die Aufmerksamkeit der Schicht …";
pub const KNOCK_HEAD: [&str; 4] = ["stumm", "bleibt", "Punkte", "erster Tipp"];
pub const KNOCK_NOTE: &str = "Ein stummer Kopf fügt seiner Schicht nichts hinzu; alles andere läuft wie immer. BERT wurde nie mit einem fehlenden Kopf trainiert, also ist das ein Knock-out und nicht das, was ein kleineres Modell täte. Ein Kopf, dessen Schweigen nichts kostet, kann trotzdem gebraucht werden: Andere können dasselbe.";

pub fn by_head(layer: usize) -> String {
    format!("Ohne einen Kopf von Schicht {layer}")
}

pub fn whole(piece: &str, share: &str, first: &str) -> String {
    format!("Verborgen und erfragt, bekommt „{piece}“ vom ganzen BERT {share}; dessen erster Tipp ist „{first}“.")
}

pub const LINKS: &str = "Welche Köpfe verbinden ein Pronomen mit seinem Nomen?";
pub const PRONOUN: &str = "Pronomen";
pub const NOUN: &str = "steht für";
pub const NO_WORD: &str = "–";
pub const LINKS_HOW: &str = "Ohne Grammatik geraten: das erste he, she, it, they oder Ähnliches und das erste Wort nach einem Artikel davor. Wo das falsch geraten ist, andere wählen.";
pub const LINKS_PICK: &str = "In diesem Text wurde kein Pronomen mit einem Nomen davor gefunden. Zwei Wörter wählen oder einen Satz nehmen, der sie hat.";
pub const LINKS_HEAD: [&str; 4] = ["Kopf", "zum Nomen", "× Zufall", "von den anderen Stücken"];
pub const LINKS_NOTE: &str = "Nur an diesem Text gemessen. Zufall ist der Anteil, wenn ein Kopf auf alle Wortstücke gleich sieht. Geben die anderen Stücke dem Nomen so viel wie das Pronomen, mag der Kopf dieses Wort, wer auch immer fragt. Clark und andere (2019) fanden solche Köpfe über viele Texte hinweg; ein Satz ist ein Beispiel, kein Beweis, dass ein Kopf Pronomen auflöst.";

pub fn links_found(pronoun: &str, noun: &str, strongest: usize, all: usize, chance: &str) -> String {
    format!(
        "In {strongest} von {all} Köpfen nimmt „{pronoun}“ von „{noun}“ mehr als von jedem anderen Wortstück. Durch Zufall bekäme „{noun}“ {chance}; diese geben ihm am meisten:"
    )
}

pub fn times(ratio: f32) -> String {
    comma(format!("{ratio:.1} ×"))
}

pub fn word_at(word: &str, number: usize) -> String {
    format!("{number}. {word}")
}

pub const AGAINST: &str = "Aufmerksamkeit gegen Gradient";
pub const AGAINST_ACT: &str = "Das gewählte Stück verbergen und vergleichen";
pub const AGAINST_BUSY: &str = "Geht durch die Schichten zurück …";
pub const AGAINST_ALL_HEADS: &str = "alle Köpfe";
pub const AGAINST_PIECE: &str = "Stück";
pub const AGAINST_GRADIENT: &str = "Gradient × Eingabe";
pub const AGAINST_WHY: &str = "Keines von beiden ist die Erklärung. Die Aufmerksamkeit sagt, wohin Köpfe vom verborgenen Platz aus sahen, nicht, was sie nahmen, noch, was später daraus wurde. Der Gradient sagt, wie sich die Antwort bewegen würde, wenn ein Vektor ein wenig schrumpfte und alles andere bliebe, und BERT ist nicht gerade. Sie fragen Verschiedenes, also dürfen sie auch uneins sein.";

pub fn against_of(piece: &str, score: f32) -> String {
    let score = comma(format!("{score:.2}").replace('-', "−"));
    format!(
        "Ein Wortstück ist verborgen. Links, was sein Platz von jedem Stück nimmt; rechts, wie sehr dort der Wert von „{piece}“, sein Logit von {score}, an jedem Stück hängt: der Gradient des Werts mal das, was in die erste Schicht hineingeht. Unter 0 spricht das Stück gegen „{piece}“."
    )
}

pub fn agreement(head: &str, one: &str, all: &str, one_plain: &str, all_plain: &str) -> String {
    format!(
        "Übereinstimmung der Rangfolge mit Gradient × Eingabe, nach Größe (Spearmans ρ; 1 gleiche Reihenfolge, 0 keine, −1 umgekehrte): Kopf {head} {one}, das Mittel aller Köpfe {all}. Ohne [CLS] und [SEP]: {one_plain} und {all_plain}."
    )
}

pub fn rho(value: Option<f64>) -> String {
    value.map_or("—".into(), |v| comma(format!("{v:.2}").replace('-', "−")))
}

pub fn ranks_apart(piece: &str, attention: f64, gradient: f64, of: usize) -> String {
    let [attention, gradient] = [attention, gradient].map(|rank| comma(rank.to_string()));
    format!(
        "Am weitesten auseinander: „{piece}“, Nummer {attention} von {of} nach dem Mittel aller Köpfe, Nummer {gradient} nach Gradient × Eingabe."
    )
}
