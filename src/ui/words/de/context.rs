//! The words of the lesson on context.

use crate::ui::logic::number::count;

pub const KICKER: (&str, &str) =
    ("Lektion 4 · im Artikel: ", "dieselbe kontextfreie Darstellung in „bank account“ und „bank of the river“");
pub const TITLE: &str = "Ein Wort, ein Vektor? Nicht lange.";
pub const LEDE: &str = "In BERTs Tabelle hat ein Wort eine Zeile aus Zahlen, seinen Vektor, ganz gleich, was es bedeutet. Zwölf Schichten mischen dann die Wörter ringsum hinein. Hier ist zu sehen, wie dasselbe Wort sich von sich selbst entfernt.";
pub const WORD: &str = "Wort";
pub const ADD: &str = "+ Satz";
pub const FIGURE: &str = "Wie ähnlich die Vektoren des Wortes sind";
pub const LAYER: &str = "Schicht";
pub const INPUT: &str = "Eingabe";
pub const CELLS: &str = "Kosinus zwischen den Vektoren des Wortes in den Sätzen";
pub const CELLS_NOTE: &str = "Kosinus: 1 heißt gleiche Richtung, 0 nichts gemeinsam. Ein Klick auf eine Zelle verfolgt dieses Paar unten weiter; dunkler heißt ähnlicher in dieser Schicht.";
pub const DRIFT: &str = "Schicht für Schicht";
pub const LAYERS_AXIS: &str = "Schicht";
pub const OTHERS: &str = "andere Paare";
pub const READ_NOTE: &str = "Der Kopf für maskierte Wörter, gemacht für die letzte Schicht, vergleicht einen Vektor mit jedem Wortstück des Vokabulars: Das sind die nächsten, mit ihren Anteilen. In früheren Schichten liest er, wofür er nicht gemacht ist; seine Wörter sind dort nur ein Hinweis.";

/// Heading of the words read in the vectors.
pub fn read(layer: &str) -> String {
    format!("Nächste Wörter im Vokabular, {layer}")
}

pub const MAP: &str = "Karte";
pub const MAP_NOTE: &str = "Die zwei Richtungen, in denen sich diese Vektoren am meisten unterscheiden (Hauptkomponenten), und welchen Anteil aller Unterschiede jede zeigt. Was in den Anteilen fehlt, kann die Karte nicht zeigen.";
pub const TRY_BANK: &str = "bank";
pub const LOOK: &str = "Die Schicht von der Eingabe aus nach oben schieben. Paare mit gleicher Bedeutung bleiben beieinander, Paare mit zweierlei Bedeutung driften auseinander. Das meiste davon geschieht schon weit vor der letzten Schicht.";
pub const LOOK_ONE: &str = "Ein Wort mit nur einer Bedeutung, etwa „Monday“, entfernt sich weniger →";
pub const ARTICLE: &str = "Ein Modell ohne Kontext hat für „bank“ nur einen Vektor. BERT bildet den Vektor jedes Wortes aus den Wörtern auf beiden Seiten, also bekommt „bank“ in „I accessed the bank account“ einen eigenen.";
pub const MISLEADS: &str = "Ein hoher Kosinus beweist nicht gleiche Bedeutung. Alle Vektoren von BERT zeigen in ungefähr dieselbe Richtung; Kosinuswerte sollte man daher miteinander vergleichen, nicht mit 1. Außerdem bewegen auch der Platz des Wortes (seine Position) und seine Grammatik den Vektor.";
pub const TABLE_HEAD: [&str; 3] = ["Punkt", "erste", "zweite"];

pub fn sentence(number: usize) -> String {
    format!("Satz {number}")
}

pub fn remove(number: usize) -> String {
    format!("Satz {number} entfernen")
}

/// The word's row in the table.
pub fn row(word: &str, pieces: &[String], ids: &[u32]) -> String {
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    match pieces.len() {
        1 => format!(
            "In der Tabelle ist „{word}“ Zeile {}, in jedem Satz dieselbe: Vor der ersten Schicht unterscheidet sich nur, wo es steht.",
            ids[0]
        ),
        n => format!(
            "„{word}“ besteht aus {}: {} (Zeilen {}), in jedem Satz dieselben. Sein Vektor ist hier ihr Mittel.",
            count(n, "Wortstück", "Wortstücken"),
            pieces.join(" "),
            ids.join(", ")
        ),
    }
}

pub fn not_found(word: &str, sentences: &[usize]) -> String {
    let list = sentences.iter().map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let which = if sentences.len() == 1 { "Satz" } else { "den Sätzen" };
    format!("„{word}“ steht in {which} {list} nicht als eigenes Wort: Dort wird nichts verglichen.")
}

pub const TOO_FEW: &str =
    "Das Wort muss in mindestens zwei Sätzen stehen, um mit sich selbst verglichen werden zu können.";

pub fn pair(i: usize, j: usize) -> String {
    format!("{i} – {j}")
}

pub fn cell(i: usize, j: usize, cosine: &str) -> String {
    format!("Sätze {i} und {j}: {cosine}")
}

pub fn layer_name(layer: usize) -> String {
    if layer == 0 { INPUT.into() } else { layer.to_string() }
}

/// What the slider says of itself.
pub fn layer_of(layer: usize, layers: usize) -> String {
    if layer == 0 { "die Eingabe, vor der ersten Schicht".into() } else { format!("nach Schicht {layer} von {layers}") }
}

fn at(layer: &str) -> String {
    if layer == INPUT { "in der Eingabe".into() } else { format!("bei Schicht {layer}") }
}

pub fn now(pair: &str, from: &str, to: &str, layer: &str) -> String {
    format!("{pair}: {from} in der Eingabe, {to} {}", at(layer))
}

pub fn extremes(layer: &str, most: (usize, usize, String), least: (usize, usize, String)) -> String {
    format!(
        "Am ähnlichsten sind sich {} die Sätze {} und {} (Kosinus {}), am wenigsten ähnlich {} und {} ({}).",
        at(layer),
        most.0,
        most.1,
        most.2,
        least.0,
        least.1,
        least.2
    )
}

pub fn axis(which: &str, share: &str) -> String {
    format!("{which} Richtung, {share} der Varianz")
}

pub const AXES: [&str; 2] = ["erste", "zweite"];

pub fn map_label(layer: &str, shares: [&str; 2]) -> String {
    format!("Karte der Vektoren {}; ihre Richtungen zeigen {} und {} der Varianz", at(layer), shares[0], shares[1])
}
