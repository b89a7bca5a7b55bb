//! Words of the guesses that a visitor commits to before BERT's answer shows.

pub const START: &str = "Erst raten";
pub const SKIP: &str = "Gleich zeigen";
pub const AGAIN: &str = "Nochmal raten";
pub const WAIT: &str = "Der Tipp ist notiert. Die Antwort ist noch nicht da.";

pub fn judged(said: &str, right: bool) -> String {
    if right { format!("Tipp: {said}. Das stimmt.") } else { format!("Tipp: {said}. Das stimmt nicht.") }
}

pub fn which_side(word: &str) -> String {
    format!("Welche Seite findet „{word}“ allein mit dem kleineren Verlust?")
}

pub const SIDES: [&str; 2] = ["die linke Seite", "die rechte Seite"];

pub fn sides(left: &str, right: &str, both: &str) -> String {
    format!(
        "Der Verlust beträgt mit der linken Seite allein {left}, mit der rechten allein {right}, mit beiden {both}."
    )
}

pub fn nearest(word: &str, layer: &str) -> String {
    format!("In welchen zwei Sätzen sind sich die Vektoren von „{word}“ am ähnlichsten, Schicht {layer}?")
}

pub fn pair(one: usize, other: usize) -> String {
    format!("{one} und {other}")
}

pub fn nearest_told((i, j, cosine): (usize, usize, String), (k, l, least): (usize, usize, String)) -> String {
    format!("{i} und {j} haben einen Kosinus von {cosine}; am wenigsten ähnlich sind {k} und {l}, {least}.")
}

pub fn looks_at(piece: &str, layer: usize, head: usize) -> String {
    format!("Wovon nimmt „{piece}“ in Schicht {layer}, Kopf {head}, am meisten?")
}

/// One of several pieces with the same text.
pub fn nth(piece: &str, number: usize) -> String {
    format!("{piece} ({number})")
}

pub const REVIEW: &str = "Ist die Rezension positiv oder negativ, und wie sicher ist sich BERT dabei?";
pub const REVIEW_BANDS: [&str; 5] = [
    "negativ, 90 % oder mehr",
    "negativ, 75 bis 90 %",
    "keines erreicht 75 %",
    "positiv, 75 bis 90 %",
    "positiv, 90 % oder mehr",
];

pub fn review(negative: &str, positive: &str) -> String {
    format!("BERT sagt negativ mit {negative} und positiv mit {positive}.")
}

pub fn which_part(word: &str) -> String {
    format!("Ohne welchen dieser Teile verliert „{word}“, der erste Tipp für die Lücke, am meisten Wahrscheinlichkeit?")
}

pub fn part_options(piece: &str) -> [String; 3] {
    [format!("die Zeile von „{piece}“ selbst"), "alle Positionen".into(), "alle Segmente".into()]
}

pub fn parts_told(word: &str, whole: &str, [own, positions, segments]: [String; 3], piece: &str) -> String {
    format!(
        "„{word}“ hat {whole} wie getippt, {own} ohne die Zeile von „{piece}“, {positions} ohne Positionen, {segments} ohne Segmente."
    )
}
