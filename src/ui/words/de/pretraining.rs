//! The words of the lesson on pre-training from nothing.

use crate::protocol::pretraining::{PretrainFailure, TextReport};
use crate::ui::logic::number::{count, grouped};

pub const KICKER: (&str, &str) = ("Lektion 10 · im Artikel: ", "konvergiert langsamer");
pub const TITLE: &str = "Einem BERT beim Lesenlernen zusehen";
pub const LEDE: &str = "Dies ist ein sehr kleines BERT aus zwei Schichten. Es beginnt mit Zufallszahlen und weiß nichts. Es liest den Text wieder und wieder; Lücken und nächste Sätze sind seine einzige Übung. Daneben lernt ein Modell gleicher Form, das von links nach rechts liest und jedes nächste Teilstück nennen muss. BERT wird nur nach 15 % der Stücke gefragt.";
pub const TEXT: &str = "Der Text, aus dem gelernt wird";
pub const TEXT_NOTE: &str = "Am besten 40 bis 200 kurze Sätze. Leere Zeilen trennen Geschichten.";
pub const TRY_OPENING: &str = "der mitgelieferte Text";
pub const FIGURE: &str = "Zwei Modelle am selben Text";
pub const START: &str = "Starten";
pub const PAUSE: &str = "Anhalten";
pub const GO_ON: &str = "Weiter";
pub const ANEW: &str = "Neu beginnen";
pub const SEED: &str = "Zufallsstart";
pub const PROGRESS: &str = "Fortschritt";
pub const ON_CPU: &str =
    "Beide lernen auf dem Prozessor, in WebAssembly; die Gewichte von BERT-Base werden nicht benutzt.";
pub const NOT_READY: &str = "Das Vokabular ist noch unterwegs.";
pub const LOSS: &str = "Verlust, Mittel aus 10 Schritten";
pub const HELD_OUT: &str = "Verlust auf zurückgehaltenen Sätzen";
pub const NEXT: &str = "Nächster Satz, Verlust von BERT";
pub const READ: &str = "gelesene Texte";
pub const BERT: &str = "BERT: verdeckte Stücke, 15 %";
pub const LEFT: &str = "links nach rechts: jedes nächste Stück";
pub const NEXT_MEAN: &str = "Mittel aus 50 Schritten";
pub const COUNTED: &str = "Was gezählt hat";
pub const WHAT_LOSS: &str = "Verlust: minus der natürliche Logarithmus des Anteils, den das wahre Stück bekommt, im Mittel. Zufallszahlen geben jedem Stück gleich viel. Ein „Text“ ist ein Satzpaar.";
pub const NO_HELD_OUT: &str = "Bei weniger als 16 Sätzen wird keiner zurückgehalten.";
pub const BLANKS: &str = "Seine Lücken, während es lernt";
pub const BLANKS_NOTE: &str =
    "Der erste Vorschlag des kleinen BERT und der Anteil, den es ihm gibt; fett, wo es das verdeckte Wort ist.";
pub const BLANK_HELD: &str = "(dieses Paar kam im Training nie vor)";
pub const NO_BLANKS: &str = "Die Vorschläge kommen mit dem Lauf.";
pub const NUMBERS: &str = "Warum echtes Vortraining Tage brauchte, in Zahlen";
pub const NUMBERS_HEAD: [&str; 3] = ["", "hier", "BERT-Base (laut seinen Autoren)"];
pub const NUMBERS_ROWS: [&str; 7] = [
    "Text",
    "Zahlen, die gelernt werden",
    "Stücke je Schritt",
    "Schritte",
    "gelesene Stücke insgesamt",
    "Stücke je Sekunde",
    "Zeit",
];
pub const PAPER: [&str; 7] = [
    "3,3 Milliarden Wörter",
    "110 Millionen",
    "256 × 512 = 131.072",
    "1.000.000",
    "131 Milliarden",
    "379.000 (ausgerechnet)",
    "4 Tage auf 4 Cloud-TPUs, 16 Chips",
];
pub const NUMBERS_WAIT: &str = "Nach dem Start eines Laufs steht hier die Geschwindigkeit dieses Geräts.";
pub const NUMBERS_NOTE: &str = "Die Schätzung zählt Multiplikationen in den Schichten und nimmt an, dass dieses Gerät mit großen Matrizen so schnell ist wie mit kleinen. Die Autoren lasen in neun Zehnteln der Schritte Zeilen von 128 Stücken; ihre Zahl der Stücke ist also eine Obergrenze.";
pub const LOOK: &str = "Nach 1.600 Texten liegt der Verlust von links nach rechts weit unter dem von BERT, das nur nach einem Siebtel gefragt wurde. Dann die zurückgehaltenen Sätze: Dort steigt der Verlust von links nach rechts bald wieder, denn es wird auswendig gelernt; der von BERT sinkt länger und endet tiefer.";
pub const ARTICLE: &str = "BERTs Verlust zählt nur die verdeckten 15 % und übergeht den Rest. Darum lernt das Modell langsamer als eines von links nach rechts. Was es gewinnt, weil es beide Seiten sieht, wiegt das auf.";
pub const MISLEADS: &str = "Die zwei Verluste beantworten verschiedene Fragen: ein verdecktes Stück von beiden Seiten, das nächste Stück von links. Vergleichbar ist, wie schnell sie sinken, nicht wie tief. Der Text ist winzig: Beide lernen ihn auswendig, das sagt nichts über Sprache. BERTs Gewinn zeigt sich in echten Aufgaben, nicht in dieser Kurve.";
pub const GUESS: &str = "Welcher der beiden Verluste sinkt schneller, Text für Text?";
pub const GUESS_OPTIONS: [&str; 2] = ["der von BERT", "der von links nach rechts"];

