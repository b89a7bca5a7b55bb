//! The words of the lesson on pre-training once and fine-tuning often.

use crate::ui::logic::number::count;

pub const KICKER: (&str, &str) = (
    "Lektion 1 · im Artikel: ",
    "das vortrainierte Modell lässt sich dann durch Feintuning an Aufgaben mit wenig Daten anpassen",
);
pub const TITLE: &str = "Warum erst lesen lernen und dann einen Beruf?";
pub const LEDE: &str = "Beispiele mit Label sind rar; bloßer Text ist endlos. BERT lernte zuerst Sprache aus Text allein, einmal und mit großem Aufwand. Jede Aufgabe braucht danach nur eine kleine Ergänzung und Minuten. So ist auch diese Seite gebaut: eine Basis und ein Adapter für jede Lektion, die einen braucht.";
pub const FIGURE: &str = "Eine Basis, viele Aufgaben";
pub const TASKS: &str = "Aufgaben";
pub const SHARED: &str = "eine Basis und ein Adapter je Aufgabe";
pub const APART: &str = "ein eigenes BERT je Aufgabe";
pub const ESTIMATE: &str = "Adapter über unsere hinaus sind so groß gerechnet wie der größte von unseren (geschätzt). Ein eigenes BERT ist in den 4 Bit dieser Seite gerechnet.";
pub const PARTS: &str = "Worauf diese Seite läuft";
pub const PARTS_HEAD: [&str; 4] = ["Teil", "wiegt", "Anteil", "trainiert von"];
pub const BASE: &str = "BERT-Base";
pub const BASE_BY: &str =
    "Google, 2018: 4 Tage auf 4 Cloud TPUs (BERTs Autoren), mit Wikipedia und Tausenden Büchern, ohne Labels";
/// Name in the list of adapters, what people call it, what its training took.
pub const ADAPTERS: [(&str, &str, &str); 3] = [
    ("sentiment", "Stimmung", "uns: ein paar Stunden auf einem Prozessorkern (aufgezeichnet), gelabelte Rezensionen"),
    ("answers", "Text befragen", "uns: drei Stunden auf einem geteilten Kern (aufgezeichnet), Fragen mit Antworten"),
    (
        "next-sentence",
        "Nächster Satz",
        "uns: Minuten (aufgezeichnet); die Basis konnte es schon, es fehlte eine letzte Schicht",
    ),
];
pub const NOT_IN: &str = "noch nicht da";
pub const YOURS: &str = "Eigener";
pub const YOURS_BY: &str = "Ihnen, in Minuten, auf diesem Gerät";
pub const YOURS_LINK: &str = "Einen trainieren →";
pub const LOOK: &str = "Den Regler verschieben. Mit gemeinsamer Basis kostet die zehnte Aufgabe kaum mehr als die erste. Die Basis wird einmal geladen, wenn die Seite sich öffnet, ein Adapter erst, wenn seine Lektion ihn braucht.";
pub const ARTICLE: &str = "Der Mangel an Trainingsdaten ist die große Schwierigkeit: Die meisten Aufgaben haben ein paar Tausend Beispiele mit Label. Vortraining mit bloßem Text schließt die Lücke, und das Feintuning dauert dann Stunden oder weniger.";
pub const MISLEADS: &str = "Im Artikel ändert das Feintuning alle Gewichte von BERT, sodass jede Aufgabe mit einem ganzen BERT endet. Adapter kamen später (LoRA, 2021): Sie lassen die Basis, wie sie ist, und kommen nahe heran, nicht immer ganz. Und was die Basis nie gelesen hat, bringt ihr kein Adapter dieser Größe bei.";

/// The figure in a sentence.
pub fn told(tasks: usize, shared: &str, apart: &str) -> String {
    format!(
        "Für {}: {shared} mit einer Basis und Adaptern, {apart} mit je einem BERT.",
        count(tasks, "Aufgabe", "Aufgaben")
    )
}
