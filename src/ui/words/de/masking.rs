//! The words of the lesson on masking.

use crate::protocol::masking::Fate;
use crate::ui::logic::masking::Score;
use crate::ui::logic::number::count;

pub const KICKER: (&str, &str) =
    ("Lektion 8 · im Artikel: ", "15 % der Wörter jeder Sequenz werden durch ein [MASK]-Token ersetzt");
pub const TITLE: &str = "Wie trainiert man mit Text ohne Labels?";
pub const LEDE: &str = "Einige Wortstücke eines Textes verbergen und nach ihnen fragen: Der Text ist seine eigene Lösung. Die meisten ausgewählten Stücke werden zu [MASK]; manche werden zu einem zufälligen Stück, manche bleiben, damit BERT über jedes gelesene Stück nachdenken muss.";
pub const TEXT: &str = "Absatz";
pub const FIGURE: &str = "Was BERT bekommt und gefragt wird";
pub const CHOSEN: &str = "Ausgewählt";
pub const HIDDEN: &str = "davon [MASK]";
pub const RANDOM: &str = "ein zufälliges Stück";
pub const SEED: &str = "Ziehung Nr.";
pub const AGAIN: &str = "Neu ziehen";
pub const WHOLE: &str = "Ganze Wörter";
pub const RECIPE: &str = "BERTs Rezept";
pub const CONTROLS: &str = "Wie Wortstücke verborgen werden";
pub const GUESS: &str = "Erst raten";
pub const REVEAL: &str = "BERTs Tipps zeigen";
pub const GUESSING: &str = "Der Absatz ist weggelegt. Erst die Lücken füllen, dann BERTs Tipps ansehen. Lücken sind Wortstücke: Eine kann Teil eines Wortes sein.";
pub const NONE: &str =
    "Kein Wortstück wurde ausgewählt: Hier gibt es nichts zu lernen. Neu ziehen oder mehr auswählen.";
pub const PIECES: &str = "Die Wortstücke, wie BERT sie liest";
pub const TABLE: &str = "Jedes ausgewählte Wortstück";
pub const HEAD: [&str; 6] = ["Stück", "BERT liest", "BERTs erster Tipp", "gibt dem wahren Stück", "Rang", "Verlust"];
pub const LOSS_NOTE: &str = "Verlust eines Wortstücks: minus der natürliche Logarithmus des Anteils, den BERT dem Stück gibt, das dort stand; 0 ist sicher und richtig. Jedes andere Stück trägt nichts bei, so gut BERT es auch gelesen hat.";
pub const RATES: &str = "Und wenn mehr oder weniger ausgewählt würde?";
pub const RATES_NOTE: &str = "Mehr ausgewählt: aus jedem Text mehr zu lernen, aber weniger Wörter zum Lesen übrig, also wird jedes schwerer. Weniger: leichter zu erraten, aber das meiste Lesen lehrt nichts. Das gilt nur für diesen Text und ein mit 15 % trainiertes BERT: nicht, was ein Training mit einer anderen Rate ergäbe.";
pub const TRY_RATES: &str = "5 %, 15 % und 40 % probieren";
pub const TRYING: &str = "Probiert …";
pub const RATES_HEAD: [&str; 4] = ["ausgewählt", "Stücke in 4 Ziehungen", "mittlerer Verlust", "erster Tipp richtig"];
pub const TRY_OPENING: &str = "Starttext";
pub const TRY_NAMES: (&str, &str) = (
    "lange Wörter",
    "Photosynthesis transforms sunlight, carbon dioxide and water into carbohydrates. Chlorophyll, a greenish pigment, absorbs the sunlight; oxygen is released as a by-product.",
);
pub const LOOK: &str = "Bei einem behaltenen Stück liest BERT die Lösung und ist sich fast sicher. Bei einem zufälligen liest es ein falsches Wort und soll das wahre nennen. Nichts verrät ihm, welches Stück welches ist: Jedes Wort, das es liest, kann falsch sein.";
pub const LOOK_WHOLE: &str = "Mit „Ganze Wörter“ gehen alle Stücke eines zerlegten Wortes zusammen. Sonst errät BERT das Ende eines Wortes oft aus seinem Anfang, und das prüft nicht den Satz. Google veröffentlichte 2019 Modelle, die mit ganzen Wörtern trainiert waren.";
pub const LOOK_WHOLE_LINK: &str = "An langen Wörtern probieren →";
pub const ARTICLE: &str = "15 % der Wörter werden ausgewählt. 80 % davon werden zu [MASK], 10 % zu einem zufälligen Wort, 10 % bleiben. Der Verlust zählt nur die ausgewählten, deshalb konvergiert das Modell langsamer als eines, das aus jedem Wort lernt; sein Gespür für Kontext macht das wett.";
pub const MISLEADS: &str = "„Wörter“ heißt hier Wortstücke. Und jedes Stück wird für sich durch Zufall ausgewählt, wie der Seed es will: Ein kurzer Text kann jedes zehnte Stück verlieren oder jedes vierte. Googles Code zog aus jedem Text eine feste Anzahl.";

pub fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Hidden => "verborgen",
        Fate::Replaced => "zufällig",
        Fate::Kept => "behalten",
    }
}

/// `20 %`
pub fn percent(value: u8) -> String {
    format!("{value} %")
}

pub fn kept(value: u8) -> String {
    format!("und {value} % bleiben, wie sie sind")
}

pub fn counts(pieces: usize, chosen: usize, by: [usize; 3]) -> String {
    format!(
        "Von {} {} ausgewählt: {} verborgen, {} durch ein zufälliges Stück ersetzt, {} behalten.",
        count(pieces, "Wortstück", "Wortstücken"),
        if chosen == 1 { "ist 1".into() } else { format!("sind {chosen}") },
        by[0],
        by[1],
        by[2]
    )
}

pub fn total(loss: &str, chosen: usize, others: usize) -> String {
    format!(
        "Verlust dieses Textes, wie im Training: {loss}, das Mittel über {}. Die übrigen {others} zählen nicht.",
        count(chosen, "ausgewähltes Wortstück", "ausgewählte Wortstücke")
    )
}

pub fn gap(number: usize) -> String {
    format!("Lücke {number}")
}

pub fn score(score: Score, guessed: bool) -> String {
    let Score { yours, berts, of } = score;
    let berts = format!("BERT {berts} von {of}");
    if guessed { format!("Mensch {yours} von {of} · {berts}") } else { berts }
}

pub fn cut(total: usize, limit: usize) -> String {
    format!("Dieser Text hat {total} Wortstücke; die Lektion liest die ersten {limit}.")
}

pub fn chip(fate: Fate, truth: &str, reads: &str) -> String {
    match fate {
        Fate::Hidden => format!("verborgen: {truth}"),
        Fate::Replaced => format!("zufällig: {reads} anstelle von {truth}"),
        Fate::Kept => format!("behalten: {truth}"),
    }
}

/// One chosen piece, read aloud.
pub fn piece(truth: &str, fate: &str, guess: &str, share: &str, loss: &str) -> String {
    format!("„{truth}“ ({fate}): BERTs erster Tipp ist „{guess}“; „{truth}“ gibt es {share}, ein Verlust von {loss}.")
}