pub fn report(r: &TextReport) -> String {
    let [trained, held] = r.sentences;
    let mut text = format!(
        "{} zum Lernen, {held} zurückgehalten · {} · {} verschiedene · {} Zahlen, die gelernt werden.",
        count(trained, "Satz", "Sätze"),
        count(r.pieces, "Stück", "Stücke"),
        grouped(r.vocab_size as u64 - 5),
        grouped(r.parameters as u64)
    );
    if r.left_out > 0 {
        text += &format!(" Der Text ist zu lang für eine Minute: am Ende {} weggelassen.", were(r.left_out));
    }
    if r.cut > 0 {
        text += &format!(" {} nach 30 Stücken abgeschnitten.", were(r.cut));
    }
    text
}

fn were(n: usize) -> String {
    format!("{} {}", count(n, "Satz", "Sätze"), if n == 1 { "wurde" } else { "wurden" })
}

pub fn failure(f: &PretrainFailure) -> String {
    match f {
        PretrainFailure::TooShort { sentences, least } => format!(
            "Dieser Text hat {}; für Paare sind mindestens {least} nötig. Einige mehr, oder der mitgelieferte Text.",
            count(*sentences, "Satz", "Sätze")
        ),
    }
}

pub fn progress(step: u64, steps: u64, texts: u64, texts_per_s: f64) -> String {
    let mut text = format!("Schritt {} von {} · {} Texte gelesen", grouped(step), grouped(steps), grouped(texts));
    if texts_per_s > 0.0 {
        text += &format!(" · BERT liest {texts_per_s:.0} Texte je Sekunde");
    }
    text
}

pub fn done(texts: u64) -> String {
    format!("Fertig: Jedes Modell hat {} Texte gelesen.", grouped(texts))
}

pub const PAUSED: &str = "Angehalten. Solange dieser Tab offen ist, geht nichts verloren.";

pub fn failed(reason: &str) -> String {
    format!("Der Lauf ist zu Ende: {reason}. Bitte neu beginnen.")
}

pub const INTERRUPTED: &str = "das Rechenwerk ist stehen geblieben";
pub const OTHER_TEXT: &str = "Die Kurven gehören zu dem Text und Zufallsstart, mit denen der Lauf begann.";

pub fn now(bert: &str, left: &str) -> String {
    format!("BERT {bert}, links nach rechts {left}")
}

pub fn next_now(loss: &str, right: &str) -> String {
    format!("{loss}, {right} richtig")
}

pub fn counted(bert: u64, left: u64) -> String {
    format!(
        "In BERTs Verlusten zählten bisher {} Stücke, in denen des anderen {}, in denselben Texten. Nach [CLS] und [SEP] wird keines gefragt.",
        grouped(bert),
        grouped(left)
    )
}

pub fn told(texts: u64, bert: &str, left: &str) -> String {
    format!("Nach {} Texten ist der Verlust von BERT {bert}, der von links nach rechts {left}.", grouped(texts))
}

pub fn years(rate: &str, small: &str, times: u64, large: &str) -> String {
    format!(
        "Mit {rate} Stücken je Sekunde, wie hier gemessen, läse selbst dieses kleine Netz BERTs 131 Milliarden Stücke erst in {small}. BERT-Base rechnet je Stück etwa {} Mal so viel: {large} auf diesem Gerät (geschätzt).",
        grouped(times)
    )
}

pub fn time(seconds: f64) -> String {
    const YEAR: f64 = 365.25 * 86_400.0;
    match seconds {
        s if s < 90.0 => format!("{s:.0} Sekunden"),
        s if s < 5400.0 => format!("{:.0} Minuten", s / 60.0),
        s if s < 2.0 * 86_400.0 => format!("{:.0} Stunden", s / 3600.0),
        s if s < 2.0 * YEAR => format!("{:.0} Tagen", s / 86_400.0),
        s if s < 20.0 * YEAR => format!("{:.1} Jahren", s / YEAR).replace('.', ","),
        s => format!("{} Jahren", grouped((s / YEAR).round() as u64)),
    }
}

pub fn about(value: f64) -> String {
    match value {
        v if v < 1000.0 => format!("{v:.0}"),
        v if v < 1e6 => grouped((v / 100.0).round() as u64 * 100),
        v => format!("{:.1} Millionen", v / 1e6).replace('.', ","),
    }
}

pub fn words_of(pieces: u64) -> String {
    count(pieces as usize, "Stück", "Stücke")
}

pub fn blank_number(number: usize) -> String {
    format!("Lücke {number}")
}

pub fn guess_told(guess: &str, share: &str, truth: &str, its: &str) -> String {
    format!("erster Vorschlag „{guess}“ {share}; „{truth}“ bekommt {its}")
}
