//! The words of the Sentiment lesson.

use crate::ui::logic::number::{bytes, count, grouped, percent, points, signed};
use crate::ui::logic::verdict::{SURE, Verdict};

pub const KICKER: (&str, &str) = ("Lektion 11 · im Artikel: ", "positive oder negative Rezensionen");
pub const TITLE: &str = "„Bad“ ist schlecht. „Not bad at all“ ist es nicht.";
pub const LEDE: &str = "Ein kleiner Adapter neben BERTs Gewichten, von uns trainiert, liest eine Rezension als negativ oder positiv. Eine einfügen, sehen, was er sagt und warum, dann Wörter wegklicken, bis er seine Meinung ändert.";
pub const BOX: &str = "Rezension";
pub const FIGURE: &str = "Was BERT zu der Rezension sagt";
pub const LABELS: [&str; 2] = ["negativ", "positiv"];
pub const TRY_OPENING: &str = "not bad at all";
pub const TRY_PRAISE: &str = "far from perfect";
pub const TRY_IRONY: &str = "Ironie";
pub const TRY_MIXED: &str = "gemischt";
pub const TRY_LONG: &str = "eine lange";

pub const LOOK_LINK: &str = "Weglassen →";
pub const ARTICLE: &str = "Das Tutorial des Artikels trainiert beim Feintuning das ganze BERT auf Yelp-Rezensionen, die als negativ oder positiv bewertet sind. Hier bleiben BERTs Gewichte, wie sie sind: Der Adapter ist eine kleine Datei daneben, und er antwortet aus dem, was BERT aus [CLS] macht.";
pub const MISLEADS: &str = "Lässt man ein Wort weg, entsteht ein anderer Text, oft einer, den niemand schreiben würde. Was sich bewegt, ist die Antwort auf diesen Text; sagen zwei Wörter dasselbe, kann jedes für sich so aussehen, als käme es nicht darauf an.";
pub const MISLEADS_LINK: &str = "Ironie ausprobieren →";

pub fn look(word: &str, with: &str, without: &str) -> String {
    format!(
        "Ohne „{word}“ fällt positiv von {with} auf {without} (aufgezeichnet). Kein Wort trägt ein festes Vorzeichen: BERT liest jedes zusammen mit allen anderen."
    )
}

pub fn misleads_irony(text: &str, positive: &str) -> String {
    format!(
        "Der Adapter kennt englische Rezensionen. „{text}“ hält er für Lob, mit {positive} (aufgezeichnet), und er vergibt ein Label selbst an einen Text, der gar nichts bewertet."
    )
}

pub const OURS: &str = "Zurück zu unserem";

/// A visitor's model reads in place of ours.
pub fn their_model(name: &str, labels: &[String]) -> String {
    let named = |names: [&str; 2]| labels.iter().zip(names).all(|(a, b)| a.eq_ignore_ascii_case(b));
    let same = named(LABELS) || named(["negative", "positive"]);
    let meant = match labels {
        [first, second] if !same => {
            format!(" Wo diese Seite negativ sagt, meint es „{first}“, und mit positiv „{second}“.")
        }
        _ => String::new(),
    };
    format!(
        "„{name}“, das eigene Modell, liest hier anstelle von unserem. Seine Wahrscheinlichkeiten sind so, wie es sie gelernt hat, nicht kalibriert.{meant}"
    )
}

// ------------------------------------------------------------------------------------ the answer

pub fn label(index: usize) -> &'static str {
    LABELS.get(index).copied().unwrap_or("?")
}

