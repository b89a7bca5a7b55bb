//! The words of the lesson Ask a text.

use crate::protocol::answers::{LONGEST, Out, WIDTH};
use crate::ui::logic::number::{bytes, count, percent, signed};

pub const KICKER: (&str, &str) =
    ("Lektion 13 · im Artikel: ", "lernt zwei zusätzliche Vektoren, die Anfang und Ende der Antwort markieren");
pub const TITLE: &str = "Wo im Text steht die Antwort?";
pub const LEDE: &str = "BERT bekommt einen Text und eine Frage. Es schreibt nichts: Zwei gelernte Vektoren bewerten jedes Wortstück des Textes als Anfang und als Ende der Antwort, und das beste Paar leuchtet auf.";
pub const TEXT: &str = "Text";
pub const QUESTION: &str = "Frage";
pub const FIGURE: &str = "BERTs Antwort";
pub const NO_ANSWER: &str = "Hier keine Antwort";
pub const NO_SPAN: &str = "Keine Stelle dieses Textes kann eine Antwort sein";
pub const WORDS: &str = "Ein Wort der Frage an ihr Ende stellen";
pub const STOP: &str = "Anhalten";
pub const STOPPED: &str = "Angehalten. Die Frage ändern oder noch einmal fragen.";
pub const AGAIN: &str = "Nochmal fragen";
pub const READING: &str = "Liest";
pub const SPANS: &str = "Die besten Anfänge und Enden";
pub const SPANS_HEAD: [&str; 5] = ["Antwort", "Anfang", "Ende", "Zusammen", "Chance"];
pub const STRIPS: &str = "Jedes Wortstück als Anfang und als Ende";
pub const STRIPS_HEAD: [&str; 3] = ["Stück", "Anfang", "Ende"];
pub const BEGINNING: &str = "Anfang";
pub const END: &str = "Ende";
pub const WORK: &str = "Zwei Vektoren, ein Produkt";
pub const WORK_ACT: &str = "Das erste Stück durchrechnen";
pub const WORK_ABOUT: &str = "Alles, was zusätzlich zu BERT gelernt wurde, sind zwei Zeilen aus 768 Zahlen, eine für Anfänge und eine für Enden. Jede wird Zahl für Zahl mit dem Vektor eines Wortstücks malgenommen, und die Produkte werden addiert.";
pub const WORK_HEAD: [&str; 4] = ["Stelle", "Zahl des Stücks", "Zahl der Zeile", "Produkt"];
pub const TWICE: &str = "Bei einer zweiten Frage an denselben Text liest BERT den Text noch einmal. Das muss sein: Frage und Text gehen gemeinsam durch alle Schichten, und in jeder sehen die Stücke des Textes auf die der Frage. Was aus ihnen wird, hängt davon ab, was gefragt wurde.";
pub const LOOK: &str = "Etwas fragen, was der Text nicht sagt. Das Paar [CLS], [CLS] steht für „keine Antwort“, und sein Wert wird gegen alle Stellen zusammen abgewogen.";
pub const LOOK_LINK: &str = "Fragen, was er nicht sagt →";
pub const ARTICLE: &str = "Die andere Verwendung von BERT im Artikel: Frage und Text sind eine einzige Eingabe mit einem [SEP] dazwischen, und das Feintuning fügt nur einen Anfangs- und einen Endvektor hinzu.";
pub const MISLEADS: &str = "Es findet immer eine Stelle, und es vertraut auf Ähnlichkeit: Ein Satz mit denselben Wörtern wie die Frage kann gewinnen, obwohl er etwas anderes beantwortet. „Keine Antwort“ ist die schwerere Hälfte: Bei zurückgehaltenen Fragen stimmt sie in etwa zwei von drei Fällen, eine Münze träfe in einem von zwei. Gelernt hat es aus Wikipedia, auf Englisch; andere Schriften kann es nur zum Teil lesen.";

pub const OURS: &str = "Zurück zu unserem";

pub fn their_model(name: &str) -> String {
    format!("Hier antwortet das eigene Modell „{name}“.")
}

pub fn window_note(window: usize, windows: usize) -> String {
    if windows == 1 {
        return String::from("Der ganze Text passt mit der Frage in ein Fenster.");
    }
    format!(
        "Der Text wird in {windows} überlappenden Fenstern von höchstens {WIDTH} Wortstücken gelesen, die Frage vor jedem; diese Antwort kam aus Fenster {}.",
        window + 1
    )
}

pub fn verdict(probability: &str) -> String {
    format!(", mit {probability} von allem, was gesagt werden kann")
}

/// Scores of "no answer" and of all spans together, and how far apart they must be.
pub fn null_note(null: f32, together: f32, threshold: f32, none: bool) -> String {
    format!(
        "„Keine Antwort“ hat den Wert {}, alle Stellen zusammengenommen wiegen {}. Für ein Nein braucht es eine Differenz von mehr als {}; es sind {}, also {}.",
        signed(null),
        signed(together),
        signed(threshold),
        signed(null - together),
        if none {
            "gibt es keine Antwort, und was sonst gesagt worden wäre, leuchtet schwach"
        } else {
            "gilt die Stelle"
        }
    )
}

pub fn progress(done: usize, total: usize) -> String {
    format!("{done} von {}", count(total, "Fenster", "Fenstern"))
}

pub fn adapter(received: u64, total: u64) -> String {
    format!("Der Adapter für die Antworten ist unterwegs: {} von {}.", bytes(received), bytes(total))
}

pub fn why(out: Out) -> String {
    match out {
        Out::Special => "fällt weg: [CLS] und [SEP] sind kein Text".into(),
        Out::InQuestion => "fällt weg: liegt in der Frage".into(),
        Out::EndBeforeStart => "fällt weg: endet, bevor es anfängt".into(),
        Out::TooLong => format!("fällt weg: länger als {LONGEST} Wortstücke"),
        Out::InsideWord => "fällt weg: zerschneidet ein Wort".into(),
    }
}

pub fn from_to(start: &str, end: &str) -> String {
    format!("{start} … {end}")
}

pub fn in_words(question: &str, answer: &str, probability: f32, null: f32) -> String {
    format!(
        "Auf „{question}“ ist „{answer}“ mit {} die beste Antwort; „keine Antwort“ hat {}.",
        percent(probability),
        percent(null)
    )
}

pub fn strips_note(window: usize, shown: usize, start: &str, end: &str) -> String {
    format!(
        "Die {shown} Wortstücke von Fenster {}, die Frage zuerst. Wahrscheinlichster Anfang: {start}; wahrscheinlichstes Ende: {end}. Die Chancen beziehen sich auf alle Stücke des Fensters, auch die unmöglichen.",
        window + 1
    )
}

pub fn product(name: &str, piece: &str, sum: f32, bias: f32) -> String {
    format!(
        "„{piece}“ als {name}: Die 768 Produkte ergeben zusammen {}, mit dem Bias {} sind es {}.",
        signed(sum),
        signed(bias),
        signed(sum + bias)
    )
}
