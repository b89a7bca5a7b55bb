//! The words of the Next sentence lesson.

use super::comma;

pub const KICKER: (&str, &str) =
    ("Lektion 9 · im Artikel: ", "lernt vorherzusagen, ob der zweite Satz im Originaltext der nächste ist");
pub const TITLE: &str = "Folgt der zweite Satz auf den ersten?";
pub const LEDE: &str = "Im Training sah BERT Satzpaare: Die eine Hälfte waren Nachbarn in einem Text, die andere war zusammengewürfelt. Ein Paar tippen oder ziehen und sehen, für welche Art BERT es hält.";

/// Which of the openings, and its name.
pub const TRIES: [(usize, &str); 4] = [
    (0, "Laden und Milch aus dem Artikel"),
    (1, "Laden und Pinguine von dort"),
    (2, "zweimal derselbe Satz"),
    (3, "ein Laden, der isst"),
];
pub const DRAW: &str = "Ziehen";
pub const DRAW_NEXT: &str = "ein echter nächster Satz";
pub const DRAW_RANDOM: &str = "ein zufälliger";

pub const FIGURE: &str = "BERTs Antwort";
pub const ASKS: &str = "Folgt B auf A?";
pub const CHANGES: &str = "Die Eingabe ändern";
pub const SWAP: &str = "A und B tauschen";
pub const ONE_SEGMENT: &str = "Alles in Segment A";
pub const AS_TYPED: &str = "wie getippt";

pub const SEEN: &str = "Was jede Position sieht";
pub const PIECES: &str = "Wortstücke";
pub const PICK: &str = "Ein Wortstück wählen, um zu sehen, was an seiner Position hineingeht; Esc hebt die Wahl auf.";
pub const PATH: &str = "Von [CLS] zu zwei Zahlen";
pub const POOLER: &str = "Pooler";
pub const POOLER_IS: &str = "noch eine Schicht, dann tanh";
pub const CLASSIFIER: &str = "Klassifikator";
pub const PATH_NOTE: &str = "Der Klassifikator liest nur einen einzigen Vektor, den bei [CLS]. Was der von beiden Texten weiß, kam durch die Aufmerksamkeit dorthin.";

pub const QUIZ: &str = "Mensch gegen BERT";
pub const QUIZ_LEDE: &str = "Zehn Paare aus den Absätzen dieser Seite: fünf Nachbarn, fünf zusammengewürfelt. Erst antwortet der Mensch, dann BERT.";
pub const START: &str = "Los";
pub const FOLLOWS: &str = "B folgt auf A";
pub const FOLLOWS_NOT: &str = "B ist von anderswo";
pub const NEXT_PAIR: &str = "Nächstes Paar";
pub const TO_SCORE: &str = "Zum Ergebnis";
pub const STILL_READING: &str = "BERT liest noch. Seine Antwort erscheint hier; weitermachen geht schon.";
pub const AGAIN: &str = "Zehn andere";
pub const CLOSE_QUIZ: &str = "Quiz schließen";
pub const ALL_TEN: &str = "Alle zehn Paare";
pub const SCORE_HEAD: [&str; 4] = ["Paar", "Wahrheit", "Mensch", "BERT"];
/// As the adapter has them.
pub const LABELS: [&str; 2] = ["IsNext", "NotNext"];

pub const JUDGED_ON: &str = "Paare aus Wikipedia-Artikeln, die der Klassifikator nie sah: ein oder zwei Sätze und dazu die folgenden oder die eines anderen Artikels. Texte mit demselben Thema sind schwerer: bei Filmkritiken gegen Filmkritiken sind zwei von drei richtig.";

pub const LOOK_SWAP: &str = "Tauschen →";
pub const LOOK_SEGMENT: &str = "Pinguine, alles in Segment A →";
pub const MISLEADS_STORE: &str = "Den Laden essen sehen →";
pub const MISLEADS_BREAD: &str = "Erste und letzte Zeile über Brot →";
pub const ARTICLE: &str = "Dafür bekommt BERT im Training Satzpaare und „lernt vorherzusagen, ob der zweite Satz im Originaltext der nächste ist“. Die beiden Beispielpaare des Artikels stehen oben unter den Beispielen.";
pub const MISLEADS_LABEL: &str = "Im Modell ist Nummer 0 IsNext und Nummer 1 NotNext; in gelabelten Dateien ist es umgekehrt, 1 steht für IsNext. Damit beginnt so mancher Fehler.";

pub fn at(percent: &str) -> String {
    format!(" mit {percent}")
}

/// Names the switches that are on.
pub fn change_name(swapped: bool, one_segment: bool) -> &'static str {
    match (swapped, one_segment) {
        (true, true) => "getauscht, alles in Segment A",
        (true, false) => "getauscht",
        _ => "alles in Segment A",
    }
}

pub fn in_words(next: &str, not: &str) -> String {
    format!(
        "BERT hält den zweiten Text mit {next} für den nächsten Satz (IsNext), mit {not} für einen zufälligen (NotNext)."
    )
}

pub fn moved(change: &str, before: &str, after: &str) -> String {
    format!("Mit geänderter Eingabe ({change}) geht IsNext von {before} auf {after}.")
}

/// Where a drawn pair is from.
pub fn drawn(first: &str, second: &str, real: bool) -> String {
    match real {
        true => format!("Gezogen aus „{first}“: ein Satz und der danach."),
        false => format!("Gezogen: ein Satz aus „{first}“ und einer aus „{second}“."),
    }
}

/// A segment's letter.
pub fn segment(segment: u32) -> &'static str {
    if segment == 0 { "A" } else { "B" }
}