/// Heading of the card: the verdict.
pub fn verdict(verdict: Verdict, likelier: usize, probability: f32) -> String {
    match verdict {
        Verdict::Says(l) => format!("{}, mit {}", capital(label(l)), percent(probability)),
        Verdict::Unsure => format!("Unsicher: {} mit {}", label(likelier), percent(probability)),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
}

pub const READING: &str = "Liest die Rezension";
pub const NOT_READ: &str = "Nicht gelesen";

pub fn band() -> String {
    let sure = f64::from(SURE) * 100.0;
    format!("unsicher: keines erreicht {sure:.0} %")
}

/// Why there is a band.
pub fn band_rule() -> String {
    let sure = f64::from(SURE) * 100.0;
    format!(
        "Unter {sure:.0} % ist mehr als eine von vier solchen Antworten falsch, deshalb gilt keine davon als Urteil. Die Wahrscheinlichkeiten sind an eigens dafür zurückgehaltenen Texten kalibriert."
    )
}

pub const WINDOWS_DISAGREE: &str = "Gemischt: Für sich gelesen, sind Teile dieses Textes sicher negativ und andere sicher positiv. Die Antwort wägt sie alle ab.";
pub const SENTENCES_DISAGREE: &str = "Gemischt: Für sich gelesen, sind einige Sätze sicher negativ und andere sicher positiv. Unten sind sie einzeln zu sehen.";

/// The bar in words.
pub fn said(negative: f32, positive: f32, pieces: usize, windows: usize) -> String {
    let pieces = count(pieces, "Wortstück", "Wortstücke");
    let read = match windows {
        1 => format!("auf einmal gelesen, {pieces}"),
        n => format!("in {n} Fenstern gelesen, zusammen {pieces}"),
    };
    format!("BERT sagt negativ mit {} und positiv mit {} ({read}).", percent(negative), percent(positive))
}

pub const AFTER: &str = "mit den Änderungen";
pub const BEFORE: &str = "wie getippt";
pub const NOTHING_LEFT: &str =
    "Es ist nichts mehr zu lesen. Ein Klick auf ein Wort holt es zurück, Esc holt alle zurück.";

/// What the visitor's changes did: probabilities of "positive".
pub fn moved(before: f32, after: f32) -> String {
    let by = points(after - before);
    let where_to = if after >= before { "in Richtung positiv" } else { "in Richtung negativ" };
    format!("positiv: {} → {}, {by} Punkte {where_to}", percent(before), percent(after))
}

// ------------------------------------------------------------------------------------- the words

pub const HINT: &str = "Ein Klick lässt ein Wort weg, ein zweiter holt es zurück. Der Zeiger darauf zeigt seinen Zug. Esc holt alle zurück.";

pub fn legend(index: usize) -> String {
    format!("zieht nach {}", label(index))
}

pub const LEGEND_STEPS: &str = "Farbstufen ab einem Zug von 0,1; 0,5; 1 und 2";
pub const PULL_IS: &str = "Der Zug eines Wortes: die Log-Odds von „positiv“, vermindert um dieselben ohne das Wort. + spricht für positiv, − für negativ; 1,1 heißt drei zu eins, 2,2 neun zu eins.";
pub const NO_PULL: &str = "Die Wörter sind noch nicht gewogen.";

/// A word's name for those who hear it.
pub fn word_name(word: &str, by: Option<&str>, pull: Option<f32>) -> String {
    let pull = pull.map_or(String::new(), |p| format!(", Zug {}", signed(p)));
    match by {
        None => format!("{word}{pull}"),
        Some("") => format!("{word}, weggelassen"),
        // Begins as it is written there.
        Some(by) => format!("{word} {by}, ersetzt"),
    }
}

/// A word's pull, as the read-out says it.
pub fn pull(word: &str, pull: f32, without: f32) -> String {
    let to = label(usize::from(pull >= 0.0));
    format!("„{word}“ zieht {} nach {to}: Ohne das Wort hat positiv {}.", signed(pull), percent(without))
}

// Two ways to ask why.
pub const WAYS: &str = "Was die Wörter färbt";
pub const WAY_NAMES: [&str; 2] = ["eines weglassen", "Gradient × Eingabe"];
pub const LEFT_OUT_IS: &str = "Reihum wird jedes Wort einmal weggelassen und der Rest neu gelesen.";
pub const SLOPE_IS: &str = "Der Gradient sagt, wohin sich die Log-Odds von „positiv“ bewegen würden, wenn sich der Vektor eines Wortes ein wenig bewegte. Malgenommen mit dem Vektor selbst, schätzt er, was verloren ginge, wenn dieser Vektor null wäre: einmal hin und einmal zurück gelesen, für alle Wörter zugleich.";
pub const SLOPING: &str = "Berechnet die Gradienten";
pub const WHY_APART: &str = "Keines von beiden ist die Wahrheit. Gradient × Eingabe folgt einer geraden Linie von der Antwort aus, wie sie ist; BERT ist nicht gerade, am wenigsten um „not“ herum oder wo die Antwort schon sicher ist, und die Summen ergeben nicht die Antwort. Das Weglassen macht den ganzen Schritt, hin zu einem Text, den niemand geschrieben hat.";

/// How many of the words that either way tints pull the same way by both.
pub fn agree(same: usize, strong: usize) -> String {
    match strong {
        0 => "Kein Wort zieht um 0,1 oder mehr, auf keinem der beiden Wege.".into(),
        1 => format!(
            "Auf einem der Wege zieht 1 Wort um 0,1 oder mehr; auf beiden in dieselbe Richtung {}.",
            if same == 1 { "zieht es auch" } else { "zieht es nicht" }
        ),
        _ => format!(
            "Von {} Wörtern, die auf einem der Wege um 0,1 oder mehr ziehen, ziehen {same} auf beiden in dieselbe Richtung.",
            grouped(strong as u64)
        ),
    }
}

/// The word on which both ways differ most in sign.
pub fn apart(word: &str, left_out: f32, slope: f32) -> String {
    format!(
        "Am uneinigsten sind sie sich bei „{word}“: Weggelassen, hat es einen Zug von {}; Gradient × Eingabe ergibt {}.",
        signed(left_out),
        signed(slope)
    )
}

/// What belongs to no word.
pub fn rest(sum: f32) -> String {
    format!("Satzzeichen, [CLS] und [SEP] haben zusammen {} nach Gradient × Eingabe.", signed(sum))
}

/// A word's gradient × input, as the read-out says it.
pub fn slope(word: &str, slope: f32) -> String {
    format!("„{word}“: Gradient × Eingabe {}, nach {}.", signed(slope), label(usize::from(slope >= 0.0)))
}

pub fn replace(word: &str) -> String {
    format!("Anstelle von „{word}“")
}

pub const REPLACE: &str = "Einsetzen";
pub const BRING_BACK: &str = "Zurückholen";
pub const BRING_ALL_BACK: &str = "Alle zurückholen";

pub fn changed_count(left_out: usize, replaced: usize) -> String {
    let mut parts = Vec::new();
    if left_out > 0 {
        parts.push(format!("{} weggelassen", count(left_out, "Wort", "Wörter")));
    }
    if replaced > 0 {
        parts.push(format!("{} ersetzt", count(replaced, "Wort", "Wörter")));
    }
    parts.join(", ")
}

pub fn drawn(words: usize, of: usize) -> String {
    format!(
        "Gezeichnet sind die ersten {} von {}; gelesen werden alle.",
        grouped(words as u64),
        count(of, "Wort", "Wörtern")
    )
}

pub const WEIGH: &str = "Jedes Wort wiegen";
pub const WEIGHING: &str = "Wiegt die Wörter";
pub const STOP: &str = "Anhalten";
pub const READ_IT: &str = "Lesen";
pub const STOPPED: &str = "Das Lesen wurde angehalten.";
pub const AGAIN: &str = "Nochmal fragen";

/// What weighing costs.
pub fn weigh_cost(words: usize, windows: usize) -> String {
    let reads = words * windows.max(1);
    format!(
        "Bei {} heißt das, den Text {} zu lesen: je einmal ohne jedes.",
        count(words, "Wort", "Wörtern"),
        count(reads, "weiteres Mal", "weitere Male")
    )
}

pub fn too_many_to_weigh(words: usize, limit: usize) -> String {
    format!(
        "{} sind zu viele, um sie einzeln zu wiegen (höchstens {limit}). Die Sätze und die Fenster stehen unten.",
        count(words, "Wort", "Wörter")
    )
}

pub fn progress(what: &str, done: usize, of: usize) -> String {
    format!("{what}: {} von {}", grouped(done as u64), grouped(of as u64))
}

pub fn adapter(received: u64, total: u64) -> String {
    format!("Der Adapter dieser Lektion wird geladen, nur dieses eine Mal: {} von {}", bytes(received), bytes(total))
}

pub const WORDS_HEAD: [&str; 3] = ["Wort", "Zug", "positiv ohne es"];
pub const WORDS_CAPTION: &str = "Wörter nach Stärke";

// ------------------------------------------------------------------------------------ the windows

pub fn windows_title(count: usize) -> String {
    format!("{count} Fenster, eine Antwort")
}

pub const WINDOWS_LABEL: &str = "Fenster des Textes; eines wählen, um es im Text zu sehen";
pub const WINDOWS_ABOUT: &str = "BERT liest höchstens 512 Wortstücke auf einmal, diese Lektion 256. Ein längerer Text wird in überlappende Fenster geteilt, und die Antwort ist das gewichtete Mittel ihrer Logits: Jedes Fenster wiegt so viel, wie es den Fenstern davor an Wortstücken hinzufügt.";
pub const WINDOWS_HEAD: [&str; 5] = ["Fenster", "von", "Gewicht", "positiv", "Logits (negativ, positiv)"];
pub const WINDOWS_MEAN: &str = "gewichtetes Mittel";
pub const WINDOWS_PICK: &str = "Auf ein Fenster zeigen oder es wählen; Esc hebt die Wahl auf.";

pub fn window_name(number: usize, of: usize, positive: f32) -> String {
    format!("Fenster {number} von {of}, positiv {}", percent(positive))
}

pub fn window(number: usize, of: usize, positive: f32, share: f32, excerpt: &str) -> String {
    format!(
        "Fenster {number} von {of}, {} des Gewichts, sagt positiv mit {}: {excerpt}",
        percent(share),
        percent(positive)
    )
}

// ---------------------------------------------------------------------------------- the sentences

pub const SENTENCES_TITLE: &str = "Satz für Satz";
pub const SENTENCES_ABOUT: &str =
    "Jeder wurde für sich gelesen, als gäbe es die anderen nicht: Was sie zusammen bedeuten, kann etwas anderes sein.";
pub const SENTENCES_READ: &str = "Jeden Satz lesen";
pub const SENTENCES_READING: &str = "Liest die Sätze";

pub fn sentences_cost(sentences: usize) -> String {
    format!("{} einzeln zu lesen.", count(sentences, "Satz ist", "Sätze sind"))
}

pub fn sentences_first(read: usize, of: usize) -> String {
    format!("Einzeln gelesen wurden die ersten {} von {}.", grouped(read as u64), count(of, "Satz", "Sätzen"))
}

/// Which sentences pull which way.
pub fn sentences_said(negative: usize, positive: usize, unsure: usize) -> String {
    format!("Allein gelesen, hießen {negative} negativ, {positive} positiv und {unsure} keines von beiden.")
}

// ----------------------------------------------------------------------------------- the contrasts

pub const CONTRASTS_TITLE: &str = "Ein Wort Unterschied";
pub const CONTRASTS_ABOUT: &str = "Paare, die sich kaum unterscheiden. Die Balken reichen von negativ bis positiv; ein Klick setzt den Text ins Feld.";
pub const CONTRAST_FAILS: &str = "Dieses Paar liest es falsch";

pub fn contrast_fails(text: &str, label: usize) -> String {
    format!("Wer das liest, würde „{text}“ {} nennen.", LABELS[label])
}

/// The likelier label of two.
pub fn share([negative, positive]: [f32; 2]) -> String {
    let (name, p) = if positive >= negative { (LABELS[1], positive) } else { (LABELS[0], negative) };
    let unsure = if p < SURE { "unsicher, " } else { "" };
    format!("{unsure}{name} {}", percent(p))
}

pub fn row_said(text: &str, positive: f32) -> String {
    format!("„{text}“ positiv {}", percent(positive))
}