pub fn seat(position: usize, piece: &str, id: u32, of_segment: u32) -> String {
    format!(
        "Position {position} beginnt als Summe dreier Vektoren: dem des Wortstücks „{piece}“ (ID {id}), dem der Position {position} und dem des Segments {}.",
        segment(of_segment)
    )
}

pub fn segment_words(of_segment: u32, pieces: &str) -> String {
    format!("Segment {}: {pieces}. ", segment(of_segment))
}

pub fn cut(total: usize, limit: usize) -> String {
    format!("Dieses Paar hat {total} Wortstücke; BERT liest {limit}. Der längere Text wurde am Ende gekürzt.")
}

pub fn after_layers(layers: usize) -> String {
    format!("sein Vektor nach {layers} Schichten")
}

/// `+3.41`, `−0.20`
pub fn logit(value: f32) -> String {
    comma(format!("{}{:.2}", if value < 0.0 { '−' } else { '+' }, value.abs()))
}

pub fn softmax(temperature: f32) -> String {
    comma(format!("Softmax, ÷ {temperature:.2}"))
}

pub fn pair_number(number: usize, of: usize) -> String {
    format!("Paar {number} von {of}")
}

pub fn you_were(right: bool, is_next: bool) -> String {
    let verdict = if right { "✓ Richtig" } else { "✗ Nein" };
    let truth = if is_next { "B ist der nächste Satz." } else { "B ist von anderswo." };
    format!("{verdict}: {truth}")
}

pub fn from(first: &str, second: &str) -> String {
    if first == second {
        format!("Beide aus „{first}“.")
    } else {
        format!("A ist aus „{first}“, B aus „{second}“.")
    }
}

pub fn bert_was(right: bool) -> &'static str {
    if right { "BERT ✓ richtig" } else { "BERT ✗ falsch" }
}

pub fn score(you: usize, bert: Option<usize>, of: usize) -> String {
    match bert {
        Some(bert) => format!("Bisher: Mensch {you} von {of}, BERT {bert}."),
        None => format!("Bisher: Mensch {you} von {of}."),
    }
}

pub fn final_score(you: usize, bert: Option<usize>, of: usize) -> String {
    let Some(bert) = bert else { return format!("Mensch: {you} von {of}. BERT liest noch.") };
    let who = match you.cmp(&bert) {
        std::cmp::Ordering::Greater => "Der Mensch gewinnt",
        std::cmp::Ordering::Equal => "Unentschieden",
        std::cmp::Ordering::Less => "BERT gewinnt",
    };
    format!("{who}: Mensch {you} von {of}, BERT {bert}.")
}

pub fn truth_cell(is_next: bool) -> &'static str {
    if is_next { "nächster" } else { "anderswo" }
}

pub fn you_cell(right: bool) -> &'static str {
    if right { "✓ richtig" } else { "✗ falsch" }
}

/// BERT's verdict and its P(IsNext).
pub fn bert_cell(right: bool, percent: &str) -> String {
    format!("{} IsNext {percent}", if right { "✓" } else { "✗" })
}

/// P(IsNext) of the opening as it stands and swapped.
pub fn look_swap(typed: &str, swapped: &str) -> String {
    format!(
        "Werden die beiden getauscht, geht IsNext von {typed} auf {swapped} (aufgezeichnet). BERT merkt, dass beide von einer Sache handeln, aber kaum, was zuerst kam."
    )
}

/// P(IsNext) of the article's two pairs with two segments, and with one.
pub fn look_segment(two: [&str; 2], one: [&str; 2]) -> String {
    let ([milk, penguins], [milk_one, penguins_one]) = (two, one);
    format!(
        "Steht alles in Segment A, rücken die Paare des Artikels von {milk} und {penguins} auf {milk_one} und {penguins_one} (aufgezeichnet): Ohne die Grenze zwischen den Segmenten unterscheidet BERT sie kaum."
    )
}

pub fn misleads_store(store: &str, twice: &str) -> String {
    format!(
        "Es wägt Verwandtschaft ab, nicht Sinn. Dass der Laden den Mann aß, bekommt {store}, zweimal derselbe Satz {twice} (aufgezeichnet)."
    )
}

pub fn misleads_bread(apart: &str) -> String {
    format!(
        "Zwei Sätze eines Absatzes müssen keine Nachbarn sein: Die erste und die letzte Zeile über Brot bekommen {apart} (aufgezeichnet)."
    )
}

pub const SUMS: &str = "Wie im Vortraining: zwei Verluste, eine Summe";
pub const SUM_TRUTH: &str = "Was für dieses Paar stimmt";
pub const SUM_TRUTHS: [&str; 2] = ["B folgt auf A", "B ist zufällig"];
pub const SUM_UP: &str = "15 % verbergen und addieren";
pub const SUMMING: &str = "Addiert …";
pub const SUM_WORDS: &str = "Maskierte Wörter: mittlerer Verlust der ausgewählten Stücke";
pub const SUM_NEXT: &str = "Nächster Satz: Verlust des wahren Labels";
pub const SUM_TOTAL: &str = "Summe, die das Training klein macht";
pub const SUMS_NOTE: &str = "Beides sind Kreuzentropien: minus der natürliche Logarithmus des Anteils, den das Wahre bekommt. Das Training liest das Paar einmal, mit verborgenen Stücken, und addiert beide. Hier ist der Kopf für den nächsten Satz unser eigener Adapter, deshalb wird das verborgene Paar zweimal gelesen: vom bloßen BERT für die Wörter, mit dem Adapter für das Label.";

pub fn sum_hidden(pieces: &[String]) -> String {
    match pieces {
        [] => "Bei dieser Ziehung wurde kein Stück ausgewählt: Für den Verlust der maskierten Wörter gibt es nichts zu rechnen. Noch einmal ziehen.".into(),
        list => format!("Bei dieser Ziehung ausgewählt: {}.", list.join(", ")),
    }
}
